import { Module } from '@nestjs/common';
import { Directory } from '@tonle/directory';
import { CLOCK, DATABASE, provide, provideBy, RANDOM } from '@tonle/http';
import { Service } from '@tonle/platform';
import { AccessModule } from '../access/access.module.js';
import { CorridorStatusService } from '../directory/corridor-status.service.js';
import { DirectoryCopyModule } from '../directory/directory-copy.module.js';
import { SETTINGS, SettingsModule } from '../settings.module.js';
import { CorridorNoticeJob } from './corridor-notice.job.js';
import { EventController } from './event.controller.js';
import { EventFeedService } from './event-feed.service.js';
import { NoticeBell } from './notice-bell.js';

const FORGET_EVERY_MS = 60_000;
const CORRIDORS_EVERY_MS = 1_000;

/** What participants are told by themselves. */
@Module({
  imports: [AccessModule, DirectoryCopyModule, SettingsModule],
  controllers: [EventController],
  providers: [
    provideBy(NoticeBell, [DATABASE, SETTINGS, Service], (database, { waitingMax, lookMs }, service) => {
      const bell = new NoticeBell(database, waitingMax);
      service.leaving(() => bell.letGo());
      service.job('wake-feed-readers', lookMs, () => bell.look());
      return bell;
    }),
    provide(EventFeedService, DATABASE, NoticeBell, CLOCK),
    provide(CorridorNoticeJob, DATABASE, Directory, CorridorStatusService, NoticeBell, CLOCK, RANDOM),
  ],
  exports: [NoticeBell],
})
export class NoticeModule {
  constructor(service: Service, feed: EventFeedService, corridors: CorridorNoticeJob) {
    service.job('forget-notices', FORGET_EVERY_MS, () => feed.forget());
    service.job('tell-corridors', CORRIDORS_EVERY_MS, corridors.run);
  }
}
