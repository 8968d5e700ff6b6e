import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ssh2, { type Client, type SFTPWrapper } from 'ssh2';
import { fingerprintOf } from './file-place-settings.js';
import type { SftpPlace } from './network-files.js';
import { FILE_BYTES_MAX, type FileFolders } from './file-place.js';

const CONNECT_MS = 10_000;
/** SFTP 3, 7: there is no such file or folder. */
const NO_SUCH_FILE = 2;

/** Connects, uses the folders, and hangs up; rejects as `withSftpSession` does. */
export function withSftp<T>(
  place: SftpPlace,
  fetchMs: number,
  use: (folders: FileFolders) => Promise<T>,
): Promise<T> {
  return withSftpSession(place, fetchMs, (sftp) => use(remoteFolders(sftp, place.root)));
}

/**
 * Connects, and hangs up once it was used. Rejects when the server has another key than the one that is known, refuses us, is
 * silent, or is not done after `mostMs`.
 */
export async function withSftpSession<T>(
  place: SftpPlace,
  mostMs: number,
  use: (sftp: SFTPWrapper) => Promise<T>,
): Promise<T> {
  const client = new ssh2.Client();
  let timer: NodeJS.Timeout | undefined;
  const broken = new Promise<never>((_, reject) => {
    client.on('error', reject);
    client.on('close', () => reject(new Error('the connection was closed')));
    timer = setTimeout(() => reject(new Error(`not done after ${mostMs} ms`)), mostMs);
  });
  try {
    return await Promise.race([work(client, place, use), broken]);
  } catch (error) {
    const { host, port } = place;
    throw new Error(`sftp://${host}:${port}: ${(error as Error).message}`, { cause: error });
  } finally {
    clearTimeout(timer);
    client.destroy();
  }
}

async function work<T>(client: Client, place: SftpPlace, use: (sftp: SFTPWrapper) => Promise<T>): Promise<T> {
  const { host, port, user: username, keyFile, hostKey } = place;
  await new Promise<void>((resolve) => {
    client.on('ready', () => {
      // A file is asked for by several small messages, each of which would wait for the one before it to be confirmed.
      client.setNoDelay(true);
      resolve();
    });
    client.connect({
      host,
      port,
      username,
      privateKey: readFileSync(keyFile),
      readyTimeout: CONNECT_MS,
      hostVerifier: (key: Buffer) => fingerprintOf(key) === hostKey,
    });
  });
  const sftp = await answered<SFTPWrapper>((done) => client.sftp(done));
  return use(sftp);
}

function remoteFolders(sftp: SFTPWrapper, root: string): FileFolders {
  return {
    list: async (folder) => {
      try {
        const found = await answered<{ filename: string; attrs: { size: number; isFile(): boolean } }[]>(
          (done) => sftp.readdir(posix.join(root, folder), done),
        );
        return found
          .filter(({ attrs }) => attrs.isFile())
          .map(({ filename, attrs }) => ({ name: filename, bytes: attrs.size }));
      } catch (error) {
        if ((error as { code?: unknown }).code === NO_SUCH_FILE) return [];
        throw error;
      }
    },
    read: async (path) => {
      const parts: Buffer[] = [];
      // One byte more than is read at most: a file that grew meanwhile is found by its length.
      const stream = sftp.createReadStream(posix.join(root, path), { end: FILE_BYTES_MAX });
      const closed = once(stream, 'close');
      for await (const part of stream) parts.push(part as Buffer);
      await closed;
      return Buffer.concat(parts);
    },
  };
}

/** What a question to the server is answered with. */
export function answered<T>(ask: (done: (error: Error | undefined, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    ask((error, value) => (error === undefined || error === null ? resolve(value) : reject(error)));
  });
}
