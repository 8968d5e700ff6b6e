/** A server that is no Node.js program of ours: PostgreSQL, Kafka, Redis. */
export interface ServerHandle {
  readonly pid: number;
  stop(): Promise<void>;
  onExit(listener: () => void): void;
}

const RESTART_MS = 300;

/** Keeps one such server running: starts it again when it dies, until it is stopped. */
export class SupervisedServer {
  private handle: ServerHandle | undefined;
  private stopping = false;
  private restarting: Promise<void> = Promise.resolve();

  constructor(
    readonly name: string,
    private readonly launch: () => Promise<ServerHandle>,
    private readonly say: (text: string) => void,
  ) {}

  get pid(): number | undefined {
    return this.handle?.pid;
  }

  async start(): Promise<void> {
    const handle = await this.launch();
    this.handle = handle;
    handle.onExit(() => this.ended());
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.restarting;
    await this.handle?.stop();
  }

  private ended(): void {
    this.handle = undefined;
    if (this.stopping) return;
    this.say(`${this.name} ended, starting it again`);
    this.restarting = this.restartUntilUp();
  }

  private async restartUntilUp(): Promise<void> {
    while (!this.stopping && this.handle === undefined) {
      await new Promise((done) => setTimeout(done, RESTART_MS));
      try {
        await this.start();
      } catch (error) {
        this.say(`${this.name} does not start: ${(error as Error).message}`);
      }
    }
  }
}
