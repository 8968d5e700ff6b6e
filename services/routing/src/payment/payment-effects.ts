import { legKeyOf, type LegKind, type LegResult } from '@tonle/contracts';
import { pendingPartOf, type AccountBook, type PendingPart, type TransferKind } from '@tonle/ledger';
import {
  isTerminal,
  stepsOf,
  type EffectStep,
  type MachineEffect,
  type MachineEvent,
  type PaymentBreakType,
} from '@tonle/payment';
import { minorText } from '@tonle/money';
import type { Directory } from '@tonle/directory';
import type { CounterBook } from '../limit/counter-book.js';
import { limitKeyOf, type LimitKey } from '../limit/day-limit.js';
import type { RefundKey } from '../refund/refund.store.js';
import {
  bookLines,
  type AccountIds,
  type BookLine,
  type PaymentLedger,
  type PaymentLedgers,
} from '../reservation/payment-ledger.js';
import { windowsOf } from '../window/window.js';
import type { BatchWrites } from './batch-writes.js';
import type { KeyBook, ReferenceKind } from './key-book.js';
import {
  hearsItsOutcome,
  inboundOutcomeRecord,
  legCommandRecord,
  legDecidedRecord,
  paymentEventRecord,
} from './payment-messages.js';
import type { PartnerAnswer } from './payment.decide.js';
import { corridorOf, legAmount, type Payment } from './payment.js';

/** What the effects of a batch work on. */
export interface EffectFacts {
  readonly nowMs: number;
  /** What a completion is stamped with: now, but never before a cut-off that the lane has declared drained. */
  readonly completionMs: number;
  readonly directory: Directory;
  readonly ledgers: PaymentLedgers;
  readonly accounts: AccountIds;
  readonly book: AccountBook<number>;
  readonly limits: CounterBook<LimitKey>;
  /** What is given back of each payment. */
  readonly refunds: CounterBook<RefundKey>;
  readonly keys: KeyBook;
  readonly newId: () => string;
}

/** What brought a move about. */
export interface Cause {
  readonly event: MachineEvent;
  readonly evidence: PartnerAnswer & Partial<LegResult>;
  /** The approved proposal, when people decided. */
  readonly proposalId?: string;
}

type StepOf<K extends EffectStep['kind']> = Extract<EffectStep, { readonly kind: K }>;

/** Does what a move of the machine demands, in books and records of the same commit. The only interpreter. */
export class PaymentEffects {
  constructor(
    private readonly facts: EffectFacts,
    private readonly writes: BatchWrites,
  ) {}

  /** The payment after its effects. Throws (broken) when the books cannot follow. */
  perform(payment: Payment, effects: readonly MachineEffect[], cause: Cause): Payment {
    return stepsOf(effects).reduce((moved, step) => this.step(moved, step, cause), payment);
  }

  private step(payment: Payment, step: EffectStep, cause: Cause): Payment {
    switch (step.kind) {
      case 'limit':
        return step.move === 'take' ? this.takeLimit(payment) : this.giveBackLimit(payment);
      case 'use_quote':
        return this.useQuote(payment);
      case 'reserve':
        return this.reserve(payment, step.lines);
      case 'void':
        return this.void(payment, step.lines);
      case 'post':
        return this.post(payment, step.lines);
      case 'post_leg':
        return this.postLeg(payment, step);
      case 'assign_windows':
        return this.assignWindows(payment);
      case 'send':
        return this.send(payment, step.leg);
      case 'close_leg':
        return this.closeLeg(payment, cause);
      case 'open_break':
        return this.openBreak(payment, step.type, cause);
      case 'notify':
        return this.notify(payment);
    }
  }

  // A refund counts for the payment that it gives back, and for no day.
  private takeLimit(payment: Payment): Payment {
    const { limits, refunds, directory, nowMs } = this.facts;
    const { refundOf } = payment.instruction;
    if (refundOf !== undefined) {
      refunds.add({ original: refundOf.paymentId }, payment.source.minor);
      return payment;
    }
    const key = limitKeyOf(payment.instruction, directory, nowMs);
    limits.add(key, payment.source.minor);
    return { ...payment, limitDay: key.day };
  }

  private giveBackLimit(payment: Payment): Payment {
    const { limits, refunds, directory, nowMs } = this.facts;
    const { refundOf } = payment.instruction;
    if (refundOf !== undefined) refunds.add({ original: refundOf.paymentId }, -payment.source.minor);
    if (payment.limitDay === null) return payment;
    const key = limitKeyOf(payment.instruction, directory, nowMs);
    limits.add({ ...key, day: payment.limitDay }, -payment.source.minor);
    return { ...payment, limitDay: null };
  }

  private useQuote(payment: Payment): Payment {
    this.facts.keys.takeQuote(payment.instruction.quoteId, payment.id);
    return { ...payment, quoteTaken: true };
  }

  private reserve(payment: Payment, part: PendingPart): Payment {
    const lines = bookLines(this.ledger(payment).lines[part], this.facts.accounts);
    this.facts.book.move('reserve', lines);
    return { ...payment, lines: [...payment.lines, ...lines] };
  }

