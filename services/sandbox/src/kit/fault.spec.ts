import { describe, expect, it } from '@jest/globals';
import { FaultBook } from './fault-book.js';
import { faultRequest } from './fault.js';
import { underFault, type Operation } from './faulty.js';

const fault = (over: object) => faultRequest.parse({ network: 'bakong', fault: 'delay', ...over });

describe('fault book', () => {
  it('hits what fits, as often as it may', () => {
    const book = new FaultBook();
    book.add(fault({ count: 2, match: { account: 'u0000001@mekong' } }), ['makeFullFundTransfer']);
    const facts = { accounts: ['u0000001@mekong', 'fx@naga'] };
    expect(book.pick('thailand', 'makeFullFundTransfer', facts)).toBeUndefined();
    expect(book.pick('bakong', 'makeReverseTransaction', facts)).toBeUndefined();
    expect(book.pick('bakong', 'makeFullFundTransfer', { accounts: ['u0000002@mekong'] })).toBeUndefined();
    expect(book.pick('bakong', 'makeFullFundTransfer', facts)?.hits).toBe(1);
    expect(book.pick('bakong', 'makeFullFundTransfer', facts)?.hits).toBe(2);
    expect(book.pick('bakong', 'makeFullFundTransfer', facts)).toBeUndefined();
    expect(book.list()).toEqual([]);
  });

  it('hits by rate, the same calls with the same seed', () => {
    const hits = (seed: number): string => {
      const book = new FaultBook();
      book.add(fault({ rate: 0.3, seed }), ['x']);
      return Array.from({ length: 1000 }, () =>
        book.pick('bakong', 'x', {}) === undefined ? '.' : 'x',
      ).join('');
    };
    expect(hits(7)).toBe(hits(7));
    expect(hits(7)).not.toBe(hits(8));
    const share = hits(7).replaceAll('.', '').length / 1000;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.35);
  });

  it('clears one or all, and tells of outages only as outages', () => {
    const book = new FaultBook();
    const first = book.add(fault({}), ['x']);
    book.add(fault({ fault: 'outage' }), ['x']);
    expect(book.outage('bakong')).toBeDefined();
    expect(book.clear(first.id)).toBe(1);
    expect(book.pick('bakong', 'x', {})).toBeUndefined();
    expect(book.clear()).toBe(1);
    expect(book.outage('bakong')).toBeUndefined();
  });

  it.each([
    ['reject without a code', { fault: 'reject' }],
    ['outage of one operation', { fault: 'outage', operation: 'pacs.008' }],
    ['unknown fault', { fault: 'fire' }],
    ['rate above one', { rate: 2 }],
    ['unknown field', { color: 'red' }],
    ['negative delay', { delayMs: -1 }],
    ['code of a delay', { code: 'AC04' }],
    ['delay of a rejection', { fault: 'reject', code: 'AC04', delayMs: 5 }],
    ['amount of a delay', { addMinor: '100' }],
    ['phase of a delay', { phase: 'after' }],
    ['amount beyond what is written', { fault: 'wrong_amount', addMinor: '9'.repeat(16) }],
    ['currency in small letters', { match: { currency: 'khr' } }],
    ['outage of some calls', { fault: 'outage', match: { account: 'fx@naga' } }],
    ['outage by rate', { fault: 'outage', rate: 0.5 }],
    ['outage by count', { fault: 'outage', count: 1 }],
    ['code with a control', { fault: 'reject', code: 'AC\u000004' }],
  ])('refuses %s', (_, over) => {
    expect(faultRequest.safeParse({ network: 'bakong', fault: 'delay', ...over }).success).toBe(false);
  });
});

describe('underFault', () => {
  const ok = { status: 200, headers: {}, body: 'done' };
  const setUp = () => {
    const done: string[] = [];
    const operation: Operation = {
      perform: (addMinor) => {
        done.push(addMinor === undefined ? 'performed' : `performed+${addMinor}`);
        return Promise.resolve(ok);
      },
      refuse: (code) => Promise.resolve({ ...ok, body: `refused ${code}` }),
    };
    const pause = (ms: number): Promise<void> => {
      done.push(`waited ${ms}`);
      return Promise.resolve();
    };
    return {
      done,
      run: (over?: object) =>
        underFault(
          over === undefined ? undefined : { ...fault(over), id: 'f1', operations: ['x'], hits: 1 },
          operation,
          pause,
        ),
    };
  };

  it.each([
    ['no fault', undefined, ok, ['performed']],
    ['delay', { fault: 'delay', delayMs: 70 }, ok, ['waited 70', 'performed']],
    ['timeout before', { fault: 'timeout_before' }, 'silence', []],
    ['timeout before with an end', { fault: 'timeout_before', delayMs: 9 }, 'reset', ['waited 9']],
    ['timeout after', { fault: 'timeout_after' }, 'silence', ['performed']],
    ['timeout after a refusal', { fault: 'timeout_after', code: 'AC04' }, 'silence', []],
    ['reject', { fault: 'reject', code: 'AC04' }, { ...ok, body: 'refused AC04' }, []],
    ['duplicate', { fault: 'duplicate' }, ok, ['performed', 'performed']],
    ['late', { fault: 'late_callback', delayMs: 5 }, ok, ['waited 5', 'performed']],
    ['wrong amount', { fault: 'wrong_amount', addMinor: '-300' }, ok, ['performed+-300']],
    ['5xx before', { fault: 'http_5xx' }, { status: 503 }, []],
    ['5xx after', { fault: 'http_5xx', phase: 'after' }, { status: 503 }, ['performed']],
    ['reset', { fault: 'reset' }, 'reset', []],
    ['reset after', { fault: 'reset', phase: 'after' }, 'reset', ['performed']],
  ])('%s', async (_, over, expected, steps) => {
    const { done, run } = setUp();
    const outcome = await run(over);
    if (typeof expected === 'string') expect(outcome).toBe(expected);
    else expect(outcome).toMatchObject(expected);
    expect(done).toEqual(steps);
  });

  it('performs and answers garbage', async () => {
    const { done, run } = setUp();
    expect(await run({ fault: 'garbage' })).not.toMatchObject({ body: 'done' });
    expect(done).toEqual(['performed']);
  });
});
