import { Inject, Module } from '@nestjs/common';
import { Approvals } from '@tonle/approval';
import { liquidityCalls, routingCalls } from '@tonle/contracts';
import { DirectoryStore } from '@tonle/directory';
import { PLATFORM, provide, provideBy } from '@tonle/http';
import { Service } from '@tonle/platform';
import { RoutingApprovalsModule } from '../approval/approvals.module.js';
import { CurrentDirectory } from '../directory/current-directory.js';
import { DirectoryService } from '../directory/directory.service.js';
import { OperatorStore } from '../operator/operator.store.js';
import { LANE, PaymentCommitModule } from '../payment/payment-commit.module.js';
import { StopService } from '../stop/stop.service.js';
import { StopStore } from '../stop/stop.store.js';
import { CapRaise } from './cap-raise.js';
import { CapService } from './cap.service.js';
import { LiquidityJob } from './liquidity.job.js';
import { LiquidityService } from './liquidity.service.js';

const WATCH_EVERY_MS = 60_000;

/** What participants may owe, how long it lasts, and what operators and the switch do about it. */
@Module({
  imports: [PaymentCommitModule, RoutingApprovalsModule],
  providers: [
    provide(LiquidityService, PLATFORM, CurrentDirectory),
    provideBy(
      CapRaise,
      [PLATFORM, DirectoryStore, CurrentDirectory],
      ({ random, transport }, store, directory) =>
        new CapRaise(store, new OperatorStore(random), directory, transport),
    ),
    provideBy(
      CapService,
      [PLATFORM, LANE, CurrentDirectory, DirectoryStore, Approvals, CapRaise, LiquidityService],
      ({ clock, random }, lane, directory, store, ...more) =>
        new CapService({ lane, directory, store, operators: new OperatorStore(random), clock }, ...more),
    ),
    provideBy(
      LiquidityJob,
      [PLATFORM, LANE, CurrentDirectory, DirectoryStore, LiquidityService],
      (platform, lane, directory, store, liquidity) => {
        const operators = new OperatorStore(platform.random);
        const stops = new StopService(platform, lane, directory, store, new StopStore(), operators);
        const switches = new DirectoryService(lane, directory, store, operators, platform.clock, stops);
        return new LiquidityJob(platform, liquidity, directory, switches);
      },
    ),
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
