import { expect, it } from '@jest/globals';
import type { StatementLine } from '@tonle/contracts';
import { createTestTelemetry } from '@tonle/telemetry';
import type { OpenLeg, StatementPage, StatementRequest } from './leg.js';
import { StatementSearch } from './statement-search.js';

// The pages are what a test says; what the search believes of them.

const NOW = Date.parse('2026-11-22T17:30:00Z');
const telemetry = createTestTelemetry('search', { TONLE_LOG_LEVEL: 'silent' });

function legOf(externalRef: string, intentMs = NOW - 60_000): OpenLeg {
  const amount = { currency: 'KHR', minor: '500' };
  return { legKey: externalRef, externalRef, intentMs, command: { amount } } as unknown as OpenLeg;
}

function line(externalRef: string | undefined, minor = '700'): StatementLine {
  return {
    lineId: crypto.randomUUID(),
    ...(externalRef !== undefined && { externalRef }),
    amount: { currency: 'KHR', minor },
    status: 'booked',
    bookedAt: new Date(NOW).toISOString(),
  };
}

function searchIn(answer: (request: StatementRequest) => StatementPage): {
  search: StatementSearch;
  asked: string[];
} {
  const asked: string[] = [];
  const page = (request: StatementRequest): Promise<StatementPage> => {
    asked.push(`${request.day} ${request.currency} ${request.cursor ?? ''}`.trim());
    return Promise.resolve(request).then(answer);
  };
  const clock = { now: () => NOW };
  return { search: new StatementSearch({ pages: { page }, utcOffsetMinutes: 420, clock, telemetry }), asked };
}

const whole = (...lines: StatementLine[]): StatementPage => ({
  lines,
  totals: { count: lines.length, amountMinor: (700 * lines.length).toString() },
});

it('reads the pages of the day once for all legs', async () => {
  const { search, asked } = searchIn(({ cursor }) =>
    cursor === undefined
      ? { lines: [line('A')], nextCursor: '1' }
      : { ...whole(line('A'), line('B')), lines: [line('B')] },
  );
  const found = await Promise.all([
    search.lacks(legOf('A')),
    search.lacks(legOf('B')),
    search.lacks(legOf('C')),
  ]);
  expect(found).toEqual([false, false, true]);
  expect(asked).toEqual(['2026-11-23 KHR', '2026-11-23 KHR 1']);
});

it('looks into every day of the network on which the leg can have been booked', async () => {
  const { search, asked } = searchIn(({ day }) => whole(line(day === '2026-11-22' ? 'A' : 'B')));
  const intent = Date.parse('2026-11-22T16:59:00Z');
  expect(await search.lacks(legOf('A', intent))).toBe(false);
  expect(await search.lacks(legOf('C', intent))).toBe(true);
  expect(asked.slice(0, 2)).toEqual(['2026-11-22 KHR', '2026-11-23 KHR']);
});

it.each<[string, StatementPage]>([
  ['does not say how many lines it has', { lines: [line('A')] }],
  ['lacks a line that it counts', { ...whole(line('A'), line('B')), lines: [line('A')] }],
  ['has another sum', { lines: [line('A', '800')], totals: { count: 1, amountMinor: '700' } }],
  [
    'has a line of that amount that names no leg',
    { lines: [line(undefined, '500')], totals: { count: 1, amountMinor: '500' } },
  ],
])('believes no statement that %s', async (_name, page) => {
  expect(await searchIn(() => page).search.lacks(legOf('C'))).toBe(false);
});

it('says nothing when there is no statement, or the leg is older than those that are read', async () => {
  const none = searchIn(() => {
    throw new Error('no statement: timeout');
  });
  expect(await none.search.lacks(legOf('C'))).toBe(false);
  const old = searchIn(() => whole());
  expect(await old.search.lacks(legOf('C', NOW - 9 * 86_400_000))).toBe(false);
  expect(old.asked).toEqual([]);
});

it('looks for every leg, though one that was stored wrongly breaks the search', async () => {
  const { search } = searchIn(() => whole(line('leg 7')));
  const legs = Array.from({ length: 40 }, (_, n) => legOf(`leg ${n}`));
  legs[13] = { ...legs[13]!, command: {} as OpenLeg['command'] };
  const found = await Promise.allSettled(legs.map((leg) => search.lacks(leg)));
  expect(found.filter(({ status }) => status === 'rejected')).toEqual([found[13]]);
  const lacking = found.map((one) => (one.status === 'fulfilled' ? one.value : undefined));
  expect(lacking).toEqual(legs.map((_, n) => (n === 13 ? undefined : n !== 7)));
});

it('never takes a leg for missing that no day can have', async () => {
  const { search, asked } = searchIn(() => whole());
  expect(await search.lacks(legOf('C', Number.NaN))).toBe(false);
  expect(asked).toEqual([]);
});