  private void(payment: Payment, part: PendingPart): Payment {
    this.facts.book.move('void', linesOf(payment, part));
    return payment;
  }

  private post(payment: Payment, part: PendingPart): Payment {
    const lines = linesOf(payment, part);
    const { creditBooked } = payment;
    const owed = creditBooked === null ? undefined : lines.find(({ kind }) => kind === 'obligation_target');
    if (creditBooked === null || owed === undefined) this.transfer(payment, lines, null);
    else {
      // A discount: the network is owed what it settles, and what was reserved beyond that is free again.
      this.facts.book.move('void', [owed]);
      const less = { ...owed, minor: creditBooked.minor, reserved: false };
      this.transfer(
        payment,
        lines.map((line) => (line === owed ? less : line)),
        null,
      );
    }
    return payment;
  }

  private postLeg(payment: Payment, { leg, lines }: StepOf<'post_leg'>): Payment {
    const reference = payment.partnerRefs[leg] ?? legKeyOf(payment.id, leg);
    this.transfer(payment, bookLines(this.ledger(payment).lines[lines], this.facts.accounts), reference);
    return payment;
  }

  private transfer(payment: Payment, lines: readonly BookLine[], reference: string | null): void {
    const { book, keys, nowMs } = this.facts;
    book.move('post', lines);
    for (const line of lines) {
      const { kind } = line;
      const carried = carriesReference(kind) ? reference : null;
      this.writes.transfers.push({ ...line, chainId: payment.id, reference: carried, atMs: nowMs });
      if (reference !== null && carriesReference(kind)) keys.takeReference(kind, reference, payment.id);
    }
  }

  private assignWindows(payment: Payment): Payment {
    const { completionMs, directory } = this.facts;
    const [home, partner] =
      payment.direction === 'outbound' ? [payment.source, payment.target] : [payment.target, payment.source];
    const counted = windowsOf(
      corridorOf(payment, directory),
      { home: home.currency, partner: partner.currency },
      completionMs,
    );
    for (const one of counted) this.writes.complete(one);
    return { ...payment, completedAtMs: completionMs, windows: counted.map(({ window }) => window) };
  }

  private send(payment: Payment, leg: LegKind): Payment {
    this.writes.records.push(legCommandRecord(payment, leg, corridorOf(payment, this.facts.directory)));
    return payment;
  }

  private closeLeg(payment: Payment, { event, evidence, proposalId }: Cause): Payment {
    if (!('leg' in event) || proposalId === undefined) throw new Error('only a decision closes a leg');
    const { directory, nowMs: atMs } = this.facts;
    const { partnerRef } = evidence;
    const found = {
      paid: event.type === 'decided_paid',
      ...(partnerRef === undefined ? {} : { partnerRef }),
      proposalId,
      atMs,
    };
    this.writes.records.push(legDecidedRecord(payment, event.leg, corridorOf(payment, directory), found));
    return payment;
  }

  private openBreak(payment: Payment, type: PaymentBreakType, { event, evidence }: Cause): Payment {
    const { newId, nowMs: atMs } = this.facts;
    const leg = 'leg' in event ? event.leg : 'none';
    const differs = figures(payment, type, leg, evidence) + otherReference(payment, leg, evidence);
    const detail = `${event.type} of ${leg} while the payment was ${payment.state}${differs}`;
    this.writes.breaks.push({ id: newId(), paymentId: payment.id, type, leg, detail, evidence, atMs });
    return payment;
  }

  private notify(payment: Payment): Payment {
    this.writes.records.push(paymentEventRecord(payment));
    if (isTerminal(payment.state) && hearsItsOutcome(payment))
      this.writes.records.push(inboundOutcomeRecord(payment));
    return payment;
  }

  private ledger(payment: Payment): PaymentLedger {
    const ledger = this.facts.ledgers.of(payment);
    if (ledger === undefined) throw new Error(`payment ${payment.id} has no corridor to post in`);
    return ledger;
  }
}

/** What the partner booked beside what was asked for, as people read it. */
function figures(
  payment: Payment,
  type: PaymentBreakType,
  leg: LegKind | 'none',
  { amount: booked }: Cause['evidence'],
): string {
  if (type !== 'AMOUNT' || leg === 'none' || booked === undefined) return '';
  const theirs = minorText(BigInt(booked.minor), booked.currency);
  const { currency, minor } = legAmount(payment, leg);
  return `: the partner booked ${theirs}, asked for was ${minorText(minor, currency)}`;
}

/** The partner's reference, when the leg was taken for accepted under another one. */
function otherReference(
  { partnerRefs }: Payment,
  leg: LegKind | 'none',
  { partnerRef }: Cause['evidence'],
): string {
  const known = leg === 'none' ? null : partnerRefs[leg];
  return known === null || partnerRef === undefined || known === partnerRef
    ? ''
    : `: under ${partnerRef}, known is ${known}`;
}

/** Pending lines come from the row: as they were reserved, whatever the directory says by now. */
function linesOf(payment: Payment, part: PendingPart): BookLine[] {
  return payment.lines.filter((line) => pendingPartOf(line) === part);
}

function carriesReference(kind: TransferKind): kind is ReferenceKind {
  return kind === 'discharge' || kind === 'reversal';
}
