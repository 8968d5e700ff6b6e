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

/** What a type means for people: 1, somebody looks now; 2, money is missing on paper; 3, noted. */
export interface BreakTerms {
  readonly severity: 1 | 2 | 3;
  readonly desk: BreakDesk;
}

/** Severity and desk of each type (domain 7.6). */
export const BREAK_TERMS: Readonly<Record<BreakType, BreakTerms>> = {
  MISSING_AT_PARTNER: { severity: 2, desk: 'operations' },
  MISSING_AT_US: { severity: 1, desk: 'operations' },
  AMOUNT: { severity: 2, desk: 'finance' },
  CURRENCY: { severity: 2, desk: 'finance' },
  RATE: { severity: 2, desk: 'finance' },
  FEE: { severity: 2, desk: 'finance' },
  STATUS_CONFLICT: { severity: 1, desk: 'operations' },
  LATE_SUCCESS: { severity: 1, desk: 'operations' },
  PARTNER_FAILED_WE_PAID: { severity: 1, desk: 'risk' },
  DUPLICATE: { severity: 1, desk: 'operations' },
  REFUND_UNMATCHED: { severity: 2, desk: 'operations' },
  TIMING: { severity: 3, desk: 'system' },
  UNKNOWN_RESOLVED: { severity: 3, desk: 'system' },
  RAIL_MISMATCH: { severity: 1, desk: 'operations' },
  NOSTRO_UNMATCHED: { severity: 2, desk: 'finance' },
  BATCH_SHORT: { severity: 2, desk: 'finance' },
  BATCH_LATE: { severity: 2, desk: 'finance' },
  FILE_GAP: { severity: 2, desk: 'operations' },
  FILE_TOTAL: { severity: 2, desk: 'operations' },
  ROUNDING: { severity: 3, desk: 'system' },
  CALENDAR: { severity: 3, desk: 'finance' },
  OTHER: { severity: 1, desk: 'operations' },
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
export const BREAK_ACTIONS = ['match', 'claim', 'write_off', 'corrected_outside', 'accept'] as const;
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
