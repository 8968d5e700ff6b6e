import type { LegKind } from '@tonle/contracts';
import type { MachineEffect, MachineEvent } from './machine.js';
import type { PaymentState } from '@tonle/contracts';

// The whole table of domain 6.3 and 6.4, completed by decisions 23. machine.decide.ts interprets it; no other
// code decides a state. The first row whose guard holds wins; a pair without such a row is ignored.

/** States as the table sees them: MANUAL_REVIEW is three states, one a leg. */
export type TableState =
  | Exclude<PaymentState, 'MANUAL_REVIEW'>
  | 'REVIEW_DEBIT'
  | 'REVIEW_CREDIT'
  | 'REVIEW_REVERSAL';

type OfLeg = Extract<MachineEvent, { readonly leg: LegKind }>['type'];

/** Event type, with the leg that it speaks of: `leg_accepted:credit`. */
export type TableEvent = Exclude<MachineEvent['type'], OfLeg> | `${OfLeg}:${LegKind}`;

export type GuardName =
  | 'always'
  /** The deadline has come. */
  | 'past_deadline'
  /** A credit may still be started: before deadline less credit guard. */
  | 'in_time'
  /** Inbound: the source network secured the payer; nothing of ours to reverse. */
  | 'payer_secured'
  | 'payer_not_secured'
  | 'in_time_payer_not_secured'
  | 'reversal_sent'
  | 'reversal_not_sent'
  /** It was not refused so often that it never will be accepted. */
  | 'reversal_may_be_tried';

export interface TableRow {
  readonly from: readonly TableState[];
  readonly on: readonly TableEvent[];
  readonly when: GuardName;
  /** `SAME` stays and does the effects; `CONTRADICTION` leaves a terminal payment alone but opens a break (I24). */
  readonly to: TableState | 'SAME' | 'CONTRADICTION';
  readonly effects: readonly MachineEffect[];
}

type OneOrMore<T> = T | readonly T[];
const many = <T>(value: OneOrMore<T>): readonly T[] => (Array.isArray(value) ? value : [value]) as readonly T[];

function row(
  from: OneOrMore<TableState>,
  on: OneOrMore<TableEvent>,
  when: GuardName,
  to: TableRow['to'],
  ...effects: MachineEffect[]
): TableRow {
  return { from: many(from), on: many(on), when, to, effects };
}

const DEBIT_DOUBT = ['DEBIT_UNKNOWN', 'REVIEW_DEBIT'] as const;
const CREDIT_OUT = ['CREDIT_SENT', 'CREDIT_UNKNOWN', 'REVIEW_CREDIT'] as const;
const REVERSING = ['UNWINDING', 'REVIEW_REVERSAL'] as const;
/** The debit leg's end is known: it was accepted, by us or by the source network. */
const AFTER_DEBIT = ['DEBIT_SECURED', ...CREDIT_OUT, 'UNWINDING', 'REVIEW_REVERSAL'] as const;
const NO_LEG_YET = ['RECEIVED', 'VALIDATED', 'SCREENING_HOLD', 'RESERVED'] as const;

const GIVE_BACK = ['void_funds', 'release_limits', 'notify'] as const;
const POST = ['post_obligations', 'discharge_credit', 'assign_windows', 'notify'] as const;
const BREAK = 'open_break_status_conflict';

const CLAIMS_OF = <L extends LegKind>(leg: L) =>
  [`leg_accepted:${leg}`, `leg_blocked:${leg}`, `leg_conflicting:${leg}`] as const;
const DENIALS_OF = <L extends LegKind>(leg: L) =>
  [`leg_rejected:${leg}`, `leg_not_received:${leg}`, `leg_blocked:${leg}`, `leg_conflicting:${leg}`] as const;

