/**
 * How many requests are in work. Beyond the limit new ones are turned away (503, Retry-After): a full switch that says so
 * stays fast. Only who is known takes places, and nobody more than are still free, so that one participant never has
 * them all. A caller that only waits for an end is no work and gives its place back meanwhile.
 */
export class Admission {
  private total = 0;
  private readonly counts = new Map<string, number>();
  private readonly holders = new WeakMap<object, string>();
  private readonly gone = new WeakSet<object>();

  constructor(private readonly max: number) {}

  get inWork(): number {
    return this.total;
  }

  /** A place for a request of `who`; false when there is none for it. */
  enter(request: object, who: string): boolean {
    if (this.gone.has(request)) return true;
    if ((this.counts.get(who) ?? 0) >= this.max - this.total) return false;
    this.holders.set(request, who);
    this.count(who, 1);
    return true;
  }

  /** The request was answered, or its caller has gone. Once for each request, whether it has a place or not. */
  leave(request: object): void {
    this.gone.add(request);
    const who = this.holders.get(request);
    if (who !== undefined && this.holders.delete(request)) this.count(who, -1);
  }

  /** Runs `wait` for `who`, which does not hold its place meanwhile. */
  async aside<T>(who: string, wait: () => Promise<T>): Promise<T> {
    this.count(who, -1);
    try {
      return await wait();
    } finally {
      this.count(who, 1);
    }
  }

  private count(who: string, change: number): void {
    this.total += change;
    this.counts.set(who, (this.counts.get(who) ?? 0) + change);
  }
}
