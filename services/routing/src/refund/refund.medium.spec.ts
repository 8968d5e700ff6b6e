import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  routingCalls,
  type LegKind,
  type LegResult,
  type PaymentSubmit,
  type PaymentView,
} from '@tonle/contracts';
import { assembleRouting, type Routing } from '../routing.testing.js';
import { withDollars } from '../payment/directory.testing.js';
import {
  accountsOf,
  broken,
  commandsOf,
  eventsOf,
  feed,
  makeRefund,
  makeSubmit,
  openWorld,
  pass,
  resultOf,
  stateOf,
  resultRecord,
  submitRecord,
  type PaymentOptions,
  type World,
} from '../payment/payment.testing.js';

// Real: PostgreSQL, lanes, the handlers of two instances, clock job, auditor.

let world: World;
let other: Routing;
beforeAll(async () => {
  world = await openWorld('routing_refunds', withDollars);
  const database = await world.test.another();
  other = await assembleRouting({ ...world.platform, lane: 'second', instance: 'routing-second', database });
});
afterAll(async () => {
  await other.commit.lane.close();
  await world.close();
});
afterEach(async () => {
  expect(await broken(world)).toEqual([]);
});

const answer = (
  submit: PaymentSubmit,
  leg: LegKind,
  outcome: LegResult['outcome'],
  more: Partial<LegResult> = {},
) => resultOf(world, submit.paymentId, leg, outcome, more);

/** A payment that completed: 820.00 THB for 100,240 KHR, or what the options make of it. */
async function paid(options: PaymentOptions = {}): Promise<PaymentSubmit> {
  const submit = makeSubmit(world, options);
  await feed(world, submit);
  if (options.direction !== 'inbound') await feed(world, answer(submit, 'debit', 'accepted'));
  await feed(world, answer(submit, 'credit', 'accepted'));
  expect(await stateOf(world, submit.paymentId)).toBe('COMPLETED');
  return submit;
}

const refund = (original: PaymentSubmit, minor?: string, submit: Partial<PaymentSubmit> = {}) =>
  makeRefund(world, original, { ...(minor === undefined ? {} : { minor }), submit });
const viewOf = async ({ paymentId }: PaymentSubmit): Promise<PaymentView> =>
  (await world.platform.calls.call(routingCalls.payments, { paymentIds: [paymentId] })).payments[0]!;
const refundedOf = async (submit: PaymentSubmit) => (await viewOf(submit)).refundedAmount?.minor;

async function refusedWith(...submits: PaymentSubmit[]): Promise<(string | undefined)[]> {
  const events = eventsOf(await feed(world, ...submits));
  return events.map(({ reason }) => reason);
}

