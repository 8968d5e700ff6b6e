import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { deliveredDays } from './deliveries.js';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const NAME = 'TONLE/R1-2026-11-30.csv';
const FILE = Buffer.from('a,b\r\n');

/** A file as it is delivered; `without` or with other bytes as a fault would have it. */
function delivered({ file = FILE, key = privateKey, without = '.none' } = {}): Map<string, Buffer> {
  const sha256 = createHash('sha256').update(FILE).digest('hex');
  const manifest = Buffer.from(JSON.stringify({ sha256, parameters: { day: '2026-11-30' } }));
  const files = new Map([
    [NAME, file],
    [`${NAME}.manifest.sig`, sign(null, manifest, key)],
    [`${NAME}.manifest.json`, manifest],
  ]);
  files.delete(`${NAME}${without}`);
  return files;
}

it('is of a day when its file, signature and manifest are there', () => {
  expect(deliveredDays(delivered(), publicKey)).toEqual(['2026-11-30']);
});

it('is not there yet without its manifest', () => {
  expect(deliveredDays(delivered({ without: '.manifest.json' }), publicKey)).toEqual([]);
});

it.each([
  ['came after its manifest', delivered({ without: '.manifest.sig' })],
  ['is not what its manifest says', delivered({ file: Buffer.from('a,c\r\n') })],
  ['is not signed', delivered({ key: generateKeyPairSync('ed25519').privateKey })],
])('is a fault when it %s', (words, files) => {
  expect(() => deliveredDays(files, publicKey)).toThrow(words);
});
