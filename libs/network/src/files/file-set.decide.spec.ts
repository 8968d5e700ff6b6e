import { describe, expect, it } from '@jest/globals';
import { fileLayout } from './file-layout.js';
import { differing, repeatedFault, setFault, type DayFile } from './file-set.decide.js';
import type { FileKind } from './network-files.js';

const layout = fileLayout.parse({
  name: 'items_<currency>_<batch>_<sequence:3>.csv',
  encoding: 'utf-8',
  form: { kind: 'fixed', columns: [{ name: 'id', length: 1 }] },
});
const items: FileKind = { name: 'items', layout, line: () => undefined };
const fees: FileKind = { ...items, name: 'fees', optional: true };
const file = (currency: string, series: string, sequence: number, kind = items): DayFile => ({
  kind,
  sha256: `${series}${sequence}`,
  file: { name: `items_${series}_${sequence}`, currency, series, sequence },
});
const found = (files: readonly DayFile[], others: readonly string[] = []) =>
  setFault([items, fees], files, { day: '2026-11-28', currency: 'USD', others })?.message;

describe('the files of a day', () => {
  it('are all there', () => {
    expect(found([file('USD', 'a', 0)])).toBeUndefined();
    expect(found([file('USD', 'b', 1), file('USD', 'a', 0), file('USD', 'b', 0)])).toBeUndefined();
  });

  it('are late', () => {
    expect(found([])).toBe('not_here: no items of 2026-11-28 in USD is there yet');
    expect(found([file('CNY', 'a', 0)], ['fee.csv', 'sum.csv'])).toBe(
      'not_here: no items of 2026-11-28 in USD is there yet; there are fee.csv, sum.csv',
    );
  });

  it('have a gap in their numbers', () => {
    expect(found([file('USD', 'a', 1)])).toBe(
      'sequence_gap: items a: number 0 is missing, 1 is here; ask the network for it',
    );
    expect(found([0, 1, 3, 4].map((number) => file('USD', 'a', number)))).toMatch(
      /number 2 is missing, 4 is here/,
    );
    // Of another currency it is another statement's.
    expect(found([file('USD', 'a', 0), file('CNY', 'b', 2)])).toBeUndefined();
    expect(found([file('USD', 'a', 0), file('USD', 'a', 2, fees)])).toMatch(/fees a: number 0 is missing/);
  });
});

describe('the content of a file', () => {
  const names = new Map([['items items_a_0', 'a0']]);
  const contents = new Map([['items a0', '2026-11-28 items_a_0']]);
  const ruleOf = (name: string, sha256: string, day = '2026-11-28') =>
    repeatedFault({ kind: items, sha256, file: { name, day, series: 'a' } }, contents)?.rule;

  it.each([
    ['the same again', 'items_a_0', 'a0', undefined],
    ['a further file', 'items_a_1', 'a1', undefined],
    ['content that stands under another name', 'items_a_1', 'a0', 'content_repeated'],
    ['content that stands for another day', 'items_a_0', 'a0', 'content_repeated', '2026-11-29'],
  ])('of %s', (_, name, sha256, rule, day = '2026-11-28') => {
    expect(ruleOf(name, sha256, day)).toBe(rule);
  });

  it('differs from what was taken under its name, unless people agreed to it', () => {
    const [same, other, fresh] = ['a0', 'b0', 'c0'].map((sha256, index) => ({
      ...{ kind: items, sha256 },
      file: { name: `items_a_${index === 2 ? 1 : 0}`, day: '2026-11-28', series: 'a' },
    }));
    const of = (...agreed: string[]) => differing([same!, other!, fresh!], names, new Set(agreed));
    expect(of()).toEqual([{ name: 'items_a_0', sha256: 'b0' }]);
    expect(of('c0')).toHaveLength(1);
    expect(of('b0')).toEqual([]);
  });
});
