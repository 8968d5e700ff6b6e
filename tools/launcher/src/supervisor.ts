import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './layout.js';
import { LaunchError } from './ports.js';

const RESTART_MS_MIN = 200;
const RESTART_MS_MAX = 5_000;
const STEADY_MS = 10_000;
const STOP_MS_MAX = 10_000;
/** A log that is longer at a start makes way for a new one, and stays beside it as `.log.1`. */
const LOG_BYTES_MAX = 50_000_000;
const DIE_WITH_PARENT = join(ROOT, 'tools/launcher/dist/die-with-parent.js');

export interface ProcessSpec {
  readonly name: string;
  /** JavaScript file that Node.js runs. */
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
}

/** One Node.js process that is started again when it dies, until it is stopped. */
export class SupervisedProcess {
  private child: ChildProcess | undefined;
  private stopping = false;
  private restartMs = RESTART_MS_MIN;
  private startedAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private logBegan = 0;
  starts = 0;

  constructor(
    readonly spec: ProcessSpec,
    private readonly logFolder: string,
    private readonly say: (text: string) => void,
  ) {}

  get pid(): number | undefined {
    return this.child?.exitCode === null && this.child.signalCode === null ? this.child.pid : undefined;
  }

  get logFile(): string {
    return join(this.logFolder, `${this.spec.name}.log`);
  }

  start(): void {
    mkdirSync(this.logFolder, { recursive: true, mode: 0o700 });
    const log = this.openLog();
    this.starts += 1;
    this.startedAt = performance.now();
    this.child = spawn(
      process.execPath,
      ['--enable-source-maps', '--import', DIE_WITH_PARENT, this.spec.script],
      {
        env: { ...process.env, ...this.spec.env },
        stdio: ['ignore', log, log, 'ipc'],
        // A group of its own: Ctrl-C reaches the launcher alone, which ends everything in order.
        detached: true,
      },
    );
    closeSync(log);
    this.child.once('exit', (code, signal) => this.ended(code, signal));
  }

  /** Resolves when `probe` says yes; throws LaunchError with the end of the log when the process died first. */
  async ready(probe: () => Promise<boolean>, limitMs: number): Promise<void> {
    const end = performance.now() + limitMs;
    while (!(await probe())) {
      if (this.pid === undefined || performance.now() > end) {
        throw new LaunchError(`${this.spec.name} did not start:\n${this.logTail()}`);
      }
      await new Promise((done) => setTimeout(done, 25));
    }
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    const { child } = this;
    if (child === undefined || this.pid === undefined) return;
    const exited = new Promise<void>((done) => child.once('exit', () => done()));
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
    await exited;
    clearTimeout(hard);
  }

  private ended(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.stopping) return;
    if (performance.now() - this.startedAt > STEADY_MS) this.restartMs = RESTART_MS_MIN;
    this.say(
      `${this.spec.name} ended (${signal ?? `code ${code}`}), starting it again; its log: ${this.logFile}`,
    );
    this.timer = setTimeout(() => this.start(), this.restartMs);
    this.restartMs = Math.min(this.restartMs * 2, RESTART_MS_MAX);
  }

  // What the starts before have written stays: it may be what somebody looks for.
  private openLog(): number {
    const written = statSync(this.logFile, { throwIfNoEntry: false })?.size ?? 0;
    if (written > LOG_BYTES_MAX) renameSync(this.logFile, `${this.logFile}.1`);
    this.logBegan = written > LOG_BYTES_MAX ? 0 : written;
    return openSync(this.logFile, 'a', 0o600);
  }

  /** What the process has logged since it was started last. */
  log(): string {
    return readFileSync(this.logFile).subarray(this.logBegan).toString('utf8');
  }

  private logTail(): string {
    try {
      return this.log().split('\n').slice(-20).join('\n');
    } catch {
      return '(no log)';
    }
  }
}
