import type { Payment } from './payment.js';

/** The payments of one batch: as they were read, and as they are now. */
export class PaymentSet {
  private readonly now = new Map<string, Payment>();
  private readonly read = new Map<string, Payment>();
  private readonly touched = new Set<string>();

  constructor(readonly known: readonly Payment[]) {
    for (const payment of known) {
      this.now.set(payment.id, payment);
      this.read.set(payment.id, payment);
    }
  }

  get(id: string): Payment | undefined {
    return this.now.get(id);
  }

  /** The payment before this batch; undefined for a new one. */
  asRead(id: string): Payment | undefined {
    return this.read.get(id);
  }

  /** Has this batch written it? */
  isTouched(id: string): boolean {
    return this.touched.has(id);
  }

  keep(payment: Payment): void {
    this.now.set(payment.id, payment);
    this.touched.add(payment.id);
  }

  /** Payments that are new. */
  inserted(): Payment[] {
    return [...this.touched].filter((id) => !this.read.has(id)).map((id) => this.now.get(id)!);
  }

  /** Payments that changed, with the versions that were read. */
  changed(): { readonly payment: Payment; readonly knownVersion: number }[] {
    return [...this.touched]
      .filter((id) => this.read.has(id))
      .map((id) => ({ payment: this.now.get(id)!, knownVersion: this.read.get(id)!.version }));
  }
}
