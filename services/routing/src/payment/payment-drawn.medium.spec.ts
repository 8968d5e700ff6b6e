import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routingCalls, type PaymentSubmit } from '@tonle/contracts';
import { feed, makeSubmit, openWorld, resultOf, type World } from './payment.testing.js';

// Real: PostgreSQL and routing. Payments of a bank that its payer's code was drawn on for: an adapter's door took them.

let world: World;
let completed: PaymentSubmit;
beforeAll(async () => {
  world = await openWorld('routing_drawn');
});
afterAll(() => world.close());

const drawn = (): PaymentSubmit => {
  const paymentCodeId = world.platform.random.id(world.platform.clock.now());
  const submit = {
    paymentCodeId,
    messageId: `drawn on ${paymentCodeId}`,
    replyTo: { service: 'adapter-thailand', instance: 'thai-1' },
  };
  return makeSubmit(world, { submit });
};
const listed = async (search: object) => {
  const asked = { limit: 10, ...search };
  const { payments } = await world.platform.calls.call(routingCalls.inboundPayments, asked);
  return payments.map(({ paymentId }) => paymentId);
};

describe('a payment that was drawn on a code', () => {
  it('is debited as any of its bank, and its end is told to the door that took it', async () => {
    const submit = (completed = drawn());
    await feed(world, submit);
    await feed(
      world,
      resultOf(world, submit.paymentId, 'debit', 'accepted', { partnerRef: `D-${submit.uetr}` }),
    );
    const ended = await feed(
      world,
      resultOf(world, submit.paymentId, 'credit', 'accepted', { partnerRef: `C-${submit.uetr}` }),
    );
    expect(ended.map(({ topic, type }) => [topic, type])).toEqual([
      ['tonle.payment.event.v1', 'payment.event'],
      ['tonle.adapter-thailand.inbox.v1', 'payment.outcome'],
    ]);
    const [event, outcome] = ended.map(({ body }) => JSON.parse(body) as object);
    expect(event).toMatchObject({ sender: 'KHMEKONG', paymentCodeId: submit.paymentCodeId });
    expect(outcome).toMatchObject({ state: 'COMPLETED', replyTo: { instance: 'thai-1' } });
    // A door that asks again has not heard it.
    const again = await feed(world, submit);
    expect(again.map(({ type }) => type)).toEqual(['payment.outcome']);
  });

  it('tells the door that it was refused, too', async () => {
    const told = await feed(world, { ...drawn(), corridor: 'KH-XX' });
    expect(told.map(({ type }) => type)).toEqual(['payment.event', 'payment.outcome']);
    expect(JSON.parse(told[1]!.body)).toMatchObject({ state: 'REJECTED' });
  });

  it("is in the list of what was drawn on its bank's codes, and in no other", async () => {
    const [submit, own] = [drawn(), makeSubmit(world)];
    await feed(world, submit, own);
    expect(await listed({ drawnFrom: 'KHMEKONG', uetr: submit.uetr })).toEqual([submit.paymentId]);
    expect(await listed({ drawnFrom: 'KHMEKONG', uetr: own.uetr })).toEqual([]);
    expect(await listed({ drawnFrom: 'KHANGKOR' })).toEqual([]);
    for (const partnerReference of [`D-${completed.uetr}`, `C-${completed.uetr}`])
      expect(await listed({ drawnFrom: 'KHMEKONG', partnerReference })).toEqual([completed.paymentId]);
    expect(await listed({ creditorAgent: 'KHMEKONG' })).toEqual([]);
    expect(await listed({})).toEqual([]);
  });
});
