// One foreign server (PostgreSQL, Kafka, Redis) as a child process: started, waited for, stopped, ended with whoever
// started it, and ended when an earlier launcher was killed and left it over.
import { spawn, spawnSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

const LOOK_MS = 20;
const LOG_KEPT = 4_000;

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function commandOf(pid: number): string {
  return spawnSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)]).stdout?.toString() ?? '';
}

export interface LeftOver {
  readonly pidFile: string;
  /** Stands in the command line of the server, and of no other process. */
  readonly mark: string;
  readonly signal: NodeJS.Signals;
  readonly limitMs: number;
}

/** Ends the server whose process id stands in a file, if it still is what `mark` says. Throws when it does not end. */
export async function endLeftOver({ pidFile, mark, signal, limitMs }: LeftOver): Promise<void> {
  const text = await readFile(pidFile, 'utf8').catch(() => '');
  const pid = Number.parseInt(text.split('\n')[0] ?? '', 10);
  if (!Number.isInteger(pid) || pid <= 1) return;
  // One that has ended may keep its id until somebody fetches its end, but not its command line.
  const runs = (): boolean => isAlive(pid) && commandOf(pid).includes(mark);
  if (runs()) {
    process.kill(pid, signal);
    const end = performance.now() + limitMs;
    while (runs()) {
      if (performance.now() > end) throw new Error(`process ${pid} of an earlier start does not end`);
      await pause(LOOK_MS);
    }
  }
  await rm(pidFile, { force: true });
}

/**
 * Ends a server when we are gone, however we went: a shell reads from a pipe that nobody but us holds open. Returns what
 * calls that off.
 */
function endWithUs(pid: number, signal: NodeJS.Signals): () => void {
  if (process.platform === 'win32') return () => undefined;
  const script = `read -r _; kill -${signal.replace('SIG', '')} ${pid}`;
  const watch = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watch.once('error', () => undefined);
  watch.unref();
  (watch.stdin as Socket).unref();
  return () => void watch.kill('SIGKILL');
}

export interface SpawnedServer {
  readonly pid: number;
  onExit(listener: () => void): void;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly pidFile?: string;
  readonly answers: () => Promise<boolean>;
  /** Ends the wait for a server that starts, and it. */
  readonly signal?: AbortSignal;
  readonly stopMs: number;
  readonly stopSignal?: NodeJS.Signals;
}

/**
 * Starts a server and waits until it answers, for as long as it lives: what it has to read may be much, and the machine busy.
 * Throws with the end of its output when it ends, or nobody wants it any more.
 */
export async function startServer(options: ServerOptions): Promise<SpawnedServer> {
  const { name, program, args, env, pidFile, answers, signal, stopMs, stopSignal = 'SIGTERM' } = options;
  // A group of its own, so that Ctrl-C in a terminal reaches the launcher alone, which stops all in order.
  const child = spawn(program, [...args], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let log = '';
  const keep = (chunk: Buffer | string): void => {
    log = (log + chunk.toString()).slice(-LOG_KEPT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let ended = false;
  const letGo = child.pid === undefined ? () => undefined : endWithUs(child.pid, stopSignal);
  const exited = new Promise<void>((done) => {
    child.once('exit', () => done());
    child.once('error', (error) => {
      keep(error.message);
      done();
    });
  }).then(() => {
    letGo();
    ended = true;
  });
  // At once: a launcher that is killed while it waits below must not leave a server that nobody knows.
  if (pidFile !== undefined && child.pid !== undefined) await writeFile(pidFile, `${child.pid}\n`);
  const stop = async (): Promise<void> => {
    if (!ended) child.kill(stopSignal);
    const limit = setTimeout(() => child.kill('SIGKILL'), stopMs);
    await exited;
    clearTimeout(limit);
  };
  while (!(await answers())) {
    if (ended) throw new Error(`${name} did not start:\n${log}`);
    if (signal?.aborted) {
      await stop();
      throw new Error(`${name} was not waited for any more:\n${log}`);
    }
    await pause(LOOK_MS);
  }
  // Somebody else's server may have answered in its place.
  if (ended) throw new Error(`${name} did not start:\n${log}`);
  return { pid: child.pid!, onExit: (listener) => void exited.then(listener), stop };
}
