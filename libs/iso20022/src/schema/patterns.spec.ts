import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { patternSentence } from './patterns.js';
import { simpleCheck } from './simple.js';
import type { MessageTable, SimpleTable } from './table.js';

const TABLES = new URL('../tables/', import.meta.url);
const UNKNOWN = patternSentence('a pattern that no table has');
/** What no text of these types may hold. */
const NO_TEXT = '~ not so ~';

const tables = readdirSync(TABLES)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, TABLES), 'utf8')) as MessageTable);
const simple = tables.flatMap(({ types }) =>
  Object.entries(types).flatMap(([name, type]) => ('base' in type ? [{ name, type }] : [])),
);
const patterns = new Map(
  simple.flatMap(({ name, type }) =>
    type.pattern === undefined ? [] : [[type.pattern, { name, type }] as const],
  ),
);

function sentence(type: SimpleTable): string | undefined {
  const value = type.base === 'dateTime' ? '2026-11-14T09:30:00+07:00' : NO_TEXT;
  return simpleCheck(type).check(value)?.detail;
}

/** The examples of a sentence: what follows "such as". */
const examplesIn = (text: string): readonly string[] =>
  [.../such as ([^,;]+)/g[Symbol.matchAll](text)].flatMap(([, named = '']) => named.split(/ or /));

describe('what is said of a text that does not fit its pattern', () => {
  it('is asked of every pattern of every table', () => {
    expect(tables.length).toBeGreaterThan(100);
    expect(patterns.size).toBeGreaterThan(30);
  });

  it.each([...patterns])('%s has a sentence of its own, with examples that fit', (pattern, { type }) => {
    const said = sentence(type);
    expect(said).toMatch(/^must be [^[\]{}\\]+$/);
    expect(said).not.toBe(UNKNOWN);
    expect(said).not.toContain(pattern);
    for (const example of examplesIn(said!))
      expect([example, simpleCheck(type).check(example)]).toEqual([example, undefined]);
  });

  it('shows no regular expression for any type of any table', () => {
    const shown = simple.filter(({ type }) => /[[\]{}\\]|\(\?|\)[*+?]/.test(sentence(type) ?? ''));
    expect(shown).toEqual([]);
  });

  it('is a sentence too where a scheme has a pattern of its own', () => {
    const said = sentence({ base: 'string', pattern: '[XYZ]{4}' });
    expect(said).toBe('must have the form that the schema gives this element');
  });
});
