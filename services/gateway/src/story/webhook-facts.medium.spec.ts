import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { storyCalls, type StoryFact } from '@tonle/contracts';
import { writeIso } from '@tonle/iso20022';
import { isoPayment } from '../iso20022/iso.testing.js';
import { GatewayWorld } from '../testing/gateway-world.js';
import { ANSWERS, Receiver } from '../webhook/webhook.testing.js';

// Real: the gateway with PostgreSQL and HTTP, and a bank's server that is told by webhook and by pacs.002.

let world: GatewayWorld;
let receiver: Receiver;
let events: string;
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_webhook_story', { TONLE_SANDBOX: 'true' });
  receiver = await Receiver.open();
  const types = ['payment.completed'];
  const { json } = await world.post('/v1/webhook-endpoints', { url: receiver.url, types });
  events = json.endpointId;
  await world.post('/v1/webhook-endpoints', { url: `${receiver.url}/iso`, format: 'pacs.002', types });
});
afterAll(async () => {
  await world.close();
  await receiver.close();
});

const names = (paymentId: string) => ({ paymentId, lookupIds: [], recallIds: [] });
const sentOf = async (paymentId: string): Promise<StoryFact[]> => {
  const { facts } = await world.platform.calls.call(storyCalls('gateway').facts, names(paymentId));
  return facts.filter(({ id }) => id.startsWith('webhook'));
};
const bytesOf = async (paymentId: string, ids: readonly string[]) => {
  const asked = { ...names(paymentId), ids: [...ids] };
  const { messages } = await world.platform.calls.call(storyCalls('gateway').bytes, asked);
  return messages.map(({ base64 }) => Buffer.from(base64, 'base64').toString());
};
/** Paid by pacs.008, and at its end. */
async function paid(nth: number): Promise<string> {
  world.behaviour = { state: 'COMPLETED' };
  await world.postXml('/iso20022/pacs.008', writeIso(await isoPayment(world, nth), 'pacs.008.001.13'));
  return world.submits.at(-1)!.paymentId;
}

describe('what the story has of webhooks', () => {
  it('is each attempt with its answer and the bytes that went out, and when it is sent next', async () => {
    receiver.behaviour = ANSWERS.fail;
    const paymentId = await paid(1);
    await world.until(async () => (await sentOf(paymentId)).length === 4);
    const failed = await sentOf(paymentId);
    expect(failed.map(({ kind }) => kind).sort()).toEqual(['message_out', 'message_out', 'timer', 'timer']);
    const { host } = new URL(receiver.url);
    expect(failed.find(({ facts }) => facts!['endpointId'] === events)).toMatchObject({
      kind: 'message_out',
      words: `payment.completed sent to KHMEKONG at ${host}: HTTP 500 (not taken)`,
      facts: { operation: 'webhook', attempt: '1', status: '500' },
      bytes: { status: 500 },
    });
    expect(JSON.stringify(failed)).not.toContain('/hook');
    receiver.behaviour = ANSWERS.take;
    world.platform.clock.advance(10_000);
    await world.until(async () => (await sentOf(paymentId)).every(({ kind }) => kind === 'message_out'));
    const told = await sentOf(paymentId);
    expect(told.map(({ facts }) => [facts!['attempt'], facts!['status']]).sort()).toEqual([
      ['1', '500'],
      ['1', '500'],
      ['2', '200'],
      ['2', '200'],
    ]);
    const went = receiver.received.map(({ body }) => body).sort();
    expect(
      (
        await bytesOf(
          paymentId,
          told.map(({ id }) => id),
        )
      ).sort(),
    ).toEqual(went);
    expect(went.some((body) => body.includes('FIToFIPmtStsRpt'))).toBe(true);
  });

  it('has no bytes that are not those that went out', async () => {
    const paymentId = await paid(2);
    await world.until(async () => (await sentOf(paymentId)).length === 2);
    await world.test.database.query(
      `UPDATE webhook_delivery SET attempts = jsonb_set(attempts, '{0,sha256}', '"00"') WHERE payment_id = $1`,
      [paymentId],
    );
    const told = await sentOf(paymentId);
    expect(told.map(({ bytes, facts }) => [bytes, facts!['sha256']])).toEqual([
      [undefined, '00'],
      [undefined, '00'],
    ]);
    expect(
      await bytesOf(
        paymentId,
        told.map(({ id }) => id),
      ),
    ).toEqual([]);
  });

  it('says what is to be done about one that was given up', async () => {
    const paymentId = await paid(3);
    await world.until(async () => (await sentOf(paymentId)).length === 2);
    await world.test.database.query(
      `UPDATE webhook_delivery SET state = 'failed' WHERE payment_id = $1 AND endpoint_id = $2`,
      [paymentId, events],
    );
    const trouble = (await sentOf(paymentId)).filter(({ kind }) => kind === 'trouble');
    expect(trouble.map(({ words }) => words)).toEqual([
      expect.stringMatching(/^payment.completed was given up at .*KHMEKONG reads it in its feed/),
    ]);
  });
});
