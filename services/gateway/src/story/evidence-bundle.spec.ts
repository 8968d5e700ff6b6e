import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
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

describe('a bundle of evidence', () => {
  it('has the story, every message, and the hash of each file', () => {
    const files = unzipSync(evidenceBundle(STORY, BYTES));
    expect(Object.keys(files)).toEqual([
      'README.txt',
      'SHA256SUMS',
      'messages/0001-a.xml',
      'messages/0002-b.bin',
      'story.json',
    ]);
    expect(Buffer.from(files['messages/0002-b.bin']!)).toEqual(ANSWERED);
    expect(JSON.parse(Buffer.from(files['story.json']!).toString())).toEqual(STORY);
    const sums = Buffer.from(files['SHA256SUMS']!).toString().trimEnd().split('\n');
    expect(sums).toEqual(
      ['README.txt', 'messages/0001-a.xml', 'messages/0002-b.bin', 'story.json'].map(
        (name) => `${hashOf(files[name]!)}  ${name}`,
      ),
    );
  });

  it('has the same bytes for the same facts, on whatever day and in whatever order they came', () => {
    const again = evidenceBundle(STORY, new Map([...BYTES].reverse()));
    expect(hashOf(again)).toBe(hashOf(evidenceBundle(STORY, BYTES)));
  });

  it('names the messages whose bytes could not be had', () => {
    const files = unzipSync(evidenceBundle(STORY, new Map([['x/1', ASKED]])));
    expect(Buffer.from(files['missing.txt']!).toString()).toBe('messages/0002-b.bin\n');
    expect(files['messages/0002-b.bin']).toBeUndefined();
  });
});
