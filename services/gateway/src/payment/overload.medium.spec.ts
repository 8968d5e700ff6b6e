import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { writeIso } from '@tonle/iso20022';
import { isoPayment } from '../iso20022/iso.testing.js';
import { GatewayWorld } from '../testing/gateway-world.js';

// Routing stands: what callers of the gateway see of it, from the first payment that waits to the first that is taken again.

let world: GatewayWorld;
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_overload', { TONLE_QUEUE_AGE_MAX_MS: '2000' });
});
afterAll(() => world.close());

let count = 0;
const pay = async (body: unknown) => world.pay(body, `overload-${(count += 1)}`);
const ready = async () => (await fetch(`${world.url}/health/ready`)).json();

it('turns new payments away while what was taken waits for routing, and nothing else', async () => {
  const body = await world.payable();
  const message = await isoPayment(world, 1);
  world.behaviour = 'silent';
  world.isStuck = true;
  const first = await world.pay(body, 'first');
  expect(first.status).toBe(202);
  let refused = first;
  await world.until(async () => (refused = await pay(body)).status === 503);
  expect(refused).toMatchObject({ json: { code: 'overloaded', retry: 'later' } });
  expect(refused.headers.get('retry-after')).toBe('1');
  const stored = await world.count();

  const iso = () => world.postXml('/iso20022/pacs.008', writeIso(message, 'pacs.008.001.08'));
  expect(await iso()).toMatchObject({ status: 503, json: { code: 'overloaded' } });
  expect((await world.pay(body, 'first')).json.paymentId).toBe(first.json.paymentId);
  expect((await world.get(`/v1/payments/${first.json.paymentId}`)).status).toBe(200);
  expect(await ready()).toMatchObject({ status: 'ok', impaired: ['intake'] });
  expect(await world.count()).toBe(stored);

  world.isStuck = false;
  await world.until(async () => (await pay(body)).status === 202);
  expect(await ready()).toMatchObject({ impaired: [] });
  // No end was told of it: the same message is taken now.
  expect((await iso()).status).toBe(202);
});
