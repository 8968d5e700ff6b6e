import { describe, expect, it } from '@jest/globals';
import { FxBook } from './fx-book.js';

const source = { currency: 'KHR', amount: '100240' };
const target = { currency: 'THB', amount: '820.00' };
const event = (type: string, quoteId: string, more = {}) => ({
  type,
  data: { quoteId, source, target, ...more },
});

describe("an FX provider's own books", () => {
  it('promise what is used, and hold what was bought and sold when it completed', () => {
    const book = new FxBook();
    for (const quote of ['a', 'b', 'c']) book.take(event('quote.used', quote));
    expect(book.shown()).toMatchObject({
      quotes: { used: 3 },
      promised: { THB: '246000' },
      bought: {},
      sold: {},
    });
    book.take(event('quote.completed', 'a', { creditedAmount: { currency: 'THB', amount: '800' } }));
    book.take(event('quote.failed', 'b'));
    book.take(event('payment.held', 'c'));
    expect(book.shown()).toEqual({
      quotes: { used: 1, completed: 1, failed: 1, unexpected: 0 },
      promised: { THB: '82000' },
      bought: { KHR: '10024000' },
      sold: { THB: '80000' },
    });
  });

  it('hold what a refund brought that somebody at fault made exact', () => {
    const book = new FxBook();
    book.take(event('quote.used', 'a'));
    const conversion = { source: { currency: 'KHR', amount: '100300' }, rate: '0.0081' };
    book.take(event('quote.completed', 'a', { conversion }));
    expect(book.shown()).toMatchObject({ bought: { KHR: '10030000' }, sold: { THB: '82000' } });
  });

  it('say when they were not told of a use', () => {
    const book = new FxBook();
    book.take(event('quote.completed', 'a'));
    expect(book.shown()).toMatchObject({ quotes: { completed: 1, unexpected: 1 } });
  });
});
