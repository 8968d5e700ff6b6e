import { createHash } from 'node:crypto';
import { zipSync, type Zippable } from 'fflate';
import type { PublicStory } from './story.schema.js';

/** One instant for every file, in local time as the format has it: the same facts give the same bytes anywhere. */
const MTIME = new Date(1980, 0, 1);
/** More is left out, and said so. */
const BUNDLE_BYTES_MAX = 64 * 1_024 * 1_024;

const README = `The evidence of one payment: its story, and every message with the bytes as they came or went.

    sha256sum -c SHA256SUMS

story.json   the story, in order: nothing is before what brought it about
messages/    one file for each message; story.json names them, with their headers and hashes
missing.txt  messages whose bytes could not be had; absent when there are none
`;

/**
 * The evidence of a payment as one zip: the story, the bytes of every message, and hashes of all. Not compressed, so that the
 * bytes of the archive hang on nothing but the facts.
 */
export function evidenceBundle(story: PublicStory, bytes: ReadonlyMap<string, Buffer>): Buffer {
  const files = new Map<string, Buffer>([
    ['README.txt', Buffer.from(README)],
    ['story.json', Buffer.from(`${JSON.stringify(story, null, 2)}\n`)],
  ]);
  const missing: string[] = [];
  let size = 0;
  for (const { id, message } of story.entries) {
    if (message === undefined) continue;
    const found = bytes.get(id);
    if (found === undefined || size + found.length > BUNDLE_BYTES_MAX) missing.push(message.file);
    else {
      files.set(message.file, found);
      size += found.length;
    }
  }
  if (missing.length > 0) files.set('missing.txt', Buffer.from(`${missing.join('\n')}\n`));
  files.set('SHA256SUMS', Buffer.from(sumsOf(files)));
  const zipped: Zippable = Object.fromEntries(
    [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, content]) => [name, content]),
  );
  return Buffer.from(zipSync(zipped, { level: 0, mtime: MTIME }));
}

/** As `sha256sum` writes and checks it. */
function sumsOf(files: ReadonlyMap<string, Buffer>): string {
  const lines = [...files].map(
    ([name, content]) => `${createHash('sha256').update(content).digest('hex')}  ${name}\n`,
  );
  return lines.sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join('');
}
