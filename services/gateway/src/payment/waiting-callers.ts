import type { PaymentEventMessage } from '@tonle/contracts';

/** The longest a caller may be held (Prefer: wait). */
export const WAIT_S_MAX = 60;

/**
 * Callers of this instance that wait for a payment's end (decisions 14). `full` callers are not held: they get the
 * payment as it is.
 */
export class WaitingCallers {
  readonly #waiting = new Map<string, Set<(event: PaymentEventMessage | undefined) => void>>();
  #count = 0;
  #closed = false;

  constructor(private readonly max: number) {}

  get full(): boolean {
    return this.#closed || this.#count >= this.max;
  }

  get paymentIds(): string[] {
    return [...this.#waiting.keys()];
  }

  /** Resolves with the final event, or with undefined after `ms` or when let go. */
  wait(paymentId: string, ms: number): Promise<PaymentEventMessage | undefined> {
    return new Promise((done) => {
      const callers = this.#waiting.get(paymentId) ?? new Set();
      this.#waiting.set(paymentId, callers);
      const leave = (event: PaymentEventMessage | undefined): void => {
        clearTimeout(timer);
        if (!callers.delete(leave)) return;
        this.#count -= 1;
        if (callers.size === 0) this.#waiting.delete(paymentId);
        done(event);
      };
      const timer = setTimeout(() => leave(undefined), ms);
      callers.add(leave);
      this.#count += 1;
    });
  }

  deliver(event: PaymentEventMessage): void {
    for (const leave of [...(this.#waiting.get(event.paymentId) ?? [])]) leave(event);
  }

  /** The process ends: everybody gets the payment as it is, also who comes while it does. */
  letGo(): void {
    this.#closed = true;
    for (const callers of [...this.#waiting.values()]) for (const leave of [...callers]) leave(undefined);
  }
}
