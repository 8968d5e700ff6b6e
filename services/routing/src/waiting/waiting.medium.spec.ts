import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RAMP_MS, type BreakerReport, type PaymentEventMessage } from '@tonle/contracts';
import {
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
  type World,
} from '../payment/payment.testing.js';
import { assembleRouting } from '../routing.testing.js';

// Real: PostgreSQL, lane, handler, the jobs of the clock and of those that wait. What adapters tell is said here, and whether
// other instances have let as many go as may.

const QUEUE = { seconds: 120, payments: 3 };

let world: World;
let isMineToRelease: boolean;
beforeEach(async () => {
  isMineToRelease = true;
  world = await openWorld('routing_waiting', ({ entries }) => {
    for (const { id, body } of entries)
      if (id === 'KH-TH') Object.assign(body, { whenDown: { queue: QUEUE } });
  });
  const spend = () => Promise.resolve({ taken: isMineToRelease, level: 0 });
  Object.assign(world.platform.shared, { spend });
});
afterEach(async () => {
  expect(await broken(world)).toEqual([]);
  await world.close();
});

const now = () => world.platform.clock.now();
function tell(state: BreakerReport['state'], more: Partial<BreakerReport> = {}): void {
  const sends = { state, hopeful: false, downSinceMs: now(), ...more };
  const report = { network: 'thailand', instance: 'a', breakers: { sends }, calls: {} };
  world.routing.health.hear(JSON.stringify(report));
}
const isBack = (passedMs: number) => tell('closed', { recoveredMs: now() - passedMs });

async function release() {
  const from = world.published.length;
  world.platform.clock.advance(1_000);
  await world.routing.waitingJob.run();
  await world.routing.commit.lane.published();
  return world.published.slice(from);
}
const last = (records: Parameters<typeof eventsOf>[0]): PaymentEventMessage | undefined =>
  eventsOf(records).at(-1);

describe('a payment to a network that does not answer', () => {
  it('waits with nothing reserved or sent, says until when, and goes on when the network is back', async () => {
    tell('open');
    const submit = makeSubmit(world);
    const taken = await feed(world, submit);
    const waitsUntil = new Date(now() + QUEUE.seconds * 1_000).toISOString();
    expect(commandsOf(taken)).toEqual([]);
    expect(last(taken)).toMatchObject({ state: 'VALIDATED', isoStatus: 'PDNG', waitsUntil });
    expect(await release()).toEqual([]);
    // Longer than the time that a payment has else.
    await pass(world, 90_000);
    expect(await stateOf(world, submit.paymentId)).toBe('VALIDATED');

    isBack(0);
    expect(commandsOf(await release()).map(({ leg }) => leg)).toEqual(['debit']);
    const debited = await feed(world, resultOf(world, submit.paymentId, 'debit', 'accepted'));
    expect(commandsOf(debited).map(({ leg }) => leg)).toEqual(['credit']);
    const ended = last(await feed(world, resultOf(world, submit.paymentId, 'credit', 'accepted')));
    expect([ended?.state, ended?.waitsUntil, ended?.reason]).toEqual(['COMPLETED', undefined, undefined]);
  });

  it('ends when its time is over, and its payer was never debited', async () => {
    tell('open');
    const submit = makeSubmit(world);
    await feed(world, submit);
    await pass(world, QUEUE.seconds * 1_000 - 1);
    expect(await stateOf(world, submit.paymentId)).toBe('VALIDATED');
    const ended = await pass(world, 1);
    expect(commandsOf(ended)).toEqual([]);
    expect(last(ended)).toMatchObject({
      state: 'EXPIRED',
      reason: 'partner_away',
      reasonText: expect.stringContaining('It waited until'),
    });
    isBack(RAMP_MS);
    expect(await release()).toEqual([]);
  });

  it('waits for so many of a corridor, over all instances, and refuses what comes then', async () => {
    tell('open');
    const [first, ...others] = Array.from({ length: 5 }, () => makeSubmit(world));
    await feed(world, first!);
    const states = eventsOf(await feed(world, ...others)).map(({ state, reason }) => reason ?? state);
    expect(states).toEqual(['VALIDATED', 'VALIDATED', 'partner_away', 'partner_away']);
  });

  it('waits over a restart, after which the first go on slowly, in their order', async () => {
    tell('open');
    const submits = [];
    for (let each = 0; each < 3; each += 1) {
      submits.push(makeSubmit(world));
      await feed(world, submits.at(-1)!);
      world.platform.clock.advance(10);
    }
    await world.routing.close();
    const database = await world.test.another();
    world.routing = await assembleRouting({ ...world.platform, database });
    for (const { paymentId } of submits)
      expect(commandsOf(await release()).map((command) => command.paymentId)).toEqual([paymentId]);
  });

  it('is tried by one when it has answered something', async () => {
    tell('open');
    await feed(world, makeSubmit(world), makeSubmit(world));
    expect(commandsOf(await release())).toEqual([]);
    tell('open', { hopeful: true });
    isMineToRelease = false;
    expect(commandsOf(await release())).toEqual([]);
    isMineToRelease = true;
    expect(commandsOf(await release())).toHaveLength(1);
  });
});

it('what was taken meanwhile stands against it when it could go on: its quote, or an operator', async () => {
  tell('open');
  const submit = makeSubmit(world);
  const rival = makeSubmit(world, { submit: { quoteId: submit.quoteId } });
  await feed(world, submit);
  isBack(RAMP_MS);
  await feed(world, rival);
  expect(await stateOf(world, rival.paymentId)).toBe('DEBIT_SENT');
  expect(last(await release())).toMatchObject({ state: 'REJECTED', reason: 'quote_used' });
});

it('what comes in from a network, and refunds, do not wait', async () => {
  const paid = makeSubmit(world, { direction: 'inbound' });
  await feed(world, paid);
  await feed(world, resultOf(world, paid.paymentId, 'credit', 'accepted'));
  tell('open');
  expect(commandsOf(await feed(world, makeSubmit(world, { direction: 'inbound' })))).toHaveLength(1);
  expect(commandsOf(await feed(world, makeRefund(world, paid)))).toHaveLength(1);
});