describe('a refund of a payment that went out', () => {
  it('comes in: one leg that says what it gives back, both obligations the other way, and no day of a payer', async () => {
    const original = await paid();
    const days = () => world.test.database.query('SELECT * FROM limit_counter ORDER BY debtor, day');
    const before = [await days(), await accountsOf(world)] as const;
    const back = refund(original);
    const [command, ...more] = commandsOf(await feed(world, back));
    expect(more).toEqual([]);
    expect(command).toMatchObject({ leg: 'credit', direction: 'inbound', refundOf: back.refundOf });
    expect(await refundedOf(original)).toBe('82000');
    const [event] = eventsOf(await feed(world, answer(back, 'credit', 'accepted')));
    const [home, partner] = event!.windows.map(({ windowId }) => windowId);
    expect(event).toMatchObject({
      ...{ state: 'COMPLETED', refundOf: original.paymentId, fees: [] },
      obligations: [
        {
          windowId: partner,
          debtorParticipant: 'THSWITCH',
          creditorParticipant: 'FXNAGA',
          amount: original.target,
        },
        { windowId: home, debtorParticipant: 'FXNAGA', creditorParticipant: 'KHMEKONG', amount: back.target },
      ],
    });
    expect(await days()).toEqual(before[0]);
    // The two positions with the network are square again.
    const after = await accountsOf(world);
    for (const code of ['POSITION:THSWITCH:THB', 'POSITION:FXNAGA:THB']) {
      const [, , debits, credits] = after[code]!;
      const [, , debitsBefore, creditsBefore] = before[1][code]!;
      expect([code, debits - debitsBefore]).toEqual([code, code.includes('THSWITCH') ? 82_000n : 0n]);
      expect([code, credits - creditsBefore]).toEqual([code, code.includes('THSWITCH') ? 0n : 82_000n]);
    }
    expect(await refundedOf(original)).toBe('82000');
    expect((await viewOf(back)).refundedAmount).toBeUndefined();
  });

  it('has the cause that its corridor gives it, and is told of by its payment', async () => {
    const original = await paid();
    const cause = { fault: 'receiving_side', fxBearer: 'provider' } as const;
    const wrong = refund(original, '1000', { refundCause: { ...cause, fxBearer: 'payer' } });
    expect(await refusedWith(wrong)).toEqual(['rate_differs']);
    const back = refund(original, '1000', { refundCause: cause });
    const [event] = eventsOf(await feed(world, back, answer(back, 'credit', 'accepted')));
    expect(event).toMatchObject({ refundCause: cause });
    // Both are of one instant, and so in either order.
    const { refunds = [] } = await viewOf(original);
    expect(refunds).toHaveLength(2);
    expect(refunds).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ state: 'REJECTED' }),
        expect.objectContaining({ paymentId: back.paymentId, state: 'COMPLETED', amount: back.source }),
      ]),
    );
  });

  it('may come in parts, in one batch or several, until nothing is left', async () => {
    const original = await paid();
    const parts = ['41000', '40000', '1001', '1000'].map((minor) => refund(original, minor));
    const events = eventsOf(await feed(world, ...parts));
    expect(events).toMatchObject([
      {
        paymentId: parts[2]!.paymentId,
        reason: 'refund_exceeds',
        reasonText: 'Of 820.00 THB, 10.00 THB is left to refund; this refund is of 10.01 THB.',
      },
    ]);
    expect(await refundedOf(original)).toBe('82000');
    expect(await refusedWith(refund(original, '1'))).toEqual(['already_refunded']);
    await feed(world, ...[0, 1, 3].map((n) => answer(parts[n]!, 'credit', 'accepted')));
    expect(await refusedWith(refund(original, '1'))).toEqual(['already_refunded']);
  });

  it('may be in the batch that completes its payment, not in one before', async () => {
    const original = makeSubmit(world);
    await feed(world, original, answer(original, 'debit', 'accepted'));
    const [early, late] = [refund(original, '100'), refund(original)];
    const records = await feed(world, early, answer(original, 'credit', 'accepted'), late);
    expect(eventsOf(records)).toMatchObject([
      { paymentId: early.paymentId, reason: 'original_not_completed', isoReason: 'AG09' },
      { paymentId: original.paymentId, state: 'COMPLETED' },
    ]);
    expect(commandsOf(records)).toMatchObject([
      { paymentId: late.paymentId, refundOf: { uetr: original.uetr } },
    ]);
    await feed(world, answer(late, 'credit', 'accepted'));
  });

  it('is refused when nobody knows its payment, and when it is a refund itself', async () => {
    const original = await paid();
    const unknown = refund({ ...original, paymentId: makeSubmit(world).paymentId });
    expect(await refusedWith(unknown)).toEqual(['original_unknown']);
    const back = refund(original);
    await feed(world, back);
    await feed(world, answer(back, 'credit', 'accepted'));
    expect(await refusedWith(refund(back))).toEqual(['refund_not_served']);
    expect(await refundedOf(back)).toBeUndefined();
  });

  it('is refused while settlement has a break about its payment', async () => {
    const original = await paid();
    const { calls } = world.platform;
    const breakId = original.quoteId;
    const hold = { held: [{ paymentId: original.paymentId, breakId }], released: [] };
    await calls.call(routingCalls.holdRefunds, hold);
    await calls.call(routingCalls.holdRefunds, hold);
    expect(await refusedWith(refund(original))).toEqual(['refund_held']);
    await calls.call(routingCalls.holdRefunds, { held: [], released: [original.paymentId] });
    const free = refund(original);
    await feed(world, free);
    await feed(world, answer(free, 'credit', 'accepted'));
    expect(await stateOf(world, free.paymentId)).toBe('COMPLETED');
  });

  it('gives back what it had taken when it comes to nothing, once', async () => {
    const original = await paid();
    const [refused, expired] = [refund(original, '50000'), refund(original, '30000')];
    await feed(world, refused, expired);
    expect(await refundedOf(original)).toBe('80000');
    const rejection = answer(refused, 'credit', 'rejected', { reason: 'AC04' });
    // What is given back can be used by the next in the same batch.
    const next = refund(original, '52000');
    await feed(world, rejection, next, rejection);
    await feed(world, rejection);
    expect(await refundedOf(original)).toBe('82000');
    await feed(world, answer(expired, 'credit', 'not_sent'));
    await pass(world, 600_000);
    expect(await stateOf(world, expired.paymentId)).toBe('REJECTED');
    expect(await refundedOf(original)).toBe('52000');
    await feed(world, answer(next, 'credit', 'blocked'));
    expect(await refundedOf(original)).toBe('52000');
    const late = refund(original, '100', {
      acceptedAt: new Date(world.platform.clock.now() - 600_000).toISOString(),
    });
    expect(await refusedWith(late)).toEqual(['deadline_passed']);
    expect(await refundedOf(original)).toBe('52000');
  });

  it('counts while it is on hold, and goes on with what it had', async () => {
    const clean = await paid();
    const listed = { creditor: { ...clean.debtor, name: 'Viktor Oblomski' } };
    const [cleared, confirmed] = [refund(clean, '50000', listed), refund(clean, '32000', listed)];
    expect(eventsOf(await feed(world, cleared, confirmed)).map(({ state }) => state)).toEqual([
      'SCREENING_HOLD',
      'SCREENING_HOLD',
    ]);
    expect(await refundedOf(clean)).toBe('82000');
    expect(await refusedWith(refund(clean, '1'))).toEqual(['already_refunded']);
    const decide = ({ paymentId }: PaymentSubmit, decision: 'clear' | 'confirm') =>
      world.platform.calls.call(routingCalls.decideHold, {
        paymentId,
        decision,
        operator: 'ops-1',
        reason: 'seen',
      });
    await decide(cleared, 'clear');
    await decide(confirmed, 'confirm');
    expect(await stateOf(world, cleared.paymentId)).toBe('CREDIT_SENT');
    expect(await refundedOf(clean)).toBe('50000');
    await feed(world, answer(cleared, 'credit', 'accepted'));
  });

  it('is of what the network was owed, where a discount made that less', async () => {
    const original = makeSubmit(world);
    await feed(world, original);
    await feed(world, answer(original, 'debit', 'accepted'));
    const thb = (minor: string) => ({ currency: 'THB', minor });
    const discounted = { amount: thb('80000'), partnerTerms: { discountAmount: thb('2000') } };
    await feed(world, answer(original, 'credit', 'accepted', discounted));
    expect((await viewOf(original)).creditedAmount).toEqual(thb('80000'));
    expect(await refusedWith(refund(original, '80001'))).toEqual(['refund_exceeds']);
    expect(commandsOf(await feed(world, refund(original, '80000')))).toHaveLength(1);
  });

  it('is told to whoever looks for payments', async () => {
    world.platform.clock.advance(1_000);
    const original = await paid();
    world.platform.clock.advance(1_000);
    const back = refund(original, '2000');
    await feed(world, back);
    // Newest first: ids begin with the time.
    const { payments } = await world.platform.calls.call(routingCalls.searchPayments, { limit: 2 });
    expect(payments).toMatchObject([
      { paymentId: back.paymentId, refundOf: original.paymentId },
      { paymentId: original.paymentId, refundedAmount: { currency: 'THB', minor: '2000' } },
    ]);
  });
});

