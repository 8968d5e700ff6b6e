import { Inject, Module } from '@nestjs/common';
import { recallCalls } from '@tonle/contracts';
import { CALLS, PLATFORM, provide, provideBy } from '@tonle/http';
import { Service } from '@tonle/platform';
import { CurrentDirectory } from '../directory/current-directory.js';
import { OperatorStore } from '../operator/operator.store.js';
import { PaymentCommitModule } from '../payment/payment-commit.module.js';
import { PaymentStore } from '../payment/payment.store.js';
import { RefundStore } from '../refund/refund.store.js';
import { RecallJob } from './recall.job.js';
import { RecallService } from './recall.service.js';
import { RecallStore } from './recall.store.js';

const DUE_EVERY_MS = 1_000;
const MEASURE_EVERY_MS = 15_000;

/** Payments that are called back. */
@Module({
  imports: [PaymentCommitModule],
  providers: [
    provide(RecallStore),
    provideBy(
      RecallService,
      [PLATFORM, RecallStore, PaymentStore, RefundStore, CurrentDirectory],
      (platform, recalls, payments, refunds, directory) => {
        const operators = new OperatorStore(platform.random);
        return new RecallService(platform, { recalls, payments, refunds, operators }, directory);
      },
    ),
    provideBy(
      RecallJob,
      [PLATFORM, CALLS, RecallStore, PaymentStore, CurrentDirectory],
      ({ database, clock, telemetry }, calls, recalls, payments, directory) =>
        new RecallJob({ database, clock, telemetry, calls, recalls, payments, directory }),
    ),
  ],
  exports: [RecallStore],
})
export class RoutingRecallModule {
  constructor(@Inject(Service) service: Service, recalls: RecallService, job: RecallJob) {
    service.call(recallCalls.create, (request) => recalls.create(request));
    service.call(recallCalls.list, async (search) => ({ recalls: await recalls.list(search) }));
    service.call(recallCalls.news, async (request) => ({ recalls: await recalls.news(request) }));
    service.call(recallCalls.answer, (request) => recalls.answer(request));
    service.job('recalls', DUE_EVERY_MS, job.run);
    service.job('count-recalls', MEASURE_EVERY_MS, job.measure, { firstAfterMs: 0 });
  }
}
