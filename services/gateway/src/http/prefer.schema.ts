import { z } from 'zod';

/** The longest a caller may be held. */
const WAIT_S_MAX = 60;

/** The header `Prefer` (RFC 7240, `wait=N`): milliseconds that the caller is ready to wait, 0 when it does not say. */
export const preferredWait = z
  .string()
  .meta({
    description:
      '`wait=N`: hold the response until the payment has ended or N seconds (at most 60) have elapsed',
    examples: ['wait=20'],
  })
  .optional()
  .transform((text = '') => {
    const seconds = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(text)?.[1];
    return seconds === undefined ? 0 : Math.min(Number.parseInt(seconds, 10), WAIT_S_MAX) * 1000;
  });

/** The header `traceparent` (W3C Trace Context). */
export const traceContext = z
  .string()
  .meta({ description: "W3C Trace Context: the payment's spans become part of your trace" })
  .optional();

/** What an answer says of `Prefer`. */
export const PREFERENCE_APPLIED = {
  'Preference-Applied': 'The `wait` that was kept to; absent without one',
};
