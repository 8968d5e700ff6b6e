import { Module } from '@nestjs/common';
import { Directory, DirectoryFeed } from '@tonle/directory';
import { DATABASE, PLATFORM, provide, provideBy } from '@tonle/http';
import { Service } from '@tonle/platform';
import { CorridorController } from './corridor.controller.js';

/** The gateway's copy of the directory, and the corridors as participants see them. */
@Module({
  controllers: [CorridorController],
  providers: [
    provide(Directory),
    provideBy(DirectoryFeed, [Directory, PLATFORM, DATABASE], async (directory, platform, keepIn) => {
      const feed = new DirectoryFeed(directory, platform, { keepIn });
      await feed.look();
      return feed;
    }),
  ],
  exports: [Directory],
})
export class DirectoryCopyModule {
  constructor(service: Service, feed: DirectoryFeed) {
    feed.runIn(service);
  }
}
