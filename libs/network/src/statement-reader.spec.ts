import { describe, expect, it } from '@jest/globals';
import type { StatementLine } from '@tonle/contracts';
import type { WireReply } from './exchange.js';
import type { Evidence } from './leg.js';
import type { StatementSource } from './network.js';
import { StatementReader, zoneFault } from './statement-reader.js';

// A day of five lines in riel and one in dollars, and legs that are known by their references.

const DAY = '2026-11-22';
const OURS = '4ad1b8e7-0a2c-4f0b-9d3e-5a6b7c8d9e01';
const THEIRS = '4ad1b8e7-0a2c-4f0b-9d3e-5a6b7c8d9e02';
const line = (index: number, currency = 'KHR'): StatementLine => ({
  lineId: `L${index}`,
  externalRef: `R${index}`,
  amount: { currency, minor: '100' },
  status: 'booked',
  bookedAt: `${DAY}T0${index}:00:00.000Z`,
});
const head = { account: 'A', number: '7', openingMinor: '0', closingMinor: '500' };
const HEADS = ['KHR', 'USD'].map((currency) => ({ ...head, currency }));
const LINES = [line(1), line(2), line(3), line(4), line(5), line(6, 'USD')];

function readerOf(source: StatementSource, reply: WireReply = answered) {
  const seen = { asked: [] as string[], kept: [] as Evidence[], now: 0 };
  const reader = new StatementReader({
    source,
    clock: { now: () => seen.now },
    database: {} as never,
    evidence: { keep: (each) => void seen.kept.push(each) },
    store: {
      byExternalRef: (_database, refs) =>
        Promise.resolve(
          new Map(refs.includes('R2') ? [['R2', { legKey: 'K:D', leg: 'debit', uetr: OURS }]] : []),
        ),
    },
    received: (ids) => Promise.resolve(new Map(ids.filter((id) => id === 'M1').map((id) => [id, THEIRS]))),
    wires: {
      ask: ({ path }, { subject }) => {
        seen.asked.push(path);
        const evidence = {
          subject,
          direction: 'in',
          at: 0,
          operation: 'list',
          bytes: Buffer.from(''),
        } as const;
        return Promise.resolve({ reply, evidence: [evidence] });
      },
    },
  });
  return { reader, seen };
}

const answered: WireReply = { kind: 'answered', status: 200, headers: {}, bytes: Buffer.from('') };
const whole: StatementSource = {
  kind: 'whole',
  utcOffsetMinutes: 0,
  ask: (day) => ({ wire: 'w', method: 'GET', path: `/${day}`, operation: 'list' }),
  read: () => ({ lines: LINES, heads: HEADS }),
};
const paged: StatementSource = {
  kind: 'paged',
  utcOffsetMinutes: 0,
  pageMax: 2,
  ask: ({ cursor = '0', pageMax }) => ({
    wire: 'w',
    method: 'GET',
    path: `/${cursor}/${pageMax}`,
    operation: 'list',
  }),
  read: (_reply, { cursor }) => ({ lines: [LINES[1]!], nextCursor: cursor === undefined ? '1' : undefined }),
};

it('takes texts that no table holds as far as they go, and the other lines of their day', async () => {
  const unfit = { ...line(1), externalRef: 'R\u00002', endToEndId: '\ud83d' };
  const { reader } = readerOf({ ...whole, read: () => ({ lines: [unfit, line(2)], heads: [] }) });
  const { lines } = await reader.page({ day: DAY, currency: 'KHR', pageMax: 9 });
  expect(lines).toMatchObject([{ externalRef: 'R 2', endToEndId: undefined }, { legKey: 'K:D' }]);
});

it('what stands where there is no reference is no key', async () => {
  const unnamed = { ...line(1), externalRef: 'NOTPROVIDED', partnerRef: ' ', endToEndId: 'N/A' };
  const { reader } = readerOf({ ...whole, read: () => ({ lines: [unnamed], heads: [] }) });
  const { lines } = await reader.page({ day: DAY, currency: 'KHR', pageMax: 9 });
  expect(lines).toMatchObject([{ externalRef: undefined, partnerRef: undefined, endToEndId: undefined }]);
});

