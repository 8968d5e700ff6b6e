import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { adapterOf, NETWORKS } from '@tonle/contracts';

/** The adapters that exist, by service name: those of our own, and of networks that are files in folders, with commas between. */
export function adaptersThatExist(networksDir: string | undefined): string[] {
  const folders = (networksDir ?? '').split(',').filter((each) => each !== '');
  const added = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => existsSync(join(folder, name, 'profile.json')))
      .sort(),
  );
  return [...NETWORKS, ...added].map(adapterOf);
}
