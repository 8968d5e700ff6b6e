// Finds or installs redis-server and runs it on loopback. Redis holds nothing that must survive.
import { spawn, spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { endLeftOver, startServer } from '../servers/spawned-server.mjs';

const START_MS_MAX = 10_000;
const STOP_MS_MAX = 5_000;

const has = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;

function run(program, args) {
  return new Promise((done, fail) => {
    // Without the policy file Debian would start a server of its own after the installation.
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-4_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', fail);
    child.once('exit', (code) =>
      code === 0 ? done() : fail(new Error(`${program} ${args[0]} ended with ${code}:\n${output}`)),
    );
  });
}

/**
 * Makes sure that redis-server is there: installs Debian's package as root, else names it.
 * @param {(line: string) => void} [report] told what takes time
 */
export async function ensureRedis(report = () => undefined) {
  if (has('redis-server')) return;
  if (process.getuid?.() !== 0 || !has('apt-get'))
    throw new Error('redis-server is missing; please install the package redis-server');
  report('installing redis-server (once, about twenty seconds)');
  await run('apt-get', ['update', '-q']);
  await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'redis-server']);
}

function answers(port) {
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

/**
 * @param {{ port: number, dataFolder: string, memoryMb?: number }} options
 * @returns {Promise<{ port: number, url: string, pid: number, stop: () => Promise<void>, onExit: (listener: () => void) => void }>}
 */
export async function startRedis({ port, dataFolder, memoryMb = 128 }) {
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
