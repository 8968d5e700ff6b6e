import type { OutboundRecord } from '@tonle/messaging';
import { deadlinesOf, isTerminal, type MachineEffect, type MachineEvent } from '@tonle/payment';
import { type CorridorBody } from '@tonle/directory';
import { type LegKind, type LegResult, type PaymentSubmit, type Quote, type Reason } from '@tonle/contracts';
import type { Directory } from '../directory/directory.js';
import { limitKeyOf, type LimitBook } from '../limit/limit-book.js';
import type { AccountBook } from '../reservation/account-book.js';
import type { AccountStore } from '../reservation/account.store.js';
import { purseChecks, type PaymentLedgers } from '../reservation/payment-ledger.js';
import type { Hold, HoldEnd } from '../screening/hold.store.js';
import type { Screening, ScreeningHit } from '../screening/screening.js';
import type { PaymentBreak, PaymentBreakType } from './break.store.js';
import { advance, decideDue, decideResult, type Evidence, type Step } from './payment.decide.js';
import { PaymentEffects } from './payment.effects.js';
import { inboundOutcomeRecord, legCommandRecord, paymentEventRecord } from './payment.messages.js';
import { legInFlight, receivedPayment, type Payment } from './payment.js';
import type { UsedKeys } from './payment.store.js';
import { nextDueMs, republishDue } from './payment.timers.js';
import { validate, type SubmitFacts } from './payment.validate.js';

/** What a batch decides on: read and locked in its transaction, or fixed before it. */
export interface BatchFacts {
  readonly nowMs: number;
  /** What a completion is stamped with: now, but never before a cut-off that the lane has declared drained. */
  readonly completionMs: number;
  readonly lane: string;
  readonly directory: Directory;
  readonly ledgers: PaymentLedgers;
  readonly screening: Screening;
  readonly accounts: AccountStore;
  readonly known: readonly Payment[];
  readonly used: UsedKeys;
  /** Rail references in use: `kind|reference` to chain. */
  readonly references: ReadonlyMap<string, string>;
  readonly book: AccountBook;
  readonly limits: LimitBook;
  readonly newId: () => string;
}

interface Cause {
  readonly event: MachineEvent;
  readonly evidence: Evidence & Partial<LegResult>;
  readonly traceparent: string | undefined;
}

/** Outcomes that post a leg, under the reference they bring. */
export const provesLeg = ({ outcome }: LegResult) => outcome === 'accepted' || outcome === 'blocked';

const BREAK_OF: Readonly<Partial<Record<MachineEffect, PaymentBreakType>>> = {
  open_break_status_conflict: 'STATUS_CONFLICT',
  open_break_late_success: 'LATE_SUCCESS',
  open_break_amount: 'AMOUNT',
};
const SENT_BY: Readonly<Partial<Record<MachineEffect, LegKind>>> = {
  send_debit: 'debit',
  send_credit: 'credit',
  send_reversal: 'reversal',
};

/**
 * One batch in memory: takes its messages in order, decides each on what those before it left, and gathers
 * everything that one commit has to write. No SQL, no clock, no transport.
 */
export class PaymentBatch {
  readonly breaks: PaymentBreak[] = [];
  readonly holds: Hold[] = [];
  readonly holdEnds: HoldEnd[] = [];
  readonly records: OutboundRecord[] = [];
  readonly effects: PaymentEffects;
  readonly #facts: BatchFacts;
  readonly #payments = new Map<string, Payment>();
  readonly #before = new Map<string, Payment>();
  readonly #touched = new Set<string>();
  readonly #uetrs: Map<string, string>;
  readonly #keys: Map<string, string>;

  constructor(facts: BatchFacts) {
    this.#facts = facts;
    this.effects = new PaymentEffects(facts);
    this.#uetrs = new Map(facts.used.uetrs);
    this.#keys = new Map(facts.used.keys);
    for (const payment of facts.known) {
      this.#payments.set(payment.id, payment);
      this.#before.set(payment.id, payment);
    }
  }

  payment(id: string): Payment | undefined {
    return this.#payments.get(id);
  }

  /** The payments that were loaded, as they were. */
  known(): readonly Payment[] {
    return this.#facts.known;
  }

