import { refused, type LegResult, type PaymentSubmit, type Quote, type Refusal } from '@tonle/contracts';
import { isTerminal, type MachineEvent } from '@tonle/payment';
import { limitKeyOf } from '../limit/day-limit.js';
import type { FundsMove } from '../reservation/funds.js';
import { bookLines } from '../reservation/payment-ledger.js';
import { eventOfDecision } from '../review/review.decide.js';
import type { ReviewProposal } from '../review/review.js';
import type { HoldEnd } from '../screening/hold.store.js';
import type { Screening, ScreeningHit } from '../screening/screening.js';
import type { WaitingRoom } from '../waiting/waiting-room.js';
import { BatchWrites } from './batch-writes.js';
import { broughtBy } from './payment-history.js';
import { hearsItsOutcome, inboundOutcomeRecord, legCommandRecord } from './payment-messages.js';
import { PaymentSet } from './payment-set.js';
import { PaymentSteps, type StepFacts } from './payment-steps.js';
import { nextDueMs, republishDue } from './payment-timers.js';
import { advance, amountsAgree, decideDue, decideResult, type PartnerAnswer } from './payment.decide.js';
import { corridorOf, legInFlight, receivedPayment, type Payment } from './payment.js';
import { refusalOf, standingOf, timesOf, type ContendedFacts } from './submission.decide.js';
import type { Submission } from './submission.js';

/** What a batch decides on: read and locked in its transaction, or fixed before it. */
export interface BatchFacts extends StepFacts {
  readonly screening: Screening;
  readonly known: readonly Payment[];
  /** Payments that refunds of the batch name, by id, as they were read: without a lock, for their end is final. */
  readonly originals: ReadonlyMap<string, Payment>;
  /** Of these, those with which operators have found this switch at fault. */
  readonly switchFaults: ReadonlySet<string>;
  /** Payments of which nothing is given back. */
  readonly heldRefunds: ReadonlySet<string>;
  /** New payments by id. */
  readonly submissions: ReadonlyMap<string, Submission>;
  /** What may start, and what waits for a network. */
  readonly waiting: WaitingRoom;
  /** Moves that statements and settled windows prove and that were not posted yet. */
  readonly fundsMoves: readonly FundsMove[];
}

/** Outcomes that post a leg, under the reference they bring. */
export const provesLeg = ({ outcome }: LegResult) => outcome === 'accepted' || outcome === 'blocked';

/**
 * One batch in memory: takes its messages in order, decides each on what those before it left, and gathers
 * everything that one commit has to write. No SQL, no clock, no transport.
 */
export class PaymentBatch {
  readonly payments: PaymentSet;
  readonly writes = new BatchWrites();
  private readonly steps: PaymentSteps;

  constructor(readonly facts: BatchFacts) {
    this.payments = new PaymentSet(facts.known);
    this.steps = new PaymentSteps(facts, this.payments, this.writes);
  }

  /** Does to a payment what `by` asks for, and notes on the first step of it what brought it. */
  broughtBy<T>(paymentId: string, by: string, work: () => T): T {
    const before = this.payments.get(paymentId)?.version ?? 0;
    const result = work();
    const payment = this.payments.get(paymentId);
    const fresh = (payment?.version ?? before) - before;
    if (payment !== undefined && fresh > 0)
      this.payments.keep({ ...payment, history: broughtBy(payment.history, fresh, by) });
    return result;
  }

  /** A submission: refused, held, or reserved and sent, at once. A known one changes nothing. */
  submit(paymentId: string): void {
    const known = this.payments.get(paymentId);
    if (known !== undefined) return this.answerAgain(known);
    const { payment, standing } = this.facts.submissions.get(paymentId)!;
    this.payments.keep(payment);
    const refusal = refusalOf(standing, this.contended(payment.instruction));
    if (refusal?.reason !== 'uetr_in_use' && refusal?.reason !== 'key_reused')
      this.facts.keys.takeIdentifiers(payment.instruction, payment.id);
    if (refusal !== undefined) this.steps.refuse(payment, refusal);
    else this.screen(this.steps.take(payment, { type: 'validated' }), standing.facts.quote);
  }

