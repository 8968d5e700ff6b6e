// The words beside a reason may be a partner's: as many as ISO 20022 has room for. Messages carry them in two fields.

/** As much as AddtlData, the longest text of the standard, holds: over 190 times AddtlInf. Longer words are cut, visibly. */
export const REASON_TEXT_MAX = 20_000;
/** `reasonText` of a message has no room for more: versions that know no `reasonMore` refuse it. */
const FIRST_MAX = 200;

interface ReasonWords {
  readonly reasonText?: string;
  readonly reasonMore?: string;
}

/** The fields of a message that tell these words, which are at most `REASON_TEXT_MAX` long; none for no words. */
export function reasonFields(words: string | null | undefined): ReasonWords {
  if (words === null || words === undefined) return {};
  // No half of a surrogate pair, which no table holds.
  const reasonText = words.slice(0, FIRST_MAX).replace(/[\ud800-\udbff]$/, '');
  const more = words.slice(reasonText.length);
  return { reasonText, ...(more === '' ? {} : { reasonMore: more }) };
}

/** By how much something came too late, and what that is counted by: `Late by 3.25 s: <because>.` */
export function lateBy(lateMs: number, because: string): string {
  return `Late by ${lateMs / 1000} s: ${because}.`;
}

/** The words that a message tells, whole; undefined when it tells none. */
export function reasonWords({ reasonText, reasonMore = '' }: ReasonWords): string | undefined {
  return reasonText === undefined ? undefined : reasonText + reasonMore;
}
