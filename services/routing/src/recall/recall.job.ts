import { adapterRecallCalls, RECALL_STATES, type NetworkRecallReply } from '@tonle/contracts';
import { ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { Telemetry } from '@tonle/telemetry';
import type { CurrentDirectory } from '../directory/current-directory.js';
import type { PaymentStore } from '../payment/payment.store.js';
import type { Payment } from '../payment/payment.js';
import { answerRecall, endWait, expireRecall, noted, returnedRecall, tryAgainMs } from './recall.decide.js';
import { isOpen, type StoredRecall } from './recall.js';
import type { RecallStore } from './recall.store.js';
import { networkRecallEndOf, networkRecallOf } from './recall.view.js';

const DUE_MAX = 50;
/** Longer than the call to an adapter may take. */
const TAKEN_MS = 30_000;
/** A network that is told the end this often, over days, asks again by itself if it wants to know. */
const TELLINGS_MAX = 48;
const DAY_MS = 86_400_000;

interface JobParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly calls: Pick<ServiceCalls, 'call'>;
  readonly recalls: RecallStore;
  readonly payments: PaymentStore;
  readonly directory: CurrentDirectory;
  readonly telemetry: Telemetry;
}

/** Carries recalls to networks and their ends back, ends what nobody answers, and counts. */
export class RecallJob {
  private readonly count;
  private readonly overdue;
  private readonly unpaid;

  constructor(private readonly parts: JobParts) {
    const { telemetry } = parts;
    this.count = telemetry.gauge('tonle_recalls', 'Recalls that are open, or ended in the last day', [
      'state',
    ]);
    this.overdue = telemetry.gauge(
      'tonle_recalls_first_deadline_seconds',
      'Until the first deadline of an open recall; 0 without one',
      [],
    );
    this.unpaid = telemetry.gauge(
      'tonle_recalls_money_missing',
      'Recalls that a network has accepted, and whose money was due and has not come',
      [],
    );
  }

  readonly run = async (): Promise<void> => {
    const { database, recalls, clock } = this.parts;
    const nowMs = clock.now();
    for (const recall of await recalls.returned(database)) await this.save(returnedRecall(recall, nowMs));
    await this.endWaits(nowMs);
    const due = await recalls.takeDue(database, nowMs, nowMs + TAKEN_MS, DUE_MAX);
    if (due.length === 0) return;
    const paymentOf = await this.paymentsOf(due);
    await Promise.all(due.map((recall) => this.look(recall, paymentOf.get(recall.paymentId)!)));
  };

  /** Told apart from `run`: what people look at need not be of this second. */
  readonly measure = async (): Promise<void> => {
    const { database, recalls, clock } = this.parts;
    const nowMs = clock.now();
    const counted = await recalls.counts(database, nowMs - DAY_MS);
    for (const state of RECALL_STATES)
      this.count.set({ state }, counted.find((each) => each.state === state)?.count ?? 0);
    const firsts = counted.filter(isOpen).map(({ first }) => first.getTime());
    this.unpaid.set({}, await recalls.countMissingMoney(database, nowMs));
    this.overdue.set({}, firsts.length === 0 ? 0 : (Math.min(...firsts) - nowMs) / 1_000);
  };

  /** Before what is due: one whose payment has completed by its deadline is asked yet. */
  private async endWaits(nowMs: number): Promise<void> {
    const { database, recalls, directory } = this.parts;
    const waited = await recalls.waited(database, DUE_MAX);
    if (waited.length === 0) return;
    const paymentOf = await this.paymentsOf(waited);
    for (const recall of waited) {
      const payment = paymentOf.get(recall.paymentId)!;
      const corridor = directory.get().corridorIncludingEnded(payment.corridor);
      await this.save(endWait(recall, { payment, corridor, nowMs }));
    }
  }

  private async paymentsOf(recalls: readonly StoredRecall[]): Promise<ReadonlyMap<string, Payment>> {
    const ids = recalls.map(({ paymentId }) => paymentId);
    const payments = await this.parts.payments.byIds(this.parts.database, ids);
    return new Map(payments.map((payment) => [payment.id, payment]));
  }

  private async look(recall: StoredRecall, payment: Payment): Promise<void> {
    const nowMs = this.parts.clock.now();
    if (!isOpen(recall)) return this.tell(recall, payment);
    if (nowMs >= recall.deadlineMs) return this.save(expireRecall(recall, nowMs));
    const isAsked = recall.direction === 'outbound' && recall.state === 'RECEIVED' && recall.carrier !== null;
    if (isAsked) return this.ask(recall, payment, recall.carrier);
    return this.save({ ...recall, dueMs: recall.deadlineMs, attempts: 0 });
  }

  private async ask(recall: StoredRecall, payment: Payment, carrier: string): Promise<void> {
    const reply = await this.replyOf(recall, payment, carrier);
    const nowMs = this.parts.clock.now();
    switch (reply.kind) {
      case 'not_served': {
        const asked = noted(recall, 'no_message', carrier, nowMs, 'The network is asked by people.');
        return this.save({ ...asked, carrier: null, dueMs: recall.deadlineMs });
      }
      case 'silent': {
        const dueMs = Math.min(tryAgainMs(recall.attempts, nowMs), recall.deadlineMs);
        const again =
          recall.attempts === 1 ? noted(recall, 'unanswered', carrier, nowMs, reply.because) : recall;
        return this.save({ ...again, dueMs });
      }
      case 'taken': {
        const said = answerRecall(recall, { answer: { state: 'PENDING' }, by: carrier, nowMs });
        return said.kind === 'recall' ? this.save(said.recall) : undefined;
      }
      case 'answered': {
        const corridor = this.parts.directory.get().corridorIncludingEnded(payment.corridor);
        const word = { answer: reply.answer, by: recall.answerer, nowMs, ...(corridor && { corridor }) };
        const said = answerRecall(recall, word);
        return said.kind === 'recall' ? this.save(said.recall) : undefined;
      }
    }
  }

  private async replyOf(
    recall: StoredRecall,
    payment: Payment,
    carrier: string,
  ): Promise<NetworkRecallReply> {
    try {
      const asked = networkRecallOf(recall, payment);
      return (await this.parts.calls.call(adapterRecallCalls(carrier).ask, asked)).reply;
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      return { kind: 'silent', because: 'its adapter is away' };
    }
  }

  private async tell(recall: StoredRecall, payment: Payment): Promise<void> {
    const { calls, clock, telemetry } = this.parts;
    const { carrier } = recall;
    if (carrier === null) return this.save({ ...recall, dueMs: null });
    let told = false;
    try {
      told = (await calls.call(adapterRecallCalls(carrier).tell, networkRecallEndOf(recall, payment))).told;
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
    }
    const nowMs = clock.now();
    if (told) return this.save({ ...noted(recall, 'told', carrier, nowMs), dueMs: null });
    if (recall.attempts < TELLINGS_MAX)
      return this.save({ ...recall, dueMs: tryAgainMs(recall.attempts, nowMs) });
    telemetry.log.warn({ recall: recall.id, carrier }, 'a network was not told how its recall ended');
    return this.save({ ...noted(recall, 'not_told', carrier, nowMs), dueMs: null });
  }

  /** Who was faster has decided: what is due then is looked at again. */
  private async save(recall: StoredRecall): Promise<void> {
    await this.parts.recalls.save(this.parts.database, recall);
  }
}
