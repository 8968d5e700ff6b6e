import { Gatherer, type OutboxLane } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { Holders, holderOfRow, planBatch, type IntakeAnswer } from './intake.decide.js';
import type { Order } from './payment.js';
import { findHolders, insertOrders, submitRecord } from './payment.store.js';

const BATCH_MAX = 500;
const LINGER_MS = 10;
export const INTAKE_WAITING_MAX = 5_000;

/**
 * Makes payment requests durable: those that arrive together share one transaction, and the row is its own outbox row.
 * `submit` resolves after the commit; rejects with GathererFull when too many wait, and with what the database said.
 */
export class Intake {
  readonly #gatherer: Gatherer<Order, IntakeAnswer>;

  constructor(
    private readonly lane: OutboxLane,
    private readonly clock: Clock,
    private readonly answerWithinMs: number,
  ) {
    this.#gatherer = new Gatherer((orders) => this.#commit(orders), {
      batchMax: BATCH_MAX,
      lingerMs: LINGER_MS,
      waitingMax: INTAKE_WAITING_MAX,
    });
  }

  submit(order: Order): Promise<IntakeAnswer> {
    return this.#gatherer.add(order);
  }

  async #commit(orders: readonly Order[]): Promise<IntakeAnswer[]> {
    const { leaders, answers } = planBatch(orders);
    const dueAt = new Date(this.clock.now() + this.answerWithinMs);
    const written = await this.lane.commit(async (transaction, firstSequence) => {
      const fresh = await insertOrders(transaction, this.lane.id, firstSequence, leaders, dueAt);
      const known =
        fresh.size === leaders.length ? [] : leaders.filter((order) => !fresh.has(order.submit.paymentId));
      const holders = new Holders();
      if (known.length > 0) {
        const keys = known.map((order) => ({ ...order, uetr: order.submit.uetr }));
        for (const row of await findHolders(transaction, keys)) holders.add(holderOfRow(row));
      }
      const records = leaders
        .filter((order) => fresh.has(order.submit.paymentId))
        .map((order) => submitRecord(order.submit, order.traceparent));
      return { result: { fresh, holders }, records, inRows: true };
    });
    return orders.map((order, index) => {
      if (written.fresh.has(order.submit.paymentId))
        return { kind: 'accepted', paymentId: order.submit.paymentId };
      // What the table holds counts before what the batch held.
      const answer = written.holders.answer(order) ?? answers[index];
      if (answer === undefined) throw new Error('a request was neither written nor found');
      return answer;
    });
  }
}
