import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { signManifest } from '@tonle/security';
import { zipSync, type Zippable } from 'fflate';
import type { PublicStory } from './story.schema.js';

/** One instant for every file, in local time as the format has it: the same facts give the same bytes anywhere. */
const MTIME = new Date(1980, 0, 1);
/** More is left out, and said so. */
const BUNDLE_BYTES_MAX = 64 * 1_024 * 1_024;

const README = `The evidence of one payment: its story, and every message with the bytes as they came or went.

story.json      the story, in order: nothing is before what brought it about
messages/       one file for each message; story.json names them, with their headers and hashes
missing.txt     messages whose bytes could not be had; absent when there are none
SHA256SUMS      the hash of every other file
SHA256SUMS.sig  the switch's signature over SHA256SUMS (Ed25519); absent where it has no key for it
signer.pub.pem  the key it was made with. A key in a bundle proves nothing: compare it with the one that the
                operator of the switch gave you

To verify it: tonle explain --verify FILE --key <the operator's key>, or

    sha256sum -c SHA256SUMS
    openssl pkeyutl -verify -pubin -inkey <the operator's key> -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig
`;

/**
 * The evidence of a payment as one zip: the story, the bytes of every message, hashes of all, and the signature of those. Not
 * compressed, so that the bytes of the archive hang on nothing but the facts and the key.
 */
export function evidenceBundle(
  story: PublicStory,
  bytes: ReadonlyMap<string, Buffer>,
  signer: KeyObject | undefined,
): Buffer {
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
  if (signer !== undefined) files.set('signer.pub.pem', publicPemOf(signer));
  const sums = Buffer.from(sumsOf(files));
  files.set('SHA256SUMS', sums);
  if (signer !== undefined) files.set('SHA256SUMS.sig', signManifest(sums, signer));
  const zipped: Zippable = Object.fromEntries(
    [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, content]) => [name, content]),
  );
  return Buffer.from(zipSync(zipped, { level: 0, mtime: MTIME }));
}

const publicPemOf = (key: KeyObject): Buffer =>
  Buffer.from(createPublicKey(key).export({ type: 'spki', format: 'pem' }));

/** As `sha256sum` writes and checks it. */
function sumsOf(files: ReadonlyMap<string, Buffer>): string {
  const lines = [...files].map(
    ([name, content]) => `${createHash('sha256').update(content).digest('hex')}  ${name}\n`,
  );
  return lines.sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join('');
}
