import { Inject, Module } from '@nestjs/common';
import { Directory } from '@tonle/directory';
import { CALLS, CLOCK, DATABASE, provide, RANDOM } from '@tonle/http';
import type { Database } from '@tonle/persistence';
import { Service, type Clock } from '@tonle/platform';
import { DirectoryCopyModule } from '../directory/directory-copy.module.js';
import { LookupController } from './lookup.controller.js';
import { LookupService } from './lookup.service.js';
import { deleteOldLookups } from './lookup.store.js';

const CLEAN_EVERY_MS = 60_000;
const KEPT_MS = 86_400_000;
const DELETE_MAX = 5_000;

/** Who would be paid. */
@Module({
  imports: [DirectoryCopyModule],
  controllers: [LookupController],
  providers: [provide(LookupService, Directory, DATABASE, CALLS, CLOCK, RANDOM)],
  exports: [LookupService],
})
export class LookupModule {
  constructor(service: Service, @Inject(DATABASE) database: Database, @Inject(CLOCK) clock: Clock) {
    service.job('delete-lookups', CLEAN_EVERY_MS, () =>
      deleteOldLookups(database, new Date(clock.now() - KEPT_MS), DELETE_MAX),
    );
  }
}
