import { z } from 'zod';
import { breakerState } from './calls-adapter.js';

// How partners answer, as each instance of an adapter tells it to whoever listens.

/** Channel of the shared state. */
export const PARTNER_HEALTH_CHANNEL = 'partner-health';

/** Upper ends of the classes of time, ms; the last class has none. */
export const LATENCY_BOUNDS_MS = [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000] as const;

/** What is let through after a network is back, as shares of what comes, and for how long each. */
export const RAMP_SHARES = [0.1, 0.25, 0.5] as const;
export const RAMP_STAGE_MS = 10_000;
/** After this all of it is. */
export const RAMP_MS = RAMP_SHARES.length * RAMP_STAGE_MS;

const count = z.number().int().min(0);
/** Calls of one kind in the last minutes. `answered`: with anything that could be read, a refusal too. */
export const callCounts = z.object({
  answered: count,
  failed: count,
  /** Answered calls by class of time. */
  classes: z.array(count).length(LATENCY_BOUNDS_MS.length + 1),
});
export type CallCounts = z.infer<typeof callCounts>;

const breakerReport = z.object({
  state: breakerState,
  /** Epoch ms: when it opened; it stays until the traffic is back to the full. */
  downSinceMs: z.number().optional(),
  /** Epoch ms: when it closed again. */
  recoveredMs: z.number().optional(),
  /** It is open, but the partner has answered something since the last failure. */
  hopeful: z.boolean(),
});
export type BreakerReport = z.infer<typeof breakerReport>;

export const CALL_KINDS = ['sends', 'enquiries', 'lookups'] as const;
export type CallKind = (typeof CALL_KINDS)[number];

/** What one instance says of its network, once a second. */
export const partnerHealthReport = z.object({
  network: z.string(),
  instance: z.string(),
  breakers: z.partialRecord(z.enum(CALL_KINDS), breakerReport),
  calls: z.partialRecord(z.enum(CALL_KINDS), callCounts),
});
export type PartnerHealthReport = z.infer<typeof partnerHealthReport>;
