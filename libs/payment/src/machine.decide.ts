import type { LegKind } from '@tonle/contracts';
import type { MachineEffect, MachineEvent, MachineView, Transit, Transition } from './machine.js';
import {
  TRANSITION_TABLE,
  type GuardName,
  type TableEvent,
  type TableRow,
  type TableState,
} from './machine.table.js';
import type { LegOutcome, LegResult } from '@tonle/contracts';
import type { Reason } from '@tonle/contracts';
import { TERMINAL_STATES, type PaymentState } from '@tonle/contracts';

type Guard = (view: MachineView, nowMs: number) => boolean;

/** So often a reversal is refused, five minutes of tries at their pace (domain 6.5), before people look. */
const REVERSAL_REFUSALS_MAX = 10;

const inTime: Guard = (view, nowMs) => nowMs < view.creditGuardMs;

const GUARDS: Readonly<Record<GuardName, Guard>> = {
  always: () => true,
  past_deadline: (view, nowMs) => nowMs >= view.deadlineMs,
  in_time: inTime,
  payer_secured: (view) => view.payerSecured,
  payer_not_secured: (view) => !view.payerSecured,
  in_time_payer_not_secured: (view, nowMs) => !view.payerSecured && inTime(view, nowMs),
  reversal_sent: (view) => view.reversalSent,
  reversal_not_sent: (view) => !view.reversalSent,
  reversal_may_be_tried: (view) => view.reversalRefusals + 1 < REVERSAL_REFUSALS_MAX,
};

const ROWS = indexRows();

function indexRows(): ReadonlyMap<string, readonly TableRow[]> {
  const index = new Map<string, TableRow[]>();
  for (const row of TRANSITION_TABLE) {
    for (const from of row.from) {
      for (const on of row.on) {
        const key = `${from}|${on}`;
        const rows = index.get(key);
        if (rows === undefined) index.set(key, [row]);
        else rows.push(row);
      }
    }
  }
  return index;
}

const REVIEW_OF = {
  debit: 'REVIEW_DEBIT',
  credit: 'REVIEW_CREDIT',
  reversal: 'REVIEW_REVERSAL',
} as const satisfies Record<LegKind, TableState>;
const REVIEWED: ReadonlyMap<TableState, LegKind> = new Map(
  (Object.keys(REVIEW_OF) as LegKind[]).map((leg) => [REVIEW_OF[leg], leg]),
);

/** The table's name for where a payment is. Throws for a review without its leg: such a row is broken. */
export function tableStateOf(view: Pick<MachineView, 'state' | 'reviewLeg'>): TableState {
  if (view.state !== 'MANUAL_REVIEW') return view.state;
  if (view.reviewLeg === null) throw new Error('MANUAL_REVIEW without the leg under review');
  return REVIEW_OF[view.reviewLeg];
}

/** The table's name for an event. */
export function tableEventOf(event: MachineEvent): TableEvent {
  return 'leg' in event ? `${event.type}:${event.leg}` : event.type;
}

/**
 * The state machine (domain 6.4, decisions 23): where an event takes a payment, and what is due with it.
 * Pure and total. Two-step commits (reserve, then send) are two calls. A break that an effect opens is
 * one a payment, kind and amount told: opening it again changes nothing.
 */
export const transit: Transit = (view, event, nowMs) => {
  const state = tableStateOf(view);
  const on = tableEventOf(event);
  const row = ROWS.get(`${state}|${on}`)?.find((candidate) => GUARDS[candidate.when](view, nowMs));
  if (row === undefined) return { kind: 'ignored', because: `${on} means nothing new at ${state}` };
  if (row.to === 'CONTRADICTION') return { kind: 'contradiction', effects: row.effects };
  return moved(row.to === 'SAME' ? state : row.to, effectsOf(row, event));
};

function moved(to: TableState, effects: readonly MachineEffect[]): Transition {
  const reviewLeg = REVIEWED.get(to);
  if (reviewLeg === undefined) return { kind: 'moved', to: to as PaymentState, reviewLeg: null, effects };
  return { kind: 'moved', to: 'MANUAL_REVIEW', reviewLeg, effects };
}

// Other figures than ours do not undo a definite acceptance, but people must look (domain 6.4).
function effectsOf(row: TableRow, event: MachineEvent): readonly MachineEffect[] {
  if (!('amountsAgree' in event) || event.amountsAgree) return row.effects;
  return [...row.effects, 'open_break_amount'];
}

const EVENT_OF_OUTCOME: Readonly<
  Record<LegOutcome, (leg: LegKind, result: LegResult, amountsAgree: boolean) => MachineEvent>
> = {
  accepted: (leg, _result, amountsAgree) => ({ type: 'leg_accepted', leg, amountsAgree }),
  rejected: (leg, result) => ({ type: 'leg_rejected', leg, reason: result.reason ?? 'MS03' }),
  not_sent: (leg) => ({ type: 'leg_not_sent', leg }),
  not_received: (leg) => ({ type: 'leg_not_received', leg }),
  unknown: (leg) => ({ type: 'leg_unknown', leg }),
  exhausted: (leg) => ({ type: 'leg_exhausted', leg }),
  blocked: (leg) => ({ type: 'leg_blocked', leg }),
  conflicting: (leg) => ({ type: 'leg_conflicting', leg }),
};

/** The machine's event for what an adapter reports (domain 6.6). A rejection without a reason is MS03. */
export function machineEventOf(result: LegResult, amountsAgree: boolean): MachineEvent {
  return EVENT_OF_OUTCOME[result.outcome](result.leg, result, amountsAgree);
}

const OF_ONE_ATTEMPT: ReadonlySet<LegOutcome> = new Set(['not_sent', 'not_received', 'unknown', 'exhausted']);

/**
 * Does a result speak of an attempt that was followed by another? Such a "not sent" or "unknown" says nothing
 * of the leg now and must not reach the machine; an acceptance or rejection counts whenever it comes.
 */
export function isStaleResult(
  result: Pick<LegResult, 'attempt' | 'outcome'>,
  currentAttempt: number,
): boolean {
  return result.attempt < currentAttempt && OF_ONE_ATTEMPT.has(result.outcome);
}

/** Has the payment come to its one end (I3)? */
export function isTerminal(state: PaymentState): boolean {
  return TERMINAL_STATES.has(state);
}

/** Do the accounts carry pendings of a payment in this state (I6)? */
export function holdsReservation(state: PaymentState): boolean {
  return !isTerminal(state) && state !== 'RECEIVED' && state !== 'VALIDATED' && state !== 'SCREENING_HOLD';
}

/** The registry's reason for the end (or the unwinding) that an event brought; undefined when it needs none. */
export function reasonOfMove(event: MachineEvent, to: PaymentState): Reason | undefined {
  if (event.type === 'wait_passed') return 'partner_away';
  if (to === 'EXPIRED') return 'deadline_passed';
  if (to !== 'REJECTED' && to !== 'UNWINDING') return undefined;
  switch (event.type) {
    case 'screening_confirmed':
      return 'screening_confirmed';
    case 'hold_limit_passed':
      return 'screening_timeout';
    case 'leg_rejected':
      return event.leg === 'reversal' ? undefined : 'partner_rejected';
    case 'leg_not_sent':
    case 'leg_not_received':
      return event.leg === 'reversal' ? undefined : 'partner_unreachable';
    case 'send_credit':
      return 'too_late_for_credit';
    case 'decided_not_paid':
      return 'found_not_paid';
    case 'leg_accepted':
    case 'decided_paid':
      return event.leg === 'debit' ? 'too_late_for_credit' : undefined;
    default:
      return undefined;
  }
}
