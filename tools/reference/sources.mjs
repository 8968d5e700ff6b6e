// The sources of libs/payment whose comments describe the contracts, messages first.
import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../libs/payment/src/', import.meta.url);

export function contractSources() {
  return readdirSync(FOLDER)
    .filter((name) => /^(messages|calls\.\w+)\.ts$/.test(name))
    .sort()
    .reverse()
    .map((name) => readFileSync(new URL(name, FOLDER), 'utf8'));
}
