import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import { NoticeFeed1772000000000 } from '../migrations/1772000000000-notice-feed.js';
import { Webhooks1772000100000 } from '../migrations/1772000100000-webhooks.js';
import { noticeIdOf, type Notice, type NoticeType } from '../notice/notice.js';
import { feedEndsOf, insertNotices, noticesBetween } from '../notice/notice.store.js';
import { listDeliveries, resendDelivery, resendFailed } from './delivery-log.store.js';
import { endpointOf, putEndpoint, rotateEndpointKey } from './webhook-endpoint.store.js';
import { WebhookCourier } from './webhook-courier.js';
import { eventFormat } from './webhook-format.js';
import { WebhookKeys } from './webhook-keys.js';
import { WebhookMetrics } from './webhook-metrics.js';
import { WebhookSender } from './webhook-sender.js';
import { ANSWERS, Receiver, signersOf } from './webhook.testing.js';

// Real: PostgreSQL, HTTP, the sender. The clock is moved; what is due is asked for by rounds.

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
/** How long an answer may take: longer than any test waits for one, but where there is none. */
const [PATIENT_MS, BRIEF_MS] = [20_000, 250];
const keys = new WebhookKeys(Buffer.from('a secret of a test'));

let test: TestDatabase;
let platform: TestPlatform;
let metrics: WebhookMetrics;
let receiver: Receiver;
let couriers: WebhookCourier[];
let courier: WebhookCourier;
let bank: string;

beforeAll(async () => {
  test = await createTestDatabase('webhooks', 'gateway');
  await test.database.openOrm({ migrations: [NoticeFeed1772000000000, Webhooks1772000100000] });
  platform = createTestPlatform('gateway', test.database);
  metrics = new WebhookMetrics(platform.telemetry);
});
afterAll(() => test.drop());
beforeEach(async () => {
  bank = `BANK-${randomUUID().slice(0, 8)}`;
  receiver = await Receiver.open();
  couriers = [];
  courier = another();
});
afterEach(async () => {
  await Promise.all(couriers.map((each) => each.close()));
  await receiver.close();
  await test.database.query(`UPDATE webhook_endpoint SET state = 'deleted'`);
});

const formats = { webhook: eventFormat, 'pacs.002': eventFormat };

/** As another instance has it. */
function another(anywhere = true, timeoutMs = PATIENT_MS): WebhookCourier {
  const sender = new WebhookSender({ anywhere, timeoutMs, clock: platform.clock });
  const made = new WebhookCourier({ platform, sender, keys, metrics, formats });
  couriers.push(made);
  return made;
}

async function register(url = receiver.url, types: readonly NoticeType[] = []) {
  const endpoint = {
    ...({
      endpointId: randomUUID(),
      participant: bank,
      url,
      format: 'webhook',
      types,
      description: '',
    } as const),
    createdAt: new Date(platform.clock.now()),
    createdBy: `${bank}-1`,
  };
  return (await putEndpoint(test.database, endpoint, 10))!;
}

function notice(paymentId: string, version: number, type: NoticeType = 'payment.completed'): Notice {
  return {
    noticeId: noticeIdOf(bank, paymentId, type),
    participant: bank,
    type,
    payment: { paymentId, version },
    data: { paymentId, sequence: version },
    at: new Date(platform.clock.now()).toISOString(),
  };
}

async function tell(...notices: Notice[]): Promise<string[]> {
  await insertNotices(test.database, notices, new Date(platform.clock.now()));
  return notices.map(({ noticeId }) => noticeId);
}

/** Whatever is due now, until nothing is. */
async function send(by = courier): Promise<void> {
  for (let before = -1; before !== receiver.received.length;) {
    before = receiver.received.length;
    await by.run();
    await by.settled();
  }
}

async function after(ms: number): Promise<void> {
  platform.clock.advance(ms);
  await send();
}

const ids = () => receiver.received.map(({ id }) => id);
const log = async (endpointId: string) =>
  listDeliveries(
    test.database,
    { endpointId, participant: bank },
    { state: undefined, before: undefined, limit: 100 },
  );
const stateOf = async (endpointId: string) => endpointOf(test.database, { endpointId, participant: bank });