  /** A submission that breaks our own hands: refused, before anything is reserved or sent for it. */
  giveUp(submit: PaymentSubmit): void {
    if (this.payments.get(submit.paymentId) !== undefined) return;
    const { nowMs, directory, lane } = this.facts;
    const times = { deadlineMs: nowMs, guardMs: nowMs, nowMs };
    const payment = receivedPayment(submit, undefined, times, directory.sequence, lane);
    this.payments.keep(payment);
    this.steps.refuse(payment, { reason: 'internal_error' });
  }

  /** A leg's result. Throws for a payment that we never had. */
  result(result: LegResult): void {
    const payment = this.payments.get(result.paymentId);
    if (payment === undefined)
      throw new Error(`a leg result for payment ${result.paymentId}, which is not known here`);
    const step = decideResult(payment, this.distrust(payment, result), this.facts.nowMs);
    const event = { type: `leg_${result.outcome}`, leg: result.leg } as MachineEvent;
    this.steps.apply(payment, step, { event, evidence: result });
  }

  /** The clock's turn on a payment that may be due. */
  due(payment: Payment): void {
    const { nowMs, directory } = this.facts;
    const corridor = corridorOf(payment, directory);
    const step = decideDue(payment, corridor.timers, nowMs);
    const now =
      step === undefined
        ? payment
        : this.steps.apply(payment, step, { event: { type: 'deadline_passed' }, evidence: {} });
    if (now.state !== 'SCREENING_HOLD' && payment.state === 'SCREENING_HOLD')
      this.endHold(payment.id, 'timeout');
    const leg = legInFlight(now);
    if (leg !== undefined && now === payment && republishDue(now, nowMs))
      this.writes.records.push(legCommandRecord(now, leg, corridor));
    this.payments.keep({ ...now, dueMs: nextDueMs(now, corridor.timers, nowMs) });
  }

  /** What two operators have found about the leg under review. Refused: another payment has that reference (I5b). */
  decideReview(id: string, proposal: ReviewProposal): Refusal | undefined {
    const { id: proposalId, leg, decision, partnerRef, amount } = proposal;
    const payment = this.payments.get(id)!;
    if (partnerRef !== undefined && this.facts.keys.isAnothers(payment, leg, partnerRef))
      return refused('reference_in_use');
    const evidence: PartnerAnswer = {
      ...(partnerRef === undefined ? {} : { partnerRef }),
      ...(amount === undefined ? {} : { amount: { ...amount, minor: amount.minor.toString() } }),
    };
    const event = eventOfDecision(leg, decision, amountsAgree(payment, leg, evidence));
    const step = advance(payment, event, this.facts.nowMs, evidence);
    this.steps.apply(payment, step, { event, evidence, proposalId });
    return undefined;
  }

  /** An operator's decision on a hold. False: the payment is not on hold. */
  decideHold(id: string, decision: 'clear' | 'confirm', quote: Quote | undefined): boolean {
    const payment = this.payments.get(id);
    if (payment?.state !== 'SCREENING_HOLD') return false;
    this.endHold(id, decision);
    if (decision === 'confirm') this.steps.take(payment, { type: 'screening_confirmed' });
    else this.clear(payment, quote);
    return true;
  }

  /** A payment that waits for a network goes on, if it still may. One whose time is over the clock ends. */
  goOn(id: string, quote: Quote | undefined): void {
    const payment = this.payments.get(id);
    if (payment === undefined || payment.waitsUntilMs === null) return;
    if (payment.waitsUntilMs <= this.facts.nowMs) return;
    const { renewed, refusal } = this.renew(payment, quote);
    if (refusal === undefined) this.steps.reserve(renewed);
    else this.steps.refuse(renewed, refusal);
  }

  /** Posts the funds moves after everything that was decided: money that comes in pays for the next batch. */
  postFunds(): void {
    const { book, accounts, nowMs: atMs } = this.facts;
    for (const { chainId, reference, lines } of this.facts.fundsMoves) {
      const posted = bookLines(lines, accounts);
      book.move('post', posted);
      this.writes.transfers.push(...posted.map((line) => ({ ...line, chainId, reference, atMs })));
    }
  }

  /** A door that asks again has not heard the outcome: it is told once more, under the same message id (decisions 5). */
  private answerAgain(payment: Payment): void {
    const waits =
      hearsItsOutcome(payment) && isTerminal(payment.state) && !this.payments.isTouched(payment.id);
    if (waits) this.writes.records.push(inboundOutcomeRecord(payment));
  }

