import { Module } from '@nestjs/common';
import { CALLS, CLOCK, provideBy, RANDOM } from '@tonle/http';
import { DOOR, PaymentModule } from '../payment/payment.module.js';
import { RefundModule } from '../refund/refund.module.js';
import { RestRefundService } from '../refund/rest-refund.service.js';
import { SETTINGS, SettingsModule } from '../settings.module.js';
import { BankRecallService } from './bank-recall.service.js';
import { IsoRecallController } from './iso-recall.controller.js';
import { IsoRecallService } from './iso-recall.service.js';
import { OperatorRecallController } from './operator-recall.controller.js';
import { RecallController } from './recall.controller.js';

/** Payments that are called back. */
@Module({
  imports: [PaymentModule, RefundModule, SettingsModule],
  controllers: [RecallController, IsoRecallController, OperatorRecallController],
  providers: [
    provideBy(
      BankRecallService,
      [CALLS, RestRefundService, CLOCK, RANDOM],
      (calls, refunds, clock, random) => new BankRecallService({ calls, refunds, clock, random }),
    ),
    provideBy(
      IsoRecallService,
      [SETTINGS, DOOR, BankRecallService],
      ({ bic }, door, recalls) => new IsoRecallService({ bic, name: 'Tonle' }, door, recalls),
    ),
  ],
})
export class RecallModule {}
