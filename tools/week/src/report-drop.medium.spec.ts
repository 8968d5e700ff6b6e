import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { filePlaceOf, layDown } from '@tonle/network';
import { DROP, ReportDrop } from './report-drop.js';

// Real: SSH on loopback.
let drop: ReportDrop;
let folder: string;
let place: { url: string; keyFile: string; hostKey: string };

beforeAll(async () => {
  drop = await ReportDrop.open();
  const file = drop.settings['TONLE_REPORT_PLACES_FILE']!;
  folder = dirname(file);
  place = (JSON.parse(readFileSync(file, 'utf8')) as Record<string, typeof place>)[DROP]!;
});
afterAll(() => drop.close());

const placeWith = (keyFile: string) =>
  filePlaceOf({
    url: new URL(place.url),
    keyFile: join(folder, keyFile),
    hostKey: join(folder, place.hostKey),
  });

it('keeps what is laid down under its name, the newest of it', async () => {
  const large = Buffer.alloc(100_000, 'row;');
  await layDown(placeWith(place.keyFile), [
    { path: 'TONLE/a.csv', content: Buffer.from('first') },
    { path: 'TONLE/b.csv', content: large },
  ]);
  await layDown(placeWith(place.keyFile), [{ path: 'TONLE/a.csv', content: Buffer.from('second') }]);
  expect([...drop.files.keys()].sort()).toEqual(['TONLE/a.csv', 'TONLE/b.csv']);
  expect(drop.files.get('TONLE/a.csv')!.toString()).toBe('second');
  expect(drop.files.get('TONLE/b.csv')!.equals(large)).toBe(true);
});

it('lets nobody in who has another key', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(join(folder, 'stranger.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }), {
    mode: 0o600,
  });
  const before = drop.files.size;
  await expect(
    layDown(placeWith('stranger.key'), [{ path: 'TONLE/c.csv', content: Buffer.from('x') }]),
  ).rejects.toThrow();
  expect(drop.files.size).toBe(before);
});
