import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { lastError } from '@tonle/tool-servers';
import { ROOT } from './layout.js';
import { LaunchError } from './ports.js';
import type { ProcessLog } from './process-log.js';
import { toldWhile } from './still-starting.js';

const RESTART_MS_MIN = 200;
const RESTART_MS_MAX = 5_000;
const STEADY_MS = 10_000;
/** What lives so long has started. */
const RUNNING_MS = 60_000;
/** What ends so often in a row without having started cannot start. */
const ENDS_MAX = 5;
const STOP_MS_MAX = 10_000;
const LOG_LOOK_MS = 10_000;
const LOG_LINES = 60;
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
  private runningTimer: NodeJS.Timeout | undefined;
  /** How often it has ended, in a row and without having started, and what it said last. */
  private ends = 0;
  private lastWords = '';
  private logTimer: NodeJS.Timeout | undefined;
  starts = 0;

  constructor(
    readonly spec: ProcessSpec,
    private readonly logFile: ProcessLog,
    private readonly say: (text: string) => void,
  ) {}

  get pid(): number | undefined {
    return this.child?.exitCode === null && this.child.signalCode === null ? this.child.pid : undefined;
  }

  start(): void {
    this.starts += 1;
    this.startedAt = performance.now();
    this.child = this.logFile.lend((log) =>
      spawn(process.execPath, ['--enable-source-maps', '--import', DIE_WITH_PARENT, this.spec.script], {
        env: { ...process.env, ...this.spec.env },
        stdio: ['ignore', log, log, 'ipc'],
        // A group of its own: Ctrl-C reaches the launcher alone, which ends everything in order.
        detached: true,
      }),
    );
    this.runningTimer = setTimeout(() => this.hasStarted(), RUNNING_MS).unref();
    this.logTimer ??= setInterval(() => this.logFile.bound(), LOG_LOOK_MS).unref();
    this.child.once('exit', (code, signal) => this.ended(code, signal));
  }

  /**
   * Resolves when `probe` says yes, however long that takes; throws LaunchError with its last error when the process
   * died first.
   */
  ready(probe: () => Promise<boolean>): Promise<void> {
    const { name } = this.spec;
    return toldWhile(this.untilReady(probe), () =>
      this.say(`${name} is still starting; its log: ${this.logFile.file}`),
    );
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    clearTimeout(this.runningTimer);
    clearInterval(this.logTimer);
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
    clearTimeout(this.runningTimer);
    if (performance.now() - this.startedAt > STEADY_MS) this.restartMs = RESTART_MS_MIN;
    this.ends += 1;
    this.lastWords = lastError(this.logTail());
    const end = signal ?? `code ${code}`;
    const { file } = this.logFile;
    if (this.ends < ENDS_MAX)
      this.say(`${this.spec.name} ended (${end}), starting it again; its log: ${file}`);
    // Said once: it is tried on, and whoever reads this has to do something.
    if (this.ends === ENDS_MAX)
      this.say(
        `${this.spec.name} cannot start: it has ended ${ENDS_MAX} times in a row, last with ${end}: ${this.lastWords}; its log: ${file}. ` +
          'It is tried again every few seconds; mend what it says, or end this and start anew',
      );
    this.timer = setTimeout(() => this.start(), this.restartMs);
    this.restartMs = Math.min(this.restartMs * 2, RESTART_MS_MAX);
  }

  private hasStarted(): void {
    if (this.ends >= ENDS_MAX) this.say(`${this.spec.name} runs again`);
    this.ends = 0;
  }

  private async untilReady(probe: () => Promise<boolean>): Promise<void> {
    const { starts } = this;
    while (!(await probe())) {
      // It may be started again between two looks.
      if (this.ends > 0 && (this.pid === undefined || this.starts > starts))
        throw new LaunchError(
          `${this.spec.name} did not start: ${this.lastWords}; its log: ${this.logFile.file}`,
        );
      await new Promise((done) => setTimeout(done, 25));
    }
  }

  /** What the process has logged since it was started last. */
  log(): string {
    return this.logFile.sinceStart();
  }

  private logTail(): string {
    try {
      return this.log().split('\n').slice(-LOG_LINES).join('\n');
    } catch {
      return '(no log)';
    }
  }
}
