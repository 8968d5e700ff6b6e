// The sources of libs/contracts whose comments describe the contracts, messages first.
import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../../libs/contracts/src/', import.meta.url);

export function contractSources(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => /^(messages|calls-\w+)\.ts$/.test(name))
    .sort()
    .reverse()
    .map((name) => readFileSync(new URL(name, FOLDER), 'utf8'));
}
