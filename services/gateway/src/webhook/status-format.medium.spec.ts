import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readIso, writeIso } from '@tonle/iso20022';
import { isoPayment, MEKONG, TONLE } from '../iso20022/iso.testing.js';
import { GatewayWorld } from '../testing/gateway-world.js';
import { ANSWERS, Receiver, signersOf, type Received } from './webhook.testing.js';

// Real: the gateway with PostgreSQL and HTTP, and a bank's server that is called back. Routing is the test's hand.

let world: GatewayWorld;
let receiver: Receiver;
let key: string;
let endpoint: string;
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_call_backs', { TONLE_SANDBOX: 'true' });
  receiver = await Receiver.open();
  const { json } = await world.post('/v1/webhook-endpoints', { url: receiver.url, format: 'pacs.002' });
  key = json.keys[0].publicKey;
  endpoint = `/v1/webhook-endpoints/${json.endpointId}`;
});
afterAll(async () => {
  await world.close();
  await receiver.close();
});

const statusIn = ({ body }: Received) => readIso(Buffer.from(body));
async function next(count: number): Promise<Received> {
  await world.until(() => receiver.received.length >= count);
  expect(receiver.received).toHaveLength(count);
  return receiver.received.at(-1)!;
}

it('a bank that sends pacs.008 is called back with the end, in the same bytes until it takes them', async () => {
  world.behaviour = 'silent';
  receiver.behaviour = ANSWERS.fail;
  const message = await isoPayment(world, 1);
  await world.postXml('/iso20022/pacs.008', writeIso(message, 'pacs.008.001.13'));
  await world.until(() => world.submits.length === 1);
  const submit = world.submits[0]!;
  await world.tell(submit, 'CREDIT_UNKNOWN');
  await world.tell(submit, 'COMPLETED');
  const first = await next(1);
  expect(statusIn(first)).toMatchObject({
    version: 'pacs.002.001.15',
    header: { from: TONLE, to: MEKONG },
    message: {
      status: 'ACCC',
      originalMessageId: message.messageId,
      originalMessageName: 'pacs.008.001.13',
      originalUetr: message.uetr,
    },
  });
  expect(first.headers['content-type']).toBe('application/xml; charset=utf-8');
  receiver.behaviour = ANSWERS.take;
  // Its answer is written down before the clock moves: the retry counts from then.
  await world.until(
    async () => (await world.get(`${endpoint}/deliveries?state=pending`)).json.deliveries.length > 0,
  );
  world.platform.clock.advance(10_000);
  const again = await next(2);
  expect([again.id, again.body]).toEqual([first.id, first.body]);
  expect(signersOf(again, [key])).toEqual([key]);
});

it('so is one that pays by REST, and that its payment failed is said with the reason', async () => {
  world.behaviour = { state: 'REJECTED', reason: 'quote_expired' };
  const { json } = await world.pay(await world.payable(), 'call-back-1');
  expect(statusIn(await next(3))).toMatchObject({
    version: 'pacs.002.001.10',
    message: { status: 'RJCT', reason: 'AB04', originalMessageId: 'call-back-1', originalUetr: json.uetr },
  });
});

it('a try is a status of no payment', async () => {
  await world.send('POST', `${endpoint}/test`, undefined, {});
  const tried = statusIn(await next(4));
  expect(tried).toMatchObject({
    message: { kind: 'status', reasonText: ['webhook.test', expect.anything()] },
  });
  expect(tried).not.toHaveProperty('message.status');
});
