import type { PaymentNews } from './payment-news.js';

/** A caller that waits for the end of a payment. Leave in any case: a place is held until then. */
export interface WaitingCaller<N> {
  /** The end, or undefined when there is none within `ms` or when the caller is let go. */
  within(ms: number): Promise<N | undefined>;
  leave(): void;
}

/**
 * Callers of this instance that wait for a payment's end (decisions 14); who comes before its payment is taken misses
 * nothing. Beyond `max`, and while the process ends, callers are not held: they get the payment as it is.
 */
export class WaitingCallers<N extends Pick<PaymentNews, 'paymentId'>> {
  private readonly waiting = new Map<string, Set<(end: N | undefined) => void>>();
  private count = 0;
  private closed = false;

  constructor(private readonly max: number) {}

  /** Whoever comes now is not held. */
  get full(): boolean {
    return this.closed || this.count >= this.max;
  }

  /** Payments that somebody waits for. */
  get paymentIds(): string[] {
    return [...this.waiting.keys()];
  }

  /** Comes before its payment is taken, or after. */
  enter(paymentId: string): WaitingCaller<N> {
    if (this.full) return NOT_HELD;
    let tell: (end: N | undefined) => void = () => undefined;
    const told = new Promise<N | undefined>((done) => (tell = done));
    const callers = this.waiting.get(paymentId) ?? new Set();
    this.waiting.set(paymentId, callers.add(tell));
    this.count += 1;
    let timer: NodeJS.Timeout | undefined;
    return {
      within: (ms) => {
        timer = setTimeout(() => tell(undefined), ms);
        return told;
      },
      leave: () => {
        clearTimeout(timer);
        if (!callers.delete(tell)) return;
        this.count -= 1;
        if (callers.size === 0 && this.waiting.get(paymentId) === callers) this.waiting.delete(paymentId);
      },
    };
  }

  /** Lets those go who wait for this payment. */
  deliver(end: N): void {
    for (const tell of this.waiting.get(end.paymentId) ?? []) tell(end);
  }

  /** The process ends: everybody gets the payment as it is, also who comes while it does. */
  letGo(): void {
    this.closed = true;
    for (const callers of this.waiting.values()) for (const tell of callers) tell(undefined);
  }
}

const NOT_HELD: WaitingCaller<never> = { within: () => Promise.resolve(undefined), leave: () => undefined };
