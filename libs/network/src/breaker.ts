import { RAMP_MS, type BreakerReport, type BreakerState } from '@tonle/contracts';

/** Opens after this many failures in a row, when the row has lasted this long: a burst fails in one moment. */
const BREAKER_FAILURES_MAX = 5;
const BREAKER_ROW_MS = 2_000;
/** How long it stays open before one probe may go. */
const BREAKER_OPEN_MS = 5_000;

/**
 * Circuit breaker of one partner. While it is open, sends are provably not sent (domain 6.6) and enquiries
 * go as one probe at a time, not as a storm (6.12). Any answer that could be read closes it.
 */
export class CircuitBreaker {
  private failures = 0;
  private rowSince = 0;
  private openedAt: number | undefined;
  private probeAt: number | undefined;
  private downSince: number | undefined;
  private recoveredAt: number | undefined;
  private hopeful = false;

  constructor(
    private readonly now: () => number,
    private readonly failuresMax = BREAKER_FAILURES_MAX,
    private readonly openMs = BREAKER_OPEN_MS,
    private readonly rowMs = BREAKER_ROW_MS,
  ) {}

  get state(): BreakerState {
    if (this.openedAt === undefined) return 'closed';
    return this.probeAt === undefined ? 'open' : 'probing';
  }

  /** For whoever decides elsewhere what is let through. That it was down is told until the traffic is back to the full. */
  get report(): BreakerReport {
    const { state, downSince, recoveredAt, hopeful } = this;
    const isOver = recoveredAt !== undefined && this.now() - recoveredAt >= RAMP_MS;
    return {
      state,
      hopeful: hopeful && state !== 'closed',
      ...(downSince !== undefined && !isOver && { downSinceMs: downSince }),
      ...(recoveredAt !== undefined && !isOver && { recoveredMs: recoveredAt }),
    };
  }

  /** Closed: nothing is held back. */
  get healthy(): boolean {
    return this.openedAt === undefined;
  }

  /** May a request go now? While open, one probe may, once every `openMs`. */
  admit(): boolean {
    if (this.openedAt === undefined) return true;
    const since = this.probeAt ?? this.openedAt;
    const now = this.now();
    // A moment in the future is of a clock that was set back since.
    if (since <= now && now - since < this.openMs) return false;
    this.probeAt = now;
    return true;
  }

  /** The partner answered something that could be read. */
  succeeded(): void {
    if (this.openedAt !== undefined) this.recoveredAt = this.now();
    this.failures = 0;
    this.openedAt = undefined;
    this.probeAt = undefined;
    this.hopeful = false;
  }

  /** While it is open the partner has answered something else: the next probe is worth trying. */
  hope(): void {
    this.hopeful = this.openedAt !== undefined;
  }

  /** No connection, no answer, or garbage. */
  failed(): void {
    const now = this.now();
    if (this.failures === 0 || this.rowSince > now) this.rowSince = now;
    this.failures += 1;
    this.hopeful = false;
    if (this.openedAt !== undefined) {
      this.openedAt = now;
      this.probeAt = undefined;
    } else if (this.failures >= this.failuresMax && now - this.rowSince >= this.rowMs) {
      this.open(now);
    }
  }

  /** Down again before the traffic was back to the full is down since then. */
  private open(now: number): void {
    if (this.recoveredAt === undefined || now - this.recoveredAt >= RAMP_MS) this.downSince = now;
    this.recoveredAt = undefined;
    this.openedAt = now;
  }
}
