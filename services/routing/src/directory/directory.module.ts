import { Module } from '@nestjs/common';
import { DirectoryStore } from '@tonle/directory';
import { DATABASE, provide, provideBy } from '@tonle/http';
import { CurrentDirectory } from './current-directory.js';

/** The directory as it stands in the table. */
@Module({
  providers: [
    provide(DirectoryStore),
    provideBy(
      CurrentDirectory,
      [DirectoryStore, DATABASE],
      async (store, database) => new CurrentDirectory(store, database, await store.load(database)),
    ),
  ],
  exports: [DirectoryStore, CurrentDirectory],
})
export class DirectoryModule {}
