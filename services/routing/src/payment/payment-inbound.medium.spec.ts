import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  accountsOf,
  broken,
  commandsOf,
  eventsOf,
  feed,
  makeSubmit,
  openWorld,
  pass,
  resultOf,
  stateOf,
  type World,
} from './payment.testing.js';

// Real: PostgreSQL, lane, handler, clock job. The adapters, fx and the other services are the test's hand.

let world: World;
beforeAll(async () => {
  world = await openWorld('routing_inbound');
});
afterAll(() => world.close());
afterEach(async () => {
  expect(await broken(world)).toEqual([]);
});

const inbound = (more = {}) => makeSubmit(world, { direction: 'inbound', ...more });

describe('an inbound payment', () => {
  it('goes to the payee at once and answers the door that asked, with the worked numbers of the ledger', async () => {
    const submit = inbound();
    const sent = await feed(world, submit);
    expect(sent).toMatchObject([
      { topic: 'tonle.adapter-bakong.inbox.v1', messageId: `${submit.paymentId}:C:1` },
    ]);
    expect(commandsOf(sent)).toMatchObject([
      {
        leg: 'credit',
        amount: { currency: 'KHR', minor: '4100000' },
        otherAmount: { currency: 'THB', minor: '33745' },
      },
    ]);
    const rail = 5_000_000_000_000_000n;
    expect(await accountsOf(world)).toMatchObject({
      'POSITION:THSWITCH:THB': [33_745n, 0n, 0n, 0n],
      'POSITION:FXNAGA:THB': [0n, 33_745n, 0n, 0n],
      'POSITION:FXNAGA:KHR': [4_100_000n, 0n, 0n, 0n],
      'RAIL:FXNAGA:BAKONG:KHR': [0n, 4_100_000n, rail, 0n],
    });
    const completed = await feed(
      world,
      resultOf(world, submit.paymentId, 'credit', 'accepted', { partnerRef: 'hash-in' }),
    );
    expect(completed.map(({ topic, type }) => [topic, type])).toEqual([
      ['tonle.payment.event.v1', 'payment.event'],
      ['tonle.adapter-thailand.inbox.v1', 'payment.outcome'],
    ]);
    expect(JSON.parse(completed[1]!.body)).toMatchObject({
      state: 'COMPLETED',
      isoStatus: 'ACCC',
      partnerRef: 'hash-in',
      replyTo: { instance: 'thai-1' },
    });
    expect(await accountsOf(world)).toMatchObject({
      'POSITION:THSWITCH:THB': [0n, 0n, 33_745n, 0n],
      'POSITION:FXNAGA:THB': [0n, 0n, 0n, 33_745n],
      'POSITION:FXNAGA:KHR': [0n, 0n, 4_100_000n, 4_100_000n],
      'POSITION:KHMEKONG:KHR': [0n, 0n, 4_100_000n, 4_100_000n],
      'RAIL:FXNAGA:BAKONG:KHR': [0n, 0n, rail, 4_100_000n],
      'RAIL_OUTSIDE:BAKONG:KHR': [0n, 0n, 4_100_000n, 3n * rail],
    });
    const [event] = eventsOf(completed);
    expect(event!.history.map(({ to }) => to)).toEqual([
      'RECEIVED',
      'VALIDATED',
      'RESERVED',
      'DEBIT_SECURED',
      'CREDIT_SENT',
      'COMPLETED',
    ]);
  });

  it('tells the door once more how it ended when the door asks again', async () => {
    const submit = inbound();
    await feed(world, submit);
    const first = await feed(world, resultOf(world, submit.paymentId, 'credit', 'accepted'));
    const again = await feed(world, submit);
    const outcome = first.find(({ type }) => type === 'payment.outcome')!;
    expect(again).toMatchObject([{ messageId: outcome.messageId, body: outcome.body }]);
  });

  it('is rejected at once when the payee leg is, for there is nothing of ours to reverse', async () => {
    const submit = inbound();
    await feed(world, submit);
    const records = await feed(
      world,
      resultOf(world, submit.paymentId, 'credit', 'rejected', { reason: 'AC04' }),
    );
    expect(records.map(({ type }) => type)).toEqual(['payment.event', 'payment.outcome']);
    expect(JSON.parse(records[1]!.body)).toMatchObject({
      state: 'REJECTED',
      isoStatus: 'RJCT',
      isoReason: 'AC04',
    });
  });

  it('stays open while the payee leg is unknown, and is rejected when it proves not received', async () => {
    const submit = inbound();
    await feed(world, submit, resultOf(world, submit.paymentId, 'credit', 'unknown'));
    await pass(world, 70_000);
    expect(await stateOf(world, submit.paymentId)).toBe('CREDIT_UNKNOWN');
    const records = await feed(world, resultOf(world, submit.paymentId, 'credit', 'not_received'));
    expect(eventsOf(records)).toMatchObject([{ state: 'REJECTED', reason: 'partner_unreachable' }]);
  });

  it('is refused with too little time left, and told so', async () => {
    const submit = inbound({
      submit: { deadline: new Date(world.platform.clock.now() + 4_000).toISOString() },
    });
    const records = await feed(world, submit);
    expect(records.map(({ type }) => type)).toEqual(['payment.event', 'payment.outcome']);
    expect(eventsOf(records)).toMatchObject([
      { state: 'REJECTED', reason: 'too_late_for_credit', isoReason: 'TM01' },
    ]);
  });

  it('completes a late success of a rejected payment never, but opens a break', async () => {
    const submit = inbound();
    await feed(world, submit, resultOf(world, submit.paymentId, 'credit', 'rejected'));
    await feed(world, resultOf(world, submit.paymentId, 'credit', 'accepted'));
    expect(await stateOf(world, submit.paymentId)).toBe('REJECTED');
    expect(await world.test.database.query('SELECT type, leg FROM payment_break')).toEqual([
      { type: 'STATUS_CONFLICT', leg: 'credit' },
    ]);
  });
});
