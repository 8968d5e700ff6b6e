import { Inject, Module } from '@nestjs/common';
import { Approvals, declareApprovals, readApprovalPolicies } from '@tonle/approval';
import { PLATFORM, provideBy } from '@tonle/http';
import { Service } from '@tonle/platform';
import { CurrentDirectory } from '../directory/current-directory.js';
import { PaymentCommitModule } from '../payment/payment-commit.module.js';
import { PaymentCommit } from '../payment/payment-commit.js';

/** What one operator proposes and others decide, in commits of the lane: what it tells leaves with it. */
@Module({
  imports: [PaymentCommitModule],
  providers: [
    provideBy(Approvals, [PLATFORM, CurrentDirectory, PaymentCommit], (platform, directory, commit) => {
      const calendar = () => directory.get().corridorsIncludingEnded()[0]?.home.calendar;
      const policies = readApprovalPolicies(platform.settings);
      return new Approvals(platform, { calendar, policies, commit: (work) => commit.raced(work) });
    }),
  ],
  exports: [Approvals],
})
export class RoutingApprovalsModule {
  constructor(@Inject(Service) service: Service, approvals: Approvals) {
    declareApprovals(service, approvals);
  }
}
