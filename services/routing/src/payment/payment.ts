import type {
  Direction,
  LegKind,
  PaymentState,
  PartnerTerms,
  PaymentSubmit,
  Quote,
  WindowRef,
  Reason,
} from '@tonle/contracts';
import type { Corridor, Directory } from '@tonle/directory';
import type { MachineView } from '@tonle/payment';
import { receivedStep, reversalRefusals, type KeptStep } from './payment-history.js';
import type { BookLine } from '../reservation/payment-ledger.js';

export interface Fee {
  readonly kind: string;
  readonly payer: string;
  readonly currency: string;
  readonly minor: bigint;
}

/** Events that a resend waits for in `due_at`: a partner that is gone is not asked in a tight loop. */
export type ResendEvent = 'leg_not_sent' | 'leg_not_received' | 'leg_rejected';

export interface MoneyAmount {
  readonly currency: string;
  readonly minor: bigint;
}

/** A payment as its row holds it. Instants are epoch ms. */
export interface Payment {
  readonly id: string;
  readonly direction: Direction;
  readonly corridor: string;
  /** The instruction as it was received; never changed. */
  readonly instruction: PaymentSubmit;
  /** Sequence of the directory that it was decided with (decisions 8). */
  readonly directoryVersion: bigint;
  /** The quote is used by this payment: from the reservation on, for ever (I8). */
  readonly quoteTaken: boolean;
  readonly fxProvider: string;
  readonly rate: string;
  readonly source: MoneyAmount;
  readonly target: MoneyAmount;
  readonly fees: readonly Fee[];
  /** What the partner has said of the money, its last word on each: information, never booked. */
  readonly partnerTerms: PartnerTerms | null;
  readonly state: PaymentState;
  readonly reviewLeg: LegKind | null;
  /** Number of transitions; every write compares it. */
  readonly version: number;
  readonly history: readonly KeptStep[];
  readonly reason: Reason | null;
  readonly isoReason: string | null;
  readonly reasonText: string | null;
  readonly enteredAtMs: number;
  /** Acceptance time that legs carry: the sender's, or the end of a screening hold. */
  readonly instructedAtMs: number;
  readonly deadlineMs: number;
  /** No credit is started from here on: deadline less credit guard. */
  readonly guardMs: number;
  /** It waits, undebited, for a network that does not answer; its deadline is then. */
  readonly waitsUntilMs: number | null;
  /** When the clock has to look at it; may be early, never late. */
  readonly dueMs: number | null;
  /** How often each leg was asked for; a leg with 0 was never sent. */
  readonly attempts: Readonly<Record<LegKind, number>>;
  /** The leg in flight was asked for the last time at. */
  readonly legSentMs: number | null;
  readonly legSendBeforeMs: number | null;
  readonly resend: ResendEvent | null;
  readonly partnerRefs: Readonly<Record<LegKind, string | null>>;
  /** What the partner took from the payer, when that is not the source amount: so much is paid back. */
  readonly debitBooked: MoneyAmount | null;
  /** What the payee's network settles, when a discount that it names makes that less than the target: so much is owed to it. */
  readonly creditBooked: MoneyAmount | null;
  /** The debtor's day counter that holds this payment's amount. */
  readonly limitDay: string | null;
  /** What it has made pending, on account ids, so that SQL can sum it (I6); pending until the payment ends. */
  readonly lines: readonly BookLine[];
  readonly completedAtMs: number | null;
  readonly windows: readonly WindowRef[];
  readonly lane: string;
}

/** What the state machine sees of it. */
export function machineView(payment: Payment): MachineView {
  return {
    state: payment.state,
    reviewLeg: payment.reviewLeg,
    payerSecured: payment.instruction.payerSecured,
    reversalSent: payment.attempts.reversal > 0,
    reversalRefusals: payment.attempts.reversal === 0 ? 0 : reversalRefusals(payment.history),
    deadlineMs: payment.deadlineMs,
    creditGuardMs: payment.guardMs,
  };
}

/** The corridor of a payment that has one. Throws (broken) when the directory has lost it. */
export function corridorOf(payment: Payment, directory: Directory): Corridor {
  const corridor = directory.corridorIncludingEnded(payment.corridor);
  if (corridor === undefined)
    throw new Error(`payment ${payment.id} is in corridor ${payment.corridor}, which is gone`);
  return corridor;
}

/** The leg whose answer the payment waits for, if any. */
export function legInFlight(payment: Payment): LegKind | undefined {
  switch (payment.state) {
    case 'DEBIT_SENT':
    case 'DEBIT_UNKNOWN':
      return 'debit';
    case 'CREDIT_SENT':
    case 'CREDIT_UNKNOWN':
      return 'credit';
    case 'UNWINDING':
      return 'reversal';
    case 'MANUAL_REVIEW':
      return payment.reviewLeg ?? undefined;
    default:
      return undefined;
  }
}

/** What a leg moves: the payer's side the source amount, the payee's side the target amount; back goes what was taken. */
export function legAmount(payment: Payment, leg: LegKind): MoneyAmount {
  if (leg === 'credit') return payment.target;
  return leg === 'reversal' ? (payment.debitBooked ?? payment.source) : payment.source;
}

/** What nothing has happened to yet. */
const NEW = {
  quoteTaken: false,
  state: 'RECEIVED',
  reviewLeg: null,
  version: 1,
  reason: null,
  isoReason: null,
  reasonText: null,
  waitsUntilMs: null,
  attempts: { debit: 0, credit: 0, reversal: 0 },
  legSentMs: null,
  legSendBeforeMs: null,
  resend: null,
  partnerRefs: { debit: null, credit: null, reversal: null },
  debitBooked: null,
  creditBooked: null,
  limitDay: null,
  lines: [],
  completedAtMs: null,
  windows: [],
} as const satisfies Partial<Payment>;

/** What is said later counts for what it names. */
export function mergedTerms(known: PartnerTerms | null, said: PartnerTerms | undefined): PartnerTerms | null {
  return said === undefined ? known : { ...known, ...said };
}

/** A new payment at RECEIVED, before anything was checked. The quote is what fx knew of it, if anything. */
export function receivedPayment(
  submit: PaymentSubmit,
  quote: Quote | undefined,
  times: { readonly deadlineMs: number; readonly guardMs: number; readonly nowMs: number },
  directoryVersion: bigint,
  lane: string,
): Payment {
  const { paymentId, direction, corridor, source, target } = submit;
  return {
    ...NEW,
    id: paymentId,
    direction,
    corridor,
    instruction: submit,
    directoryVersion,
    fxProvider: quote?.provider ?? '',
    rate: quote?.rate ?? '',
    source: { currency: source.currency, minor: BigInt(source.minor) },
    target: { currency: target.currency, minor: BigInt(target.minor) },
    fees: (quote?.fees ?? []).map(({ kind, payer, amount: { currency, minor } }) => ({
      kind,
      payer,
      currency,
      minor: BigInt(minor),
    })),
    partnerTerms: mergedTerms(quote?.partnerTerms ?? null, submit.partnerTerms),
    history: [receivedStep(submit.receivedAt, times.nowMs)],
    enteredAtMs: times.nowMs,
    instructedAtMs: Date.parse(submit.acceptedAt),
    deadlineMs: times.deadlineMs,
    guardMs: times.guardMs,
    dueMs: times.deadlineMs,
    lane,
  };
}
