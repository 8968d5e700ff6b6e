import { toldWhile } from './still-starting.js';

/** A server that is no Node.js program of ours: PostgreSQL, Kafka, Redis. */
export interface ServerHandle {
  readonly pid: number;
  stop(): Promise<void>;
  onExit(listener: () => void): void;
}

/** `signal` ends the wait for a server that starts, and it. */
export type LaunchServer = (signal: AbortSignal) => Promise<ServerHandle>;

const RESTART_MS = 300;

/** Keeps one such server running: starts it again when it dies, until it is stopped. */
export class SupervisedServer {
  private handle: ServerHandle | undefined;
  private starting: Promise<ServerHandle> | undefined;
  private readonly stopping = new AbortController();
  private restarting: Promise<void> = Promise.resolve();

  constructor(
    readonly name: string,
    private readonly launch: LaunchServer,
    private readonly say: (text: string) => void,
  ) {}

  get pid(): number | undefined {
    return this.handle?.pid;
  }

  /** However long it takes: begun anew, it would have as much to read again. */
  async start(): Promise<void> {
    this.starting = toldWhile(this.launch(this.stopping.signal), () =>
      this.say(`${this.name} is still starting`),
    );
    const handle = await this.starting;
    this.handle = handle;
    handle.onExit(() => this.ended());
  }

  /** Also of one that is being started. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.restarting;
    const handle = this.handle ?? (await this.starting?.catch(() => undefined));
    await handle?.stop();
  }

  private ended(): void {
    this.handle = undefined;
    this.starting = undefined;
    if (this.stopping.signal.aborted) return;
    this.say(`${this.name} ended, starting it again`);
    this.restarting = this.restartUntilUp();
  }

  private async restartUntilUp(): Promise<void> {
    while (!this.stopping.signal.aborted && this.handle === undefined) {
      await new Promise((done) => setTimeout(done, RESTART_MS));
      try {
        await this.start();
      } catch (error) {
        if (!this.stopping.signal.aborted)
          this.say(`${this.name} does not start: ${(error as Error).message}`);
      }
    }
  }
}
