import { createHash, type KeyObject } from 'node:crypto';
import { isManifestSigned, keyFingerprint, manifestPublicKey } from '@tonle/security';
import { unzipSync } from 'fflate';
import { UsageError } from './gateway-client.js';
import type { ShownStory } from './story-lines.js';

const SUMS = 'SHA256SUMS';
const SIGNATURE = 'SHA256SUMS.sig';
const SIGNER = 'signer.pub.pem';
const STORY = 'story.json';
const MISSING = 'missing.txt';
/** Whoever has the wrong file at hand. */
const MEND = ' Name by --verify a file that `explain --bundle` has written.';
const SUM_LINE = /^([0-9a-f]{64}) {2}(.+)$/;

export type BundleFiles = Readonly<Record<string, Uint8Array>>;

/** What a bundle is held against: whose name a person knows. */
export interface HeldAgainst {
  readonly bundle: string;
  readonly key: KeyObject;
  readonly keyFile: string;
}

/** Opens a bundle. Throws UsageError for what is none, by its name. */
export function openBundle(bytes: Uint8Array, name: string): BundleFiles {
  const names: string[] = [];
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, {
      filter: (each) => {
        names.push(each.name);
        return true;
      },
    });
  } catch (error) {
    const because = error instanceof Error ? error.message : '';
    throw new UsageError(
      `${name} is no bundle of evidence: it is not a zip file, or is cut off (${because}).${MEND}`,
    );
  }
  // Of two files of one name other programs may show the one that was not verified.
  const twice = names.find((each, index) => names.indexOf(each) !== index);
  if (twice !== undefined) throw new UsageError(`${name} is no bundle of evidence: ${twice} is in it twice.`);
  if (files[STORY] === undefined || files[SUMS] === undefined)
    throw new UsageError(`${name} is no bundle of evidence: it has no ${STORY} or no ${SUMS}.${MEND}`);
  return files;
}

/** The story in a bundle. Throws UsageError when it cannot be read. */
export function storyOf(files: BundleFiles, name: string): ShownStory {
  try {
    return JSON.parse(textOf(files[STORY])) as ShownStory;
  } catch {
    throw new UsageError(`${STORY} in ${name} cannot be read.`);
  }
}

/**
 * What is wrong with a bundle: its hashes are not signed by this key, or files were changed, added or taken away, by the
 * hashes and by its story. Nothing: it is what whoever has the key has made.
 */
export function bundleFaults(files: BundleFiles, against: HeldAgainst): string[] {
  const faults = [...signatureFaults(files, against), ...hashFaults(files)];
  // What it says counts when it is what was made.
  return faults.length > 0 ? faults : messageFaults(files, storyOf(files, against.bundle));
}

function signatureFaults(files: BundleFiles, { key, keyFile }: HeldAgainst): string[] {
  const signature = files[SIGNATURE];
  if (signature === undefined) return ['it is not signed: nobody vouches for its hashes'];
  if (isManifestSigned(files[SUMS]!, signature, key)) return [];
  const own = signerOf(files);
  return own === undefined || own === keyFingerprint(key)
    ? [`${SIGNATURE} does not hold: ${SUMS} or the signature was changed`]
    : [`it was signed by another key (${own}) than that of ${keyFile} (${keyFingerprint(key)})`];
}

/** The fingerprint of the key that is in the bundle. */
function signerOf(files: BundleFiles): string | undefined {
  try {
    return keyFingerprint(manifestPublicKey(textOf(files[SIGNER])));
  } catch {
    return undefined;
  }
}

function hashFaults(files: BundleFiles): string[] {
  const lines = textOf(files[SUMS]).split('\n').slice(0, -1);
  const sums = new Map<string, string>();
  const strange: string[] = [];
  for (const line of lines) {
    const match = SUM_LINE.exec(line);
    if (match === null || sums.has(match[2]!)) strange.push(`${SUMS} has a line that it cannot have`);
    else sums.set(match[2]!, match[1]!);
  }
  return [
    ...strange,
    ...Object.keys(files)
      .filter((name) => name !== SUMS && name !== SIGNATURE && !sums.has(name))
      .map((name) => `${name} is not among the hashes`),
    ...[...sums].flatMap(([name, sum]) => {
      if (files[name] === undefined) return [`${name} is missing`];
      return hashOf(files[name]) === sum ? [] : [`${name} was changed`];
    }),
  ];
}

function messageFaults(files: BundleFiles, { entries }: ShownStory): string[] {
  const told = entries.flatMap(({ message }) => message ?? []);
  const missing = new Set(files[MISSING] === undefined ? [] : textOf(files[MISSING]).split('\n'));
  return told.flatMap(({ file, sha256 }) => {
    const bytes = files[file];
    if (bytes === undefined)
      return missing.has(file) ? [] : [`${file}, of which the story tells, is missing`];
    return hashOf(bytes) === sha256 ? [] : [`${file} is not the message that the story tells of`];
  });
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
