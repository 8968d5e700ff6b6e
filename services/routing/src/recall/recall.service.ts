import {
  refused,
  type recallCalls,
  type RecallSearch,
  type RecallView,
  type Refusal,
} from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import type { Database, Queryable, Transaction } from '@tonle/persistence';
import { recordDeeds, type Clock } from '@tonle/platform';
import type { z } from 'zod';
import type { CurrentDirectory } from '../directory/current-directory.js';
import type { OperatorStore } from '../operator/operator.store.js';
import type { PaymentStore } from '../payment/payment.store.js';
import type { RefundStore } from '../refund/refund.store.js';
import { answerAction, answerDeed, recallDeed } from './recall-deed.js';
import { answerRecall, noted, takeRecall } from './recall.decide.js';
import { isOpen, type StoredRecall } from './recall.js';
import type { RecallStore } from './recall.store.js';
import { recallViewOf } from './recall.view.js';

type CreateRequest = z.infer<typeof recallCalls.create.request>;
type NewsRequest = z.infer<typeof recallCalls.news.request>;
type AnswerRequest = z.infer<typeof recallCalls.answer.request>;
type RecallOrRefusal = { readonly kind: 'recall'; readonly recall: RecallView } | Refusal;

interface RecallStores {
  readonly recalls: RecallStore;
  readonly payments: PaymentStore;
  readonly refunds: RefundStore;
  readonly operators: OperatorStore;
}

/** What banks and networks ask and say about payments that are called back. */
export class RecallService {
  constructor(
    private readonly platform: { readonly database: Database; readonly clock: Clock },
    private readonly stores: RecallStores,
    private readonly directory: CurrentDirectory,
  ) {}

  /** Once per asker and message id. Refuses what `takeRecall` does, `key_reused` and `recall_open`. */
  async create(request: CreateRequest): Promise<RecallOrRefusal> {
    const { database, clock } = this.platform;
    const { recalls, payments, refunds } = this.stores;
    const repeated = await this.repeated(request);
    if (repeated !== undefined) return repeated;
    const [payment] = await payments.byIds(database, [request.paymentId]);
    const refunded = await refunds.refunded(database, [request.paymentId]);
    const corridor =
      payment === undefined ? undefined : this.directory.get().corridorIncludingEnded(payment.corridor);
    const facts = { request, payment, corridor, refundedMinor: refunded.get(request.paymentId) ?? 0n };
    const taken = takeRecall({ ...facts, nowMs: clock.now() });
    if (taken.kind === 'refused') return taken;
    const { recall } = taken;
    const isNew = await database.transaction(async (transaction) => {
      const inserted = await recalls.insert(transaction, recall);
      const { keyId, asker: participant } = request;
      if (inserted && keyId !== undefined)
        await recordDeeds(transaction, 'routing', [recallDeed(recall, { keyId, participant })]);
      return inserted;
    });
    if (isNew) return this.shown(database, recall);
    const open = await recalls.openOf(database, request.paymentId);
    return (
      (await this.repeated(request)) ??
      refused('recall_open', open === undefined ? undefined : `Recall ${open.id} is open.`)
    );
  }

  async list({ moneyMissing, ...search }: RecallSearch): Promise<RecallView[]> {
    const { database, clock } = this.platform;
    const missing = moneyMissing === true ? { moneyMissingAtMs: clock.now() } : {};
    return this.views(database, await this.stores.recalls.list(database, { ...search, ...missing }));
  }

  /** What nobody has been told of, once `told` is noted. */
  async news({ told }: NewsRequest): Promise<RecallView[]> {
    const { database } = this.platform;
    await this.stores.recalls.tell(database, told);
    return this.views(database, await this.stores.recalls.untold(database));
  }

