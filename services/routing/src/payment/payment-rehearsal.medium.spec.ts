import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  accountsOf,
  broken,
  feed,
  inbound,
  makeSubmit,
  openWorld,
  resultOf,
  resultRecord,
  stateOf,
  submitRecord,
  type World,
} from './payment.testing.js';

// Real: PostgreSQL, the lane, the handler whose dead letters are tried before they are replayed.

let world: World;
beforeAll(async () => {
  world = await openWorld('routing_rehearsal');
});
afterAll(() => world.close());
afterEach(async () => {
  expect(await broken(world)).toEqual([]);
});

/** Everything that a rehearsal may not change. */
const standing = async () => {
  const { database } = world.test;
  const versions = await database.query('SELECT id, state, version FROM payment ORDER BY id');
  await world.routing.commit.lane.published();
  return { versions, accounts: await accountsOf(world), published: world.published.length };
};
const rehearse = (record: ReturnType<typeof resultRecord>) => world.routing.handler.rehearse(record);

describe('a rehearsal', () => {
  it('tells what a submission would bring about, and leaves everything as it was', async () => {
    const submit = makeSubmit(world);
    const before = await standing();
    const would = await rehearse(submitRecord(submit));
    expect(would[0]).toBe(`take payment ${submit.paymentId}, which becomes DEBIT_SENT`);
    expect(would).toContain('send leg.command to tonle.adapter-bakong.inbox.v1');
    expect(await standing()).toEqual(before);
    expect(await stateOf(world, submit.paymentId)).toBeUndefined();
    // And it comes to that.
    await feed(world, submit);
    expect(await stateOf(world, submit.paymentId)).toBe('DEBIT_SENT');
    expect(await rehearse(submitRecord(submit))).toEqual(
      expect.not.arrayContaining([expect.stringMatching(/^(?:take|move|post)/)]),
    );
  });

  it('tells where a result would lead, what it would post and send', async () => {
    const submit = makeSubmit(world);
    const { paymentId } = submit;
    await feed(world, submit, resultOf(world, paymentId, 'debit', 'accepted'));
    const before = await standing();
    const would = await rehearse(resultRecord(resultOf(world, paymentId, 'credit', 'accepted')));
    expect(would[0]).toBe(`move payment ${paymentId} from CREDIT_SENT to COMPLETED`);
    expect(would.filter((each) => each.startsWith('post '))).not.toEqual([]);
    expect(would).toContain('send payment.event to tonle.payment.event.v1');
    expect(await standing()).toEqual(before);
  });

  it('fails as the record would', async () => {
    const unknown = resultOf(world, makeSubmit(world).paymentId, 'credit', 'accepted');
    await expect(rehearse(resultRecord(unknown))).rejects.toThrow('not known here');
    await expect(rehearse(inbound('leg.result', 'k', 'm', {}))).rejects.toThrow();
    await expect(rehearse(inbound('of.nobody', 'k', 'm', {}))).rejects.toThrow('no message of.nobody');
  });
});
