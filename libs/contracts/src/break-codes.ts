import { knownOr } from './codes.js';

// Codes of breaks: differences between records of two sides, and what people do about them (domain 7.6).

/** In what way records of two sides do not agree. */
export const BREAK_TYPES = [
  'MISSING_AT_PARTNER',
  'MISSING_AT_US',
  'AMOUNT',
  'CURRENCY',
  'RATE',
  'FEE',
  'STATUS_CONFLICT',
  'LATE_SUCCESS',
  'PARTNER_FAILED_WE_PAID',
  'DUPLICATE',
  'REFUND_UNMATCHED',
  'TIMING',
  'UNKNOWN_RESOLVED',
  'RAIL_MISMATCH',
  'NOSTRO_UNMATCHED',
  'BATCH_SHORT',
  'BATCH_LATE',
  'FILE_GAP',
  'FILE_TOTAL',
  'ROUNDING',
  'CALENDAR',
  'OTHER',
] as const;
export type BreakType = (typeof BREAK_TYPES)[number];
export const breakType = knownOr(BREAK_TYPES, 'OTHER');

/** Who a type of break is for until somebody takes it. */
export const BREAK_DESKS = ['system', 'operations', 'finance', 'risk'] as const;
export type BreakDesk = (typeof BREAK_DESKS)[number];
export const breakDesk = knownOr(BREAK_DESKS, 'operations');

/**
 * What the switch does with a break by itself (domain 7.6):
 * `waits`: for the next file, which ends or retypes it; `enquires`: the network was asked, and after so many files without it a claim
 * is due; `shadowed`: what they have is kept as a payment that we do not have; `reversals_stopped`: nothing of the payment is given
 * back; `held`: nor is a refund of it taken; `left_out`: the second one is in no window, and what is paid for it is in suspense;
 * `in_suspense`: its money is; `chased`: each day that it is late is noted with what may be asked for it; `claim_due`: people claim;
 * `file_refused`: nothing of the file counts; `booked`: to ROUNDING; `fed_back`: to the payment; `calendar_due`: people adjust the
 * calendar; `raised`: people are told at once, by its severity; `none`: nothing yet.
 */
export const BREAK_HANDLINGS = [
  'none',
  'waits',
  'enquires',
  'shadowed',
  'reversals_stopped',
  'held',
  'left_out',
  'in_suspense',
  'chased',
  'claim_due',
  'file_refused',
  'booked',
  'fed_back',
  'calendar_due',
  'raised',
] as const;
export type BreakHandling = (typeof BREAK_HANDLINGS)[number];
export const breakHandling = knownOr(BREAK_HANDLINGS, 'none');

/** What a type means for people: 1, somebody looks now; 2, money is missing on paper; 3, noted. */
export interface BreakTerms {
  readonly severity: 1 | 2 | 3;
  readonly desk: BreakDesk;
  /** Who looks at it as well. */
  readonly alsoFor?: BreakDesk;
  /** What is done first, without people. */
  readonly handling: BreakHandling;
}

/** Severity, desk and automatic action of each type (domain 7.6). */
export const BREAK_TERMS: Readonly<Record<BreakType, BreakTerms>> = {
  MISSING_AT_PARTNER: { severity: 2, desk: 'operations', handling: 'enquires' },
  MISSING_AT_US: { severity: 1, desk: 'operations', handling: 'shadowed' },
  AMOUNT: { severity: 2, desk: 'finance', handling: 'claim_due' },
  CURRENCY: { severity: 2, desk: 'finance', handling: 'claim_due' },
  RATE: { severity: 2, desk: 'finance', handling: 'claim_due' },
  FEE: { severity: 2, desk: 'finance', handling: 'claim_due' },
  STATUS_CONFLICT: { severity: 1, desk: 'operations', alsoFor: 'risk', handling: 'reversals_stopped' },
  LATE_SUCCESS: { severity: 1, desk: 'operations', alsoFor: 'risk', handling: 'reversals_stopped' },
  PARTNER_FAILED_WE_PAID: { severity: 1, desk: 'risk', handling: 'claim_due' },
  DUPLICATE: { severity: 1, desk: 'operations', handling: 'left_out' },
  REFUND_UNMATCHED: { severity: 2, desk: 'operations', handling: 'held' },
  TIMING: { severity: 3, desk: 'system', handling: 'waits' },
  UNKNOWN_RESOLVED: { severity: 3, desk: 'system', handling: 'fed_back' },
  RAIL_MISMATCH: { severity: 1, desk: 'operations', handling: 'raised' },
  NOSTRO_UNMATCHED: { severity: 2, desk: 'finance', handling: 'in_suspense' },
  BATCH_SHORT: { severity: 2, desk: 'finance', handling: 'chased' },
  BATCH_LATE: { severity: 2, desk: 'finance', handling: 'chased' },
  FILE_GAP: { severity: 2, desk: 'operations', handling: 'file_refused' },
  FILE_TOTAL: { severity: 2, desk: 'operations', handling: 'file_refused' },
  ROUNDING: { severity: 3, desk: 'system', handling: 'booked' },
  CALENDAR: { severity: 3, desk: 'finance', handling: 'calendar_due' },
  OTHER: { severity: 1, desk: 'operations', handling: 'raised' },
};

/** How grave each is. */
export const BREAK_SEVERITY = Object.fromEntries(
  BREAK_TYPES.map((type) => [type, BREAK_TERMS[type].severity]),
) as Readonly<Record<BreakType, BreakTerms['severity']>>;

export const BREAK_STATES = [
  'OPEN',
  'ASSIGNED',
  'PROPOSED',
  'APPROVED',
  'RESOLVED',
  'AUTO_RESOLVED',
] as const;
export type BreakState = (typeof BREAK_STATES)[number];
export const breakState = knownOr(BREAK_STATES, 'OPEN');

/** A break that is in one of these has ended; a later statement may open it again, and people once. */
export const TERMINAL_BREAK_STATES: readonly BreakState[] = ['RESOLVED', 'AUTO_RESOLVED'];

/** What people do with a break by themselves. */
export const BREAK_DECISIONS = ['assign', 'resolve', 'note', 'reopen'] as const;
export type BreakDecision = (typeof BREAK_DECISIONS)[number];

/** How a break is to end, as one proposes and others approve. */
export const BREAK_ACTIONS = [
  'match',
  'claim',
  'write_off',
  'rail_funds',
  'corrected_outside',
  'accept',
] as const;
export type BreakAction = (typeof BREAK_ACTIONS)[number];
export const breakAction = knownOr(BREAK_ACTIONS, 'accept');

/** How old a break is, in days of its network (domain 7.6). */
export const BREAK_BANDS = [
  { band: 'same_day', fromDays: 0 },
  { band: 'T+1', fromDays: 1 },
  { band: 'T+2-3', fromDays: 2 },
  { band: 'T+4-7', fromDays: 4 },
  { band: 'T+8-30', fromDays: 8 },
  { band: 'over_30', fromDays: 31 },
] as const;
export type BreakBand = (typeof BREAK_BANDS)[number]['band'];
export const breakBand = knownOr(
  BREAK_BANDS.map(({ band }) => band),
  'over_30',
);

/** Whom an open break has been brought to, by its severity and age (domain 7.6). */
export const BREAK_ESCALATIONS = ['none', 'team_lead', 'head_of_operations', 'risk_report'] as const;
export type BreakEscalation = (typeof BREAK_ESCALATIONS)[number];
export const breakEscalation = knownOr(BREAK_ESCALATIONS, 'none');
