import { z } from 'zod';
import { contract, instant } from './calls-contract.js';

/** A part that is wanting: which, since when, and what that means, in words. */
export const trouble = z.object({ part: z.string(), since: instant, says: z.string() });
export type Trouble = z.infer<typeof trouble>;

export const serviceState = z.object({
  service: z.string(),
  /** False: it cannot do its work; with troubles while it is true, not all of it. */
  ready: z.boolean(),
  troubles: z.array(trouble),
  /** Of a service that takes payments: how long the oldest has waited until routing has it, ms. */
  queueOldestMs: z.number().optional(),
});
export type ServiceState = z.infer<typeof serviceState>;

/** Every service says what it lacks. */
export function serviceStateCall(service: string) {
  return contract(service, 'service-state', 3000, z.object({}), serviceState);
}
