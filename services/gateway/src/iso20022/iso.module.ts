import { Module } from '@nestjs/common';
import { Directory } from '@tonle/directory';
import { provideBy } from '@tonle/http';
import { DirectoryCopyModule } from '../directory/directory-copy.module.js';
import { LookupModule } from '../lookup/lookup.module.js';
import { LookupService } from '../lookup/lookup.service.js';
import { DOOR, PaymentModule } from '../payment/payment.module.js';
import { QuoteModule } from '../quote/quote.module.js';
import { QuoteService } from '../quote/quote.service.js';
import { SETTINGS, SettingsModule } from '../settings.module.js';
import { IsoController } from './iso.controller.js';
import { IsoService } from './iso.service.js';

/** ISO 20022 of participants. */
@Module({
  imports: [DirectoryCopyModule, LookupModule, QuoteModule, PaymentModule, SettingsModule],
  controllers: [IsoController],
  providers: [
    provideBy(
      IsoService,
      [Directory, LookupService, QuoteService, DOOR, SETTINGS],
      (directory, lookups, quotes, door, { bic }) =>
        new IsoService({ directory, lookups, quotes, door, self: { bic, name: 'Tonle' } }),
    ),
  ],
})
export class IsoModule {}
