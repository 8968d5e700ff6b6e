import { z } from 'zod';

/** The longest a caller may be held. */
const WAIT_S_MAX = 60;

/** A preference with its value: what stands between commas, and semicolons too, but not within quotes. */
const PREFERENCE = /(?:[^,;"]|"(?:[^"\\]|\\.)*"?)+/g;
const WAIT = /^\s*wait(?![\w!#$%&'*+.^`|~-])/i;
const SECONDS = /^\s*wait\s*=\s*"?(\d+)"?\s*$/i;

/**
 * The header `Prefer` (RFC 7240, `wait=N`): milliseconds that the caller is ready to wait, 0 when it does not say. The first
 * `wait` counts. One that cannot be read is refused: who sent it counts on being held. Other preferences are not known here.
 */
export const preferredWait = z
  .string()
  .meta({
    description:
      '`wait=N`: hold the response until the payment has ended or N seconds have elapsed; more than 60 are taken as 60',
    examples: ['wait=20'],
  })
  .optional()
  .transform((text = '', context) => {
    const wait = text.match(PREFERENCE)?.find((each) => WAIT.test(each));
    if (wait === undefined) return 0;
    const seconds = SECONDS.exec(wait)?.[1];
    if (seconds === undefined) {
      const message = 'wait must be whole seconds, such as wait=20.';
      context.issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    }
    return (seconds.length > 9 ? WAIT_S_MAX : Math.min(Number.parseInt(seconds, 10), WAIT_S_MAX)) * 1000;
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
