import { z } from 'zod';

// Days and instants that somebody asks for. Further away than this there is nothing; databases refuse the year 0, and a loop over days
// that goes to the end of the calendar finds none after it. What has not the form at all is told only that.

const FIRST = '1970-01-01';
const LAST = '2999-12-31';
const OUTSIDE = `Must be from ${FIRST} to ${LAST}.`;

/** A day that may be asked for, YYYY-MM-DD. */
export const askedDay = z.iso.date({ abort: true }).refine((text) => FIRST <= text && text <= LAST, OUTSIDE);

/** An instant that may be asked for, with its offset. */
export const askedInstant = z.iso.datetime({ offset: true, abort: true }).refine((text) => {
  const at = Date.parse(text);
  return at >= Date.parse(FIRST) && at < Date.parse(LAST);
}, OUTSIDE);

/** A month that may be asked for, YYYY-MM. */
export const askedMonth = z
  .string()
  .regex(/^[0-9]{4}-(?:0[1-9]|1[0-2])$/, { error: 'Must be a month, such as 2026-11.', abort: true })
  .refine((text) => FIRST <= `${text}-01` && text <= LAST, OUTSIDE);
