import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adapterCalls, refused, routingCalls } from '@tonle/contracts';
import { ServiceUnavailable } from '@tonle/messaging';
import { networkTo } from '../testing/directory-entries.js';
import { eventOf } from '../testing/payment-event.js';
import { GatewayWorld } from '../testing/gateway-world.js';

// Real: the gateway with PostgreSQL and HTTP. The adapter that issues codes, and routing, are played by the test.

let world: GatewayWorld;
beforeAll(async () => {
  const demanding = networkTo('reef', {}, { requiredPurposes: { outbound: ['GDDS'], inbound: [] } });
  world = await GatewayWorld.start('gateway_payment_codes', {}, demanding);
});
afterAll(() => world.close());

const BODY = {
  corridor: 'KH-TH',
  debtor: { name: 'Sok Dara', account: ' U0000123@mekong'.trim() },
  most: { currency: 'KHR', amount: '200000' },
};
const ask = (more: object = {}) => world.post('/v1/payment-codes', { ...BODY, ...more });

describe('a bank that asks for a code', () => {
  it('is told what its customer shows, how far it goes, and until when', async () => {
    const { status, json } = await ask();
    expect(status).toBe(200);
    expect(json).toMatchObject({
      corridor: 'KH-TH',
      code: '281234567890123456',
      barcode: '6212345678901234567',
      most: { currency: 'KHR', amount: '200000.00' },
    });
    expect(world.codesAsked.at(-1)).toEqual({
      codeId: json.paymentCodeId,
      participant: 'KHMEKONG',
      corridor: 'KH-TH',
      debtor: { name: 'Sok Dara', account: 'u0000123@mekong', accountType: 'bakong' },
      most: { currency: 'KHR', minor: '20000000' },
    });
  });

  it.each<[string, object, number, string]>([
    ['of another bank', { debtor: { ...BODY.debtor, account: 'u1@angkor' } }, 403, 'not_permitted'],
    ['of no bank', { debtor: { ...BODY.debtor, account: 'u1' } }, 422, 'account_unknown'],
    ['of an unknown kind', { debtor: { ...BODY.debtor, accountType: 'MBNO' } }, 400, 'schema_invalid'],
    ['for an unknown corridor', { corridor: 'KH-XX' }, 422, 'corridor_unknown'],
    [
      'for a corridor whose payments need a purpose, which a merchant cannot name',
      { corridor: 'KH-reef' },
      422,
      'payment_codes_not_served',
    ],
    ['in a currency of the merchant', { most: { currency: 'THB', amount: '10' } }, 422, 'unknown_currency'],
    ['for nothing', { most: { currency: 'KHR', amount: '0' } }, 422, 'amount_not_positive'],
    ['without an amount', { most: undefined }, 400, 'schema_invalid'],
  ])('gets none for a payer %s', async (_what, more, status, code) => {
    const asked = world.codesAsked.length;
    const answer = await ask(more);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    expect(world.codesAsked).toHaveLength(asked);
  });

  it('is told why the network gives none', async () => {
    const { calls } = world.platform;
    calls.serve(adapterCalls('adapter-thailand').paymentCode, () =>
      Promise.resolve({ answer: refused('payment_codes_not_served') }),
    );
    const { status, json } = await ask();
    expect([status, json.code]).toEqual([422, 'payment_codes_not_served']);
  });
});

describe('a payment that was drawn on a code', () => {
  let paymentId: string;
  beforeAll(async () => {
    const { random, clock } = world.platform;
    paymentId = random.id(clock.now());
    const at = new Date(clock.now()).toISOString();
    const paymentCodeId = random.id(clock.now());
    const submit = {
      paymentId,
      uetr: random.uuid(),
      direction: 'outbound' as const,
      corridor: 'KH-TH',
      sender: 'KHMEKONG',
      messageId: `drawn on ${paymentCodeId}`,
      endToEndId: 'NOTPROVIDED',
      quoteId: random.uuid(),
      source: { currency: 'KHR', minor: '4000000' },
      target: { currency: 'THB', minor: '1000' },
      debtor: { name: 'Sok Dara', account: 'u0000123@mekong', accountType: 'bakong' },
      debtorAgent: 'KHMEKONG',
      creditor: { name: 'Kopi Shop', account: 'PR1', accountType: 'ORDER' },
      creditorAgent: 'THSWITCH',
      payerSecured: false,
      acceptedAt: at,
      receivedAt: at,
      replyTo: { service: 'adapter-thailand', instance: 'thai-1' },
    };
    const { debtor, creditor, receivedAt } = submit;
    const event = eventOf(submit, 'COMPLETED', clock.now(), { paymentCodeId });
    world.received.push({ ...event, debtor, creditor, receivedAt, deadline: at });
  });

  it("is its bank's, whole, and nobody else's", async () => {
    const { status, json } = await world.get(`/v1/payments/${paymentId}`);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      direction: 'outbound',
      state: 'completed',
      debtor: { account: 'u0000123@mekong' },
      creditor: { name: 'Kopi Shop' },
      partnerReferences: { debit: `hash-${paymentId}`, credit: `TH-${paymentId}` },
    });
    expect(json.messageId).toBe(`drawn on ${json.paymentCodeId}`);
    expect((await world.get(`/v1/payments/${paymentId}`, { participant: 'KHANGKOR' })).status).toBe(404);
  });

  it('is in its list of what goes out', async () => {
    const idsOf = async (query: string) =>
      (await world.get(`/v1/payments?${query}`)).json.payments.map(
        (each: { paymentId: string }) => each.paymentId,
      );
    expect(await idsOf('direction=outbound')).toEqual([paymentId]);
    expect(await idsOf('')).toEqual([paymentId]);
    expect(await idsOf('direction=inbound')).toEqual([]);
  });

  it('is missed, and the list says so, while routing is away', async () => {
    world.platform.calls.serve(routingCalls.inboundPayments, () =>
      Promise.reject(new ServiceUnavailable('routing', 'is away')),
    );
    const { status, json } = await world.get('/v1/payments?direction=outbound');
    expect([status, json.payments]).toEqual([200, []]);
    expect(json.note).toContain('drawn on payment codes');
  });
});
