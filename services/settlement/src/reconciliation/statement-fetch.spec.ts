import { expect, it } from '@jest/globals';
import type { StatementLine } from '@tonle/contracts';
import type { ServiceCalls } from '@tonle/messaging';
import { fetchStatement, RefusedStatement, type KeepPage } from './statement-fetch.js';

// Pages of a hostile network: each ends the reading with a sentence.

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
  readonly missing?: string;
  readonly fault?: string;
};

function fetched(pageAt: (asked: number) => Page, keep: KeepPage = () => Promise.resolve()) {
  let asked = 0;
  const call = () => Promise.resolve(pageAt(asked++));
  const target = { adapter: 'adapter-bakong', currency: 'KHR' };
  return fetchStatement({ call } as unknown as ServiceCalls, target, '2026-11-20', keep);
}

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

it('a whole statement is handed on page by page', async () => {
  const pages: Page[] = [
    { lines: [line('a'), line('b')], nextCursor: '1' },
    { lines: [line('c')], totals: { count: 3, amountMinor: '300' } },
  ];
  const kept: unknown[] = [];
  const keep = (lines: readonly StatementLine[], first: number) => {
    kept.push([first, ...lines.map(({ lineId }) => lineId)]);
    return Promise.resolve();
  };
  expect(await fetched((at) => pages[at]!, keep)).toEqual({
    count: 3,
    heads: [],
    settled: { cycles: [], batches: [] },
  });
  expect(kept).toEqual([
    [0, 'a', 'b'],
    [2, 'c'],
  ]);
});

it('files that contradict each other are a break, and one that is not here yet is none', async () => {
  const refusal = async (fault?: string): Promise<unknown> =>
    fetched(() => ({ lines: [], missing: 'untied', ...(fault !== undefined && { fault }) })).catch(
      (error: unknown) => error,
    );
  expect(await refusal('FILE_TOTAL')).toMatchObject({ message: 'untied', type: 'FILE_TOTAL' });
  expect(await refusal('FILE_GAP')).toMatchObject({ type: 'FILE_GAP' });
  expect(await refusal()).not.toBeInstanceOf(RefusedStatement);
});
