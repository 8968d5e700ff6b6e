import type { PeriodKind } from './accounting-day.js';

// The checklists of the daily close (domain 7.7) and of the month-end: each step checks itself, and says what it has seen.

export interface CloseStepEntry {
  readonly title: string;
  /** Who sees to it. */
  readonly owner: 'operations' | 'finance' | 'treasury';
  /** What is wrong may be left to a later period, when a person says why; else it has to be mended first. */
  readonly mayCarry: boolean;
  /** Nothing being wrong is not enough: a person has to have looked. */
  readonly needsPerson: boolean;
}

const step = (
  owner: CloseStepEntry['owner'],
  title: string,
  more: Partial<Pick<CloseStepEntry, 'mayCarry' | 'needsPerson'>> = {},
): CloseStepEntry => ({
  title,
  owner,
  mayCarry: more.mayCarry ?? false,
  needsPerson: more.needsPerson ?? false,
});

const CARRIED = { mayCarry: true };

export const DAY_STEPS = {
  ledger_copied: step('operations', 'The copy of the ledger holds every transfer of the day'),
  windows_netted: step('operations', 'Every window of the day is closed and netted'),
  statements_in: step('operations', 'Statements of networks and banks are here, and whole', CARRIED),
  breaks_owned: step('operations', 'Every break is resolved or has an owner'),
  unknowns_resolved: step('operations', 'No outcome of a payment is unknown', CARRIED),
  windows_instructed: step('finance', 'Windows of the day are approved and the banks told', CARRIED),
  windows_settled: step('finance', 'Windows whose value date has come are settled', CARRIED),
  entries_booked: step('finance', 'What settlement has posted is booked'),
  trial_balance: step('finance', 'The trial balance is zero in each currency'),
  holdings_tie: step('finance', 'Banks, rails and suspense hold what the ledger says', CARRIED),
  positions_tie: step('finance', 'Positions are the sums of the payments that are not settled', CARRIED),
  suspense_empty: step('finance', 'Nothing is in suspense', CARRIED),
  fx_valued: step('treasury', 'Every FX position has a reference rate of the day', CARRIED),
} as const satisfies Readonly<Record<string, CloseStepEntry>>;

const MONTH_STEPS = {
  days_closed: step('finance', 'Every day of the month is closed'),
  windows_final: step('finance', 'Every window of the month is settled', CARRIED),
  reconciled: step('finance', 'Breaks of the month are resolved', { mayCarry: true, needsPerson: true }),
  suspense_reviewed: step('finance', 'Suspense is empty, or reviewed', { mayCarry: true, needsPerson: true }),
  fx_valued: step('treasury', 'FX positions are valued at the last day', CARRIED),
  fees_invoiced: step('finance', 'What was accrued in the month is invoiced'),
  trial_balance: step('finance', 'The trial balance is zero in each currency'),
  journal_acknowledged: step('finance', 'The accountants have taken the journal', { needsPerson: true }),
} as const satisfies Readonly<Record<string, CloseStepEntry>>;

export type DayStep = keyof typeof DAY_STEPS;
export type MonthStep = keyof typeof MONTH_STEPS;
export type CloseStepName = DayStep | MonthStep;

/** The steps of a period, in their order. */
export function stepsOf(kind: PeriodKind): readonly (readonly [CloseStepName, CloseStepEntry])[] {
  return Object.entries(kind === 'day' ? DAY_STEPS : MONTH_STEPS) as [CloseStepName, CloseStepEntry][];
}