  private contended(submit: PaymentSubmit): ContendedFacts {
    const { keys, limits, refunds, originals, switchFaults, heldRefunds, directory, nowMs } = this.facts;
    const original = submit.refundOf?.paymentId;
    return {
      uetrUsed: keys.uetrUsed(submit),
      keyUsed: keys.keyUsed(submit),
      quoteUsed: keys.quoteUsed(submit.quoteId),
      dayUsedMinor: limits.usedMinor(limitKeyOf(submit, directory, nowMs)),
      ...(original === undefined
        ? {}
        : {
            refund: {
              original: this.payments.get(original) ?? originals.get(original),
              refundedMinor: refunds.usedMinor({ original }),
              isSwitchFault: switchFaults.has(original),
              isHeld: heldRefunds.has(original),
            },
          }),
    };
  }

  // A hold, or the wait for a network, took the payment's time: it starts again, as far as the sender's own deadline allows. The code and
  // the lookup held when the instruction came, and its amount is counted since; the price must hold now.
  private clear(payment: Payment, quote: Quote | undefined): void {
    const { renewed, refusal } = this.renew(payment, quote);
    const validated = this.steps.take(renewed, { type: 'screening_cleared' });
    if (refusal === undefined) this.begin(validated, quote);
    else this.steps.refuse(validated, refusal);
  }

  private renew(payment: Payment, quote: Quote | undefined) {
    const { nowMs, directory, keys } = this.facts;
    const now = new Date(nowMs).toISOString();
    const submit = { ...payment.instruction, lookup: undefined, acceptedAt: now, receivedAt: now };
    const times = timesOf(submit, directory);
    const renewed = { ...payment, instructedAtMs: nowMs, ...times, directoryVersion: directory.sequence };
    const refusal = refusalOf(standingOf({ submit, directory, quote, nowMs, ...times }), {
      uetrUsed: false,
      keyUsed: false,
      quoteUsed: keys.quoteUsed(submit.quoteId),
      dayUsedMinor: 0n,
    });
    return { renewed, refusal };
  }

  private screen(validated: Payment, quote: Quote | undefined): void {
    const { debtor, creditor } = validated.instruction;
    const hit = this.facts.screening.screen([
      { party: 'debtor', name: debtor.name, country: debtor.country },
      { party: 'creditor', name: creditor.name, country: creditor.country },
    ]);
    if (hit === undefined) this.begin(validated, quote);
    else this.hold(validated, hit);
  }

  /** Its money is not touched while it waits: the wait is all the time that it has. */
  private begin(payment: Payment, quote: Quote | undefined): void {
    const { waiting, directory, nowMs } = this.facts;
    const start = waiting.start(payment.instruction, corridorOf(payment, directory), quote, nowMs);
    switch (start.kind) {
      case 'go':
        return void this.steps.reserve(payment);
      case 'refuse':
        return void this.steps.refuse(payment, start.refusal);
      case 'wait': {
        const { untilMs } = start;
        const waits = { ...payment, waitsUntilMs: untilMs, deadlineMs: untilMs, guardMs: untilMs };
        return void this.steps.take(waits, { type: 'partner_down' });
      }
    }
  }

  private hold(payment: Payment, hit: ScreeningHit): void {
    const { nowMs: sinceMs, directory } = this.facts;
    const untilMs = sinceMs + corridorOf(payment, directory).timers.screeningHoldMs;
    this.writes.holds.push({ ...hit, paymentId: payment.id, sinceMs, untilMs });
    this.steps.take(payment, { type: 'screening_hit' });
  }

  private endHold(paymentId: string, decision: HoldEnd['decision']): void {
    this.writes.holdEnds.push({ paymentId, decision, atMs: this.facts.nowMs });
  }

  // A reference that is another payment's already cannot prove this leg as well (I5b); one that is not the reference under
  // which the leg was taken for accepted tells of a second movement.
  private distrust(payment: Payment, result: LegResult): LegResult {
    const { leg, partnerRef } = result;
    if (!provesLeg(result) || partnerRef === undefined) return result;
    const known = payment.partnerRefs[leg] ?? partnerRef;
    const doubtful = known !== partnerRef || this.facts.keys.isAnothers(payment, leg, partnerRef);
    return doubtful ? { ...result, outcome: 'conflicting' } : result;
  }
}
