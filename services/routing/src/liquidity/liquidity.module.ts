import { Inject, Module } from '@nestjs/common';
import { Approvals } from '@tonle/approval';
import { liquidityCalls, routingCalls } from '@tonle/contracts';
import { DirectoryStore } from '@tonle/directory';
import { CLOCK, PLATFORM, provide, provideBy } from '@tonle/http';
import { Service } from '@tonle/platform';
import { RoutingApprovalsModule } from '../approval/approvals.module.js';
import { CurrentDirectory } from '../directory/current-directory.js';
import { RoutingDirectoryModule } from '../directory/directory-deeds.module.js';
import { DirectoryService } from '../directory/directory.service.js';
import { OperatorStore } from '../operator/operator.store.js';
import { LANE, PaymentCommitModule } from '../payment/payment-commit.module.js';
import { CapRaise } from './cap-raise.js';
import { CapService } from './cap.service.js';
import { LiquidityJob } from './liquidity.job.js';
import { LiquidityService } from './liquidity.service.js';

const WATCH_EVERY_MS = 60_000;

/** What participants may owe, how long it lasts, and what operators and the switch do about it. */
@Module({
  imports: [PaymentCommitModule, RoutingApprovalsModule, RoutingDirectoryModule],
  providers: [
    provide(LiquidityService, PLATFORM, CurrentDirectory),
    provideBy(
      CapRaise,
      [PLATFORM, DirectoryStore, OperatorStore, CurrentDirectory],
      ({ transport }, store, operators, directory) => new CapRaise(store, operators, directory, transport),
    ),
    provideBy(
      CapService,
      [CLOCK, LANE, CurrentDirectory, DirectoryStore, OperatorStore, Approvals, CapRaise, LiquidityService],
      (clock, lane, directory, store, operators, ...more) =>
        new CapService({ lane, directory, store, operators, clock }, ...more),
    ),
    provide(LiquidityJob, PLATFORM, LiquidityService, CurrentDirectory, DirectoryService),
  ],
  exports: [LiquidityJob],
})
export class RoutingLiquidityModule {
  constructor(
    @Inject(Service) service: Service,
    approvals: Approvals,
    raise: CapRaise,
    caps: CapService,
    liquidity: LiquidityService,
    job: LiquidityJob,
  ) {
    approvals.add(raise);
    service.call(liquidityCalls.setCap, (request) => caps.set(request));
    service.call(routingCalls.liquidity, async () => ({
      accounts: (await liquidity.accounts()).map(({ account }) => account),
    }));
    service.job('watch-liquidity', WATCH_EVERY_MS, job.run, { firstAfterMs: 0 });
  }
}