export const TRANSITION_TABLE: readonly TableRow[] = [
  // before money
  row('RECEIVED', 'validated', 'always', 'VALIDATED', 'reserve_limits'),
  row('RECEIVED', 'refused', 'always', 'REJECTED', 'notify'),
  row('RECEIVED', 'deadline_passed', 'past_deadline', 'EXPIRED', 'notify'),
  row('VALIDATED', 'refused', 'always', 'REJECTED', 'release_limits', 'notify'),
  row('VALIDATED', 'screening_hit', 'always', 'SCREENING_HOLD', 'notify'),
  row('SCREENING_HOLD', 'screening_cleared', 'always', 'VALIDATED'),
  row('SCREENING_HOLD', ['screening_confirmed', 'hold_limit_passed'], 'always', 'REJECTED', 'release_limits', 'notify'),
  row('VALIDATED', 'partner_down', 'always', 'SAME', 'notify'),
  row('VALIDATED', 'wait_passed', 'past_deadline', 'EXPIRED', 'release_limits', 'notify'),
  row('VALIDATED', ['reserved', 'deadline_passed'], 'past_deadline', 'EXPIRED', 'release_limits', 'notify'),
  row('VALIDATED', 'reserved', 'always', 'RESERVED', 'reserve_funds'),
  row('RESERVED', 'deadline_passed', 'past_deadline', 'EXPIRED', ...GIVE_BACK),
  row('RESERVED', 'send_debit', 'in_time_payer_not_secured', 'DEBIT_SENT', 'send_debit'),
  row('RESERVED', 'send_debit', 'payer_not_secured', 'EXPIRED', ...GIVE_BACK),
  row('RESERVED', 'payer_secured', 'payer_secured', 'DEBIT_SECURED'),

  // the payer's leg
  row('DEBIT_SENT', 'leg_accepted:debit', 'always', 'DEBIT_SECURED', 'discharge_debit'),
  row(DEBIT_DOUBT, 'leg_accepted:debit', 'in_time', 'DEBIT_SECURED', 'discharge_debit'),
  row(DEBIT_DOUBT, 'leg_accepted:debit', 'always', 'UNWINDING', 'discharge_debit', 'send_reversal'),
  row(['DEBIT_SENT', ...DEBIT_DOUBT], ['leg_rejected:debit', 'leg_not_received:debit'], 'always', 'REJECTED', ...GIVE_BACK),
  row(['DEBIT_SENT', 'DEBIT_UNKNOWN'], 'leg_not_sent:debit', 'in_time', 'DEBIT_SENT', 'send_debit'),
  row(['DEBIT_SENT', ...DEBIT_DOUBT], 'leg_not_sent:debit', 'always', 'REJECTED', ...GIVE_BACK),
  row('DEBIT_SENT', 'leg_unknown:debit', 'always', 'DEBIT_UNKNOWN', 'notify'),
  row(['DEBIT_SENT', 'DEBIT_UNKNOWN'], 'leg_exhausted:debit', 'always', 'REVIEW_DEBIT', 'notify'),
  row(['DEBIT_SENT', 'DEBIT_UNKNOWN'], ['leg_conflicting:debit', 'leg_blocked:debit'], 'always', 'REVIEW_DEBIT', BREAK, 'notify'),

  // the payee's leg: the point of no return
  row('DEBIT_SECURED', 'send_credit', 'in_time', 'CREDIT_SENT', 'send_credit'),
  row('DEBIT_SECURED', 'send_credit', 'payer_secured', 'REJECTED', ...GIVE_BACK),
  row('DEBIT_SECURED', 'send_credit', 'always', 'UNWINDING', 'send_reversal'),
  row(CREDIT_OUT, 'leg_accepted:credit', 'always', 'COMPLETED', ...POST),
  row(CREDIT_OUT, 'leg_blocked:credit', 'always', 'BLOCKED', ...POST),
  row(CREDIT_OUT, ['leg_not_sent:credit', 'leg_not_received:credit'], 'in_time', 'CREDIT_SENT', 'send_credit'),
  row(CREDIT_OUT, ['leg_rejected:credit', 'leg_not_sent:credit', 'leg_not_received:credit'], 'payer_secured', 'REJECTED', ...GIVE_BACK),
  row(CREDIT_OUT, ['leg_rejected:credit', 'leg_not_sent:credit', 'leg_not_received:credit'], 'always', 'UNWINDING', 'send_reversal'),
  row('CREDIT_SENT', 'leg_unknown:credit', 'always', 'CREDIT_UNKNOWN', 'notify'),
  row(['CREDIT_SENT', 'CREDIT_UNKNOWN'], 'leg_exhausted:credit', 'always', 'REVIEW_CREDIT', 'notify'),
  row(['CREDIT_SENT', 'CREDIT_UNKNOWN'], 'leg_conflicting:credit', 'always', 'REVIEW_CREDIT', BREAK, 'notify'),

  // unwinding: the same reversal key until it is accepted; refused too often, or without an end for too long, people
  // look, and it is tried on behind them
  row(REVERSING, 'leg_accepted:reversal', 'always', 'REJECTED', 'reverse_discharge', ...GIVE_BACK),
  row(REVERSING, ['leg_not_sent:reversal', 'leg_not_received:reversal'], 'always', 'SAME', 'send_reversal'),
  row(REVERSING, 'leg_rejected:reversal', 'reversal_may_be_tried', 'SAME', 'send_reversal'),
  row('UNWINDING', ['leg_rejected:reversal', 'leg_exhausted:reversal'], 'always', 'REVIEW_REVERSAL', 'notify'),
  row('UNWINDING', ['leg_conflicting:reversal', 'leg_blocked:reversal'], 'always', 'REVIEW_REVERSAL', BREAK, 'notify'),
  row('REVIEW_REVERSAL', ['leg_conflicting:reversal', 'leg_blocked:reversal'], 'always', 'SAME', BREAK),
  row('UNWINDING', ['leg_accepted:credit', 'leg_blocked:credit'], 'reversal_not_sent', 'REVIEW_CREDIT', BREAK, 'notify'),
  row(REVERSING, ['leg_accepted:credit', 'leg_blocked:credit'], 'always', 'SAME', 'open_break_late_success'),
  row(REVERSING, 'leg_conflicting:credit', 'always', 'SAME', BREAK),

  // two operators say what became of a leg; its adapter is told, so that it asks no more
  row('REVIEW_DEBIT', 'decided_paid:debit', 'in_time', 'DEBIT_SECURED', 'discharge_debit', 'close_leg'),
  row('REVIEW_DEBIT', 'decided_paid:debit', 'always', 'UNWINDING', 'discharge_debit', 'close_leg', 'send_reversal'),
  row('REVIEW_DEBIT', 'decided_not_paid:debit', 'always', 'REJECTED', 'close_leg', ...GIVE_BACK),
  row('REVIEW_CREDIT', 'decided_paid:credit', 'always', 'COMPLETED', 'close_leg', ...POST),
  row('REVIEW_CREDIT', 'decided_not_paid:credit', 'payer_secured', 'REJECTED', 'close_leg', ...GIVE_BACK),
  row('REVIEW_CREDIT', 'decided_not_paid:credit', 'always', 'UNWINDING', 'close_leg', 'send_reversal'),
  row('REVIEW_REVERSAL', 'decided_paid:reversal', 'always', 'REJECTED', 'close_leg', 'reverse_discharge', ...GIVE_BACK),
  row('REVIEW_REVERSAL', 'decided_reverse:reversal', 'always', 'UNWINDING', 'send_reversal'),

  // evidence about a leg that we never sent, or against one that was accepted: the state stays, people look
  row(NO_LEG_YET, [...CLAIMS_OF('debit'), ...CLAIMS_OF('credit'), ...CLAIMS_OF('reversal')], 'always', 'SAME', BREAK),
  row(['DEBIT_SENT', ...DEBIT_DOUBT], [...CLAIMS_OF('credit'), ...CLAIMS_OF('reversal')], 'always', 'SAME', BREAK),
  row('DEBIT_SECURED', CLAIMS_OF('credit'), 'always', 'SAME', BREAK),
  row(['DEBIT_SECURED', ...CREDIT_OUT], CLAIMS_OF('reversal'), 'always', 'SAME', BREAK),
  row(AFTER_DEBIT, DENIALS_OF('debit'), 'always', 'SAME', BREAK),

  // terminal: unchanged; what contradicts opens a break
  row(['COMPLETED', 'BLOCKED'], DENIALS_OF('debit'), 'always', 'CONTRADICTION', BREAK),
  row(['COMPLETED', 'BLOCKED'], ['leg_rejected:credit', 'leg_not_received:credit', 'leg_conflicting:credit'], 'always', 'CONTRADICTION', BREAK),
  row('COMPLETED', 'leg_blocked:credit', 'always', 'CONTRADICTION', BREAK),
  row('BLOCKED', 'leg_accepted:credit', 'always', 'CONTRADICTION', BREAK),
  row(['COMPLETED', 'BLOCKED', 'EXPIRED'], CLAIMS_OF('reversal'), 'always', 'CONTRADICTION', BREAK),
  row(['REJECTED', 'EXPIRED'], CLAIMS_OF('credit'), 'always', 'CONTRADICTION', BREAK),
  row('EXPIRED', CLAIMS_OF('debit'), 'always', 'CONTRADICTION', BREAK),
  row('REJECTED', [...CLAIMS_OF('debit'), ...CLAIMS_OF('reversal')], 'reversal_not_sent', 'CONTRADICTION', BREAK),
  row('REJECTED', [...DENIALS_OF('debit'), 'leg_conflicting:reversal'], 'reversal_sent', 'CONTRADICTION', BREAK),
];
