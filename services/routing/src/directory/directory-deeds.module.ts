import { Inject, Module } from '@nestjs/common';
import { Approvals } from '@tonle/approval';
import { routingCalls } from '@tonle/contracts';
import { DirectoryStore } from '@tonle/directory';
import { CLOCK, key, PLATFORM, provide, provideBy, RANDOM } from '@tonle/http';
import { Service } from '@tonle/platform';
import { RoutingApprovalsModule } from '../approval/approvals.module.js';
import { OperatorStore } from '../operator/operator.store.js';
import { LANE, PaymentCommitModule } from '../payment/payment-commit.module.js';
import { StopService } from '../stop/stop.service.js';
import { StopStore } from '../stop/stop.store.js';
import { CurrentDirectory } from './current-directory.js';
import type { DirectoryDeed } from './directory-deed.js';
import { DirectoryDeeds } from './directory-deeds.js';
import { DirectoryService } from './directory.service.js';
import { Opening } from './opening.kind.js';

const OPENINGS = key<Readonly<Record<DirectoryDeed['on'], Opening>>>('Openings');

/** What is open, what operators and the auditor stop, and what others approve before more is let through. */
@Module({
  imports: [PaymentCommitModule, RoutingApprovalsModule],
  providers: [
    provide(OperatorStore, RANDOM),
    provide(DirectoryDeeds, DirectoryStore, OperatorStore),
    provide(StopStore),
    provide(StopService, PLATFORM, LANE, CurrentDirectory, DirectoryStore, StopStore, OperatorStore),
    provideBy(OPENINGS, [DirectoryDeeds, StopService, CurrentDirectory], (...parts) => ({
      corridor: new Opening('corridor', ...parts),
      network: new Opening('network', ...parts),
      participant: new Opening('participant', ...parts),
    })),
    provideBy(
      DirectoryService,
      [LANE, CurrentDirectory, DirectoryDeeds, StopService, CLOCK, Approvals, OPENINGS],
      (lane, directory, deeds, stops, clock, ...more) =>
        new DirectoryService({ lane, directory, deeds, stops, clock }, ...more),
    ),
  ],
  exports: [OperatorStore, StopService, DirectoryService],
})
export class RoutingDirectoryModule {
  constructor(
    @Inject(Service) service: Service,
    @Inject(OPENINGS) openings: Readonly<Record<DirectoryDeed['on'], Opening>>,
    approvals: Approvals,
    directory: DirectoryService,
    stops: StopService,
  ) {
    for (const opening of Object.values(openings)) approvals.add(opening);
    service.call(routingCalls.directory, async () => ({ entries: await directory.entries() }));
    service.call(routingCalls.setCorridor, (request) => directory.setCorridor(request));
    service.call(routingCalls.setSwitch, (request) => directory.setSwitch(request));
    service.call(routingCalls.stops, async () => ({ stops: await stops.list() }));
    service.call(routingCalls.audited, async ({ service: by, findings }) => {
      await stops.take(by, findings);
      return {};
    });
  }
}
