import { describe, expect, it } from '@jest/globals';
import { matchDay, type MatchInput } from './reconciliation.decide.js';
import type { ExpectedItem, StatementItem } from './reconciliation.js';

const DAY = '2026-11-20';
const at = (time: string) => new Date(`2026-11-20T${time}Z`);
const item = (more: Partial<ExpectedItem> = {}): ExpectedItem => ({
  paymentId: 'p1',
  state: 'COMPLETED',
  leg: 'credit',
  uetr: 'u1',
  partnerRef: 'r1',
  amountMinor: 82_000n,
  booked: true,
  endedAt: at('05:00:00'),
  ...more,
});
const line = (more: Partial<StatementItem> = {}): StatementItem => ({
  lineId: 'l1',
  uetr: 'u1',
  partnerRef: 'r1',
  leg: 'credit',
  amountMinor: 82_000n,
  status: 'booked',
  bookedAt: at('05:00:00'),
  day: DAY,
  ...more,
});
const match = (expected: ExpectedItem[], lines: StatementItem[], more: Partial<MatchInput> = {}) =>
  matchDay({
    day: DAY,
    strongKey: 'uetr',
    expected,
    lines,
    dayOf: (instant) => new Date(instant.getTime() + 7 * 3_600_000).toISOString().slice(0, 10),
    settledBefore: at('16:00:00'),
    ...more,
  });
const types = (result: ReturnType<typeof matchDay>) => result.breaks.map((found) => found.type);

describe('matching a day', () => {
  it('matches equal amounts under the same key', () => {
    expect(match([item()], [line()])).toMatchObject({ matched: 1, waiting: 0, breaks: [] });
  });

  it('types what differs', () => {
    expect(types(match([item()], []))).toEqual(['MISSING_AT_PARTNER']);
    expect(types(match([], [line()]))).toEqual(['MISSING_AT_US']);
    expect(types(match([item()], [line({ amountMinor: 82_001n })]))).toEqual(['AMOUNT']);
    expect(types(match([item()], [line(), line({ lineId: 'l2' })]))).toEqual(['DUPLICATE']);
    expect(types(match([item()], [line({ status: 'rejected' })]))).toEqual(['STATUS_CONFLICT']);
    expect(types(match([item({ state: 'REJECTED', booked: false })], [line()]))).toEqual(['STATUS_CONFLICT']);
  });

  it('finds nothing wrong with a rejected payment that the partner did not book', () => {
    expect(match([item({ state: 'REJECTED', booked: false })], [])).toMatchObject({
      matched: 1,
      waiting: 0,
      breaks: [],
    });
  });

  it('calls a neighbouring day a matter of timing, not of money', () => {
    const late = item({ endedAt: at('16:59:59') });
    const result = match([late], [line({ day: '2026-11-21', bookedAt: at('17:00:01') })]);
    expect(types(result)).toEqual(['TIMING']);
  });

  it('says nothing of what is too young on either side', () => {
    const young = { settledBefore: at('04:00:00') };
    expect(match([item()], [], young)).toMatchObject({ matched: 0, waiting: 1, breaks: [] });
    expect(match([], [line()], young)).toMatchObject({ matched: 0, waiting: 1, breaks: [] });
  });

  it('keys the rail by its own reference, one leg each', () => {
    const legs = [
      item({ leg: 'debit', partnerRef: 'h1' }),
      item({ leg: 'reversal', partnerRef: 'h2', state: 'REJECTED' }),
    ];
    const lines = [line({ partnerRef: 'h1' }), line({ lineId: 'l2', partnerRef: 'h2' })];
    expect(match(legs, lines, { strongKey: 'partnerRef' })).toMatchObject({
      matched: 2,
      waiting: 0,
      breaks: [],
    });
    expect(types(match(legs, lines.slice(0, 1), { strongKey: 'partnerRef' }))).toEqual([
      'MISSING_AT_PARTNER',
    ]);
  });
});
