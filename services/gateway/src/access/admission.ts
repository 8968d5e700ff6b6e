/**
 * How many requests are in work. Beyond the limit new ones are turned away (503, Retry-After): a full switch that says so
 * stays fast. A caller that only waits for an end is no work and gives its place back meanwhile.
 */
export class Admission {
  private count = 0;

  constructor(private readonly max: number) {}

  get inWork(): number {
    return this.count;
  }

  enter(): boolean {
    if (this.count >= this.max) return false;
    this.count += 1;
    return true;
  }

  leave(): void {
    this.count -= 1;
  }

  /** Runs `wait` without holding a place. */
  async aside<T>(wait: () => Promise<T>): Promise<T> {
    this.count -= 1;
    try {
      return await wait();
    } finally {
      this.count += 1;
    }
  }
}
