import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { legKeyOf, type OpenLegShown } from '@tonle/contracts';
import { endOfDay, localDay } from './local-day.js';
import type { StatementItem } from './reconciliation.js';
import { absentLegs, proofOf, type AbsenceInput } from './statement-proof.decide.js';

const DAY_MS = 86_400_000;
const ZONE = { utcOffsetMinutes: 420 };
const PAYMENT = '0199a0b0-0000-7000-8000-000000000001';
const CREDIT = legKeyOf(PAYMENT, 'credit');
const dayOf = (instant: Date) => localDay(instant, ZONE);
const endOf = (day: string) => endOfDay(day, ZONE);

const line = (more: Partial<StatementItem> = {}): StatementItem => ({
  lineId: 'l1',
  uetr: 'u1',
  partnerRef: 'r1',
  legKey: CREDIT,
  leg: 'credit',
  amountMinor: 82_000n,
  status: 'booked',
  bookedAt: new Date('2026-11-20T05:00:00Z'),
  day: '2026-11-20',
  counterCurrency: null,
  counterMinor: null,
  feeMinor: null,
  refundOf: null,
  ...more,
});
const proofsOf = (lines: StatementItem[], standing: Partial<Parameters<typeof proofOf>[1]> = {}) =>
  proofOf(lines, { forth: lines, back: [], undone: false, ...standing }, 'THB', PAYMENT);

describe('what lines of an open payment prove', () => {
  it('is its leg, with reference, amount and line', () => {
    expect(proofsOf([line()])).toEqual([
      {
        legKey: CREDIT,
        says: 'booked',
        partnerRef: 'r1',
        amount: { currency: 'THB', minor: '82000' },
        lineId: 'l1',
        days: ['2026-11-20'],
      },
    ]);
    const named = proofsOf([line({ legKey: null, leg: null, partnerRef: null })]);
    expect(named).toMatchObject([{ legKey: CREDIT, says: 'booked' }]);
    expect(proofsOf([line({ status: 'rejected' })], { forth: [] })).toMatchObject([{ says: 'rejected' }]);
  });

  it('is nothing where they are no clear word: several, undone, pending, money that came back', () => {
    expect(proofsOf([line(), line({ lineId: 'l2' })])).toEqual([]);
    expect(proofsOf([line()], { back: [line({ leg: 'reversal' })] })).toEqual([]);
    expect(proofsOf([line()], { undone: true })).toEqual([]);
    expect(proofsOf([line({ status: 'pending' })], { forth: [] })).toEqual([]);
    expect(proofsOf([line({ leg: 'reversal' })])).toEqual([]);
  });
});

const leg = (intentAt: string, more: Partial<OpenLegShown> = {}): OpenLegShown => ({
  legKey: CREDIT,
  uetr: 'u1',
  amount: { currency: 'THB', minor: '82000' },
  intentAt,
  sendBefore: new Date(Date.parse(intentAt) + 60_000).toISOString(),
  ...more,
});
const taken = (...days: string[]) =>
  days.map((day) => ({ day, askedAt: new Date(endOf(day).getTime() + 60_000) }));
const absent = (input: Partial<AbsenceInput>) =>
  absentLegs({
    legs: [leg('2026-11-20T05:00:00Z')],
    taken: taken('2026-11-20', '2026-11-21'),
    lines: [],
    daysMin: 2,
    dayOf,
    endOf,
    ...input,
  });

describe('a leg that statements lack', () => {
  it('is absent after as many whole days as the contract names, from its own on', () => {
    expect(absent({})).toEqual([{ legKey: CREDIT, says: 'absent', days: ['2026-11-20', '2026-11-21'] }]);
    expect(absent({ daysMin: 3 })).toEqual([]);
    expect(absent({ daysMin: 1, taken: taken('2026-11-20') })).toHaveLength(1);
  });

  it('is not absent while a day between is missing, or was asked for before it was over', () => {
    expect(absent({ taken: taken('2026-11-20', '2026-11-22', '2026-11-23') })).toEqual([]);
    expect(absent({ taken: taken('2026-11-21', '2026-11-22') })).toEqual([]);
    const early = { day: '2026-11-21', askedAt: new Date(endOf('2026-11-21').getTime() - 1) };
    expect(absent({ taken: [...taken('2026-11-20'), early] })).toEqual([]);
  });

  it('is not absent when its last byte may have left after the last of these days', () => {
    const late = leg('2026-11-20T16:59:30Z');
    expect(absent({ legs: [late], daysMin: 1, taken: taken('2026-11-20') })).toEqual([]);
    expect(absent({ legs: [late] })).toHaveLength(1);
  });

  it('is not absent when any line may be about it', () => {
    for (const about of [
      line({ uetr: null }),
      line({ legKey: null }),
      line({ status: 'pending' }),
      line({ legKey: null, uetr: null }),
    ])
      expect(absent({ lines: [about] })).toEqual([]);
    const others = [
      line({ legKey: 'other:C', uetr: 'u2' }),
      line({ legKey: null, uetr: null, amountMinor: 1n }),
      line({ day: '2026-11-25' }),
    ];
    expect(absent({ lines: others })).toHaveLength(1);
  });

  it('is never absent before so many days after its intent are over, whatever was taken', () => {
    const at = Date.parse('2026-11-20T00:00:00Z');
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5 * DAY_MS }),
        fc.array(fc.record({ day: fc.nat({ max: 6 }), askedMs: fc.integer({ min: 0, max: 9 * DAY_MS }) }), {
          maxLength: 8,
        }),
        fc.integer({ min: 1, max: 3 }),
        (intentMs, days, daysMin) => {
          const intentAt = new Date(at + intentMs);
          const given = days.map(({ day, askedMs }) => ({
            day: dayOf(new Date(at + day * DAY_MS)),
            askedAt: new Date(at + askedMs),
          }));
          const found = absent({ legs: [leg(intentAt.toISOString())], taken: given, daysMin });
          for (const { days: proven } of found) {
            expect(proven[0]).toBe(dayOf(intentAt));
            expect(new Set(proven).size).toBeGreaterThanOrEqual(daysMin);
            for (const day of proven)
              expect(given.some((each) => each.day === day && each.askedAt >= endOf(day))).toBe(true);
          }
        },
      ),
    );
  });
});
