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
  legKey: null,
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
    currency: 'THB',
    strongKey: 'uetr',
    expected,
    lines,
    dayOf: (instant) => new Date(instant.getTime() + 7 * 3_600_000).toISOString().slice(0, 10),
    settledBefore: at('16:00:00'),
    broken: new Set(),
    open: new Map(),
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

  it('tells in words the sum of a duplicate that no table holds', () => {
    const many = Array.from({ length: 12 }, (_, n) =>
      line({ lineId: `l${n}`, amountMinor: 10n ** 18n - 1n }),
    );
    const { breaks } = match([item({ amountMinor: 10n ** 18n - 1n })], many);
    expect(breaks).toMatchObject([{ type: 'DUPLICATE' }]);
    expect(breaks[0]).not.toHaveProperty('theirMinor');
    expect(breaks[0]!.detail).toMatch(/12 times: l0, .*, l11; together 11999999999999999988 minor units$/);
  });

  it('finds nothing wrong with a rejected payment that the partner did not book', () => {
    expect(match([item({ state: 'REJECTED', booked: false })], [])).toMatchObject({
      ours: 0,
      matched: 0,
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
    expect(match([], [line()], young)).toMatchObject({ ours: 0, waiting: 0, open: 1, breaks: [] });
  });

  it('keys the rail by its own reference, one leg each', () => {
    const legs = [
      item({ leg: 'debit', partnerRef: 'h1' }),
      item({ leg: 'reversal', partnerRef: 'h2', state: 'REJECTED' }),
    ];
    const lines = [
      line({ partnerRef: 'h1', leg: 'debit' }),
      line({ lineId: 'l2', partnerRef: 'h2', leg: null }),
    ];
    expect(match(legs, lines, { strongKey: 'partnerRef' })).toMatchObject({
      matched: 2,
      waiting: 0,
      breaks: [],
    });
    expect(types(match(legs, lines.slice(0, 1), { strongKey: 'partnerRef' }))).toEqual([
      'MISSING_AT_PARTNER',
    ]);
  });

  it('counts so that it adds up', () => {
    const items = [item(), item({ paymentId: 'p2', uetr: 'u2' }), item({ paymentId: 'p3', uetr: 'u3' })];
    const lines = [line(), line({ uetr: 'u3', lineId: 'l3', status: 'pending' })];
    const { ours, matched, waiting, breaks } = match(items, lines);
    expect({ ours, matched, waiting, differ: breaks.length }).toEqual({
      ours: 3,
      matched: 1,
      waiting: 1,
      differ: 1,
    });
  });
});

describe('money that came back', () => {
  const back = (more: Partial<StatementItem> = {}) => line({ lineId: 'b1', leg: 'reversal', ...more });

  it('is never matched with the payment that went out, nor a matter of timing', () => {
    expect(types(match([item()], [back()]))).toEqual(['STATUS_CONFLICT']);
    expect(types(match([item()], [line(), back()]))).toEqual(['STATUS_CONFLICT']);
    expect(types(match([item()], [line(), back({ amountMinor: 1n })]))).toEqual(['STATUS_CONFLICT']);
    const later = back({ day: '2026-11-21', bookedAt: at('17:00:01') });
    expect(types(match([item()], [line(), later]))).toEqual(['STATUS_CONFLICT']);
    expect(types(match([item()], [line({ leg: 'debit' })]))).toEqual(['STATUS_CONFLICT']);
  });

  it('puts right what was booked for a payment that did not happen, or twice, or of nobody', () => {
    const rejected = item({ state: 'REJECTED', booked: false });
    expect(match([rejected], [line(), back()])).toMatchObject({ matched: 1, breaks: [] });
    expect(match([item()], [line(), line({ lineId: 'l2' }), back()])).toMatchObject({
      matched: 1,
      breaks: [],
    });
    expect(match([], [line(), back()])).toMatchObject({ judged: ['u1'], breaks: [] });
    expect(types(match([rejected], [line(), back({ amountMinor: 1n })]))).toEqual(['STATUS_CONFLICT']);
    expect(types(match([], [back()]))).toEqual(['MISSING_AT_US']);
  });

  it('is a leg of its own on a rail that names each by itself', () => {
    const reversal = item({ leg: 'reversal', partnerRef: 'h2', state: 'REJECTED' });
    expect(match([reversal], [back({ partnerRef: 'h2' })], { strongKey: 'partnerRef' }).matched).toBe(1);
  });
});

describe('what is not over', () => {
  it('a line of a payment that has not ended here is open, not missing', () => {
    const open = new Map([['u1', 'p1']]);
    const proof = { legKey: 'p1:C', says: 'booked', lineId: 'l1', days: [DAY] };
    expect(match([], [line()], { open })).toMatchObject({ open: 1, breaks: [], proofs: [proof] });
    // A day proves by its own lines.
    expect(match([], [line({ day: '2026-11-21' })], { open }).proofs).toEqual([]);
  });

  it('keys with an open break are judged whatever their day, and end when nothing is left of them', () => {
    const old = item({ endedAt: new Date('2026-11-10T05:00:00Z') });
    const found = line({ day: '2026-11-10', bookedAt: old.endedAt });
    const broken = new Set(['u1']);
    expect(match([old], [found], { broken })).toMatchObject({ ours: 0, judged: ['u1'], breaks: [] });
    expect(types(match([old], [], { broken }))).toEqual(['MISSING_AT_PARTNER']);
    expect(match([], [], { broken }).judged).toEqual(['u1']);
  });

  it('judges all that stands under one key in the same run, so that the next finds nothing more', () => {
    const before = item({ amountMinor: 82_001n, endedAt: at('16:59:59'), paymentId: 'p0' });
    const refused = item({ state: 'REJECTED', booked: false, endedAt: at('17:00:01') });
    const yesterday = line({ bookedAt: at('16:59:59') });
    const dayAfter = '2026-11-21';
    const first = match([before, refused], [yesterday], { day: dayAfter });
    expect(types(first)).toEqual(['AMOUNT', 'STATUS_CONFLICT']);
    expect(match([before, refused], [yesterday], { day: dayAfter, broken: new Set(['u1']) })).toEqual(first);
  });

  it('a payment that its network never told of is a break until it is told late, or given back there', () => {
    const charged = line({ leg: 'debit' });
    const next = {
      day: '2026-11-21',
      settledBefore: new Date('2026-11-22T00:00:00Z'),
      broken: new Set(['u1']),
    };
    const late = { bookedAt: new Date('2026-11-21T05:00:00Z'), day: '2026-11-21' };
    expect(types(match([], [charged]))).toEqual(['MISSING_AT_US']);
    const told = match([item({ leg: 'debit', endedAt: late.bookedAt })], [charged], next);
    expect([types(told).filter((type) => type !== 'TIMING'), told.judged]).toEqual([[], ['u1']]);
    const back = match([], [charged, line({ ...late, lineId: 'l2', leg: 'credit' })], next);
    expect([back.breaks, back.judged]).toEqual([[], ['u1']]);
  });

  it('a line that two days show with the same id and time is one', () => {
    expect(match([item()], [line(), line({ day: '2026-11-21' })])).toMatchObject({ matched: 1, breaks: [] });
  });
});
