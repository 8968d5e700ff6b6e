import { describe, expect, it } from '@jest/globals';
import { CounterBook } from './counter-book.js';
import { LIMIT_COUNTERS, localDay } from './day-limit.js';

const key = { debtor: 'KHMEKONG|u1@mekong', currency: 'KHR', day: '2026-11-26' };

describe('day counters', () => {
  it('count what was stored and what the batch takes and gives back', () => {
    const book = new CounterBook(LIMIT_COUNTERS, [{ key, minor: 10n }]);
    book.add(key, 5n);
    book.add(key, -3n);
    book.add({ ...key, day: '2026-11-25' }, -1n);
    expect(book.usedMinor(key)).toBe(12n);
    expect(book.usedMinor({ ...key, currency: 'USD' })).toBe(0n);
    expect(book.deltas()).toEqual([
      { key: { ...key, day: '2026-11-25' }, minor: -1n },
      { key, minor: 2n },
    ]);
  });

  it('that come to nothing are not written', () => {
    const book = new CounterBook(LIMIT_COUNTERS, []);
    book.add(key, 5n);
    book.add(key, -5n);
    expect(book.deltas()).toEqual([]);
  });

  it('begin at the local midnight', () => {
    expect(localDay(Date.parse('2026-11-25T16:59:59.999Z'), 420)).toBe('2026-11-25');
    expect(localDay(Date.parse('2026-11-25T17:00:00Z'), 420)).toBe('2026-11-26');
  });
});