  /**
   * By whoever has to answer, or by an operator where no message does. Refuses `recall_unknown` for what is not theirs, and what
   * `answerRecall` does: what comes too early or too late is noted.
   */
  async answer(request: AnswerRequest): Promise<RecallOrRefusal> {
    return this.platform.database.transaction(async (transaction) => {
      const recall = await this.stores.recalls.lock(transaction, request.recallId);
      if (recall === undefined || !mayAnswer(recall, request)) return refused('recall_unknown');
      const nowMs = this.platform.clock.now();
      const { answer, by, operator } = request;
      const corridor = await this.corridorOf(transaction, recall);
      const word = { answer, by: operator?.operator ?? by, nowMs, ...(corridor && { corridor }) };
      const said = answerRecall(recall, word);
      if (said.kind === 'refused') {
        const [event, when] = isOpen(recall)
          ? (['early_answer', 'before it was asked'] as const)
          : (['late_answer', 'after the end'] as const);
        await this.save(transaction, noted(recall, event, by, nowMs, `${answer.state} ${when}`));
        return said;
      }
      if (said.recall === recall) return this.shown(transaction, recall);
      await this.save(transaction, said.recall);
      await this.record(transaction, request, { before: recall, after: said.recall, nowMs });
      return this.shown(transaction, said.recall);
    });
  }

  private async corridorOf(database: Queryable, { paymentId }: StoredRecall): Promise<Corridor | undefined> {
    const [payment] = await this.stores.payments.byIds(database, [paymentId]);
    return payment && this.directory.get().corridorIncludingEnded(payment.corridor);
  }

  private async record(
    transaction: Transaction,
    { by: participant, keyId, operator }: AnswerRequest,
    { before, after, nowMs }: { before: StoredRecall; after: StoredRecall; nowMs: number },
  ): Promise<void> {
    if (operator !== undefined)
      await this.stores.operators.record(transaction, {
        ...operator,
        participant,
        action: answerAction(after),
        subject: after.id,
        before: { state: before.state },
        after: { state: after.state },
        atMs: nowMs,
      });
    else if (keyId !== undefined) {
      const deed = answerDeed(before, after, { keyId, participant }, nowMs);
      await recordDeeds(transaction, 'routing', [deed]);
    }
  }

  private async save(transaction: Queryable, recall: StoredRecall): Promise<void> {
    if (!(await this.stores.recalls.save(transaction, recall)))
      throw new Error(`recall ${recall.id} changed while it was locked`);
  }

  private async repeated({
    asker,
    messageId,
    contentHash,
  }: CreateRequest): Promise<RecallOrRefusal | undefined> {
    const { database } = this.platform;
    const known = await this.stores.recalls.byKey(database, asker, messageId);
    if (known === undefined) return undefined;
    return known.contentHash === contentHash ? this.shown(database, known) : refused('key_reused');
  }

  private async shown(database: Queryable, recall: StoredRecall): Promise<RecallOrRefusal> {
    const [view] = await this.views(database, [recall]);
    return { kind: 'recall', recall: view! };
  }

  private async views(database: Queryable, recalls: readonly StoredRecall[]): Promise<RecallView[]> {
    const ids = [...new Set(recalls.map(({ paymentId }) => paymentId))];
    if (ids.length === 0) return [];
    const payments = new Map(
      (await this.stores.payments.byIds(database, ids)).map((payment) => [payment.id, payment]),
    );
    const refunds = await this.stores.refunds.refundsOf(database, ids);
    const promised = recalls.flatMap(({ id, moneyDueMs }) => (moneyDueMs === null ? [] : [id]));
    const missing = await this.stores.recalls.missingMoney(database, promised, this.platform.clock.now());
    return recalls.map((recall) => {
      const { id, paymentId } = recall;
      return recallViewOf(recall, payments.get(paymentId)!, refunds.get(paymentId) ?? [], missing.has(id));
    });
  }
}

/** An operator says what a network has answered: a bank here answers for itself. */
function mayAnswer({ direction, answerer }: StoredRecall, { by, operator }: AnswerRequest): boolean {
  return operator === undefined ? answerer === by : direction === 'outbound';
}
