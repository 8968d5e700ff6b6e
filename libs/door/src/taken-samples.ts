const EVERY_MS = 250;
/** Half a minute of them or more. */
const KEPT_MAX = 240;

interface Sample {
  readonly paymentId: string;
  readonly takenAtMs: number;
  /** Routing was asked for it and did not have it, or did not answer. */
  missed: boolean;
}

/**
 * Some of the payments that were taken, a few a second, until routing is known to have them: they stand for all others
 * in the measuring of how long what is taken waits. Times are of the process.
 */
export class TakenSamples {
  private samples: Sample[] = [];

  /** Those that routing is to be asked for, the oldest first. */
  get paymentIds(): string[] {
    return this.samples.map(({ paymentId }) => paymentId);
  }

  /** The newest is always among them: nothing may come after it. */
  taken(paymentId: string, nowMs: number): void {
    const [before, newest] = this.samples.slice(-2);
    const isClose = newest !== undefined && nowMs - before!.takenAtMs < EVERY_MS;
    if (isClose || this.samples.length >= KEPT_MAX) this.samples.pop();
    this.samples.push({ paymentId, takenAtMs: nowMs, missed: false });
  }

  /** Routing has these. What was taken before one of them is not late but lost, and others look for it. */
  arrived(paymentIds: ReadonlySet<string>): void {
    const last = this.samples.findLastIndex(({ paymentId }) => paymentIds.has(paymentId));
    this.samples.splice(0, last + 1);
  }

  /** Routing was asked for these. */
  asked(paymentIds: readonly string[]): void {
    const asked = new Set(paymentIds);
    for (const sample of this.samples) sample.missed ||= asked.has(sample.paymentId);
  }

  /** What was taken before is lost: it does not say how long others wait. */
  forgetBefore(takenAtMs: number): void {
    this.samples = this.samples.filter((sample) => sample.takenAtMs >= takenAtMs);
  }

  /** How long the oldest waits that routing was seen not to have, in milliseconds. */
  waitedMs(nowMs: number): number {
    const [oldest] = this.samples;
    return oldest?.missed === true ? nowMs - oldest.takenAtMs : 0;
  }
}
