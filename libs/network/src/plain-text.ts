/**
 * A partner's words as every table and message can hold them: no control characters, at most `max` UTF-16 units,
 * no half of a surrogate pair.
 */
export function plainText(text: string, max: number): string {
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, max)
    .toWellFormed();
}
