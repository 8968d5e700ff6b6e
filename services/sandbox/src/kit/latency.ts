/** Latencies counted by whole milliseconds: small to keep, exact enough to merge and to take percentiles of. */
export class LatencyCount {
  private readonly counts = new Map<number, number>();
  private size = 0;

  add(ms: number, times = 1): void {
    const whole = Math.ceil(ms);
    this.counts.set(whole, (this.counts.get(whole) ?? 0) + times);
    this.size += times;
  }

  get count(): number {
    return this.size;
  }

  /** The smallest whole ms that this share (0 to 1) of all latencies does not exceed; 0 when there is none. */
  percentile(share: number): number {
    let left = Math.ceil(this.size * share);
    for (const [ms, times] of this.sorted()) {
      left -= times;
      if (left <= 0) return ms;
    }
    return 0;
  }

  /** [ms, how many] in rising order. */
  sorted(): [number, number][] {
    return [...this.counts].sort(([a], [b]) => a - b);
  }
}
