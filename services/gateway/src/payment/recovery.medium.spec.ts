import { afterEach, describe, expect, it } from '@jest/globals';
import { Door, publicEvents } from '@tonle/door';
import { MemoryState, type OutboxLane, type SharedState } from '@tonle/messaging';
import { startGateway } from '../gateway.service.js';
import { GatewayWorld } from '../testing/gateway-world.js';
import { eventOf } from '../testing/payment-event.js';

let world: GatewayWorld;
afterEach(() => world.close());

const wait = { headers: { prefer: 'wait=10' } };

describe('a gateway', () => {
  it.each([
    ['is dead', 'dead', () => Promise.reject(new Error('connection refused'))],
    ['hangs', 'hung', () => new Promise<never>(() => undefined)],
  ])('takes payments and signatures once while the shared state %s', async (_what, name, broken) => {
    world = await GatewayWorld.start(`gateway_shared_state_${name}`);
    const shared = world.platform.shared as SharedState as {
      -readonly [K in keyof SharedState]: SharedState[K];
    };
    Object.assign(shared, { increment: broken, publish: broken, get: broken, set: broken });
    const body = await world.payable();
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.pay(body, 'dead-1', wait)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    expect(await world.count()).toBe(1);
    const sign = { nonce: 'once-and-no-more' };
    expect((await world.get('/v1/payments', { sign })).status).toBe(200);
    expect((await world.get('/v1/payments', { sign })).json.code).toBe('signature_replayed');
  });

  it('knows after a restart which signatures were used', async () => {
    world = await GatewayWorld.start('gateway_restart');
    const sign = { nonce: 'recorded-before' };
    expect((await world.get('/v1/payments', { sign })).status).toBe(200);
    await world.service.close();
    const database = await world.test.another('gateway');
    const second = await startGateway({ ...world.platform, database, shared: new MemoryState() });
    const at = second.addresses['public']!;
    await world.until(async () => (await world.get('/v1/payments', { at })).status === 200);
    expect((await world.get('/v1/payments', { at, sign })).json.code).toBe('signature_replayed');
    await second.close();
  });

  it('publishes at its next start what it had committed and not published', async () => {
    world = await GatewayWorld.start('gateway_crash');
    world.behaviour = 'silent';
    const { paymentId } = (await world.pay(await world.payable(), 'crash-1')).json;
    const seen = () => world.submits.filter((submit) => submit.paymentId === paymentId).length;
    await world.until(() => seen() === 1);
    await world.service.close();
    // As if the process had died between commit and publication.
    await world.test.database.query('UPDATE outbox_lane SET published_up_to = 0');
    const database = await world.test.another('gateway');
    const second = await startGateway({ ...world.platform, database, shared: new MemoryState() });
    await world.until(() => seen() === 2);
    await second.close();
    const { submits } = world;
    expect(submits.at(-1)).toEqual(submits.find((submit) => submit.paymentId === paymentId));
  });

  it('tells a caller of another instance, by a poke', async () => {
    world = await GatewayWorld.start('gateway_instances', { TONLE_GATEWAY_LOOK_MS: '600000' });
    world.behaviour = 'silent';
    const held = world.pay(await world.payable(), 'other-1', wait);
    await world.until(() => world.submits.length === 1);
    // The event reaches another instance, which knows the caller's only by its name.
    const database = await world.test.another('gateway');
    const platform = { ...world.platform, database, instance: 'gateway-other' };
    const other = new Door(platform, { lane: {} as OutboxLane, form: publicEvents });
    await other.news.take([eventOf(world.submits[0]!, 'COMPLETED', platform.clock.now())]);
    expect(await held).toMatchObject({ status: 200, json: { state: 'completed' } });
  });

  it('refuses while the database fails, and the repeat pays once', async () => {
    world = await GatewayWorld.start('gateway_no_database');
    const body = await world.payable();
    await world.test.database.query(`ALTER TABLE request RENAME TO request_away`);
    expect((await world.pay(body, 'db-1', wait)).status).toBeGreaterThanOrEqual(500);
    await world.test.database.query(`ALTER TABLE request_away RENAME TO request`);
    expect((await world.pay(body, 'db-1', wait)).json.state).toBe('completed');
    expect(await world.count()).toBe(1);
    expect(world.submits).toHaveLength(1);
  });

  it('turns requests away when it is full, and still tells that it lives', async () => {
    world = await GatewayWorld.start('gateway_full', { TONLE_GATEWAY_IN_WORK_MAX: '9' });
    const { database } = world.test;
    const locked = database.transaction(async (transaction) => {
      await transaction.query('LOCK TABLE request IN ACCESS EXCLUSIVE MODE');
      const answered: number[] = [];
      const asked = Array.from({ length: 8 }, async () => {
        const answer = await world.get('/v1/payments');
        answered.push(answer.status);
        return answer;
      });
      const first = await Promise.race(asked);
      expect(first).toMatchObject({ status: 503, json: { code: 'overloaded', retry: 'later' } });
      expect(first.headers.get('retry-after')).toBe('1');
      expect((await fetch(`${world.url}/health/live`)).status).toBe(200);
      // All eight have come before the first of them goes on.
      await world.until(() => answered.length === 3);
      return asked;
    });
    const answers = await Promise.all(await locked);
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(5);
    await world.until(async () => (await world.get('/v1/payments')).status === 200);
  });
});
