import { Module } from '@nestjs/common';
import { Directory } from '@tonle/directory';
import { routingCalls } from '@tonle/contracts';
import { RefundService } from '@tonle/door';
import { CALLS, provideBy } from '@tonle/http';
import { DirectoryCopyModule } from '../directory/directory-copy.module.js';
import { LookupModule } from '../lookup/lookup.module.js';
import { LookupService } from '../lookup/lookup.service.js';
import { DOOR, PaymentModule } from '../payment/payment.module.js';
import { QuoteModule } from '../quote/quote.module.js';
import { QuoteService } from '../quote/quote.service.js';
import { RefundModule } from '../refund/refund.module.js';
import { SETTINGS, SettingsModule } from '../settings.module.js';
import { IsoController } from './iso.controller.js';
import { IsoService, type IsoServiceParts } from './iso.service.js';

/** ISO 20022 of participants. */
@Module({
  imports: [DirectoryCopyModule, LookupModule, QuoteModule, PaymentModule, RefundModule, SettingsModule],
  controllers: [IsoController],
  providers: [
    provideBy(
      IsoService,
      [Directory, LookupService, QuoteService, DOOR, RefundService, CALLS, SETTINGS],
      (directory, lookups, quotes, door, refunds, calls, { bic }) => {
        const self = { bic, name: 'Tonle' };
        const received: IsoServiceParts['received'] = async (creditorAgent, names) => {
          const search = { ...names, creditorAgent, limit: 2 };
          const { payments } = await calls.call(routingCalls.inboundPayments, search);
          return payments.length === 1 ? payments[0]!.paymentId : undefined;
        };
        return new IsoService({ directory, lookups, quotes, door, refunds, received, self });
      },
    ),
  ],
})
export class IsoModule {}
