import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxDirectory } from './world.js';

/**
 * Opening funds are posted once, at the first start. An installation that ran before keeps those that its directory file
 * had: what a later version or an added network brings is money that statements prove. Until then, caps carry its payments.
 */
export function keepOpeningFunds(directory: SandboxDirectory, home: string): void {
  const file = join(home, 'directory.json');
  if (!existsSync(join(home, 'postgres')) || !existsSync(file)) return;
  directory.openingFunds = (JSON.parse(readFileSync(file, 'utf8')) as SandboxDirectory).openingFunds;
}
