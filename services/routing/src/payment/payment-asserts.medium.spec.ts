import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  broken,
  commandsOf,
  eventsOf,
  feed,
  makeSubmit,
  openWorld,
  resultOf,
  stateOf,
  type World,
} from './payment.testing.js';

// Real: PostgreSQL, lane, handler. What the asserts of the money path guard against is done to the tables by hand.

let world: World;
beforeAll(async () => {
  world = await openWorld('routing_asserts');
});
afterAll(() => world.close());

async function written(): Promise<Record<string, bigint>> {
  const tables = ['payment', 'transfer', 'outbox', 'limit_counter'];
  const counts = tables.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`);
  const [row] = await world.test.database.query<Record<string, bigint>>(
    `SELECT ${counts.join(', ')}, (SELECT sum(debits_pending + debits_posted) FROM account) AS moved`,
  );
  return row!;
}

describe('a commit', () => {
  it('stops when an account is not there to be locked, and writes nothing', async () => {
    const first = makeSubmit(world, { provider: 'FXSINGHA' });
    await feed(world, first, resultOf(world, first.paymentId, 'debit', 'rejected'));
    // The instance remembers the account that it made: it cannot see that somebody removes it.
    const [gone] = await world.test.database.query<{ id: number }>(
      "DELETE FROM account WHERE code = 'POSITION:FXSINGHA:THB' RETURNING id",
    );
    const before = await written();
    const submit = makeSubmit(world, { provider: 'FXSINGHA' });
    const rival = makeSubmit(world, { provider: 'FXSINGHA' });
    await expect(feed(world, submit, rival)).rejects.toThrow(
      `accounts ${gone!.id} are not there to be locked`,
    );
    expect(await written()).toEqual(before);
    expect(await stateOf(world, submit.paymentId)).toBeUndefined();
    // Alone it is refused, and nothing but that is written.
    expect(eventsOf(await feed(world, submit))).toMatchObject([{ reason: 'internal_error' }]);
    const { transfer, limit_counter, moved } = before;
    expect(await written()).toMatchObject({ transfer, limit_counter, moved });
    // Payments over other accounts go on.
    expect(commandsOf(await feed(world, makeSubmit(world)))).toHaveLength(1);
    expect(await broken(world)).toEqual([]);
  });

  it('stops when debits and credits of a currency are not equal, and writes nothing', async () => {
    const moving = makeSubmit(world);
    await feed(world, moving);
    const set = (currency: string) =>
      world.test.database.query(
        `UPDATE account SET currency = '${currency}' WHERE code = 'POSITION:FXNAGA:KHR'`,
      );
    await set('USD');
    const before = await written();
    await expect(feed(world, resultOf(world, moving.paymentId, 'debit', 'accepted'))).rejects.toThrow(
      /the batch posts \d+ debits and \d+ credits in (KHR|USD)/,
    );
    await expect(feed(world, makeSubmit(world), makeSubmit(world))).rejects.toThrow(
      /the batch makes \d+ debits and \d+ credits pending in (KHR|USD)/,
    );
    expect(await written()).toEqual(before);
    expect(await stateOf(world, moving.paymentId)).toBe('DEBIT_SENT');
    await set('KHR');
    expect(
      commandsOf(await feed(world, resultOf(world, moving.paymentId, 'debit', 'accepted'))),
    ).toHaveLength(1);
    expect(await broken(world)).toEqual([]);
  });
});
