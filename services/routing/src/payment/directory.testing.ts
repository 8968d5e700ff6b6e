import { readFileSync } from 'node:fs';
import type { DirectoryEntry } from '@tonle/contracts';
import { Directory } from '@tonle/directory';

const FILE = new URL('../../../../deploy/sandbox/directory.json', import.meta.url);

export interface DirectoryJson {
  entries: { kind: string; id: string; version: number; body: Record<string, never> }[];
  openingFunds: { account: string; participant: string; currency: string; amountMinor: string }[];
}

/** The sandbox's directory, edited by `change`. */
export function sandboxDirectory(
  change: (directory: DirectoryJson) => void = () => undefined,
): DirectoryJson {
  const directory = JSON.parse(readFileSync(FILE, 'utf8')) as DirectoryJson;
  change(directory);
  return directory;
}

export function directoryOf({ entries }: DirectoryJson): Directory {
  return new Directory(entries as DirectoryEntry[], 1n);
}
