import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditCall } from '@tonle/contracts';
import { feed, makeSubmit, openWorld, resultOf, type World } from '../payment/payment.testing.js';

// Real: PostgreSQL and everything of routing. The test breaks the books by hand and puts them right again.

let world: World;
let completed: string;
let open: string;
let rejected: string;
beforeAll(async () => {
  world = await openWorld('routing_audit');
  const [a, b, c] = [makeSubmit(world), makeSubmit(world), makeSubmit(world)];
  [completed, open, rejected] = [a.paymentId, b.paymentId, c.paymentId];
  await feed(
    world,
    a,
    b,
    c,
    resultOf(world, completed, 'debit', 'accepted'),
    resultOf(world, completed, 'credit', 'accepted'),
    resultOf(world, open, 'debit', 'accepted'),
    resultOf(world, rejected, 'debit', 'accepted'),
    resultOf(world, rejected, 'credit', 'rejected'),
    resultOf(world, rejected, 'reversal', 'accepted'),
  );
});
afterAll(() => world.close());

const report = () => world.platform.calls.call(auditCall('routing'), {});

describe('the auditor', () => {
  it('finds nothing in sound books and gives the totals of the gate', async () => {
    const { findings, totals } = await report();
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(findings.map(({ invariant }) => invariant)).toEqual([
      'I1',
      'I2',
      'I4',
      'I5',
      'I6',
      'I7',
      'I8',
      'I9',
      'I12',
      'I13',
      'I15',
      'I18',
      'I23',
      'gate',
    ]);
    expect(findings.every(({ checked }) => checked > 0)).toBe(true);
    expect(totals).toMatchObject({
      payments: '3',
      'payments.completed': '1',
      'payments.rejected': '1',
      'payments.open': '1',
      'payments.open_secured_gross': '1',
      'transfers.obligations': '2',
      'transfers.discharge': '3',
      'transfers.reversal': '1',
      'transfers.fee': '1',
      'minor.obligation_source.KHR': '10024000',
      'minor.obligation_target.THB': '82000',
      'minor.fee.KHR': '10000',
    });
  });

  it('tells what the networks moved, break by break', async () => {
    const { totals } = await report();
    expect(totals).toMatchObject({
      'legs.debit.KHR.count': '3',
      'legs.debit.KHR.minor': '30072000',
      'legs.credit.THB.count': '1',
      'legs.credit.THB.minor': '82000',
      'legs.reversal.KHR.count': '1',
    });
    // The payee's network says that it moved less; of the rejected payment it says afterwards that it did pay.
    const amount = { currency: 'THB', minor: '3000' };
    await feed(world, resultOf(world, open, 'credit', 'accepted', { amount }));
    await feed(world, resultOf(world, rejected, 'credit', 'accepted'));
    const after = (await report()).totals;
    expect(after['legs.credit.THB.count']).toBe('3');
    expect(after['legs.credit.THB.minor']).toBe((82_000 + 3_000 + 82_000).toString());
  });
});
