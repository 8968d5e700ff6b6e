import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FolderPlace, SftpPlace } from './network-files.js';

/** What the environment says of a network's files. */
export interface FilePlaceSettings {
  /** `file:///folder`, or `sftp://user@host:port/folder`. */
  readonly url: URL;
  /** Path of our private key; with sftp. */
  readonly keyFile?: string;
  /** The server's key as `ssh-keygen -l` shows it, or the file of its public key, `<name>.pub`; with sftp. */
  readonly hostKey?: string;
}

const SFTP_PORT = 22;
const HOST_KEY = /^SHA256:[A-Za-z0-9+/]{43}$/;

/** Where files are, by the settings of a network. Throws when they do not say all of it. */
export function filePlaceOf({ url, keyFile, hostKey }: FilePlaceSettings): FolderPlace | SftpPlace {
  const path = decodeURIComponent(url.pathname);
  if (url.protocol === 'file:') return { kind: 'folder', root: path };
  if (url.protocol !== 'sftp:') throw new Error(`files are at file:// or sftp://, not at ${url.protocol}//`);
  if (url.username === '') throw new Error(`${url.href} names no user: sftp://user@host/folder`);
  if (keyFile === undefined) throw new Error(`${url.href} needs the file of our private key`);
  // Whoever answers at an address may be anybody: without the key nobody is spoken to.
  const known = hostKey?.endsWith('.pub') === true ? fingerprintOfFile(hostKey) : hostKey;
  if (known === undefined || !HOST_KEY.test(known))
    throw new Error(
      `${url.href} needs the key of the server, as ssh-keygen -l shows it (SHA256:...), or the file of it (<name>.pub)`,
    );
  return {
    kind: 'sftp',
    host: url.hostname,
    port: url.port === '' ? SFTP_PORT : Number.parseInt(url.port, 10),
    user: decodeURIComponent(url.username),
    keyFile,
    hostKey: known,
    root: path === '' ? '/' : path,
  };
}

/** A host key as `ssh-keygen -l` shows it. */
export function fingerprintOf(key: Uint8Array): string {
  return `SHA256:${hash('sha256', key, 'base64').replace(/=+$/, '')}`;
}

/** Of a line `<type> <base64> <comment>`. */
function fingerprintOfFile(path: string): string {
  const [, key] = readFileSync(path, 'utf8').trim().split(/\s+/);
  if (key === undefined)
    throw new Error(`${path} has no key of a server: OpenSSH writes one as a line "<type> <base64>"`);
  return fingerprintOf(Buffer.from(key, 'base64'));
}