  /** Payments that are new. */
  inserted(): Payment[] {
    return [...this.#touched].filter((id) => !this.#before.has(id)).map((id) => this.#payments.get(id)!);
  }

  /** Payments that changed, with the versions that were read. */
  changed(): { readonly payment: Payment; readonly knownVersion: number }[] {
    return [...this.#touched]
      .filter((id) => this.#before.has(id))
      .map((id) => ({ payment: this.#payments.get(id)!, knownVersion: this.#before.get(id)!.version }));
  }

  /** A submission: refused, held, or reserved and sent, at once. A known one changes nothing. */
  submit(submit: PaymentSubmit, quote: Quote | undefined, traceparent?: string): void {
    const known = this.#payments.get(submit.paymentId);
    if (known !== undefined) return this.#answerAgain(known, traceparent);
    const { directory, nowMs, lane } = this.#facts;
    const times = this.#timesOf(submit);
    const payment = receivedPayment(submit, quote, { ...times, nowMs }, directory.sequence, lane);
    const facts = this.#submitFacts(submit, quote, times);
    const refusal = validate(submit, facts, nowMs);
    this.#payments.set(payment.id, payment);
    this.#touched.add(payment.id);
    if (refusal?.reason !== 'uetr_in_use' && refusal?.reason !== 'key_reused') {
      this.#uetrs.set(submit.uetr, payment.id);
      this.#keys.set(`${submit.sender}|${submit.messageId}`, payment.id);
    }
    if (refusal === undefined) this.#take(payment, { type: 'validated' }, {}, traceparent);
    else if (refusal.reason === 'deadline_passed')
      this.#take(payment, { type: 'deadline_passed' }, {}, traceparent);
    else
      this.#take(
        payment,
        { type: 'refused', reason: refusal.reason },
        { reasonText: refusal.detail },
        traceparent,
      );
  }

  /** A door that asks again has not heard the outcome: it is told once more, under the same message id (decisions 5). */
  #answerAgain(payment: Payment, traceparent?: string): void {
    const waits =
      payment.direction === 'inbound' && isTerminal(payment.state) && !this.#touched.has(payment.id);
    if (waits) this.records.push(inboundOutcomeRecord(payment, traceparent));
  }

  /** A leg's result. Throws for a payment that we never had. */
  result(result: LegResult, traceparent?: string): void {
    const payment = this.#payments.get(result.paymentId);
    if (payment === undefined)
      throw new Error(`a leg result for payment ${result.paymentId}, which is not known here`);
    const step = decideResult(payment, this.#distrust(result), this.#facts.nowMs);
    const event: MachineEvent = { type: `leg_${result.outcome}`, leg: result.leg } as MachineEvent;
    this.#apply(payment, step, { event, evidence: result, traceparent });
  }

  /** The clock's turn on a payment that may be due. */
  due(payment: Payment): void {
    const { nowMs } = this.#facts;
    const corridor = this.#corridor(payment);
    const step = decideDue(payment, corridor.timers, nowMs);
    if (step !== undefined)
      this.#apply(payment, step, {
        event: { type: 'deadline_passed' },
        evidence: {},
        traceparent: undefined,
      });
    const now = this.#payments.get(payment.id)!;
    if (now.state !== 'SCREENING_HOLD' && payment.state === 'SCREENING_HOLD')
      this.#endHold(payment.id, 'timeout');
    const leg = legInFlight(now);
    if (leg !== null && now === payment && republishDue(now, nowMs))
      this.records.push(legCommandRecord(now, leg, corridor));
    this.#keep({ ...this.#payments.get(payment.id)!, dueMs: nextDueMs(now, corridor.timers, nowMs) });
  }

  /** An operator's decision on a hold. False: the payment is not on hold. */
  decideHold(id: string, decision: 'clear' | 'confirm', quote: Quote | undefined): boolean {
    const payment = this.#payments.get(id);
    if (payment?.state !== 'SCREENING_HOLD') return false;
    this.#endHold(id, decision);
    if (decision === 'confirm') {
      this.#take(payment, { type: 'screening_confirmed' }, {});
      return true;
    }
    const { nowMs, directory } = this.#facts;
    const submit = payment.instruction;
    // The hold took the payment's time: it starts again, as far as the sender's own deadline allows.
    const times = this.#timesOf({
      ...submit,
      acceptedAt: new Date(nowMs).toISOString(),
      receivedAt: new Date(nowMs).toISOString(),
    });
    const renewed = { ...payment, instructedAtMs: nowMs, ...times, directoryVersion: directory.sequence };
    this.#payments.set(id, renewed);
    const refusal = validate(
      // The code and the lookup held when the instruction came; the price must hold now.
      { ...submit, lookup: undefined, receivedAt: new Date(nowMs).toISOString() },
      { ...this.#submitFacts(submit, quote, times), uetrUsed: false, keyUsed: false, dayUsedMinor: 0n },
      nowMs,
    );
    this.#take(renewed, { type: 'screening_cleared' }, {}, undefined, refusal);
    return true;
  }

  #submitFacts(
    submit: PaymentSubmit,
    quote: Quote | undefined,
    times: { deadlineMs: number; guardMs: number },
  ): SubmitFacts {
    return {
      directory: this.#facts.directory,
      quote,
      ...times,
      uetrUsed: this.#uetrs.has(submit.uetr),
      keyUsed: this.#keys.has(`${submit.sender}|${submit.messageId}`),
      quoteUsed: this.effects.quoteUsed(submit.quoteId),
      dayUsedMinor: this.#facts.limits.usedMinor(
        limitKeyOf(submit, this.#facts.directory, this.#facts.nowMs),
      ),
    };
  }

  #timesOf(submit: PaymentSubmit): { deadlineMs: number; guardMs: number } {
    const acceptedAtMs = Math.min(Date.parse(submit.acceptedAt), Date.parse(submit.receivedAt));
    const corridor = this.#facts.directory.corridor(submit.corridor);
    if (corridor === undefined) return { deadlineMs: acceptedAtMs, guardMs: acceptedAtMs };
    const senderDeadlineMs = submit.deadline === undefined ? undefined : Date.parse(submit.deadline);
    const { deadlineMs, creditGuardMs } = deadlinesOf({ acceptedAtMs, senderDeadlineMs }, corridor.timers);
    return { deadlineMs, guardMs: creditGuardMs };
  }