describe('a refund of a payment that came in', () => {
  it('goes out: the payee is debited, then the network pays, and both are told what is given back', async () => {
    const original = await paid({ direction: 'inbound' });
    const back = refund(original, '2050000');
    const [debit] = commandsOf(await feed(world, back));
    expect(debit).toMatchObject({ leg: 'debit', direction: 'outbound', refundOf: back.refundOf });
    const [credit] = commandsOf(await feed(world, answer(back, 'debit', 'accepted')));
    expect(credit).toMatchObject({ leg: 'credit', refundOf: back.refundOf });
    const [event] = eventsOf(await feed(world, answer(back, 'credit', 'accepted')));
    expect(event).toMatchObject({ state: 'COMPLETED', refundOf: original.paymentId });
    expect(await refundedOf(original)).toBe('2050000');
  });

  it('is paid back to the payee where the network refuses it, and counts no longer', async () => {
    const original = await paid({ direction: 'inbound' });
    const back = refund(original);
    await feed(world, back);
    await feed(world, answer(back, 'debit', 'accepted'));
    const [reversal] = commandsOf(await feed(world, answer(back, 'credit', 'rejected')));
    expect(reversal).toMatchObject({ leg: 'reversal', refundOf: back.refundOf });
    expect(await refundedOf(original)).toBe('4100000');
    await feed(world, answer(back, 'reversal', 'accepted'));
    expect(await stateOf(world, back.paymentId)).toBe('REJECTED');
    expect(await refundedOf(original)).toBeUndefined();
  });
});

