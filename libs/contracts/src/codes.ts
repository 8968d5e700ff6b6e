import { z } from 'zod';
import { REASONS, type Reason } from './reasons.js';

// Our own codes on the wire. A code that informs has one fallback, so that an older version does not die of what a
// newer one says. A code that decides (a payment's state, a leg's outcome) has none: who does not know it must not guess.

/** One of `values`; a text that is none of them reads as `fallback`. */
export function knownOr<const T extends string>(values: readonly T[], fallback: NoInfer<T>): z.ZodType<T> {
  return z.string().pipe(z.enum(values).catch(fallback));
}

export const REASON_CODES = Object.keys(REASONS) as Reason[];

/** A code of the registry of reasons. */
export const reasonCode = knownOr(REASON_CODES, 'reason_unknown');

/** Properties of an instruction that bound its time: since when it is counted, and when it ends by the sender's own word. */
const TIME_FIELDS = ['acceptedAt', 'deadline', 'other'] as const;
export type TimeField = (typeof TIME_FIELDS)[number];
export const timeField = knownOr(TIME_FIELDS, 'other');

/** What payments show as ISO 20022 transaction status. */
export const ISO_STATUSES = ['RCVD', 'ACTC', 'ACSP', 'PDNG', 'ACCC', 'RJCT', 'BLCK'] as const;
export type IsoStatus = (typeof ISO_STATUSES)[number];
export const isoStatus = knownOr(ISO_STATUSES, 'PDNG');

/** Why an FX provider was not chosen for a quote. */
export const LOST_BECAUSE = [
  'provider_unknown',
  'provider_paused',
  'no_relationship',
  'rate_withdrawn',
  'rate_stale',
  'amount_too_small',
  'amount_too_large',
  'exposure_limit',
  'same_cost',
  'dearer',
  'other',
] as const;
export type LostBecause = (typeof LOST_BECAUSE)[number];
export const lostBecause = knownOr(LOST_BECAUSE, 'other');

/** Does a rail move the money of each payment, or does a window clear it (domain 6.8)? Decides, so it has no fallback. */
export const settlementMode = z.enum(['GROSS_RT', 'DEFERRED_NET']);
export type SettlementMode = z.infer<typeof settlementMode>;

/** States of a settlement window (domain 7.1). Who does not know one must not guess whether it is settled. */
export const windowState = z.enum([
  'OPEN',
  'DRAINING',
  'CLOSED',
  'NETTED',
  'APPROVED',
  'INSTRUCTED',
  'SETTLED',
  'FAILED',
]);
export type WindowState = z.infer<typeof windowState>;

/** Jobs of settlement that an operator may start. */
export const JOB_NAMES = ['close-windows', 'reconcile'] as const;
export type JobName = (typeof JOB_NAMES)[number];

export const JOB_STATES = ['waiting', 'running', 'done', 'failed', 'unknown'] as const;
export type JobState = (typeof JOB_STATES)[number];
export const jobState = knownOr(JOB_STATES, 'unknown');
