import { Inject, Module } from '@nestjs/common';
import { Approvals, declareApprovals, readApprovalPolicies } from '@tonle/approval';
import { Directory } from '@tonle/directory';
import { CALLS, DATABASE, PLATFORM, provide, provideBy } from '@tonle/http';
import { Service } from '@tonle/platform';
import { DirectoryCopyModule } from '../directory/directory-copy.module.js';
import { GroupRedriveKind } from './group-redrive.kind.js';
import { RedriveService } from './redrive.service.js';

/** What the gateway itself has approved: it alone speaks to every service that has dead letters. */
@Module({
  imports: [DirectoryCopyModule],
  providers: [
    provideBy(Approvals, [PLATFORM, Directory], (platform, directory) => {
      const calendar = () => directory.corridorsIncludingEnded()[0]?.home.calendar;
      return new Approvals(platform, { calendar, policies: readApprovalPolicies(platform.settings) });
    }),
    provide(GroupRedriveKind, CALLS),
    provide(RedriveService, CALLS, DATABASE, Approvals, GroupRedriveKind),
  ],
  exports: [RedriveService],
})
export class RedriveModule {
  constructor(@Inject(Service) service: Service, approvals: Approvals, redrive: GroupRedriveKind) {
    approvals.add(redrive);
    declareApprovals(service, approvals);
  }
}
