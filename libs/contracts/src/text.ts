import { z } from 'zod';
import type { FieldError } from './refusal.js';

// The one rule for text of others: what JSON, PostgreSQL's jsonb and XML 1.0 can all carry, on one line, and what shows
// as it reads. Every edge asks it (decisions 31), whoever sent the text, so that no later stage refuses what was taken.

/** Controls, half surrogates, U+FFFE and its like, line separators, and what turns the direction of the text around it. */
const UNFIT = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u202a-\u202e\u2066-\u2069]/u;
const UNFIT_EACH = new RegExp(UNFIT.source, 'gu');
const UNFIT_RUN = new RegExp(`${UNFIT.source}+`, 'gu');
const ELLIPSIS = '...';

/** Can every stage carry this text? */
export function isText(text: string): boolean {
  return !UNFIT.test(text);
}

/** What is wrong with a text, as a sentence with the place; undefined when every stage can carry it. */
export function textFault(text: string): string | undefined {
  const found = UNFIT.exec(text);
  if (found === null) return undefined;
  const code = found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return `U+${code} at character ${found.index + 1} is not allowed in text.`;
}

/** A text that every stage can carry, as a schema: `carriedText.min(1).max(140)`. */
export const carriedText = z.string().refine(isText, { error: ({ input }) => textFault(input as string) });

/** Every text (names of fields too) in a value that JSON could carry, with what is wrong with it; paths are JSON pointers. */
export function textFaults(value: unknown, path = ''): FieldError[] {
  if (typeof value === 'string') {
    const message = textFault(value);
    return message === undefined ? [] : [{ path, message }];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => {
    const message = Array.isArray(value) ? undefined : textFault(name);
    return message === undefined
      ? textFaults(part, `${path}/${name}`)
      : [{ path, message: `In a field's name, ${message}` }];
  });
}

/**
 * Lines for a terminal: what could move its cursor, colour it or turn its text around is shown as `\uXXXX`, which in JSON
 * still means the same character. Line feeds and tabs stay.
 */
export function printable(lines: string): string {
  return lines.replace(UNFIT_EACH, (unfit) => (unfit === '\n' || unfit === '\t' ? unfit : escaped(unfit)));
}

/** One cell or value of such lines: line feeds in it are shown too, so that it cannot be taken for a line of ours. */
export function printableValue(text: string): string {
  return text.replace(UNFIT_EACH, escaped);
}

/** `1 attempt`, `2 attempts`: a count before its noun; `many` where that is not the noun with an s. */
export function counted(count: number | bigint, one: string, many = `${one}s`): string {
  return `${count} ${count.toString() === '1' ? one : many}`;
}

function escaped(unfit: string): string {
  const units = Array.from({ length: unfit.length }, (_, index) => unfit.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

/** A text that informs, as every stage can carry it: what is unfit becomes a blank; at most `max` characters. */
export function plainText(text: string, max: number): string {
  const plain = text.replace(UNFIT_RUN, ' ');
  return plain.length <= max ? plain : [...plain].slice(0, max).join('');
}

/** The same, but what is cut shows that it is: three dots are its end, and count. */
export function shortenedText(text: string, max: number): string {
  const plain = plainText(text, text.length);
  if (plain.length <= max) return plain;
  const characters = [...plain];
  return characters.length <= max
    ? plain
    : `${characters.slice(0, max - ELLIPSIS.length).join('')}${ELLIPSIS}`;
}
