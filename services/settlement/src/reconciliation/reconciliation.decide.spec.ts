import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { magnitude } from '@tonle/money';
import { feeOf, feeTolerance } from './line-terms.decide.js';
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
  counterCurrency: 'KHR',
  counterMinor: 1_002_400n,
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
  counterCurrency: null,
  counterMinor: null,
  feeMinor: null,
  refundOf: null,
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
    expect(breaks[0]!.detail).toMatch(/12 times: l0, .*, l11; together 119999999999999999\.88 THB$/);
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
    expect(types(match([], [back()]))).toEqual(['REFUND_UNMATCHED']);
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

describe('what waits for a file (TIMING)', () => {
  const midnight = at('17:00:00').getTime();
  const minutes = (n: number) => new Date(midnight + n * 60_000);
  const day = (instant: Date) => (instant.getTime() < midnight ? DAY : '2026-11-21');
  const later = { settledBefore: new Date('2026-11-23T00:00:00Z'), edgeMs: 15 * 60_000 };

  it('is near to midnight, while the statement of the day beside is not here; then it is of another type', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -120, max: 120 }),
        fc.uniqueArray(fc.constantFrom(DAY, '2026-11-21')),
        (offset, here) => {
          const endedAt = minutes(offset);
          const own = day(endedAt);
          const beside = own === DAY ? '2026-11-21' : DAY;
          const near = offset >= 0 ? offset < 15 : -offset <= 15;
          const result = match([item({ endedAt })], [], {
            ...later,
            day: own,
            taken: new Set([own, ...here]),
          });
          const waits = near && !here.includes(beside);
          expect(types(result)).toEqual([waits ? 'TIMING' : 'MISSING_AT_PARTNER']);
          expect(result.breaks[0]!.waits === true).toBe(waits);
          if (waits) expect(result.breaks[0]!.detail).toContain(`the statement of ${beside},`);
        },
      ),
    );
  });

  it('is retyped by that file: there on the day beside, or missing', () => {
    const late = item({ endedAt: minutes(-1) });
    const next = {
      ...later,
      day: '2026-11-21',
      broken: new Set(['u1']),
      taken: new Set([DAY, '2026-11-21']),
    };
    const there = match([late], [line({ day: '2026-11-21', bookedAt: minutes(1) })], next);
    expect(there.breaks).toMatchObject([{ type: 'TIMING' }]);
    expect(there.breaks[0]).not.toHaveProperty('waits');
    expect(types(match([late], [], next))).toEqual(['MISSING_AT_PARTNER']);
  });
});

describe('what a network says beside the amount', () => {
  const fee = { basisPoints: 30n, fixedMinor: 50n };

  it('is another rate when its other side is not that of the stored quote (RATE)', () => {
    const of = (counterCurrency: string, counterMinor: bigint) =>
      match([item()], [line({ counterCurrency, counterMinor })]);
    expect(types(of('KHR', 1_002_400n))).toEqual([]);
    expect(of('KHR', 1_002_401n).breaks).toMatchObject([
      {
        type: 'RATE',
        detail: 'line l1 converts it to 10024.01 KHR, by the stored quote it is 10024 KHR',
      },
    ]);
    // A merchant's own currency is neither of ours.
    expect(types(of('JPY', 1n))).toEqual([]);
  });

  it('is another fee when it is off the formula by more than one per cent and one minor unit (FEE)', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 12n), fc.bigInt(-1_000_000n, 1_000_000n), (amountMinor, off) => {
        const wanted = feeOf(amountMinor, fee);
        fc.pre(wanted + off >= 0n);
        const told = line({ amountMinor, feeMinor: wanted + off });
        const differs = magnitude(off) > feeTolerance(wanted);
        expect(types(match([item({ amountMinor })], [told], { fee }))).toEqual(differs ? ['FEE'] : []);
        // Nobody has said what the contract is.
        expect(types(match([item({ amountMinor })], [told]))).toEqual([]);
      }),
    );
    expect([feeOf(82_000n, fee), feeTolerance(296n), feeTolerance(99n)]).toEqual([296n, 2n, 1n]);
  });

  it('is a refund of nothing, or of more than there was (REFUND_UNMATCHED)', () => {
    const alone = match([], [line({ refundOf: 'A-77' })]);
    expect(alone.breaks).toMatchObject([{ type: 'REFUND_UNMATCHED', theirMinor: 82_000n }]);
    expect(alone.breaks[0]!.detail).toBe(
      'line l1 gives back 820.00 THB of A-77, and is of no payment of ours',
    );
    const backs = [50_000n, 40_000n].map((amountMinor, n) =>
      line({ lineId: `b${n}`, leg: 'reversal', amountMinor }),
    );
    expect(match([item()], [line(), ...backs]).breaks).toMatchObject([
      { type: 'REFUND_UNMATCHED', ourMinor: 82_000n, theirMinor: 90_000n },
    ]);
    expect(types(match([item()], [line(), backs[0]!]))).toEqual(['STATUS_CONFLICT']);
  });

  it('is a leg under two keys (DUPLICATE), where the network names our legs', () => {
    const legKey = 'p1:C';
    const known = item({ partnerRef: 'r1' });
    const lines = [line(), line({ lineId: 'l2', partnerRef: 'r2', legKey })];
    const keyed = { strongKey: 'partnerRef' as const };
    expect(match([known], lines, { ...keyed, shownLegs: new Map([[legKey, known]]) }).breaks).toMatchObject([
      { type: 'DUPLICATE', key: 'r2', paymentId: 'p1', theirMinor: 82_000n },
    ]);
    expect(types(match([known], lines, keyed))).toEqual(['MISSING_AT_US']);
  });
});
