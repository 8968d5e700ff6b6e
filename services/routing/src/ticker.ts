import type { Telemetry } from '@tonle/telemetry';

/** Runs a job again and again, `everyMs` after it ended; a failed run is logged and the next one comes. */
export class Ticker {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly name: string,
    private readonly everyMs: number,
    private readonly tick: () => Promise<void>,
    private readonly telemetry: Telemetry,
  ) {
    this.again();
  }

  private again(): void {
    if (this.closed) return;
    this.timer = setTimeout(() => {
      this.running = this.run();
    }, this.everyMs);
    this.timer.unref();
  }

  private async run(): Promise<void> {
    try {
      await this.tick();
    } catch (error) {
      if (!this.closed)
        this.telemetry.log.warn({ err: error, job: this.name }, 'a job failed and will be tried again');
    }
    this.again();
  }

  /** No more runs; waits for the one in hand. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.running;
  }
}
