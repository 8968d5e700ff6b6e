import type { Order, StoredRequest } from './payment.js';

/** What becomes of one order of a batch. */
export type IntakeAnswer =
  | { readonly kind: 'accepted'; readonly paymentId: string }
  /** Same key, same content: the payment as it is now (decisions 24). */
  | { readonly kind: 'repeat'; readonly paymentId: string }
  | { readonly kind: 'refused'; readonly reason: 'key_reused' | 'uetr_in_use' };

/** What holds a key or a UETR already: a row, or an earlier order of the same batch. */
export interface Holder {
  readonly paymentId: string;
  readonly participant: string;
  readonly messageId: string;
  readonly uetr: string;
  readonly contentHash: Buffer;
}

export function holderOf(order: Order): Holder {
  const { participant, messageId, contentHash, submit } = order;
  return { paymentId: submit.paymentId, uetr: submit.uetr, participant, messageId, contentHash };
}

export function holderOfRow(row: StoredRequest): Holder {
  const { paymentId, participant, messageId, uetr, contentHash } = row;
  return { paymentId, participant, messageId, uetr, contentHash };
}

/** An index over holders by key and by UETR; the first holder of either keeps it. */
export class Holders {
  readonly #byKey = new Map<string, Holder>();
  readonly #byUetr = new Map<string, Holder>();

  add(holder: Holder): void {
    const key = keyOf(holder);
    if (!this.#byKey.has(key)) this.#byKey.set(key, holder);
    if (!this.#byUetr.has(holder.uetr)) this.#byUetr.set(holder.uetr, holder);
  }

  /** Key before UETR: a repeat carries both. */
  answer(order: Order): IntakeAnswer | undefined {
    const holder = this.#byKey.get(keyOf(order));
    if (holder !== undefined) {
      return holder.contentHash.equals(order.contentHash)
        ? { kind: 'repeat', paymentId: holder.paymentId }
        : { kind: 'refused', reason: 'key_reused' };
    }
    return this.#byUetr.has(order.submit.uetr) ? { kind: 'refused', reason: 'uetr_in_use' } : undefined;
  }
}

function keyOf(of: { readonly participant: string; readonly messageId: string }): string {
  return `${of.participant}\u0000${of.messageId}`;
}

/** Splits a batch into the orders to write and the answers that follow from an earlier order of the same batch. */
export function planBatch(orders: readonly Order[]): {
  readonly leaders: readonly Order[];
  readonly answers: readonly (IntakeAnswer | undefined)[];
} {
  const holders = new Holders();
  const leaders: Order[] = [];
  const answers = orders.map((order) => {
    const answer = holders.answer(order);
    if (answer === undefined) {
      holders.add(holderOf(order));
      leaders.push(order);
    }
    return answer;
  });
  return { leaders, answers };
}
