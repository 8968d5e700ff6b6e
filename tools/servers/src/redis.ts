// Finds or installs redis-server and runs it on loopback. Redis holds nothing that must survive.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { has, installPackages, mayInstall, type Report } from './program.js';
import { endLeftOver, startServer, type SpawnedServer } from './spawned-server.js';
import { failed, startFault, StartFault } from './start-fault.js';
import type { TlsFiles } from './tls-files.js';

const STOP_MS_MAX = 5_000;

export interface RedisServer extends SpawnedServer {
  readonly port: number;
  readonly url: string;
}

/** Makes sure that redis-server is there: installs Debian's package as root, else names it. */
export async function ensureRedis(report: Report = () => undefined): Promise<void> {
  if (has('redis-server')) return;
  if (!mayInstall())
    throw new StartFault('Redis did not start: redis-server is missing; install the package redis-server.');
  report('installing redis-server (once, about twenty seconds)');
  await installPackages(['redis-server']).catch(failed('Installing Redis', '/'));
}

/** Any answer will do, also that a password is wanted. */
function answers(port: number, ca?: string): Promise<boolean> {
  return new Promise((done) => {
    const host = '127.0.0.1';
    const socket = ca === undefined ? connect({ host, port }) : connectTls({ host, port, ca });
    socket.once(ca === undefined ? 'connect' : 'secureConnect', () => socket.write('PING\r\n'));
    socket.once('data', (bytes: Buffer) => {
      socket.destroy();
      done(/^(\+PONG|-NOAUTH)/.test(bytes.toString()));
    });
    socket.once('error', () => done(false));
    socket.setTimeout(1_000, () => {
      socket.destroy();
      done(false);
    });
  });
}

export interface RedisOptions {
  readonly port: number;
  readonly dataFolder: string;
  readonly memoryMb?: number;
  /** Who connects has to know the password, and there is no connection without TLS. */
  readonly access?: { readonly password: string; readonly tls: TlsFiles };
  /** Ends the wait for a server that starts, and it. */
  readonly signal?: AbortSignal;
}

/** Starts a server on loopback. Throws when another answers there. */
export async function startRedis(options: RedisOptions): Promise<RedisServer> {
  const { port, dataFolder, access } = options;
  const folder = resolve(dataFolder);
  await mkdir(folder, { recursive: true });
  const pidFile = join(folder, 'redis.pid');
  await endLeftOver({ pidFile, mark: 'redis-server', signal: 'SIGKILL', limitMs: STOP_MS_MAX }).catch(
    failed('Redis', folder),
  );
  const ca = access === undefined ? undefined : await readFile(access.tls.authority, 'utf8');
  if (await answers(port, ca)) throw startFault('Redis', folder, `EADDRINUSE ${port}`);
  // In a file, since everybody sees the arguments of a process.
  const file = join(folder, 'redis.conf');
  await writeFile(file, configurationOf(folder, options), { mode: 0o600 });
  const server = await startServer({
    name: `Redis on port ${port}`,
    program: 'redis-server',
    args: [file],
    pidFile,
    answers: () => answers(port, ca),
    signal: options.signal,
    stopMs: STOP_MS_MAX,
  }).catch(failed('Redis', folder));
  const url =
    access === undefined ? `redis://127.0.0.1:${port}` : `rediss://:${access.password}@127.0.0.1:${port}`;
  return { ...server, port, url };
}

function configurationOf(folder: string, { port, memoryMb = 128, access }: RedisOptions): string {
  const listener =
    access === undefined
      ? [`port ${port}`]
      : [
          'port 0',
          `tls-port ${port}`,
          `tls-ca-cert-file "${access.tls.authority}"`,
          `tls-cert-file "${access.tls.certificate}"`,
          `tls-key-file "${access.tls.key}"`,
          'tls-auth-clients no',
          'tls-protocols "TLSv1.3"',
          `requirepass ${access.password}`,
        ];
  return `${[
    ...listener,
    'bind 127.0.0.1',
    `dir "${folder}"`,
    'save ""',
    'appendonly no',
    `maxmemory ${memoryMb}mb`,
    'maxmemory-policy volatile-ttl',
    'daemonize no',
    'loglevel warning',
  ].join('\n')}\n`;
}
