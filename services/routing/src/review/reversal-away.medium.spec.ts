import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  accountsOf,
  broken,
  commandsOf,
  feed,
  makeSubmit,
  openWorld,
  pass,
  resultOf,
  stateOf,
  type World,
} from '../payment/payment.testing.js';
import { ReviewCountJob } from './review-count.job.js';
import { ReviewStore } from './review.store.js';
import { DONE, Operators } from './review.testing.js';

// Real: PostgreSQL, lane, handler, clock job, calls. A partner that is away: each try of a reversal is proven not sent.

const MINUTE = 60_000;
let world: World;
let operators: Operators;
beforeAll(async () => {
  world = await openWorld('routing_reversal_away');
  operators = new Operators(world);
});
afterAll(() => world.close());
afterEach(async () => {
  expect(await broken(world)).toEqual([]);
});

async function attemptsOf(paymentId: string): Promise<number> {
  const [row] = await world.test.database.query<{ reversal_attempt: number }>(
    'SELECT reversal_attempt FROM payment WHERE id = $1',
    [paymentId],
  );
  return row!.reversal_attempt;
}

/** Every try is answered with "not sent", for so many minutes. */
async function away(paymentId: string, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    const attempt = await attemptsOf(paymentId);
    await feed(world, resultOf(world, paymentId, 'reversal', 'not_sent', { attempt }));
    await pass(world, MINUTE);
    await pass(world, 0);
  }
}

async function unwinding(): Promise<string> {
  const submit = makeSubmit(world);
  const { paymentId } = submit;
  await feed(world, submit);
  await feed(world, resultOf(world, paymentId, 'debit', 'accepted'));
  await feed(world, resultOf(world, paymentId, 'credit', 'rejected', { reason: 'AC04' }));
  return paymentId;
}

async function gauge(name: string): Promise<number | undefined> {
  const { platform, test } = world;
  await new ReviewCountJob(new ReviewStore(), test.database, platform.clock, platform.telemetry).run();
  const metrics = await platform.telemetry.registry.getMetricsAsJSON();
  const values = metrics.find((metric) => metric.name === name)?.values ?? [];
  return values.find(({ labels }) => labels['leg'] === 'reversal')?.value;
}

describe('a reversal whose partner is away', () => {
  it('comes to people within the limit of the corridor, with what is owed to whom', async () => {
    const paymentId = await unwinding();
    await away(paymentId, 29);
    expect(await stateOf(world, paymentId)).toBe('UNWINDING');
    expect(await gauge('tonle_reviews_open')).toBe(0);
    await away(paymentId, 3);
    expect(await stateOf(world, paymentId)).toBe('MANUAL_REVIEW(reversal)');
    expect(await operators.reviews()).toEqual([
      expect.objectContaining({
        paymentId,
        leg: 'reversal',
        because: 'leg_exhausted:reversal',
        amount: { currency: 'KHR', minor: '10024000' },
        owedTo: { agent: 'KHMEKONG', account: expect.stringContaining('@') },
        decisions: ['paid', 'reverse'],
      }),
    ]);
    expect(await gauge('tonle_reviews_open')).toBe(1);
    expect(await gauge('tonle_reviews_oldest_seconds')).toBeGreaterThan(0);
    await feed(
      world,
      resultOf(world, paymentId, 'reversal', 'accepted', { attempt: await attemptsOf(paymentId) }),
    );
    expect(await gauge('tonle_reviews_open')).toBe(0);
  });

  it('is tried on seldom, and ends by itself when the partner is back', async () => {
    const paymentId = await unwinding();
    await away(paymentId, 32);
    const tried = await attemptsOf(paymentId);
    const [before] = await operators.reviews();
    await away(paymentId, 120);
    const more = (await attemptsOf(paymentId)) - tried;
    expect([7, 8]).toContain(more);
    // Nothing but the attempts has changed for who reads the list.
    expect(await operators.reviews()).toEqual([{ ...before, attempts: tried + more }]);
    await feed(world, resultOf(world, paymentId, 'reversal', 'accepted', { attempt: tried + more }));
    expect(await stateOf(world, paymentId)).toBe('REJECTED');
    expect(await operators.reviews()).toEqual([]);
  });

  it('is decided by two operators, however long the second one takes and however often it is tried meanwhile', async () => {
    const earned = async () => {
      const [, , debits, credits] = (await accountsOf(world))['POSITION:FXNAGA:KHR']!;
      return credits - debits;
    };
    const before = await earned();
    const paymentId = await unwinding();
    await away(paymentId, 32);
    const proposalId = await operators.proposed(paymentId, 'paid', { partnerRef: 'back-1' });
    await away(paymentId, 40);
    expect((await operators.reviews()).map(({ proposal }) => proposal?.approvalId)).toEqual([
      `routing.${proposalId}`,
    ]);
    expect(await operators.approve(proposalId)).toMatchObject(DONE);
    expect(await stateOf(world, paymentId)).toBe('REJECTED');
    expect(await earned()).toBe(before);
  });

  it('is sent at once, and at its usual pace, when they say so', async () => {
    const paymentId = await unwinding();
    await away(paymentId, 32);
    const proposalId = await operators.proposed(paymentId, 'reverse');
    const from = world.published.length;
    expect(await operators.approve(proposalId)).toMatchObject(DONE);
    await world.routing.commit.lane.published();
    expect(commandsOf(world.published.slice(from))).toMatchObject([{ leg: 'reversal', reopened: true }]);
    expect(await stateOf(world, paymentId)).toBe('UNWINDING');
    await away(paymentId, 32);
    expect(await stateOf(world, paymentId)).toBe('MANUAL_REVIEW(reversal)');
  });
});
