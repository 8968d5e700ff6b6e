import { Inject, Module } from '@nestjs/common';
import { Directory } from '@tonle/directory';
import { LookupBudget, LookupUseCounter } from '@tonle/door';
import { CALLS, CLOCK, DATABASE, PLATFORM, provide, provideBy, RANDOM, SHARED } from '@tonle/http';
import type { Database } from '@tonle/persistence';
import { Service, type Clock } from '@tonle/platform';
import { DirectoryCopyModule } from '../directory/directory-copy.module.js';
import { LookupController } from './lookup.controller.js';
import { LookupService } from './lookup.service.js';
import { LookupUseController } from './lookup-use.controller.js';
import { deleteOldLookups } from './lookup.store.js';

const CLEAN_EVERY_MS = 60_000;
const KEPT_MS = 86_400_000;
const DELETE_MAX = 5_000;

/** Who would be paid. */
@Module({
  imports: [DirectoryCopyModule],
  controllers: [LookupController, LookupUseController],
  providers: [
    provideBy(LookupUseCounter, [PLATFORM, Service], (platform, service) => {
      const use = new LookupUseCounter(platform);
      use.runIn(service);
      return use;
    }),
    provideBy(
      LookupBudget,
      [SHARED, Directory, LookupUseCounter, Service],
      (shared, directory, use, service) => {
        const budget = new LookupBudget(shared, directory, use);
        service.resource('the budget of lookups', () => budget.close());
        return budget;
      },
    ),
    provide(LookupService, Directory, DATABASE, CALLS, CLOCK, RANDOM, LookupBudget),
  ],
  exports: [LookupService, LookupBudget],
})
export class LookupModule {
  constructor(service: Service, @Inject(DATABASE) database: Database, @Inject(CLOCK) clock: Clock) {
    service.job('delete-lookups', CLEAN_EVERY_MS, () =>
      deleteOldLookups(database, new Date(clock.now() - KEPT_MS), DELETE_MAX),
    );
  }
}
