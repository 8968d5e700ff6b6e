import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UNDECIDED_MS } from './payment.job.js';
import {
  broken,
  commandsOf,
  eventsOf,
  feed,
  makeSubmit,
  openWorld,
  pass,
  stateOf,
  type World,
} from './payment.testing.js';

// Real: PostgreSQL, lane, handler, clock job.

let world: World;
beforeAll(async () => {
  world = await openWorld('routing_due');
});
afterAll(() => world.close());

const corridorOf = (id: string, corridor: string) =>
  world.test.database.query('UPDATE payment SET corridor = $2 WHERE id = $1', [id, corridor]);
const undecided = () =>
  world.test.database.query<{ payment_id: string; times: number; cause: string }>(
    'SELECT payment_id, times, cause FROM undecided_payment ORDER BY payment_id',
  );
const statesOf = (ids: readonly string[]) => Promise.all(ids.map((id) => stateOf(world, id)));

describe('a payment that cannot be decided', () => {
  it('does not stop the clock for the others, is told to people, and goes on when it is mended', async () => {
    const submits = Array.from({ length: 7 }, () => makeSubmit(world));
    const ids = submits.map(({ paymentId }) => paymentId);
    await feed(world, ...submits);
    const bad = [ids[0]!, ids[4]!];
    for (const id of bad) await corridorOf(id, 'GONE');

    await pass(world, 15_000);
    expect(await statesOf(ids)).toEqual(ids.map((id) => (bad.includes(id) ? 'DEBIT_SENT' : 'DEBIT_UNKNOWN')));
    const told = await undecided();
    expect(told.map(({ payment_id }) => payment_id)).toEqual([...bad].sort());
    expect(told[0]).toMatchObject({ times: 1, cause: expect.stringContaining('which is gone') });

    // Not looked at again at once, and counted, not appended.
    await pass(world, 1_000);
    expect((await undecided()).map(({ times }) => times)).toEqual([1, 1]);
    await pass(world, UNDECIDED_MS);
    expect((await undecided()).map(({ times }) => times)).toEqual([2, 2]);

    for (const id of bad) await corridorOf(id, 'KH-TH');
    await pass(world, UNDECIDED_MS);
    expect(await statesOf(bad)).toEqual(['DEBIT_UNKNOWN', 'DEBIT_UNKNOWN']);
    expect(await broken(world)).toEqual([]);
  });
});

describe('a submission that breaks alone', () => {
  it('is refused, so that its sender hears of an end, and its batch-mates go on', async () => {
    const fee = { kind: 'scheme', payer: 'no such payer', amount: { currency: 'KHR', minor: '1' } };
    const bad = makeSubmit(world, { quote: { fees: [fee] } });
    const good = makeSubmit(world);
    // As the transport does: the batch breaks, then each is given alone.
    await expect(feed(world, good, bad)).rejects.toThrow('no account owner');
    await feed(world, good);
    const records = await feed(world, bad);
    expect(eventsOf(records)).toMatchObject([{ state: 'REJECTED', reason: 'internal_error' }]);
    expect(commandsOf(records)).toEqual([]);
    expect(await stateOf(world, good.paymentId)).toBe('DEBIT_SENT');
    // Told again, it is known.
    expect(await feed(world, bad)).toEqual([]);
    expect(await broken(world)).toEqual([]);
  });

  it('from a network that holds its payer: the network is told, and pays it back', async () => {
    const fee = { kind: 'scheme', payer: 'no such payer', amount: { currency: 'THB', minor: '1' } };
    const records = await feed(world, makeSubmit(world, { direction: 'inbound', quote: { fees: [fee] } }));
    expect(records.map(({ type }) => type)).toEqual(['payment.event', 'payment.outcome']);
  });
});

it('no payment waits for the time of a clock that was ahead', async () => {
  const submit = makeSubmit(world);
  await feed(world, submit);
  await pass(world, 3_600_000);
  expect(await stateOf(world, submit.paymentId)).toBe('DEBIT_UNKNOWN');
  await pass(world, -3_600_000);
  expect(await stateOf(world, submit.paymentId)).toBe('DEBIT_UNKNOWN');
  await pass(world, 1_806_000);
  expect(await stateOf(world, submit.paymentId)).toBe('MANUAL_REVIEW(debit)');
  expect(await broken(world)).toEqual([]);
});
