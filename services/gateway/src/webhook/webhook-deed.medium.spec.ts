import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { auditLogCalls } from '@tonle/contracts';
import { GatewayWorld } from '../testing/gateway-world.js';
import { Receiver } from './webhook.testing.js';

// Real: the gateway with PostgreSQL and HTTP, and a server that is told.

const PATH = '/v1/webhook-endpoints';
let world: GatewayWorld;
let receiver: Receiver;
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_webhook_deeds', { TONLE_SANDBOX: 'true' });
  receiver = await Receiver.open();
});
afterAll(async () => {
  await world.close();
  await receiver.close();
});

const recorded = async () => {
  const all = { after: 0, until: 1_000_000, limit: 1_000 };
  return (await world.platform.calls.call(auditLogCalls('gateway').entries, all)).entries;
};
const act = async (path: string, body: object = {}) => {
  const { status, json } = await world.post(`${PATH}${path}`, body);
  expect([status, json.code]).toEqual([expect.any(Number), undefined]);
  return json;
};
const deliveries = async (at: string) => (await world.get(`${PATH}${at}/deliveries`)).json.deliveries;

it('what a key does to an endpoint is in the audit log, each deed once, with what stood before', async () => {
  const url = `${receiver.url}/deeds`;
  const { endpointId } = await act('', { url });
  await act('', { url });
  await act('', { url, types: ['payment.failed'] });
  const at = `/${endpointId}`;
  const { eventId } = await act(`${at}/test`);
  await world.until(async () => (await deliveries(at))[0]?.state === 'delivered');
  await act(`${at}/deliveries/${eventId}/resend`);
  await world.until(() => receiver.received.length === 2);
  await world.until(async () => (await deliveries(at))[0]?.state === 'delivered');
  const since = '2026-01-01T00:00:00.000Z';
  expect(await act(`${at}/resend`, { since })).toEqual({ count: 0 });
  await world.platform.database.query(`UPDATE webhook_delivery SET state = 'failed' WHERE endpoint_id = $1`, [
    endpointId,
  ]);
  expect(await act(`${at}/resend`, { since })).toEqual({ count: 1 });
  await act(`${at}/keys`, { overlapHours: 1 });
  await world.platform.database.query(
    `UPDATE webhook_endpoint SET state = 'disabled', disabled_because = 'failing' WHERE endpoint_id = $1`,
    [endpointId],
  );
  await act(`${at}/enable`);
  // Nobody else's is changed, so nothing is written down.
  expect((await world.send('DELETE', `${PATH}${at}`, undefined, { participant: 'KHANGKOR' })).status).toBe(
    404,
  );
  for (const status of [200, 404])
    expect((await world.send('DELETE', `${PATH}${at}`, undefined, {})).status).toBe(status);

  const target = { url, format: 'webhook', types: [], description: '' };
  const entries = await recorded();
  expect(entries.map(({ action, before, after }) => ({ action, before, after }))).toEqual([
    { action: 'webhook.register', before: undefined, after: target },
    { action: 'webhook.change', before: target, after: { ...target, types: ['payment.failed'] } },
    { action: 'webhook.test', before: undefined, after: { eventId } },
    { action: 'webhook.resend', before: undefined, after: { eventId } },
    { action: 'webhook.resend-failed', before: undefined, after: { since, count: 1 } },
    {
      action: 'webhook.rotate-key',
      before: { keyNumber: 1 },
      after: { keyNumber: 2, previousUntil: expect.any(String) },
    },
    {
      action: 'webhook.enable',
      before: { url, state: 'disabled', disabledBecause: 'failing' },
      after: { url, state: 'active' },
    },
    { action: 'webhook.delete', before: { url, state: 'active' }, after: { url, state: 'deleted' } },
  ]);
  const actor = { kind: 'participant', name: 'KHMEKONG-1', participant: 'KHMEKONG' };
  for (const entry of entries) expect([entry.actor, entry.object]).toEqual([actor, endpointId]);
});

it('a URL that two register at once is registered once, and once in the log', async () => {
  const before = (await recorded()).length;
  const body = { url: `${receiver.url}/twice` };
  const made = await Promise.all([act('', body), act('', body), act('', body)]);
  expect(new Set(made.map(({ endpointId }) => endpointId)).size).toBe(1);
  const actions = (await recorded()).slice(before).map(({ action }) => action);
  expect(actions.filter((action) => action === 'webhook.register')).toHaveLength(1);
});
