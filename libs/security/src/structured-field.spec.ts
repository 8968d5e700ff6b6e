// What the public test suite (rfc8941.spec.ts) does not say: our bounds, and random texts.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDictionary, serializeInnerList, type Member } from './structured-field.js';

const written = (member: Member | undefined): string | undefined =>
  member?.kind === 'list'
    ? serializeInnerList(member.items, member.parameters)
    : member && serializeInnerList([member.item], new Map()).slice(1, -1);
const canonical = (text: string): string | undefined => {
  const members = parseDictionary(text);
  return members && [...members].map(([name, member]) => `${name}=${written(member)}`).join(', ');
};
const times = (count: number, text: (index: number) => string, between: string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(between);

describe('dictionaries', () => {
  it.each<[string, number, (count: number) => string]>([
    ['characters', 4096, (count) => `a="${'x'.repeat(count - 4)}"`],
    ['members', 8, (count) => times(count, (index) => `m${index}`, ',')],
    ['items', 32, (count) => `a=(${times(count, () => '1', ' ')})`],
    ['parameters', 32, (count) => `a=1${times(count, (index) => `;p${index}`, '')}`],
  ])('are read with as many %s as are needed, %d, and no more', (_, most, fieldOf) => {
    expect(parseDictionary(fieldOf(most))?.size).toBeGreaterThan(0);
    expect(parseDictionary(fieldOf(most + 1))).toBeUndefined();
  });

  it('are read again as they were written, and never throw', () => {
    const field = fc.oneof(fc.string({ maxLength: 60 }), fc.stringMatching(/^[a-c0-9"=:;(),? .\\-]{0,40}$/));
    fc.assert(
      fc.property(field, (text) => {
        const once = canonical(text);
        return once === undefined || canonical(once) === once;
      }),
      { numRuns: 5_000 },
    );
  });
});
