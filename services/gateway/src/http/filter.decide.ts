import { refusedField, type Refusal } from '@tonle/contracts';
import type { Directory, Side } from '@tonle/directory';
import { windowDay } from '@tonle/payment';

// What nothing can match is refused, or said: an empty page for a misspelt filter would read as "there is nothing".

interface Period {
  readonly from?: string;
  readonly until?: string;
}

/** Of all corridors that there ever were: payments of ended ones are listed too. */
export function servedCurrencies(directory: Pick<Directory, 'corridorsIncludingEnded'>): string[] {
  const sides = directory.corridorsIncludingEnded().flatMap(({ home, partner }) => [home, partner]);
  return [...new Set(sides.flatMap(({ currencies }) => currencies))].sort();
}

/** A currency that no corridor ever had. */
export function unknownCurrency(
  currency: string | undefined,
  path: string,
  served: readonly string[],
): Refusal | undefined {
  return currency === undefined || served.includes(currency)
    ? undefined
    : wrong(path, `Known currencies: ${served.join(', ')}.`);
}

/** Somebody who never took part. */
export function unknownParticipant(
  participantId: string | undefined,
  path: string,
  directory: Pick<Directory, 'participantIncludingEnded' | 'participants'>,
): Refusal | undefined {
  if (participantId === undefined || directory.participantIncludingEnded(participantId) !== undefined)
    return undefined;
  const known = directory.participants().map((each) => each.participantId);
  return wrong(path, `Known: ${known.join(', ')}.`);
}

/** Ids that pages end with begin with their instant: what does not, or is yet to come, ended no page. */
export function strangeCursor(cursor: string | undefined, nowMs: number): Refusal | undefined {
  if (cursor === undefined) return undefined;
  const at = cursor.replaceAll('-', '').slice(0, 12);
  return cursor[14] === '7' && at <= nowMs.toString(16).padStart(12, '0') ? undefined : notOurCursor();
}

export function notOurCursor(path = '/cursor'): Refusal {
  return wrong(path, 'Not one of ours; use the `next` of the page before.');
}

/** Undefined when something can have been received between the two. */
export function emptyPeriod({ from, until }: Period, nowMs: number): Refusal | undefined {
  if (from === undefined) return undefined;
  if (Date.parse(from) > nowMs)
    return wrong('/from', `Must not be in the future; it is ${new Date(nowMs).toISOString()}.`);
  return until === undefined || Date.parse(from) < Date.parse(until)
    ? undefined
    : wrong('/until', 'Must be after `from`.');
}

/** A business day on which no window of these networks can have been opened yet, with the latest that can. */
export function futureDay(
  day: string | undefined,
  path: string,
  networks: readonly Pick<Side, 'calendar'>[],
  nowMs: number,
): Refusal | undefined {
  const days = networks.map(({ calendar }) => windowDay(nowMs, calendar));
  const latest = days.sort().at(-1);
  return day === undefined || latest === undefined || day <= latest
    ? undefined
    : wrong(path, `Must not be in the future; the latest business day is ${latest}.`);
}

/**
 * What to say of an empty page that was asked for by ids of others' making, since a misspelt one is not known from one that
 * nothing has; undefined when something was found, or when it was not asked so.
 */
export function nothingHas(
  ids: Readonly<Record<string, string | undefined>>,
  found: number,
): string | undefined {
  const asked = Object.entries(ids).flatMap(([name, id]) => (id === undefined ? [] : [`${name} ${id}`]));
  return found > 0 || asked.length === 0
    ? undefined
    : `Nothing has ${asked.join(' and ')}. Ids are compared exactly as written: check for a typing mistake.`;
}

const wrong = (path: string, message: string): Refusal => refusedField('schema_invalid', path, message);
