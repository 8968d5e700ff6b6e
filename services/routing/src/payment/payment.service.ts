import type { ServiceCalls } from '@tonle/messaging';
import {
  fxCalls,
  type InboundSearch,
  type PaymentEventMessage,
  type PaymentSearch,
  type PaymentView,
  type Quote,
  type routingCalls,
} from '@tonle/contracts';
import { windowIdOf } from '@tonle/payment';
import type { Database } from '@tonle/persistence';
import type { z } from 'zod';
import type { CurrentDirectory } from '../directory/current-directory.js';
import type { OperatorStore } from '../operator/operator.store.js';
import type { RefundStore } from '../refund/refund.store.js';
import { countEnded, endedPayments } from './ended-payments.store.js';
import { inboundPayments } from './inbound-list.store.js';
import type { PaymentCommit } from './payment-commit.js';
import { paymentEventOf, paymentViewOf } from './payment-messages.js';
import type { Payment } from './payment.js';
import type { PaymentMetrics } from './payment-metrics.js';
import { searchPayments } from './payment-search.store.js';
import type { PaymentStore } from './payment.store.js';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

type CompletedRequest = z.infer<typeof routingCalls.completed.request>;
type EndedRequest = z.infer<typeof routingCalls.ended.request>;
type UndoneRequest = z.infer<typeof routingCalls.undone.request>;
type HoldDecision = z.infer<typeof routingCalls.decideHold.request>;
type NotedReading = z.infer<typeof routingCalls.noteReading.request>;
type HoldAnswer = z.infer<typeof routingCalls.decideHold.response>;

/** What other services ask about payments, and what people decide about them. */
export class PaymentService {
  constructor(
    private readonly database: Database,
    private readonly calls: ServiceCalls,
    private readonly commit: PaymentCommit,
    private readonly payments: PaymentStore,
    private readonly refunds: RefundStore,
    private readonly operators: OperatorStore,
    private readonly metrics: PaymentMetrics,
    private readonly directory: CurrentDirectory,
  ) {}

  /** Unknown ones are absent. */
  async byIds(paymentIds: readonly string[]): Promise<PaymentView[]> {
    return this.views(await this.payments.byIds(this.database, paymentIds));
  }

  /** Whoever's payments, newest first. */
  async search(search: PaymentSearch): Promise<PaymentView[]> {
    return this.views(await searchPayments(this.database, search, this.senders()));
  }

  /** What others sent of one bank's customers, newest first. */
  async inbound(search: InboundSearch): Promise<PaymentView[]> {
    const { settlementDate: day } = search;
    const homeWindows = day === undefined ? undefined : this.homeWindows(day);
    const scope = { senders: this.senders(), homeWindows };
    return this.views(await inboundPayments(this.database, search, scope));
  }

  /** A page of what was completed into a window, in the order of the ids. */
  async completed({ windowId, after, pageMax }: CompletedRequest): Promise<PaymentEventMessage[]> {
    const rows = await this.payments.ofWindow(this.database, windowId, after ?? FIRST_ID, pageMax);
    return rows.map(paymentEventOf);
  }

  /** A page of what was debited and did not complete, in the order of the ids. */
  async undone({ after, pageMax }: UndoneRequest): Promise<PaymentEventMessage[]> {
    return (await this.payments.undone(this.database, after ?? FIRST_ID, pageMax)).map(paymentEventOf);
  }

  /** How many payments of a span have ended, and a page of them, in the order of the ids. */
  async ended(request: EndedRequest): Promise<{ count: number; events: PaymentEventMessage[] }> {
    const count = await countEnded(this.database, request);
    const events = request.pageMax === 0 ? [] : await endedPayments(this.database, request);
    return { count, events: events.map(paymentEventOf) };
  }

  countUndone(): Promise<number> {
    return this.payments.countUndone(this.database);
  }

  /** Lets a held payment go on, or ends it. Recorded in the transaction that does so. */
  async decideHold({ paymentId, decision, ...by }: HoldDecision): Promise<HoldAnswer> {
    const { payments, operators } = this;
    const [seen] = await payments.byIds(this.database, [paymentId]);
    if (seen === undefined) return { kind: 'refused', reason: 'not_found' };
    const quote = decision === 'clear' ? await this.quoteOf(seen.instruction.quoteId) : undefined;
    let done = false;
    const action = {
      ...by,
      action: `hold.${decision}`,
      subject: paymentId,
      before: { state: seen.state },
    };
    const batch = await this.commit.run(
      (transaction) => payments.lock(transaction, [paymentId]),
      {
        also: async (transaction, atMs) => {
          if (done) await operators.record(transaction, { ...action, atMs });
        },
      },
      (made) => {
        const decide = () => made.decideHold(paymentId, decision, quote);
        done = made.broughtBy(paymentId, `operator ${by.operator}`, decide);
        return made;
      },
    );
    this.metrics.committed(batch, 0);
    return done ? { kind: 'done' } : { kind: 'refused', reason: 'not_on_hold' };
  }

  /** Who reads the messages of a payment, and why, is known before anything is shown. */
  async noteReading({ paymentId, ...by }: NotedReading): Promise<HoldAnswer> {
    const [seen] = await this.payments.byIds(this.database, [paymentId]);
    if (seen === undefined) return { kind: 'refused', reason: 'not_found' };
    const deed = { ...by, action: 'payment.read-messages', subject: paymentId, atMs: this.commit.nowMs() };
    await this.database.transaction((transaction) => this.operators.record(transaction, deed));
    return { kind: 'done' };
  }

  private async views(payments: readonly Payment[]): Promise<PaymentView[]> {
    const completed = payments.filter(({ state }) => state === 'COMPLETED');
    const ids = completed.map(({ id }) => id);
    const refunded = await this.refunds.refunded(this.database, ids);
    const switchFaults = await this.refunds.switchFaults(this.database, ids);
    // Whatever refunds have failed, one that was ever asked for is counted.
    const refunds = await this.refunds.refundsOf(this.database, [...refunded.keys()]);
    return payments.map((payment) =>
      paymentViewOf(payment, {
        refundedMinor: refunded.get(payment.id) ?? 0n,
        refunds: refunds.get(payment.id) ?? [],
        isSwitchFault: switchFaults.has(payment.id),
      }),
    );
  }

  /** Those that have ended too: what they sent is still looked for. */
  private senders(): string[] {
    return this.directory
      .get()
      .entries.filter(({ kind }) => kind === 'participant')
      .map(({ id }) => id);
  }

  private homeWindows(day: string): string[] {
    const homes = this.directory.get().corridorsIncludingEnded();
    const windows = homes.flatMap(({ home: { participant, currencies } }) =>
      currencies.map((currency) => windowIdOf(participant, currency, day)),
    );
    return [...new Set(windows)];
  }

  private async quoteOf(quoteId: string): Promise<Quote | undefined> {
    const { quotes } = await this.calls.call(fxCalls.quotesById, { quoteIds: [quoteId] });
    return quotes[0];
  }
}
