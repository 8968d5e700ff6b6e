import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { writeIso } from '@tonle/iso20022';
import { isoPayment, readStatus } from '../iso20022/iso.testing.js';
import { GatewayWorld } from '../testing/gateway-world.js';

// Real: the gateway over its wire, PostgreSQL. Routing is played by the world.

let world: GatewayWorld;
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_duplicate');
});
afterAll(() => world.close());
beforeEach(() => {
  world.behaviour = 'silent';
});

/** A payment of which the gateway has heard that nobody knows what became of it. */
async function unknown(account: string): Promise<{ paymentId: string; uetr: string }> {
  const debtor = { name: 'Sok Dara', account };
  const first = await world.pay({ ...(await world.payable()), debtor }, `first-${account}`);
  expect(first.status).toBe(202);
  const { paymentId, uetr } = first.json;
  await world.tell(await world.submitOf(paymentId), 'CREDIT_UNKNOWN');
  await world.until(async () => {
    const rows = await world.test.database.query('SELECT state FROM request WHERE payment_id = $1', [
      paymentId,
    ]);
    return (rows[0] as { state: string | null }).state === 'CREDIT_UNKNOWN';
  });
  return { paymentId, uetr };
}

describe('a second payment like one without an outcome', () => {
  it('is answered over REST by which one it is and how to confirm, however its account is spelled', async () => {
    const { paymentId, uetr } = await unknown('u0000124@mekong');
    const body = { ...(await world.payable()), debtor: { name: 'Sok Dara', account: 'U0000124@MEKONG' } };
    const before = await world.count();
    const refused = await world.pay(body, 'second');
    expect(refused).toMatchObject({
      status: 409,
      json: {
        code: 'duplicate_suspected',
        retry: 'confirm',
        duplicateOf: { paymentId, uetr },
        errors: [{ path: '/confirmDuplicateOf', message: expect.stringContaining(paymentId) }],
      },
    });
    expect(await world.count()).toBe(before);
    // The same key: nothing was kept of it.
    const meant = await world.pay({ ...body, confirmDuplicateOf: paymentId }, 'second');
    expect(meant).toMatchObject({ status: 202, json: { state: 'processing' } });
    // A repeat is one, with its confirmation or without.
    for (const repeat of [body, { ...body, confirmDuplicateOf: paymentId }])
      expect((await world.pay(repeat, 'second')).json.paymentId).toBe(meant.json.paymentId);
    expect(await world.count()).toBe(before + 1);
  });

  it.each(['pacs.008.001.08', 'pacs.008.001.13'])(
    'is rejected over ISO 20022 (%s), and confirmed by UETR',
    async (version) => {
      const account = `u000${version.slice(-2)}@mekong`;
      const { uetr } = await unknown(account);
      const count = Number(version.slice(-2));
      const message = { ...(await isoPayment(world, count)), debtorAccount: { id: account } };
      const send = (more: object) =>
        world.postXml('/iso20022/pacs.008', writeIso({ ...message, ...more }, version));
      const { status } = readStatus(await send({}));
      expect(status).toMatchObject({ status: 'RJCT', reason: 'DUPL' });
      expect(status.reasonText?.join(' ')).toContain(uetr);
      expect(readStatus(await send({})).status).toMatchObject({ status: 'RJCT', reason: 'DUPL' });
      // Another message, by its content.
      expect(readStatus(await send({ duplicateOf: uetr })).status).toMatchObject({ status: 'RCVD' });
    },
  );
});