describe('a network that gives the whole day', () => {
  it('is asked once for all pages, the totals come with the last', async () => {
    const { reader, seen } = readerOf(whole);
    const first = await reader.page({ day: DAY, currency: 'KHR', pageMax: 3 });
    const last = await reader.page({ day: DAY, currency: 'KHR', pageMax: 3, cursor: first.nextCursor! });
    expect(first.lines.map(({ lineId }) => lineId)).toEqual(['L1', 'L2', 'L3']);
    expect([first.totals, first.heads]).toEqual([undefined, undefined]);
    expect(last.heads).toEqual([head]);
    expect(last).toMatchObject({
      lines: [{ lineId: 'L4' }, { lineId: 'L5' }],
      totals: { count: 5, amountMinor: '500' },
    });
    expect(last.nextCursor).toBeUndefined();
    expect(seen.asked).toEqual([`/${DAY}`]);
    expect(seen.kept).toMatchObject([{ subject: `statement:${DAY}` }]);
  });

  it('is asked again for another day, at a new beginning, and when the day is old', async () => {
    const { reader, seen } = readerOf(whole);
    await reader.page({ day: DAY, currency: 'KHR', pageMax: 3 });
    await reader.page({ day: '2026-11-23', currency: 'KHR', pageMax: 3, cursor: '3' });
    await reader.page({ day: '2026-11-23', currency: 'KHR', pageMax: 3 });
    seen.now = 60_000;
    await reader.page({ day: '2026-11-23', currency: 'KHR', pageMax: 3, cursor: '3' });
    expect(seen.asked).toHaveLength(4);
  });
});

it('a network with pages is asked for each, for no more than it gives', async () => {
  const { reader, seen } = readerOf(paged);
  const { nextCursor } = await reader.page({ day: DAY, currency: 'KHR', pageMax: 1_000 });
  await reader.page({ day: DAY, currency: 'KHR', pageMax: 1_000, cursor: nextCursor! });
  expect(seen.asked).toEqual(['/0/2', '/1/2']);
});

it('lines are joined with our legs', async () => {
  const { reader } = readerOf(whole);
  const { lines } = await reader.page({ day: DAY, currency: 'KHR', pageMax: 5 });
  expect(lines.map(({ legKey }) => legKey)).toEqual([undefined, 'K:D', undefined, undefined, undefined]);
  expect(lines[1]?.leg).toBe('debit');
});

it('lines have the UETR of our leg, or of the payment that the network sent under its id', async () => {
  const sent = (messageId: string, more: object = {}) => ({
    ...line(1),
    externalRef: undefined,
    messageId,
    ...more,
  });
  const lines = [line(2), sent('M1'), sent('M2'), sent('M1', { uetr: OURS })];
  const { reader } = readerOf({ ...whole, read: () => ({ lines, heads: [] }) } as StatementSource);
  const page = await reader.page({ day: DAY, currency: 'KHR', pageMax: 5 });
  expect(page.lines.map(({ uetr }) => uetr)).toEqual([OURS, THEIRS, undefined, OURS]);
});

it('a line that came back stays one, also when the network names our leg', async () => {
  const back = { ...LINES[1]!, leg: 'reversal' as const };
  const { reader } = readerOf({ ...whole, read: () => ({ lines: [back], heads: [] }) } as StatementSource);
  const { lines } = await reader.page({ day: DAY, currency: 'KHR', pageMax: 5 });
  expect(lines).toMatchObject([{ legKey: 'K:D', leg: 'reversal' }]);
});

it('silence is no empty day', async () => {
  const { reader } = readerOf(whole, { kind: 'ambiguous', because: 'timeout' });
  await expect(reader.page({ day: DAY, currency: 'KHR', pageMax: 5 })).rejects.toThrow('timeout');
});

it('reads days of the calendar that the directory has, and no others', () => {
  const calendar = { calendarId: 'CN', utcOffsetMinutes: 480 };
  expect(zoneFault(undefined, 420)).toBeUndefined();
  expect(zoneFault(calendar, 480)).toBeUndefined();
  expect(zoneFault(calendar, 420)).toBe(
    'calendar CN is 480 minutes ahead of UTC, and the statements are read by days of 420; correct one of them',
  );
});
