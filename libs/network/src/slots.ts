/** A bound on what is in flight towards a partner, and on what waits for it. */
export class Slots {
  private busy = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly idle: (() => void)[] = [];

  constructor(private readonly max: number) {}

  /** Those that wait for a slot are counted. */
  get inFlight(): number {
    return this.busy + this.waiting.length;
  }

  /** How many may begin at once. */
  get free(): number {
    return Math.max(0, this.max - this.busy);
  }

  /** No slot is free: whoever comes now waits. */
  get full(): boolean {
    return this.busy >= this.max;
  }

  /** Runs `work` when a slot is free. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.busy >= this.max) await new Promise<void>((next) => this.waiting.push(next));
    else this.busy += 1;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.leave();
      else next();
    }
  }

  /** Resolves when nothing is in flight. */
  async drained(): Promise<void> {
    if (this.inFlight > 0) await new Promise<void>((done) => this.idle.push(done));
  }

  private leave(): void {
    this.busy -= 1;
    if (this.busy === 0) for (const done of this.idle.splice(0)) done();
  }
}
