import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SFTPWrapper } from 'ssh2';
import type { FolderPlace, SftpPlace } from './network-files.js';
import { answered, withSftpSession } from './sftp-place.js';

/** Longest time for all files at once. */
const LAY_DOWN_MS = 10 * 60_000;
/** A file has this at its end until it is whole: whoever looks on takes no half of one. */
const PART = '.part';

/** A file of ours for somebody else's folder. */
export interface FileToLay {
  /** Below the root of the place, with slashes. */
  readonly path: string;
  /** Its bytes, or the path of a local file. */
  readonly content: Uint8Array | string;
}

/**
 * Lays files down in their order, each under its name once it is whole; those that are there are replaced. Rejects when the place cannot be
 * reached or refuses one: what was laid down before stays.
 */
export async function layDown(place: FolderPlace | SftpPlace, files: readonly FileToLay[]): Promise<void> {
  if (place.kind === 'folder') {
    for (const file of files) await layInFolder(place.root, file);
    return;
  }
  await withSftpSession(place, LAY_DOWN_MS, async (sftp) => {
    for (const file of files) await layOnServer(sftp, place.root, file);
  });
}

const readerOf = ({ content }: FileToLay): Readable =>
  typeof content === 'string' ? createReadStream(content) : Readable.from([Buffer.from(content)]);

async function layInFolder(root: string, file: FileToLay): Promise<void> {
  const path = join(root, file.path);
  await mkdir(dirname(path), { recursive: true });
  await pipeline(readerOf(file), createWriteStream(path + PART));
  await rename(path + PART, path);
}

async function layOnServer(sftp: SFTPWrapper, root: string, file: FileToLay): Promise<void> {
  const path = posix.join(root, file.path);
  // Made by whoever came first; that it is there shows when the file is written.
  await answered((done) =>
    sftp.mkdir(posix.dirname(path), (error) => done(error ?? undefined, undefined)),
  ).catch(() => undefined);
  await pipeline(readerOf(file), sftp.createWriteStream(path + PART));
  // A server may refuse to rename over a file that is there.
  await answered((done) => sftp.unlink(path, (error) => done(error ?? undefined, undefined))).catch(
    () => undefined,
  );
  await answered((done) => sftp.rename(path + PART, path, (error) => done(error ?? undefined, undefined)));
}
