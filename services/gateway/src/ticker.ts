import type { Telemetry } from '@tonle/telemetry';

/** Runs a job again and again with a pause between; a failed round is logged and the next one comes. */
export class Ticker {
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(
    private readonly name: string,
    private readonly everyMs: number,
    private readonly job: () => Promise<unknown>,
    private readonly telemetry: Telemetry,
  ) {}

  start(): this {
    this.#plan();
    return this;
  }

  /** Stops and waits for the round in hand. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  #plan(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#round = this.job().then(
        () => this.#plan(),
        (error: unknown) => {
          this.telemetry.log.warn({ err: error, job: this.name }, 'a round of a job failed');
          this.#plan();
        },
      );
    }, this.everyMs);
    this.#timer.unref();
  }
}
