import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StatementLine } from '@tonle/contracts';
import { tiedDay, type ToldDay } from './tied-day.js';

const line = (lineId: string, leg: StatementLine['leg'], minor: string, currency = 'JPY'): StatementLine => ({
  lineId,
  leg,
  amount: { currency, minor },
  status: 'booked',
  bookedAt: '2026-11-28T00:30:00.000Z',
});
const DAY: ToldDay = {
  statementId: 'S1',
  account: 'TONLE-JPY',
  currency: 'JPY',
  createdAt: '2026-11-29T00:10:00+09:00',
  openingMinor: '-100',
  closingMinor: '137',
  count: '2',
  lines: [line('L1', 'credit', '1200'), line('L2', 'debit', '1437')],
};

describe('a day of a statement', () => {
  it('that ties has its lines and a head', () => {
    const { lines, heads } = tiedDay(DAY);
    expect(lines).toEqual(DAY.lines);
    expect(heads).toEqual([
      {
        account: 'TONLE-JPY',
        currency: 'JPY',
        statementId: 'S1',
        createdAt: '2026-11-28T15:10:00.000Z',
        openingMinor: '-100',
        closingMinor: '137',
        digest: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      },
    ]);
  });

  it.each<[string, Partial<ToldDay>]>([
    ['statement S1 has 2 lines and tells 3', { count: '3' }],
    ['statement S1 has a line twice', { lines: [DAY.lines[0]!, { ...DAY.lines[1]!, lineId: 'L1' }] }],
    ['statement S1 has L2 in USD', { lines: [DAY.lines[0]!, line('L2', 'debit', '1437', 'USD')] }],
    ['statement S1 does not tie: -100 JPY and 237 JPY are not 138 JPY', { closingMinor: '138' }],
  ])('is none: %s', (said, over) => {
    expect(() => tiedDay({ ...DAY, ...over })).toThrow(said);
  });

  it('has another digest when anything of the account differs, and none for when it was made', () => {
    const digestOf = (over: Partial<ToldDay>) => tiedDay({ ...DAY, ...over }).heads[0]!.digest;
    expect(digestOf({ createdAt: '2026-11-30T00:00:00Z', statementId: 'S2' })).toBe(digestOf({}));
    expect(digestOf({ openingMinor: '0', closingMinor: '237' })).not.toBe(digestOf({}));
  });

  it('ties for what the lines come to, and for nothing else', () => {
    const amounts = fc.array(
      fc.tuple(fc.constantFrom('credit', 'debit'), fc.bigInt({ min: 1n, max: 10n ** 15n })),
    );
    const opening = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
    fc.assert(
      fc.property(amounts, opening, fc.bigInt({ min: -5n, max: 5n }), (given, from, off) => {
        const lines = given.map(([leg, minor], index) =>
          line(`L${index}`, leg as StatementLine['leg'], minor.toString()),
        );
        const net = given.reduce((sum, [leg, minor]) => (leg === 'debit' ? sum + minor : sum - minor), from);
        const told = { openingMinor: from.toString(), closingMinor: (net + off).toString() };
        const day = () => tiedDay({ ...DAY, ...told, lines, count: lines.length.toString() });
        if (off === 0n) expect(day().lines).toHaveLength(lines.length);
        else expect(day).toThrow('does not tie');
      }),
    );
  });
});