  // A reference that another payment's discharge carries already cannot prove this leg as well (I5b).
  #distrust(result: LegResult): LegResult {
    if (!provesLeg(result) || result.partnerRef === undefined) return result;
    const owner = this.effects.referenceOwner(
      result.leg === 'reversal' ? 'reversal' : 'discharge',
      result.partnerRef,
    );
    return owner === undefined || owner === result.paymentId ? result : { ...result, outcome: 'conflicting' };
  }

  #take(
    payment: Payment,
    event: MachineEvent,
    evidence: Evidence,
    traceparent?: string,
    refusal?: { reason: Reason; detail?: string },
  ): void {
    const step = advance(payment, event, this.#facts.nowMs, evidence);
    this.#apply(payment, step, { event, evidence, traceparent }, refusal);
  }

  #apply(payment: Payment, step: Step, cause: Cause, refusal?: { reason: Reason; detail?: string }): void {
    if (step.kind === 'ignored') return;
    if (step.kind === 'kept') return this.#keep(this.#rearmed(step.payment));
    if (step.kind === 'breaks') return this.#openBreaks(payment, step.effects, cause);
    let moved: Payment = { ...step.payment, lane: this.#facts.lane };
    for (const effect of step.effects) moved = this.effects.apply(moved, effect);
    this.#openBreaks(moved, step.effects, cause);
    this.#keep(this.#rearmed(moved));
    this.#tell(this.#payments.get(moved.id)!, step.effects, cause.traceparent);
    this.#goOn(this.#payments.get(moved.id)!, cause, refusal);
  }

  // States that nothing outside has to happen in: the next step belongs to the same commit.
  #goOn(
    payment: Payment,
    { event, traceparent }: Cause,
    refusal?: { reason: Reason; detail?: string },
  ): void {
    if (payment.state === 'RESERVED') {
      this.#take(
        payment,
        { type: payment.instruction.payerSecured ? 'payer_secured' : 'send_debit' },
        {},
        traceparent,
      );
    } else if (payment.state === 'DEBIT_SECURED') {
      this.#take(payment, { type: 'send_credit' }, {}, traceparent);
    } else if (payment.state === 'VALIDATED') {
      this.#screenAndReserve(payment, event, traceparent, refusal);
    }
  }

  #screenAndReserve(
    payment: Payment,
    event: MachineEvent,
    traceparent?: string,
    refusal?: { reason: Reason; detail?: string },
  ): void {
    if (refusal !== undefined) {
      const late = refusal.reason === 'deadline_passed';
      const end: MachineEvent = late
        ? { type: 'deadline_passed' }
        : { type: 'refused', reason: refusal.reason };
      return this.#take(payment, end, { reasonText: refusal.detail }, traceparent);
    }
    const hit = event.type === 'screening_cleared' ? undefined : this.#screen(payment);
    if (hit !== undefined) return this.#hold(payment, hit, traceparent);
    const ledger = this.#facts.ledgers.of(payment)!;
    const covered = this.#facts.book.covers(
      purseChecks(ledger.checks, this.#facts.accounts, this.#facts.directory),
    );
    this.#take(
      payment,
      covered ? { type: 'reserved' } : { type: 'refused', reason: 'liquidity_short' },
      {},
      traceparent,
    );
  }

  #screen({ instruction: { debtor, creditor } }: Payment): ScreeningHit | undefined {
    return this.#facts.screening.screen([
      { party: 'debtor', name: debtor.name, country: debtor.country },
      { party: 'creditor', name: creditor.name, country: creditor.country },
    ]);
  }

  #hold(payment: Payment, hit: ScreeningHit, traceparent?: string): void {
    const { nowMs } = this.#facts;
    this.holds.push({
      ...hit,
      paymentId: payment.id,
      sinceMs: nowMs,
      untilMs: nowMs + this.#corridor(payment).timers.screeningHoldMs,
    });
    this.#take(payment, { type: 'screening_hit' }, {}, traceparent);
  }

  #endHold(paymentId: string, decision: HoldEnd['decision']): void {
    this.holdEnds.push({ paymentId, decision, atMs: this.#facts.nowMs });
  }

  #tell(payment: Payment, effects: readonly MachineEffect[], traceparent?: string): void {
    for (const effect of effects) {
      const leg = SENT_BY[effect];
      if (leg !== undefined)
        this.records.push(legCommandRecord(payment, leg, this.#corridor(payment), traceparent));
    }
    if (!effects.includes('notify')) return;
    this.records.push(paymentEventRecord(payment, traceparent));
    if (payment.direction === 'inbound' && isTerminal(payment.state))
      this.records.push(inboundOutcomeRecord(payment, traceparent));
  }

  #openBreaks(payment: Payment, effects: readonly MachineEffect[], { event, evidence }: Cause): void {
    for (const effect of effects) {
      const type = BREAK_OF[effect];
      if (type === undefined) continue;
      const leg = 'leg' in event ? event.leg : 'none';
      const detail = `${event.type} of ${leg} while the payment was ${payment.state}`;
      this.breaks.push({
        id: this.#facts.newId(),
        paymentId: payment.id,
        type,
        leg,
        detail,
        evidence,
        atMs: this.#facts.nowMs,
      });
    }
  }

  /** The clock may come too early but never too late, so an earlier `due_at` stays: its index is left alone. */
  #rearmed(payment: Payment): Payment {
    const next = isTerminal(payment.state)
      ? null
      : nextDueMs(payment, this.#corridor(payment).timers, this.#facts.nowMs);
    const before = this.#before.get(payment.id)?.dueMs ?? null;
    return { ...payment, dueMs: next !== null && before !== null && before <= next ? before : next };
  }

  #keep(payment: Payment): void {
    this.#payments.set(payment.id, payment);
    this.#touched.add(payment.id);
  }

  #corridor(payment: Payment): CorridorBody {
    const corridor = this.#facts.directory.corridor(payment.corridor);
    if (corridor === undefined)
      throw new Error(`payment ${payment.id} is in corridor ${payment.corridor}, which is gone`);
    return corridor;
  }
}
