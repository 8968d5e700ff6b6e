import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  broken,
  feed,
  makeSubmit,
  openWorld,
  resultOf,
  stateOf,
  type PaymentOptions,
  type World,
} from '../payment/payment.testing.js';
import { DONE, Operators } from './review.testing.js';

// Real: PostgreSQL, lane, handler, calls. The payee's network settles net: no transfer carries its reference.

let world: World;
let operators: Operators;
beforeAll(async () => {
  world = await openWorld('routing_review_references');
  operators = new Operators(world);
});
afterAll(() => world.close());
afterEach(async () => {
  expect(await broken(world)).toEqual([]);
});

const failed = expect.objectContaining({
  reason: 'approval_failed',
  detail: expect.stringContaining('reference_in_use'),
});
const refused = expect.objectContaining({ kind: 'refused', reason: 'reference_in_use' });

async function sent(options: PaymentOptions = {}): Promise<string> {
  const submit = makeSubmit(world, options);
  await feed(world, submit);
  await feed(world, resultOf(world, submit.paymentId, 'debit', 'accepted'));
  return submit.paymentId;
}

async function underReview(): Promise<string> {
  const paymentId = await sent();
  await feed(world, resultOf(world, paymentId, 'credit', 'exhausted'));
  return paymentId;
}

const breaksOf = (paymentId: string) =>
  world.test.database.query('SELECT type, leg, detail FROM payment_break WHERE payment_id = $1', [paymentId]);

describe('a reference proves one payment', () => {
  it('not one whose payee was credited under it already, as the network said', async () => {
    const credited = await sent();
    await feed(world, resultOf(world, credited, 'credit', 'accepted', { partnerRef: 'TH-1' }));
    const paymentId = await underReview();
    expect(await operators.propose(paymentId, 'paid', { partnerRef: 'TH-1' })).toEqual(refused);
    expect(await operators.propose(paymentId, 'paid', { partnerRef: 'TH-2' })).toMatchObject({
      kind: 'proposed',
    });
  });

  it('not two that are decided one after the other, nor at the same moment', async () => {
    const ids = [await underReview(), await underReview(), await underReview()];
    const proposals: string[] = [];
    for (const id of ids) proposals.push(await operators.proposed(id, 'paid', { partnerRef: 'TH-3' }));
    const both = await Promise.all([0, 1].map((n) => operators.approve(proposals[n]!)));
    expect(both).toEqual(expect.arrayContaining([expect.objectContaining(DONE), failed]));
    expect(await operators.approve(proposals[2]!)).toEqual(failed);
    const states = await Promise.all(ids.map((id) => stateOf(world, id)));
    expect(states.filter((state) => state === 'COMPLETED')).toHaveLength(1);
  });

  it('not one of which the network says so after people have given it to another', async () => {
    const decided = await underReview();
    const proposalId = await operators.proposed(decided, 'paid', { partnerRef: 'TH-4' });
    expect(await operators.approve(proposalId)).toMatchObject(DONE);
    const paymentId = await sent();
    await feed(world, resultOf(world, paymentId, 'credit', 'accepted', { partnerRef: 'TH-4' }));
    expect(await stateOf(world, paymentId)).toBe('MANUAL_REVIEW(credit)');
    expect(await breaksOf(paymentId)).toMatchObject([{ type: 'STATUS_CONFLICT', leg: 'credit' }]);
  });
});

describe('a second movement', () => {
  it('of what people found paid opens a break, the same one does not', async () => {
    const paymentId = await underReview();
    const proposalId = await operators.proposed(paymentId, 'paid', { partnerRef: 'TH-5' });
    expect(await operators.approve(proposalId)).toMatchObject(DONE);
    await feed(world, resultOf(world, paymentId, 'credit', 'accepted', { partnerRef: 'TH-5' }));
    expect(await breaksOf(paymentId)).toEqual([]);
    await feed(world, resultOf(world, paymentId, 'credit', 'accepted', { partnerRef: 'TH-6' }));
    expect(await breaksOf(paymentId)).toMatchObject([
      {
        type: 'STATUS_CONFLICT',
        leg: 'credit',
        detail: expect.stringContaining('under TH-6, known is TH-5'),
      },
    ]);
    expect(await stateOf(world, paymentId)).toBe('COMPLETED');
  });

  it('of a reversal that people found paid opens a break', async () => {
    const paymentId = await sent();
    await feed(world, resultOf(world, paymentId, 'credit', 'rejected', { reason: 'AC04' }));
    await feed(world, resultOf(world, paymentId, 'reversal', 'exhausted'));
    const proposalId = await operators.proposed(paymentId, 'paid', { partnerRef: 'back-1' });
    expect(await operators.approve(proposalId)).toMatchObject(DONE);
    const before = (await breaksOf(paymentId)).length;
    await feed(world, resultOf(world, paymentId, 'reversal', 'accepted', { partnerRef: 'back-1' }));
    expect(await breaksOf(paymentId)).toHaveLength(before);
    await feed(world, resultOf(world, paymentId, 'reversal', 'accepted', { partnerRef: 'back-2' }));
    expect((await breaksOf(paymentId)).map((row) => (row as { detail: string }).detail)).toContainEqual(
      expect.stringContaining('under back-2, known is back-1'),
    );
    expect(await stateOf(world, paymentId)).toBe('REJECTED');
  });
});
