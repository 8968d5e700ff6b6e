import { Module } from '@nestjs/common';
import { CLOCK, DATABASE, provide, provideBy } from '@tonle/http';
import { Service } from '@tonle/platform';
import { AccessModule } from '../access/access.module.js';
import { SETTINGS, SettingsModule } from '../settings.module.js';
import { EventController } from './event.controller.js';
import { EventFeedService } from './event-feed.service.js';
import { NoticeBell } from './notice-bell.js';

const FORGET_EVERY_MS = 60_000;

/** What participants are told by themselves. */
@Module({
  imports: [AccessModule, SettingsModule],
  controllers: [EventController],
  providers: [
    provideBy(NoticeBell, [DATABASE, SETTINGS, Service], (database, { waitingMax, lookMs }, service) => {
      const bell = new NoticeBell(database, waitingMax);
      service.leaving(() => bell.letGo());
      service.job('wake-feed-readers', lookMs, () => bell.look());
      return bell;
    }),
    provide(EventFeedService, DATABASE, NoticeBell, CLOCK),
  ],
  exports: [NoticeBell],
})
export class NoticeModule {
  constructor(service: Service, feed: EventFeedService) {
    service.job('forget-notices', FORGET_EVERY_MS, () => feed.forget());
  }
}
