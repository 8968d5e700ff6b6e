import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GatewayWorld, type SendOptions } from '../testing/gateway-world.js';
import { ANSWERS, Receiver, signersOf } from './webhook.testing.js';

// Real: the gateway with PostgreSQL and HTTP, and a server that is told. Routing is the test's hand.

let world: GatewayWorld;
let receiver: Receiver;
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_webhooks', { TONLE_SANDBOX: 'true' });
  receiver = await Receiver.open();
});
afterAll(async () => {
  await world.close();
  await receiver.close();
});

const PATH = '/v1/webhook-endpoints';
const remove = (path: string, options: SendOptions = {}) => world.send('DELETE', path, undefined, options);
const act = (path: string, options: SendOptions = {}) => world.send('POST', path, undefined, options);

async function register(body: object = {}, options: SendOptions = {}) {
  const { status, json } = await world.post(PATH, { url: receiver.url, ...body }, options);
  expect([status, json.code]).toEqual([201, undefined]);
  return json;
}

/** The log of an endpoint, once what came of each delivery is written down: that is after the receiver has answered. */
async function ended(endpointId: string) {
  const read = async () => (await world.get(`${PATH}/${endpointId}/deliveries`)).json.deliveries;
  await world.until(async () => {
    const deliveries: { state: string }[] = await read();
    return deliveries.length > 0 && deliveries.every(({ state }) => state !== 'pending');
  });
  return read();
}

