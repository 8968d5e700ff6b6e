import { Module } from '@nestjs/common';
import { Directory, DirectoryFeed } from '@tonle/directory';
import { PartnerHealth } from '@tonle/door';
import { DATABASE, PLATFORM, provide, provideBy } from '@tonle/http';
import { Service } from '@tonle/platform';
import { CorridorController } from './corridor.controller.js';
import { CorridorStatusService } from './corridor-status.service.js';

/** The gateway's copy of the directory, and the corridors as participants see them. */
@Module({
  controllers: [CorridorController],
  providers: [
    provide(Directory),
    provideBy(PartnerHealth, [PLATFORM, Service], ({ shared, clock }, service) => {
      const health = new PartnerHealth(shared, clock);
      health.runIn(service);
      return health;
    }),
    provide(CorridorStatusService, PartnerHealth),
    provideBy(DirectoryFeed, [Directory, PLATFORM, DATABASE], async (directory, platform, keepIn) => {
      const feed = new DirectoryFeed(directory, platform, { keepIn });
      await feed.look();
      return feed;
    }),
  ],
  exports: [Directory, CorridorStatusService, PartnerHealth],
})
export class DirectoryCopyModule {
  constructor(service: Service, feed: DirectoryFeed) {
    feed.runIn(service);
  }
}
