// What `npm run dev` notices, however an editor saves.
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { until } from '../../tests/world/until.js';

type Watch = (
  folders: readonly string[],
  changed: (files: readonly string[]) => void,
) => Promise<{ close(): Promise<void> }>;
const { watchSources } = (await import(join(import.meta.dirname, 'watch.mjs'))) as { watchSources: Watch };

let folder: string;
let watcher: { close(): Promise<void> };
let seen: string[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tonle-dev-'));
  mkdirSync(join(folder, 'src'));
  mkdirSync(join(folder, 'dist'));
  for (const file of ['src/a.ts', 'src/codes.json', 'dist/b.ts']) writeFileSync(join(folder, file), '0');
  seen = [];
  watcher = await watchSources([folder], (files) => seen.push(...files));
});
afterEach(async () => {
  await watcher.close();
  rmSync(folder, { recursive: true });
});

function saveByRename(file: string, text: string): void {
  writeFileSync(join(folder, `${file}.tmp`), text);
  renameSync(join(folder, `${file}.tmp`), join(folder, file));
}

it.each(['src/a.ts', 'src/codes.json'])('sees every change of %s that comes by rename', async (file) => {
  for (const nth of [1, 2, 3]) {
    saveByRename(file, 'x'.repeat(nth));
    await until(`change ${nth}`, () => seen.length >= nth);
  }
  expect(new Set(seen)).toEqual(new Set([join(folder, file)]));
});

it('sees new files and what is written in place, but not what is built', async () => {
  writeFileSync(join(folder, 'dist/b.ts'), 'built');
  writeFileSync(join(folder, 'src/new.xml'), '<a/>');
  await until('the new file', () => seen.length > 0);
  writeFileSync(join(folder, 'src/new.xml'), '<b/>');
  await until('its change', () => seen.length > 1);
  expect(new Set(seen)).toEqual(new Set([join(folder, 'src/new.xml')]));
});
