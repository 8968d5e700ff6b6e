import { Module } from '@nestjs/common';
import { DirectoryStore } from '@tonle/directory';
import { CLOCK, DATABASE, key, PLATFORM, provide, provideBy } from '@tonle/http';
import { readSettings } from '../routing.settings.js';
import { CurrentDirectory } from './current-directory.js';
import { readDirectoryFile, seedDirectory, type DirectoryFile } from './directory.seed.js';

/** The file that an empty directory starts from; empty without one. */
export const DIRECTORY_FILE = key<DirectoryFile>('DirectoryFile');

/** The directory as it stands in the table; from the file when there was none. */
@Module({
  providers: [
    provide(DirectoryStore),
    provideBy(DIRECTORY_FILE, [PLATFORM], async ({ settings }) => {
      const { TONLE_DIRECTORY_FILE: path } = readSettings(settings);
      return path === undefined ? { entries: [], openingFunds: [] } : readDirectoryFile(path);
    }),
    provideBy(
      CurrentDirectory,
      [DirectoryStore, DATABASE, DIRECTORY_FILE, CLOCK],
      async (store, database, file, clock) => {
        await seedDirectory(store, database, file, clock.now());
        return new CurrentDirectory(store, database, await store.load(database));
      },
    ),
  ],
  exports: [DirectoryStore, CurrentDirectory, DIRECTORY_FILE],
})
export class DirectoryModule {}
