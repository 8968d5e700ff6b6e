import { Inject, Module } from '@nestjs/common';
import { routingCalls } from '@tonle/contracts';
import { DATABASE, PLATFORM, provideBy } from '@tonle/http';
import type { Database } from '@tonle/persistence';
import { Service } from '@tonle/platform';
import { OperatorStore } from '../operator/operator.store.js';
import { PaymentCommitModule } from '../payment/payment-commit.module.js';
import { PaymentStore } from '../payment/payment.store.js';
import { RefundStore } from './refund.store.js';
import { SwitchFaultService } from './switch-fault.service.js';

/** What operators find about payments that are given back. */
@Module({
  imports: [PaymentCommitModule],
  providers: [
    provideBy(
      SwitchFaultService,
      [PLATFORM, PaymentStore, RefundStore],
      ({ database, clock, random }, payments, refunds) => {
        const operators = new OperatorStore(random);
        return new SwitchFaultService({ database, clock, payments, refunds, operators });
      },
    ),
  ],
})
export class RoutingRefundModule {
  constructor(
    @Inject(Service) service: Service,
    @Inject(DATABASE) database: Database,
    faults: SwitchFaultService,
    refunds: RefundStore,
  ) {
    service.call(routingCalls.findSwitchFault, (request) => faults.find(request));
    service.call(routingCalls.holdRefunds, async ({ held, released }) => {
      await database.transaction((transaction) => refunds.hold(transaction, held, released));
      return {};
    });
  }
}
