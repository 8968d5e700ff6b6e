import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AccountBook, assertBalanced, EMPTY_COLUMNS, type TransferLine } from './index.js';

const EMPTY = { ...EMPTY_COLUMNS, currency: 'KHR' };
const line = (debit: number, credit: number, minor: bigint, reserved = true): TransferLine<number> => ({
  kind: 'obligation_source',
  debit,
  credit,
  minor,
  reserved,
});
const empty = (...ids: number[]) => new Map(ids.map((id) => [id, EMPTY]));

describe('the account book of a batch', () => {
  it('covers a purse to the last minor unit, in the order of the messages', () => {
    const book = new AccountBook(
      new Map([
        [1, { ...EMPTY, creditsPosted: 100n }],
        [2, EMPTY],
        [3, EMPTY],
      ]),
    );
    const check = { kind: 'headroom' as const, prefund: 1, position: 2, capMinor: 20n, minor: 60n };
    expect(book.short([check])).toBeUndefined();
    book.move('reserve', [line(2, 3, 60n)]);
    expect(book.short([{ ...check, minor: 60n }])).toBeUndefined();
    expect(book.short([{ ...check, minor: 61n }])).toEqual({ ...check, minor: 61n });
    book.move('post', [line(2, 3, 60n)]);
    expect(book.short([{ ...check, minor: 61n }])).toEqual({ ...check, minor: 61n });
    const empty = { kind: 'rail' as const, rail: 3, minor: 1n };
    expect(book.short([empty])).toBe(empty);
    expect(book.short([check, empty])).toBe(empty);
  });

  it('does not count pending credits as money', () => {
    const book = new AccountBook(empty(1, 2, 3));
    book.move('reserve', [line(3, 2, 50n)]);
    expect(book.short([{ kind: 'headroom', prefund: 1, position: 2, capMinor: 0n, minor: 1n }])).toEqual({
      kind: 'headroom',
      prefund: 1,
      position: 2,
      capMinor: 0n,
      minor: 1n,
    });
    book.move('post', [line(3, 2, 50n)]);
    expect(
      book.short([{ kind: 'headroom', prefund: 1, position: 2, capMinor: 0n, minor: 50n }]),
    ).toBeUndefined();
  });

  it('throws rather than free more than was reserved, or touch what was not locked', () => {
    expect(() => new AccountBook(empty(1, 2)).move('void', [line(1, 2, 1n)])).toThrow('freed');
    expect(() => new AccountBook(empty(1)).move('post', [line(1, 2, 1n, false)])).toThrow('not locked');
    for (const other of [line(1, 3, 1n), line(3, 2, 1n)]) {
      const book = new AccountBook(empty(1, 2, 3));
      book.move('reserve', [line(1, 2, 1n)]);
      expect(() => book.move('void', [other])).toThrow('freed');
    }
  });

  it('gives deltas in id order, in whatever order accounts were locked', () => {
    const book = new AccountBook(empty(10, 2, 9, 1));
    book.move('post', [line(9, 1, 1n, false), line(2, 10, 1n, false)]);
    expect(book.deltas().map(({ id }) => id)).toEqual([1, 2, 9, 10]);
  });

  it('keeps debits and credits equal whatever is done, and gives deltas in id order without zeros', () => {
    const action = fc.record({
      action: fc.constantFrom('reserve' as const, 'cancel' as const, 'post' as const),
      from: fc.nat(3),
      to: fc.nat(3),
      minor: fc.bigInt(1n, 1_000n),
    });
    fc.assert(
      fc.property(fc.array(action), (actions) => {
        const book = new AccountBook(empty(0, 1, 2, 3));
        for (const { action: kind, from, to, minor } of actions) {
          if (from === to) continue;
          if (kind !== 'post') book.move('reserve', [line(from, to, minor)]);
          if (kind === 'cancel') book.move('void', [line(from, to, minor)]);
          if (kind === 'post') book.move('post', [line(from, to, minor, false)]);
        }
        const deltas = book.deltas();
        expect(deltas.map(({ id }) => id)).toEqual(deltas.map(({ id }) => id).sort((a, b) => a - b));
        expect(() => assertBalanced(deltas)).not.toThrow();
        expect(
          deltas.every(
            (d) =>
              d.debitsPosted !== 0n ||
              d.creditsPosted !== 0n ||
              d.debitsPending !== 0n ||
              d.creditsPending !== 0n,
          ),
        ).toBe(true);
      }),
    );
  });
});

describe('the balance of a batch', () => {
  const accounts = new Map([
    [1, { ...EMPTY_COLUMNS, currency: 'KHR' }],
    [2, { ...EMPTY_COLUMNS, currency: 'KHR' }],
    [3, { ...EMPTY_COLUMNS, currency: 'THB' }],
  ]);
  const after = (act: (book: AccountBook<number>) => void) => {
    const book = new AccountBook(accounts);
    act(book);
    return () => assertBalanced(book.deltas());
  };

  it('is zero in every currency for lines that stay in theirs', () => {
    expect(after((book) => book.move('post', [line(1, 2, 5n, false)]))).not.toThrow();
    expect(after((book) => book.move('reserve', [line(1, 2, 5n)]))).not.toThrow();
  });

  it('is broken by a line across currencies, and says where', () => {
    expect(after((book) => book.move('post', [line(1, 3, 5n, false)]))).toThrow(
      'the batch posts 5 debits and 0 credits in KHR',
    );
    expect(after((book) => book.move('reserve', [line(3, 1, 5n)]))).toThrow(
      'the batch makes 0 debits and 5 credits pending in KHR',
    );
  });

  it('is not saved by another currency that is off by as much', () => {
    const both = (book: AccountBook<number>) =>
      book.move('post', [line(1, 3, 5n, false), line(3, 1, 5n, false), line(1, 3, 7n, false)]);
    expect(after(both)).toThrow('posts 12 debits and 5 credits in KHR');
  });
});
