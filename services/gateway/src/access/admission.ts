/**
 * How many requests are in work. Beyond the limit new ones are turned away (503, Retry-After): a full switch that says so
 * stays fast. A caller that only waits for an end is no work and gives its place back meanwhile.
 */
export class Admission {
  #inWork = 0;

  constructor(private readonly max: number) {}

  get inWork(): number {
    return this.#inWork;
  }

  enter(): boolean {
    if (this.#inWork >= this.max) return false;
    this.#inWork += 1;
    return true;
  }

  leave(): void {
    this.#inWork -= 1;
  }

  /** Runs `wait` without holding a place. */
  async aside<T>(wait: () => Promise<T>): Promise<T> {
    this.#inWork -= 1;
    try {
      return await wait();
    } finally {
      this.#inWork += 1;
    }
  }
}
