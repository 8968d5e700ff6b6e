import { z } from 'zod';
import { amountJson } from './amount.js';
import { instant } from './calls-contract.js';
import { direction, legKind, uuid } from './messages.js';
import { PAYMENT_STATES } from './states.js';

// Payments whose outcome is not known, by age and network (domain 6.12).

/** From how many seconds on an outcome that is not known is in each band; the last band has no end. */
export const AGE_BANDS = {
  under_1m: 0,
  '1m_to_5m': 60,
  '5m_to_30m': 300,
  '30m_to_4h': 1_800,
  '4h_to_1d': 14_400,
  over_1d: 86_400,
} as const;
export type AgeBand = keyof typeof AGE_BANDS;
const ageBand = z.enum(Object.keys(AGE_BANDS) as [AgeBand, ...AgeBand[]]);

export const unknownPayment = z.object({
  paymentId: uuid,
  uetr: uuid,
  state: z.enum(PAYMENT_STATES),
  corridor: z.string(),
  direction,
  leg: legKind,
  /** Participant that stands for the network of the leg. */
  partner: z.string(),
  /** What the leg moves. */
  amount: amountJson,
  /** Since when its outcome is not known. */
  since: instant,
  /** When the window closes that it would be in if it completed now: it is not in it. */
  windowClosesAt: instant.optional(),
});
export type UnknownPayment = z.infer<typeof unknownPayment>;

export const unknownCount = z.object({
  partner: z.string(),
  currency: z.string(),
  band: ageBand,
  payments: z.number().int(),
  minor: z.string(),
});
export type UnknownCount = z.infer<typeof unknownCount>;

export const unknowns = z.object({
  /** The oldest first, at most a thousand. */
  payments: z.array(unknownPayment),
  /** Of all of them. */
  counts: z.array(unknownCount),
});
