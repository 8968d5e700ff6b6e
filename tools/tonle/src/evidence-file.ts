import { createHash } from 'node:crypto';
import { unzipSync } from 'fflate';
import { UsageError } from './gateway-client.js';
import type { ShownStory } from './story-lines.js';

const SUMS = 'SHA256SUMS';
const STORY = 'story.json';

/** A bundle of evidence that was opened. */
export interface OpenedBundle {
  readonly story: ShownStory;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** Opens a bundle. Throws UsageError for what is none. */
export function openBundle(bytes: Uint8Array): OpenedBundle {
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes);
    return { files, story: JSON.parse(textOf(files[STORY])) as ShownStory };
  } catch (error) {
    throw new UsageError(`This is no bundle of evidence: ${error instanceof Error ? error.message : ''}`);
  }
}

/** What is wrong with a bundle: files that were changed, added or taken away, by its own list of hashes and by its story. */
export function bundleFaults({ story, files }: OpenedBundle): string[] {
  const sums = new Map(
    textOf(files[SUMS])
      .split('\n')
      .flatMap((line) => {
        const match = /^([0-9a-f]{64}) {2}(.+)$/.exec(line);
        return match === null ? [] : [[match[2]!, match[1]!] as const];
      }),
  );
  const told = story.entries.flatMap(({ message }) => message ?? []);
  const missing = new Set(files['missing.txt'] === undefined ? [] : textOf(files['missing.txt']).split('\n'));
  return [
    ...Object.keys(files)
      .filter((name) => name !== SUMS && !sums.has(name))
      .map((name) => `${name} is not among the hashes`),
    ...[...sums].flatMap(([name, sum]) => {
      if (files[name] === undefined) return [`${name} is missing`];
      return hashOf(files[name]) === sum ? [] : [`${name} was changed`];
    }),
    ...told
      .filter(({ file, sha256 }) => files[file] !== undefined && hashOf(files[file]) !== sha256)
      .map(({ file }) => `${file} is not the message that the story tells of`),
    ...told
      .filter(({ file }) => files[file] === undefined && !missing.has(file))
      .map(({ file }) => `${file}, of which the story tells, is missing`),
  ];
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
