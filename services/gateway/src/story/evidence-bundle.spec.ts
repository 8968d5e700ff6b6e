import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { isManifestSigned } from '@tonle/security';
import { unzipSync } from 'fflate';
import { evidenceBundle } from './evidence-bundle.js';
import type { PublicStory, StoryEntry } from './story.schema.js';

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function entryOf(id: string, file: string, bytes: Buffer): StoryEntry {
  const message = { file, sha256: hashOf(bytes), size: bytes.length, form: 'other' as const };
  return { id, at: '2026-11-28T12:00:00.000Z', service: 'x', kind: 'message_in', words: '', message };
}

const ASKED = Buffer.from('<Document/>');
const ANSWERED = Buffer.from([0, 255, 13, 10]);
const STORY: PublicStory = {
  paymentId: '01890000-0000-7000-8000-000000000000',
  entries: [entryOf('x/1', 'messages/0001-a.xml', ASKED), entryOf('x/2', 'messages/0002-b.bin', ANSWERED)],
  incomplete: [],
  cut: [],
};
const BYTES = new Map([
  ['x/1', ASKED],
  ['x/2', ANSWERED],
]);

const { privateKey } = generateKeyPairSync('ed25519');
const bundleOf = (bytes: ReadonlyMap<string, Buffer> = BYTES) => evidenceBundle(STORY, bytes, privateKey);

describe('a bundle of evidence', () => {
  it('has the story, every message, the hash of each file, and the signature of the hashes', () => {
    const files = unzipSync(bundleOf());
    expect(Object.keys(files)).toEqual([
      'README.txt',
      'SHA256SUMS',
      'SHA256SUMS.sig',
      'messages/0001-a.xml',
      'messages/0002-b.bin',
      'signer.pub.pem',
      'story.json',
    ]);
    expect(Buffer.from(files['messages/0002-b.bin']!)).toEqual(ANSWERED);
    expect(JSON.parse(Buffer.from(files['story.json']!).toString())).toEqual(STORY);
    const sums = Buffer.from(files['SHA256SUMS']!).toString().trimEnd().split('\n');
    expect(sums).toEqual(
      ['README.txt', 'messages/0001-a.xml', 'messages/0002-b.bin', 'signer.pub.pem', 'story.json'].map(
        (name) => `${hashOf(files[name]!)}  ${name}`,
      ),
    );
    const signer = createPublicKey(Buffer.from(files['signer.pub.pem']!));
    expect(isManifestSigned(files['SHA256SUMS']!, files['SHA256SUMS.sig']!, signer)).toBe(true);
    expect(signer.equals(createPublicKey(privateKey))).toBe(true);
  });

  it('is not signed where there is no key for it', () => {
    const names = Object.keys(unzipSync(evidenceBundle(STORY, BYTES, undefined)));
    expect(names.filter((name) => /sig/.test(name))).toEqual([]);
  });

  it('has the same bytes for the same facts, on whatever day and in whatever order they came', () => {
    const again = bundleOf(new Map([...BYTES].reverse()));
    expect(hashOf(again)).toBe(hashOf(bundleOf()));
  });

  it('names the messages whose bytes could not be had', () => {
    const files = unzipSync(bundleOf(new Map([['x/1', ASKED]])));
    expect(Buffer.from(files['missing.txt']!).toString()).toBe('messages/0002-b.bin\n');
    expect(files['messages/0002-b.bin']).toBeUndefined();
  });
});
