import { expect, it } from '@jest/globals';
import { summaryOf } from './summary.js';
import type { PlayedWeek } from './week.js';

const DAY = '2026-11-30';
const hash = (letter: string) => letter.repeat(64);
const WEEK = {
  windows: [
    {
      windowId: 'THSWITCH-THB-2026-11-30',
      payments: 2,
      state: 'SETTLED',
      valueDate: '2026-12-01',
      settledAt: 'then',
    },
    { windowId: 'UPI-USD-2026-11-30', payments: 1, state: 'FAILED', waitsFor: 'people' },
    { windowId: 'EKASH-RWF-2026-11-30', payments: 0, state: 'SETTLED' },
  ],
  ...{
    trialBalances: { THB: '0.00' },
    unowned: 0,
    breaks: [{ type: 'BATCH_SHORT', state: 'RESOLVED', breaks: 1 }],
  },
  batches: ['2026-11-30', '2026-12-01'].map((day, waiting) => ({
    ...{ partner: 'APLUS', currency: 'USD', day },
    ...{ batches: 2, waiting },
  })),
  ...{ shortPaid: ['E1'], latePaid: [], defaults: [], finalisations: [], suspense: [] },
  closed: [{ day: DAY, sha256: hash('a'), carried: ['windows_settled'] }],
  months: [
    {
      month: '2026-11',
      reports: [hash('b'), hash('c')],
      invoices: ['INV-1'],
      refused: { 'closing it again': 'period_closed' },
    },
  ],
  reports: { [`R1 ${DAY} csv`]: hash('1'), [`R3 THSWITCH-THB-${DAY} csv`]: hash('2') },
  again: { [`R1 ${DAY} csv`]: hash('1'), [`R3 THSWITCH-THB-${DAY} csv`]: hash('2') },
} as unknown as PlayedWeek;

it('says what became of windows, breaks, books and reports', () => {
  const text = summaryOf(WEEK, []);
  expect(text.split('\n').map((line) => line.replaceAll(/ {2,}/g, '  '))).toEqual([
    'A business week, 2026-11-30 to 2026-11-30',
    ...['', 'Windows'],
    '  THSWITCH-THB-2026-11-30  2 payments  SETTLED  value 2026-12-01  then',
    '  UPI-USD-2026-11-30  1 payment  FAILED  waits for people',
    '  and 1 in which nobody has paid',
    ...[
      '',
      'What went wrong',
      '  paid short  E1  the rest came later',
      '  refused  closing it again  period_closed',
    ],
    ...['', 'Batches of networks', '  APLUS USD  4 batches  1 wait for banks'],
    ...['', 'Breaks', '  BATCH_SHORT  RESOLVED  1', '  without an owner  0'],
    ...['', 'Books', `  ${DAY}  closed  ${'a'.repeat(16)}  carried windows_settled`],
    `  2026-11  closed  ${'c'.repeat(16)}  1 invoice`,
    ...['', 'Trial balances', '  0.00 THB'],
    ...[
      '',
      'Reports, each run twice',
      expect.stringMatching(/^ {2}2026-11-30 {2}2 files {2}[0-9a-f]{16} {2}the same bytes again$/),
    ],
    ...['', 'All is as it should be.'],
  ]);
});

it('has another hash for other bytes, and says what is not as it should be', () => {
  const other = { ...WEEK, reports: { ...WEEK.reports, [`R1 ${DAY} csv`]: hash('3') } };
  const [one, two] = [WEEK, other].map(
    (week) => / [0-9a-f]{16} +(?:the|1 file)/.exec(summaryOf(week, []))![0],
  );
  expect(one).not.toBe(two);
  expect(summaryOf(other, ['R1 is another file'])).toMatch(
    /1 file differ\n\nNot as it should be\n {2}R1 is another file$/,
  );
});
