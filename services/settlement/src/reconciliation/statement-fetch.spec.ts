import { expect, it } from '@jest/globals';
import type { StatementLine } from '@tonle/contracts';
import type { ServiceCalls } from '@tonle/messaging';
import { fetchStatement } from './statement-fetch.js';

// Pages of a hostile network: each ends the reading with a sentence, and its lines keep names of their own.

const line = (lineId: string): StatementLine => ({
  lineId,
  amount: { currency: 'KHR', minor: '100' },
  status: 'booked',
  bookedAt: '2026-11-20T05:00:00.000Z',
});
type Page = {
  readonly lines: readonly StatementLine[];
  readonly nextCursor?: string;
  readonly totals?: object;
};

function fetched(pageAt: (asked: number) => Page) {
  let asked = 0;
  const call = () => Promise.resolve(pageAt(asked++));
  const target = { adapter: 'adapter-bakong', currency: 'KHR' };
  return fetchStatement({ call } as unknown as ServiceCalls, target, '2026-11-20', () => Promise.resolve());
}
const whole = (...ids: string[]) =>
  fetched(() => ({
    lines: ids.map(line),
    totals: { count: ids.length, amountMinor: (100 * ids.length).toString() },
  }));

it.each([
  ['go round', 'its pages go round', () => ({ lines: [line('a')], nextCursor: 'again' })],
  [
    'never end',
    'a page without lines, and more follow',
    (at: number) => ({ lines: [], nextCursor: `${at}` }),
  ],
  [
    'never end, with lines',
    'more than 1000000 lines',
    (at: number) => ({ lines: Array<StatementLine>(250_000).fill(line('a')), nextCursor: `${at}` }),
  ],
])('pages that %s are no statement', async (_, words, pageAt) => {
  await expect(fetched(pageAt)).rejects.toThrow(words);
});

it.each([
  [
    ['a', 'a', 'a'],
    ['a', 'a#2', 'a#3'],
  ],
  [
    ['a#2', 'a', 'a'],
    ['a#2', 'a', 'a#3'],
  ],
  [
    ['a', 'a', 'a#2', 'a#2'],
    ['a', 'a#2', 'a#2#2', 'a#2#3'],
  ],
])('lines that are called %j keep names of their own', async (ids, names) => {
  const { lines } = await whole(...ids);
  expect(lines.map(({ lineId }) => lineId)).toEqual(names);
});