describe('a refund in one currency', () => {
  it.each(['outbound', 'inbound'] as const)('of an %s payment leaves no position', async (direction) => {
    const before = await accountsOf(world);
    const original = await paid({ dollars: 'alone', direction });
    const back = refund(original);
    await feed(world, back);
    if (direction === 'inbound') await feed(world, answer(back, 'debit', 'accepted'));
    const [event] = eventsOf(await feed(world, answer(back, 'credit', 'accepted')));
    expect(event).toMatchObject({ state: 'COMPLETED', fxProvider: 'SETTLER', source: original.source });
    const after = await accountsOf(world);
    for (const code of Object.keys(after).filter(
      (each) => each.startsWith('POSITION') && each.endsWith('USD'),
    )) {
      const [, , debits, credits] = after[code]!;
      const [, , debitsBefore = 0n, creditsBefore = 0n] = before[code] ?? [];
      expect([code, debits - debitsBefore]).toEqual([code, credits - creditsBefore]);
    }
  });
});

describe('two instances', () => {
  it('asked at once to give back a payment do so once', async () => {
    const originals = await Promise.all(Array.from({ length: 10 }, () => paid()));
    const from = world.published.length;
    for (const original of originals) {
      const [one, two] = [submitRecord(refund(original)), submitRecord(refund(original, '50000'))];
      await Promise.all([world.routing.handler.handle([one]), other.handler.handle([two])]);
    }
    await Promise.all([world.routing.commit.lane.published(), other.commit.lane.published()]);
    const published = world.published.slice(from);
    expect(commandsOf(published)).toHaveLength(10);
    // Nothing is left of the whole; of a part some is, and the whole is more.
    const reasons = eventsOf(published).map(({ reason }) => reason);
    expect(reasons).toHaveLength(10);
    expect(['already_refunded', 'refund_exceeds']).toEqual(expect.arrayContaining([...new Set(reasons)]));
  });

  it('give back and take at once, and count both', async () => {
    const original = await paid();
    const open = Array.from({ length: 8 }, () => refund(original, '10000'));
    await feed(world, ...open);
    const next = Array.from({ length: 8 }, () => refund(original, '10000'));
    await Promise.all([
      ...open.map((one) => other.handler.handle([resultRecord(answer(one, 'credit', 'rejected'))])),
      ...next.map((one) => world.routing.handler.handle([submitRecord(one)])),
    ]);
    await Promise.all([world.routing.commit.lane.published(), other.commit.lane.published()]);
    const states = await Promise.all(next.map(({ paymentId }) => stateOf(world, paymentId)));
    const taken = states.filter((state) => state === 'CREDIT_SENT').length;
    expect(await refundedOf(original)).toBe(taken === 0 ? undefined : `${taken}0000`);
  });
});
