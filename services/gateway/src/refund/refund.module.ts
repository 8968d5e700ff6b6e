import { Module } from '@nestjs/common';
import { Directory } from '@tonle/directory';
import { RefundService } from '@tonle/door';
import { CALLS, CLOCK, provide, provideBy } from '@tonle/http';
import { DirectoryCopyModule } from '../directory/directory-copy.module.js';
import { patient } from '../http/patient-call.js';
import { DOOR, PaymentModule } from '../payment/payment.module.js';
import { RefundController } from './refund.controller.js';
import { RestRefundService } from './rest-refund.service.js';
import { SwitchFaultController } from './switch-fault.controller.js';

/** What the payees' banks give back. */
@Module({
  imports: [DirectoryCopyModule, PaymentModule],
  controllers: [RefundController, SwitchFaultController],
  providers: [
    provideBy(
      RefundService,
      [CALLS, Directory, CLOCK],
      (calls, directory, clock) => new RefundService(patient(calls, clock), directory, clock),
    ),
    provide(RestRefundService, DOOR, RefundService),
  ],
  exports: [RefundService, RestRefundService],
})
export class RefundModule {}
