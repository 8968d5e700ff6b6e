import type { SharedState } from '@tonle/messaging';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** Enquiries per second that are always allowed. */
const BUDGET_PER_SECOND_MIN = 1;
const BUDGET_SHARE_MIN = 0.05;
const BUDGET_SHARE_MAX = 0.5;
/** What waits is asked about within about this, while the partner is healthy ... */
const BACKLOG_SECONDS = 4;
/** ... but never faster than this, and no slower than that. */
const BACKLOG_PER_SECOND_MAX = 100;
const BACKLOG_PER_SECOND_MIN = 20;
/** After an enquiry that failed the backlog gives no more than the share for so long. */
const BACKLOG_PAUSE_MS = 2_000;
/** What the shared state says of a count when it is away. */
const NOBODY_COUNTED = 0;

/**
 * How many enquiries a partner may get (domain 6.5, I20): 5 % of the rate of its payments, at least one a
 * second; the share doubles for every healthy minute up to 50 % and falls back on an error. A healthy partner is asked
 * more when much waits: what a killed process or a silence left is no storm to a partner that answers. Counted per second
 * in the shared state, so that all instances of an adapter keep to one budget.
 */
export class EnquiryBudget {
  private share = BUDGET_SHARE_MIN;
  private minuteAt: number;
  private failed = false;
  private failedAt = Number.NEGATIVE_INFINITY;
  private sentThisMinute = 0;
  private sentLastMinute = 0;
  private alone = { window: 0, used: 0 };
  /** What the seconds since somebody asked gave; of a second its highest. */
  private given = { window: 0, limit: 0, sum: 0 };

  constructor(
    private readonly shared: SharedState,
    private readonly partner: string,
    private readonly now: () => number,
    private readonly perSecondMin = BUDGET_PER_SECOND_MIN,
  ) {
    this.minuteAt = now();
  }

  /** So many payments were sent. */
  sent(count: number): void {
    this.turnMinute();
    this.sentThisMinute += count;
  }

  /** An enquiry failed: back to the smallest share. */
  failure(): void {
    this.failed = true;
    this.failedAt = this.now();
    this.share = BUDGET_SHARE_MIN;
  }

  /** Enquiries allowed per second now, when `backlog` legs are due at a partner that is healthy or not. */
  perSecond(backlog = 0, healthy = true): number {
    this.turnMinute();
    const rate = Math.max(this.sentLastMinute, this.sentThisMinute) / (MINUTE_MS / SECOND_MS);
    const own = Math.max(this.perSecondMin, Math.floor(rate * this.share));
    if (!healthy || backlog === 0 || this.hasJustFailed()) return own;
    const wanted = Math.max(BACKLOG_PER_SECOND_MIN, Math.ceil(backlog / BACKLOG_SECONDS));
    return Math.max(own, Math.min(BACKLOG_PER_SECOND_MAX, wanted));
  }

  /** Takes up to `wanted` of a backlog from this second's budget; answers how many were got. */
  async take(wanted: number, backlog = 0, healthy = true): Promise<number> {
    const limit = this.perSecond(backlog, healthy);
    const asked = Math.min(wanted, limit);
    if (asked === 0) return 0;
    const window = Math.floor(this.now() / SECOND_MS);
    this.noteGiven(window, limit);
    // Without the shared state each instance keeps to the budget by itself: asking less late is worse than asking more.
    const key = `enquiry:${this.partner}:${window}`;
    const counted = await this.shared.increment(key, asked, 2 * SECOND_MS).catch(() => NOBODY_COUNTED);
    const used = counted === NOBODY_COUNTED ? this.countAlone(window, asked) : counted;
    return Math.max(0, Math.min(asked, limit - (used - asked)));
  }

  /** How many enquiries were allowed in the seconds since this was asked last. */
  allowed(): number {
    const { sum } = this.given;
    this.given.sum = 0;
    return sum;
  }

  private noteGiven(window: number, limit: number): void {
    const before = this.given.window === window ? this.given.limit : 0;
    const most = Math.max(before, limit);
    this.given = { window, limit: most, sum: this.given.sum + most - before };
  }

  private hasJustFailed(): boolean {
    const now = this.now();
    return this.failedAt <= now && now - this.failedAt < BACKLOG_PAUSE_MS;
  }

  private countAlone(window: number, asked: number): number {
    if (this.alone.window !== window) this.alone = { window, used: 0 };
    this.alone.used += asked;
    return this.alone.used;
  }

  private turnMinute(): void {
    const now = this.now();
    // A minute in the future is of a clock that was set back since.
    if (this.minuteAt <= now && now - this.minuteAt < MINUTE_MS) return;
    const quiet = now - this.minuteAt >= 2 * MINUTE_MS;
    this.sentLastMinute = quiet ? 0 : this.sentThisMinute;
    this.sentThisMinute = 0;
    if (!this.failed) this.share = Math.min(BUDGET_SHARE_MAX, this.share * 2);
    this.failed = false;
    this.minuteAt = now;
  }
}
