import { Module } from '@nestjs/common';
import { CALLS, CLOCK, DATABASE, provide, provideBy, RANDOM } from '@tonle/http';
import { Service } from '@tonle/platform';
import { NoticeBell } from '../notice/notice-bell.js';
import { NoticeModule } from '../notice/notice.module.js';
import { DOOR, PaymentModule } from '../payment/payment.module.js';
import { RefundModule } from '../refund/refund.module.js';
import { RestRefundService } from '../refund/rest-refund.service.js';
import { SETTINGS, SettingsModule } from '../settings.module.js';
import { BankRecallService } from './bank-recall.service.js';
import { IsoRecallController } from './iso-recall.controller.js';
import { IsoRecallService } from './iso-recall.service.js';
import { OperatorRecallController } from './operator-recall.controller.js';
import { RecallController } from './recall.controller.js';
import { RecallNoticeJob } from './recall-notice.job.js';

const TELL_EVERY_MS = 1_000;

/** Payments that are called back. */
@Module({
  imports: [NoticeModule, PaymentModule, RefundModule, SettingsModule],
  controllers: [RecallController, IsoRecallController, OperatorRecallController],
  providers: [
    provideBy(
      BankRecallService,
      [CALLS, RestRefundService, CLOCK, RANDOM],
      (calls, refunds, clock, random) => new BankRecallService({ calls, refunds, clock, random }),
    ),
    provide(RecallNoticeJob, DATABASE, CALLS, NoticeBell, CLOCK),
    provideBy(
      IsoRecallService,
      [SETTINGS, DOOR, BankRecallService],
      ({ bic }, door, recalls) => new IsoRecallService({ bic, name: 'Tonle' }, door, recalls),
    ),
  ],
})
export class RecallModule {
  constructor(service: Service, notices: RecallNoticeJob) {
    service.job('tell-recalls', TELL_EVERY_MS, notices.run);
  }
}
