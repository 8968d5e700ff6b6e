import { z } from 'zod';
import { reasonCode } from './codes.js';

// Calls between services (decisions 1): zod in, zod out, batches where the payment path asks.

/** One call that `service` answers within `timeoutMs`; both sides check the bodies with these schemas. */
export function contract<Q extends z.ZodType, A extends z.ZodType>(
  service: string,
  name: string,
  timeoutMs: number,
  request: Q,
  response: A,
) {
  return { service, name, timeoutMs, request, response };
}

export const instant = z.iso.datetime({ offset: true });

/** A refusal is an answer: a code of the reason registry, never an exception. */
export const refusal = z.object({
  kind: z.literal('refused'),
  reason: reasonCode,
  detail: z.string().optional(),
});

/** The same, of what only the owner can find wrong in a field of the caller's body: a JSON pointer, and a sentence. */
export const fieldRefusal = refusal.extend({
  errors: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .readonly()
    .optional(),
});

/** Who did it and why: every write by a person carries both into the audit log. */
export const operatorAction = {
  /** Id of the key that signed. */
  operator: z.string(),
  /** Whose key it is. */
  participant: z.string().optional(),
  reason: z.string().min(3).max(500),
};
