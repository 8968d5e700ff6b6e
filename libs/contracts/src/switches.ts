import { z } from 'zod';
import { instant, operatorAction } from './calls-contract.js';
import { direction } from './messages.js';

// What operators set for a while on a corridor, a network or a participant.

export const SWITCHED = ['corridor', 'network', 'participant'] as const;
export const SWITCHES = ['pause', 'drain', 'throttle', 'resume'] as const;

/** One deed. A participant has no directions, and is paused or resumed alone. */
export const setSwitch = z.object({
  on: z.enum(SWITCHED),
  id: z.string(),
  switch: z.enum(SWITCHES),
  directions: z.array(direction).min(1).max(2),
  /** It is over by itself then. */
  until: instant.optional(),
  /** What everybody is told. */
  notice: z.string().min(1).max(300).optional(),
  /** Of a throttle: new payments a second. */
  perSecond: z.number().positive().max(10_000).optional(),
  ...operatorAction,
  participant: z.string(),
});
export type SetSwitch = z.infer<typeof setSwitch>;

export const shownUnderWay = z.object({ corridor: z.string(), direction, payments: z.number().int() });
