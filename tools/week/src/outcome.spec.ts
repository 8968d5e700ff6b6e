import { describe, expect, it } from '@jest/globals';
import { wantingOf } from './outcome.js';
import type { PlayedWeek } from './week.js';

const DAY = '2026-11-30';
/** A week as it should end. */
const WHOLE = {
  windows: [{ windowId: 'W1', state: 'SETTLED' }],
  trialBalances: { THB: '0.00' },
  unowned: 0,
  positions: { 'POSITION:FXNAGA:THB': '5.00', 'POSITION:THSWITCH:THB': '-5.00' },
  defaults: [
    { removed: 'FXNAGA', claims: [{ counterparty: 'THSWITCH', net: { currency: 'THB', amount: '-5.00' } }] },
  ],
  ...{
    shortPaid: ['E1'],
    latePaid: ['E2'],
    finalisations: [{}],
    suspense: [{}],
    months: [{}],
    downloads: [{}],
    batches: [{ partner: 'APLUS', currency: 'USD', day: DAY, batches: 2, waiting: 0 }],
  },
  ...{ leftInSuspense: [], closed: [{ day: DAY }], delivered: [DAY] },
  ...{ reports: { [`R1 ${DAY} csv`]: 'a' }, again: { [`R1 ${DAY} csv`]: 'a' } },
} as unknown as PlayedWeek;

describe('what is wanting of a week', () => {
  it('is nothing when all was played and all is explained', () => {
    expect(wantingOf(WHOLE)).toEqual([]);
  });

  it.each<[string, object]>([
    ['W1 is APPROVED, and nothing says why', { windows: [{ windowId: 'W1', state: 'APPROVED' }] }],
    ['the trial balance of THB is 0.01', { trialBalances: { THB: '0.01' } }],
    ['POSITION:FXNAGA:THB is 0, and 5.00 is claimed', { positions: { 'POSITION:THSWITCH:THB': '-5.00' } }],
    ['breaks without an owner: 2', { unowned: 2 }],
    [`R1 ${DAY} csv is another file when it is run again`, { again: { [`R1 ${DAY} csv`]: 'b' } }],
    [`R1 ${DAY} csv is another file when it is run again`, { again: {} }],
    ['1.00 THB is left', { leftInSuspense: ['1.00 THB is left'] }],
    [`the report of the night of ${DAY} was not delivered once`, { delivered: [] }],
    [`the report of the night of ${DAY} was not delivered once`, { delivered: [DAY, DAY] }],
    ['no bank has paid short', { shortPaid: [] }],
    ['nothing was written off or sent back', { suspense: [] }],
    ['no month was closed', { months: [] }],
    ['no network has told what it settles together', { batches: [] }],
    [
      `of 2 batches of APLUS in USD of ${DAY}, 1 wait for banks`,
      { batches: [{ ...WHOLE.batches[0], waiting: 1 }] },
    ],
    ['no participant has fetched a report', { downloads: [] }],
  ])('"%s" with %j', (words, more) => {
    expect(wantingOf({ ...WHOLE, ...more })).toEqual([words]);
  });
});