describe('a webhook endpoint', () => {
  it('is sent the events of its participant, as the feed has them, by a key that it was told', async () => {
    const endpoint = await register({ types: ['payment.completed'], description: 'Core banking' });
    world.behaviour = { state: 'COMPLETED' };
    const { json: payment } = await world.pay(await world.payable(), 'webhook-1');
    await world.until(() => receiver.received.length > 0);
    const [told] = receiver.received;
    const { json: feed } = await world.get('/v1/events?types=payment.completed');
    expect(JSON.parse(told!.body)).toEqual(feed.events[0]);
    expect(told).toMatchObject({ paymentId: payment.paymentId });
    expect(signersOf(told!, [endpoint.keys[0].publicKey])).toHaveLength(1);
    expect(await ended(endpoint.endpointId)).toMatchObject([
      { eventId: told!.id, state: 'delivered', attempts: [{ status: 200 }] },
    ]);
  });

  it('is tried, rotates its key, and is sent an event once more', async () => {
    const { endpointId, keys } = await register({ types: ['payment.completed'] });
    const rotated = (await world.post(`${PATH}/${endpointId}/keys`, {})).json;
    expect(rotated.keys).toEqual([
      { publicKey: expect.stringMatching(/^whpk_/) },
      { publicKey: keys[0].publicKey, signsUntil: expect.any(String) },
    ]);
    const { status, json } = await act(`${PATH}/${endpointId}/test`);
    expect(status).toBe(202);
    const tries = () => receiver.received.filter(({ id }) => id === json.eventId);
    await world.until(() => tries().length === 1);
    const texts = rotated.keys.map(({ publicKey }: { publicKey: string }) => publicKey);
    expect(signersOf(tries()[0]!, texts)).toEqual(texts);
    await ended(endpointId);
    expect((await act(`${PATH}/${endpointId}/deliveries/${json.eventId}/resend`)).status).toBe(202);
    await world.until(() => tries().length === 2);
    const since = { since: '2026-01-01T00:00:00Z' };
    expect((await world.post(`${PATH}/${endpointId}/resend`, since)).json).toEqual({ count: 0 });
  });

  it('that is gone is disabled, as its participant and operators read, until it is enabled', async () => {
    const gone = await register({ url: `${receiver.url}/gone` });
    receiver.behaviour = (response, { path }) =>
      (path === '/hook/gone' ? ANSWERS.gone : ANSWERS.take)(response, { path } as never);
    await act(`${PATH}/${gone.endpointId}/test`);
    const read = async () => (await world.get(`${PATH}/${gone.endpointId}`)).json;
    await world.until(async () => (await read()).state === 'disabled');
    const { json: feed } = await world.get('/v1/events?types=webhook.disabled');
    expect(feed.events.at(-1).data).toMatchObject({ endpointId: gone.endpointId, because: 'gone' });
    const { json: all } = await world.get('/v1/ops/webhook-endpoints', { participant: 'OPERATOR' });
    expect(all.endpoints).toContainEqual(
      expect.objectContaining({
        participant: 'KHMEKONG',
        endpointId: gone.endpointId,
        disabledBecause: 'gone',
      }),
    );
    receiver.behaviour = ANSWERS.take;
    expect((await act(`${PATH}/${gone.endpointId}/enable`)).json.state).toBe('active');
    await world.until(() =>
      receiver.received.some(({ path, type }) => path === '/hook/gone' && type === 'webhook.disabled'),
    );
    expect((await remove(`${PATH}/${gone.endpointId}`)).json.state).toBe('deleted');
    expect((await read()).code).toBe('not_found');
  });

  it('is nobody else’s', async () => {
    const { endpointId } = await register();
    const other = { participant: 'KHANGKOR' };
    const since = { since: '2026-01-01T00:00:00Z' };
    const at = `${PATH}/${endpointId}`;
    const answers = [
      await world.get(at, other),
      await remove(at, other),
      await act(`${at}/enable`, other),
      await world.post(`${at}/keys`, {}, other),
      await act(`${at}/test`, other),
      await world.get(`${at}/deliveries`, other),
      await act(`${at}/deliveries/${endpointId}/resend`, other),
      await world.post(`${at}/resend`, since, other),
    ];
    expect(new Set(answers.map(({ json }) => json.code))).toEqual(new Set(['not_found']));
    expect((await world.get(PATH, other)).json).toEqual({ endpoints: [] });
    expect((await world.get('/v1/ops/webhook-endpoints')).json.code).toBe('not_permitted');
  });

  it('is registered once for a URL, and ten at most', async () => {
    const options = { participant: 'KHANGKOR' };
    const first = await register({ url: `${receiver.url}/0` }, options);
    const again = await register({ url: `${receiver.url}/0`, types: ['payment.failed'] }, options);
    expect(again).toEqual({ ...first, types: ['payment.failed'] });
    for (let index = 1; index < 10; index += 1) await register({ url: `${receiver.url}/${index}` }, options);
    const { status, json } = await world.post(PATH, { url: `${receiver.url}/10` }, options);
    expect([status, json.code, json.detail]).toEqual([
      403,
      'not_permitted',
      'A participant may have 10 endpoints.',
    ]);
  });

  it.each([
    ['/url', { url: 'not a url' }],
    ['/url', { url: 'ftp://bank.example/' }],
    ['/url', { url: 'https://user:word@bank.example/' }],
    ['/url', { url: 'https://bank.example/#part' }],
    ['/types/0', { types: ['payment.lost'] }],
  ])('says what is wrong with %s: %j', async (path, change) => {
    const { status, json } = await world.post(PATH, { url: receiver.url, ...change });
    expect([status, json.code, json.errors[0].path]).toEqual([400, 'schema_invalid', path]);
  });
});

describe('outside of a sandbox', () => {
  it('endpoints are public and of https, and there are none without a secret to sign by', async () => {
    const secret = { TONLE_GATEWAY_WEBHOOK_SECRET: 'of the operator, and nobody else knows it' };
    const production = await GatewayWorld.start('gateway_webhooks_production', secret);
    try {
      for (const url of [
        'http://bank.example/',
        'https://10.0.0.1/',
        'https://0x7f.1/',
        'https://[::1]:8443/',
      ]) {
        const { status, json } = await production.post(PATH, { url });
        expect([status, json.errors[0].path]).toEqual([400, '/url']);
      }
      expect((await production.post(PATH, { url: 'https://bank.example/hook' })).status).toBe(201);
    } finally {
      await production.close();
    }
    const without = await GatewayWorld.start('gateway_webhooks_off');
    try {
      const { status, json } = await without.post(PATH, { url: 'https://bank.example/hook' });
      expect([status, json.code]).toEqual([403, 'not_permitted']);
    } finally {
      await without.close();
    }
  });
});
