// Finds or installs redis-server and runs it on loopback. Redis holds nothing that must survive.
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { has, installPackages, mayInstall, type Report } from './program.js';
import { endLeftOver, startServer, type SpawnedServer } from './spawned-server.js';

const START_MS_MAX = 10_000;
const STOP_MS_MAX = 5_000;

export interface RedisServer extends SpawnedServer {
  readonly port: number;
  readonly url: string;
}

/** Makes sure that redis-server is there: installs Debian's package as root, else names it. */
export async function ensureRedis(report: Report = () => undefined): Promise<void> {
  if (has('redis-server')) return;
  if (!mayInstall()) throw new Error('redis-server is missing; please install the package redis-server');
  report('installing redis-server (once, about twenty seconds)');
  await installPackages(['redis-server']);
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (bytes) => {
      socket.destroy();
      done(bytes.toString().startsWith('+PONG'));
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
}

/** Starts a server on loopback. Throws when another answers there. */
export async function startRedis({ port, dataFolder, memoryMb = 128 }: RedisOptions): Promise<RedisServer> {
  const folder = resolve(dataFolder);
  await mkdir(folder, { recursive: true });
  const pidFile = join(folder, 'redis.pid');
  await endLeftOver({ pidFile, mark: 'redis-server', signal: 'SIGKILL', limitMs: STOP_MS_MAX });
  if (await answers(port)) throw new Error(`port ${port} is taken by another Redis`);
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'no',
    '--maxmemory',
    `${memoryMb}mb`,
    '--maxmemory-policy',
    'volatile-ttl',
    '--daemonize',
    'no',
    '--loglevel',
    'warning',
  ];
  const server = await startServer({
    name: `Redis on port ${port}`,
    program: 'redis-server',
    args,
    pidFile,
    answers: () => answers(port),
    startMs: START_MS_MAX,
    stopMs: STOP_MS_MAX,
  });
  return { ...server, port, url: `redis://127.0.0.1:${port}` };
}
