// Finds or installs redis-server and runs it on loopback. Redis holds nothing that must survive.
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';

const START_MS_MAX = 10_000;
const STOP_MS_MAX = 5_000;

const has = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

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

/** A server left over from a launcher that was killed makes room. */
async function stopLeftOver(folder) {
  const pid = Number.parseInt(await readFile(join(folder, 'redis.pid'), 'utf8').catch(() => ''), 10);
  if (!Number.isInteger(pid) || pid <= 1) return;
  const name = spawnSync('ps', ['-o', 'args=', '-p', String(pid)]).stdout?.toString() ?? '';
  if (!name.includes('redis-server')) return;
  process.kill(pid, 'SIGKILL');
  const end = performance.now() + STOP_MS_MAX;
  while (spawnSync('ps', ['-p', String(pid)]).status === 0 && performance.now() < end) await pause(20);
}

/**
 * @param {{ port: number, dataFolder: string, memoryMb?: number }} options
 * @returns {Promise<{ port: number, url: string, pid: number, stop: () => Promise<void>, onExit: (listener: () => void) => void }>}
 */
export async function startRedis({ port, dataFolder, memoryMb = 128 }) {
  const folder = resolve(dataFolder);
  await mkdir(folder, { recursive: true });
  await stopLeftOver(folder);
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
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let log = '';
  const keep = (chunk) => {
    log = (log + chunk).slice(-2_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let ended = false;
  const exited = new Promise((done) =>
    child.once('exit', () => {
      ended = true;
      done();
    }),
  );
  child.once('error', (error) => {
    log += error.message;
    ended = true;
  });
  const end = performance.now() + START_MS_MAX;
  while (!(await answers(port))) {
    if (ended || performance.now() > end) throw new Error(`Redis did not start on port ${port}:\n${log}`);
    await pause(20);
  }
  await writeFile(join(folder, 'redis.pid'), String(child.pid));
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    pid: child.pid,
    onExit: (listener) => void exited.then(listener),
    stop: async () => {
      if (!ended) child.kill('SIGTERM');
      const limit = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
      await exited;
      clearTimeout(limit);
    },
  };
}
