import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AGE_BANDS, routingCalls, type UnknownPayment } from '@tonle/contracts';
import { feed, makeSubmit, openWorld, pass, resultOf, type World } from '../payment/payment.testing.js';
import { bandOf, countUnknowns } from './unknown.view.js';

// Real: PostgreSQL, lane, handler, calls.

const MINUTE = 60_000;

let world: World;
beforeAll(async () => {
  world = await openWorld('routing_unknowns');
});
afterAll(() => world.close());

const list = () => world.platform.calls.call(routingCalls.unknowns, {});

describe('payments whose outcome is not known', () => {
  it('are listed with leg, network and age, the oldest first, also under review, until they have one', async () => {
    const first = makeSubmit(world);
    await feed(world, first, resultOf(world, first.paymentId, 'debit', 'unknown'));
    await pass(world, 6 * MINUTE);
    const second = makeSubmit(world);
    await feed(world, second, resultOf(world, second.paymentId, 'debit', 'accepted'));
    expect((await list()).payments.map(({ paymentId }) => paymentId)).toEqual([first.paymentId]);
    await feed(world, resultOf(world, second.paymentId, 'credit', 'unknown'));
    const { payments, counts } = await list();
    expect(payments).toMatchObject([
      { paymentId: first.paymentId, leg: 'debit', amount: { currency: 'KHR', minor: '10024000' } },
      { paymentId: second.paymentId, leg: 'credit', amount: { currency: 'THB', minor: '82000' } },
    ]);
    for (const { windowClosesAt } of payments)
      expect(Date.parse(windowClosesAt!)).toBeGreaterThan(world.platform.clock.now());
    expect(counts.map(({ band, payments: count, currency }) => [band, count, currency])).toEqual([
      ['5m_to_30m', 1, 'KHR'],
      ['under_1m', 1, 'THB'],
    ]);
    const { since } = payments[0]!;
    await feed(world, resultOf(world, first.paymentId, 'debit', 'exhausted'));
    // Under review it is as old as before.
    expect((await list()).payments[0]).toMatchObject({ state: 'MANUAL_REVIEW', leg: 'debit', since });
    await feed(
      world,
      resultOf(world, first.paymentId, 'debit', 'rejected', { reason: 'AC04' }),
      resultOf(world, second.paymentId, 'credit', 'accepted'),
    );
    expect(await list()).toEqual({ payments: [], counts: [] });
  });

  it('are each in one count, whose sums are theirs', () => {
    const nowMs = Date.parse('2026-11-29T12:00:00Z');
    const one = fc.record({
      partner: fc.constantFrom('BAKONG', 'THSWITCH'),
      minor: fc.bigInt({ min: 1n, max: 10n ** 17n }),
      ageMs: fc.integer({ min: -MINUTE, max: 3 * 86_400_000 }),
    });
    fc.assert(
      fc.property(fc.array(one), (given) => {
        const payments = given.map(({ partner, minor, ageMs }) => ({
          ...({ partner, amount: { currency: 'THB', minor: minor.toString() } } as UnknownPayment),
          since: new Date(nowMs - ageMs).toISOString(),
        }));
        const counts = countUnknowns(payments, nowMs);
        expect(counts.reduce((sum, each) => sum + each.payments, 0)).toBe(given.length);
        expect(counts.reduce((sum, each) => sum + BigInt(each.minor), 0n)).toBe(
          given.reduce((sum, { minor }) => sum + minor, 0n),
        );
        for (const { ageMs } of given)
          expect(AGE_BANDS[bandOf(ageMs)] * 1_000).toBeLessThanOrEqual(Math.max(ageMs, 0));
      }),
    );
  });
});