describe('webhooks', () => {
  it('tell what comes after the registration, as the feed has it, signed, and once', async () => {
    await tell(notice(randomUUID(), 1));
    const endpoint = await register();
    const [id] = await tell(notice(randomUUID(), 7));
    await send();
    await after(DAY);
    expect(ids()).toEqual([id]);
    const [{ body, headers, path }] = receiver.received as [(typeof receiver.received)[0]];
    expect([path, headers['content-type']]).toEqual(['/hook', 'application/cloudevents+json']);
    expect(JSON.parse(body)).toMatchObject({
      specversion: '1.0',
      id,
      type: 'payment.completed',
      data: { sequence: 7 },
    });
    expect(
      signersOf(
        receiver.received[0]!,
        keys.of(endpoint, 0).map((key) => key.publicText),
      ),
    ).toHaveLength(1);
    expect(await log(endpoint.endpointId)).toMatchObject([
      { eventId: id, state: 'delivered', attempts: [{ status: 200 }] },
    ]);
  });

  it('are of the types that are wanted, and tests of the endpoint that they name', async () => {
    const endpoint = await register(undefined, ['payment.failed']);
    const other = await register(`${receiver.url}/other`, ['payment.blocked']);
    const about = { participant: bank, type: 'webhook.test', at: new Date().toISOString() } as const;
    const probe = { ...about, noticeId: randomUUID(), data: { endpointId: endpoint.endpointId } };
    const [, failed] = await tell(notice(randomUUID(), 1), notice(randomUUID(), 1, 'payment.failed'), probe);
    await send();
    expect(ids().sort()).toEqual([failed, probe.noticeId].sort());
    expect(await log(other.endpointId)).toEqual([]);
  });

  it('are signed by both keys while one takes the place of the other', async () => {
    const { endpointId } = await register();
    const own = { endpointId, participant: bank };
    const until = new Date(platform.clock.now() + HOUR);
    const rotated = (await rotateEndpointKey(test.database, own, until))!;
    const both = keys.of(rotated, platform.clock.now()).map(({ publicText }) => publicText);
    await tell(notice(randomUUID(), 1));
    await send();
    expect(signersOf(receiver.received[0]!, both)).toEqual(both);
    platform.clock.advance(2 * HOUR);
    await tell(notice(randomUUID(), 1));
    await send();
    expect(signersOf(receiver.received[1]!, both)).toEqual([both[0]]);
  });

  it.each([
    ['answers 500', ANSWERS.fail, { status: 500, cause: 'not taken' }],
    ['redirects', ANSWERS.redirect, { status: 302, cause: 'redirects are not followed' }],
    ['never answers', ANSWERS.silent, { cause: expect.stringContaining('no answer within') }],
    ['hangs up', ANSWERS.cutOff, { cause: expect.stringContaining('other side closed') }],
  ])('come again later, under the same id, to an endpoint that %s', async (_what, behaviour, attempt) => {
    const { endpointId } = await register();
    receiver.behaviour = behaviour;
    const [id] = await tell(notice(randomUUID(), 1));
    await send(behaviour === ANSWERS.silent ? another(true, BRIEF_MS) : courier);
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook']);
    expect(await log(endpointId)).toMatchObject([{ state: 'pending', attempts: [attempt] }]);
    receiver.behaviour = ANSWERS.take;
    await after(4_000);
    expect(ids()).toHaveLength(1);
    await after(3_000);
    expect(ids()).toEqual([id, id]);
    expect(await log(endpointId)).toMatchObject([
      { state: 'delivered', attempts: [attempt, { status: 200 }] },
    ]);
    expect(await stateOf(endpointId)).toMatchObject({ state: 'active', failures: 0, failingSince: null });
  });

  it('are taken by an endpoint that answers without end', async () => {
    const { endpointId } = await register();
    receiver.behaviour = ANSWERS.huge;
    await tell(notice(randomUUID(), 1), notice(randomUUID(), 1));
    await send();
    expect(await log(endpointId)).toMatchObject([{ state: 'delivered' }, { state: 'delivered' }]);
  });

  it('wait as long as they are asked to', async () => {
    const { endpointId } = await register();
    receiver.behaviour = ANSWERS.busy;
    await tell(notice(randomUUID(), 1));
    await send();
    receiver.behaviour = ANSWERS.take;
    await after(59 * MINUTE);
    expect(ids()).toHaveLength(1);
    await after(2 * MINUTE);
    expect(await log(endpointId)).toMatchObject([{ state: 'delivered' }]);
  });

  it('of one payment keep their order, and hold up no other payment', async () => {
    const { endpointId } = await register();
    const [slow, other] = [randomUUID(), randomUUID()];
    receiver.behaviour = (response, received) =>
      (received.paymentId === slow ? ANSWERS.fail : ANSWERS.take)(response, received);
    const [unknown, , completed] = await tell(
      notice(slow, 5, 'payment.unknown'),
      notice(other, 3),
      notice(slow, 7),
    );
    await send();
    const [reviewed] = await tell({
      ...notice(slow, 8, 'payment.review'),
      payment: { paymentId: slow, version: 8 },
    });
    await after(MINUTE);
    const order = () => receiver.received.filter(({ paymentId }) => paymentId === slow).map(({ id }) => id);
    expect(new Set(order())).toEqual(new Set([unknown]));
    receiver.behaviour = ANSWERS.take;
    await after(6 * MINUTE);
    expect(order().slice(-3)).toEqual([unknown, completed, reviewed]);
    expect((await log(endpointId)).map(({ state }) => state)).toEqual(Array(4).fill('delivered'));
  });

  it('that fail alone are given up after three days; the endpoint goes on, and they are sent again on demand', async () => {
    const { endpointId } = await register();
    const poison = randomUUID();
    receiver.behaviour = (response, received) =>
      (received.paymentId === poison ? ANSWERS.fail : ANSWERS.take)(response, received);
    const [id] = await tell(notice(poison, 1));
    await send();
    for (const wait of [MINUTE, 6 * MINUTE, HOUR, 3 * HOUR, 7 * HOUR, 13 * HOUR, 30 * HOUR, 30 * HOUR]) {
      platform.clock.advance(wait);
      await tell(notice(randomUUID(), 1));
      await send();
    }
    const own = { endpointId, participant: bank };
    const failed = { state: 'failed', before: undefined, limit: 10 };
    const given = await listDeliveries(test.database, own, failed);
    expect(given).toMatchObject([{ eventId: id, attempts: Array(9).fill({ status: 500 }) }]);
    expect((await stateOf(endpointId))!.state).toBe('active');
    receiver.behaviour = ANSWERS.take;
    const now = new Date(platform.clock.now());
    expect(await resendFailed(test.database, own, now, new Date(now.getTime() + 1), 10)).toBe(0);
    expect(await resendFailed(test.database, own, now, new Date(0), 10)).toBe(1);
    await send();
    expect(await listDeliveries(test.database, own, failed)).toEqual([]);
    expect(ids().at(-1)).toBe(id);
    expect(await resendDelivery(test.database, own, now, id!)).toBe(true);
    await send();
    expect(ids().slice(-2)).toEqual([id, id]);
  });

  it('are not sent to an endpoint any more that is gone, or took nothing for three days; its participant is told', async () => {
    const [gone, failing] = [await register(), await register(`${receiver.url}/failing`)];
    receiver.behaviour = (response, received) =>
      (received.path === '/hook' ? ANSWERS.gone : ANSWERS.fail)(response, received);
    await tell(notice(randomUUID(), 1), notice(randomUUID(), 1));
    await send();
    expect(await stateOf(gone.endpointId)).toMatchObject({ state: 'disabled', disabledBecause: 'gone' });
    for (let day = 0; day < 4; day += 1) await after(DAY);
    expect(await stateOf(failing.endpointId)).toMatchObject({
      state: 'disabled',
      disabledBecause: 'failing',
    });
    const before = ids().length;
    await after(DAY);
    expect(ids()).toHaveLength(before);
    const last = (await feedEndsOf(test.database, [bank]))[0]!.last;
    const told = await noticesBetween(
      test.database,
      bank,
      { after: 0n, upTo: last },
      ['webhook.disabled'],
      10,
    );
    expect(told.map(({ data }) => [data['endpointId'], data['because']])).toEqual([
      [gone.endpointId, 'gone'],
      [failing.endpointId, 'failing'],
    ]);
  });

  it('to a dead endpoint cost a try now and then, and nobody else waits for it', async () => {
    const well = await register();
    const deadUrl = 'http://127.0.0.1:9/';
    const dead = await register(deadUrl);
    for (let batch = 0; batch < 20; batch += 1) {
      await tell(...Array.from({ length: 10 }, () => notice(randomUUID(), 1)));
      await after(1_000);
    }
    expect((await log(well.endpointId)).length).toBe(100);
    expect(new Set(ids()).size).toBe(200);
    const tries = (await log(dead.endpointId)).flatMap(({ attempts }) => attempts);
    expect(tries.length).toBeLessThan(30);
    expect(await stateOf(dead.endpointId)).toMatchObject({ state: 'active', takenAt: null });
  });

  it('to a host where others hang are sent at once', async () => {
    receiver.behaviour = (response, { path }) => {
      if (path === '/hook') response.end();
    };
    const sender = new WebhookSender({ anywhere: true, timeoutMs: 2_000, clock: platform.clock });
    const hanging = Array.from({ length: 64 }, () => sender.post(`${receiver.url}/hangs`, {}, '{}'));
    expect(await sender.post(receiver.url, {}, '{}')).toEqual({ kind: 'answered', status: 200 });
    await sender.close();
    expect(await Promise.all(hanging)).toEqual(hanging.map(() => ({ kind: 'stopped' })));
  });

  it('are sent again by another instance when one dies with them', async () => {
    const { endpointId } = await register();
    receiver.behaviour = ANSWERS.silent;
    const [id] = await tell(notice(randomUUID(), 1));
    // It has the lease, and never writes what came of it.
    await test.database.query(
      `UPDATE webhook_endpoint SET lease = gen_random_uuid(), leased_until = now() + interval '1 minute'
       WHERE endpoint_id = $1`,
      [endpointId],
    );
    receiver.behaviour = ANSWERS.take;
    const second = another();
    await send(second);
    expect(ids()).toEqual([]);
    await test.database.query(`UPDATE webhook_endpoint SET leased_until = now() WHERE endpoint_id = $1`, [
      endpointId,
    ]);
    await send(second);
    expect(ids()).toEqual([id]);
  });

  it('are written down by nobody whose lease has passed to another', async () => {
    const { endpointId } = await register();
    const held: (() => void)[] = [];
    receiver.behaviour = (response, received) => held.push(() => ANSWERS.take(response, received));
    const [id] = await tell(notice(randomUUID(), 1));
    await courier.run();
    while (held.length === 0) await new Promise(setImmediate);
    await test.database.query(`UPDATE webhook_endpoint SET leased_until = now() WHERE endpoint_id = $1`, [
      endpointId,
    ]);
    const second = another();
    await second.run();
    while (held.length === 1) await new Promise(setImmediate);
    for (const answer of held) answer();
    await Promise.all([courier.settled(), second.settled()]);
    expect(ids()).toEqual([id, id]);
    expect(await log(endpointId)).toMatchObject([
      { eventId: id, state: 'delivered', attempts: [{ status: 200 }] },
    ]);
  });

  it("on their way when the process ends are nobody else's fault: they are sent again at once", async () => {
    const { endpointId } = await register();
    receiver.behaviour = ANSWERS.silent;
    await tell(notice(randomUUID(), 1));
    const sender = new WebhookSender({ anywhere: true, timeoutMs: 60_000, clock: platform.clock });
    const ending = new WebhookCourier({ platform, sender, keys, metrics, formats });
    await ending.run();
    while (receiver.received.length === 0) await new Promise(setImmediate);
    sender.stop();
    await ending.close();
    expect(await log(endpointId)).toMatchObject([{ state: 'pending', attempts: [] }]);
    receiver.behaviour = ANSWERS.take;
    await send();
    expect(await log(endpointId)).toMatchObject([{ state: 'delivered' }]);
  });

  it('go to public addresses only, whatever a name means when a connection is made', async () => {
    const port = new URL(receiver.url).port;
    const places = [receiver.url, `http://localhost:${port}/`, `http://[::ffff:127.0.0.1]:${port}/`];
    const endpoints = await Promise.all(places.map((url) => register(url)));
    await tell(notice(randomUUID(), 1));
    await send(another(false));
    for (const { endpointId } of endpoints)
      expect(await log(endpointId)).toMatchObject([
        { attempts: [{ cause: expect.stringContaining('is not an address of the public internet') }] },
      ]);
    expect(ids()).toEqual([]);
  });
});
