import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { adapterOf, NETWORKS } from '@tonle/contracts';

/** The adapters that exist, by service name: those of our own, and of networks that are files in a folder. */
export function adaptersThatExist(networksDir: string | undefined): string[] {
  const isNetwork = (name: string): boolean => existsSync(join(networksDir!, name, 'profile.json'));
  const added = networksDir === undefined ? [] : readdirSync(networksDir).filter(isNetwork).sort();
  return [...NETWORKS, ...added].map(adapterOf);
}
