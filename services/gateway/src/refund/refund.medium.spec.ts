import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { routingCalls, type DirectoryEntry, type PaymentView, type RefundCause } from '@tonle/contracts';
import { directoryEntries, networkTo } from '../testing/directory-entries.js';
import { GatewayWorld, type HttpAnswer, type SendOptions } from '../testing/gateway-world.js';
import { eventOf } from '../testing/payment-event.js';

// Real: the gateway with PostgreSQL and HTTP. Routing and fx answer from here; KH-TH has refunds, KH-reef has none.

const riel = (minor: string) => ({ currency: 'KHR', minor });
let world: GatewayWorld;
let keys = 0;
const freshKey = () => `refund-${(keys += 1)}`;

beforeAll(async () => {
  world = await GatewayWorld.start('gateway_refund', {}, [...networkTo('reef'), withRefunds('KH-TH')]);
  world.behaviour = 'silent';
  await world.pay(await world.payable(), freshKey());
  await world.until(() => world.submits.length === 1);
});
afterAll(() => world.close());
beforeEach(() => {
  world.behaviour = { state: 'COMPLETED' };
  world.cause = undefined;
});

function withRefunds(corridor: string): DirectoryEntry {
  const entry = directoryEntries(0).entries.find(({ id }) => id === corridor)!;
  return {
    ...entry,
    version: 2,
    body: { ...(entry.body as object), refunds: { days: 30, rate: 'original' } },
  };
}

/** 41,000 riel that a payer of Thailand has paid to a customer of KHMEKONG. */
function paidTo(more: Partial<PaymentView> = {}): PaymentView {
  const { clock, random } = world.platform;
  const at = new Date(clock.now()).toISOString();
  const view: PaymentView = {
    ...eventOf(world.submits[0]!, 'COMPLETED', clock.now()),
    paymentId: random.id(clock.now()),
    uetr: random.uuid(),
    quoteId: random.uuid(),
    direction: 'inbound',
    corridor: 'KH-TH',
    sender: 'THSWITCH',
    messageId: 'TH-1',
    debtorAgent: 'THSWITCH',
    creditorAgent: 'KHMEKONG',
    debtor: { name: 'Somsri Jaidee', account: '0066812345678', accountType: 'MBNO' },
    creditor: { name: 'Sok Dara', account: 'u0000123@mekong', accountType: 'bakong' },
    source: { currency: 'THB', minor: '33745' },
    target: riel('4100000'),
    receivedAt: at,
    deadline: at,
    ...more,
  };
  world.received.push(view);
  return view;
}

function refund(body: object, key = freshKey(), options: SendOptions = {}): Promise<HttpAnswer> {
  const headers = { 'idempotency-key': key, prefer: 'wait=10', ...options.headers };
  return world.post('/v1/refunds', body, { ...options, headers });
}

const WAITING = { headers: { prefer: 'wait=10' } };
const amount = (riels: string) => ({ currency: 'KHR', amount: riels });
const quotes = () => world.quotes.size;

describe('POST /v1/refunds', () => {
  it('pays the payer of the payment from its payee, and names the payment', async () => {
    const original = paidTo({ refundedAmount: riel('1000000') });
    const uetr = world.platform.random.uuid();
    const body = { paymentId: original.paymentId, reason: 'Sold out', endToEndId: 'R-1', uetr };
    const { status, json, headers } = await refund(body);
    expect([status, headers.get('location')]).toEqual([200, `/v1/payments/${json.paymentId}`]);
    expect(json).toMatchObject({
      uetr,
      state: 'completed',
      direction: 'outbound',
      corridor: 'KH-TH',
      sender: 'KHMEKONG',
      endToEndId: 'R-1',
      refundOf: original.paymentId,
      source: amount('31000.00'),
      debtor: { account: 'u0000123@mekong', agent: 'KHMEKONG' },
      creditor: { name: 'Somsri Jaidee', account: '***5678', agent: 'THSWITCH' },
      remittance: 'Sold out',
    });
    expect(world.submits.find(({ paymentId }) => paymentId === json.paymentId)).toMatchObject({
      debtor: original.creditor,
      creditor: original.debtor,
      creditorAgent: 'THSWITCH',
      payerSecured: false,
      refundOf: {
        paymentId: original.paymentId,
        messageId: 'TH-1',
        quoteId: original.quoteId,
        source: original.source,
        target: original.target,
      },
    });
    expect(world.quotes.get(json.quoteId)).toMatchObject({
      participant: 'KHMEKONG',
      refundOf: original.quoteId,
      direction: 'outbound',
    });
  });

  it('says whose fault it is, and who bears the rate', async () => {
    const original = paidTo();
    const { json } = await refund({ paymentId: original.paymentId, fault: 'receiving_side' });
    const refundCause = { fault: 'receiving_side', fxBearer: 'provider' };
    expect(json).toMatchObject({ refundCause });
    expect(world.submits.find(({ paymentId }) => paymentId === json.paymentId)).toMatchObject({
      refundCause,
    });
    Object.assign(original, {
      refunds: [{ paymentId: json.paymentId, state: 'COMPLETED', amount: riel('100') }],
    });
    const shown = await world.get(`/v1/payments/${original.paymentId}`);
    expect(shown.json.refunds).toEqual([
      { paymentId: json.paymentId, state: 'COMPLETED', amount: amount('1.00') },
    ]);
    const listed = await world.get(`/v1/payments?direction=outbound&refundOf=${original.paymentId}`);
    expect(listed.json.payments.map(({ paymentId }: { paymentId: string }) => paymentId)).toEqual([
      json.paymentId,
    ]);
  });

  it('is one refund however often it is asked for, whatever is left by then and without another price', async () => {
    const original = paidTo();
    const [body, key] = [{ paymentId: original.paymentId, amount: amount('41000') }, freshKey()];
    const first = await refund(body, key);
    const before = quotes();
    Object.assign(original, { refundedAmount: riel('4100000') });
    expect((await refund(body, key)).json.paymentId).toBe(first.json.paymentId);
    expect((await refund({ ...body, amount: amount('100') }, key)).json.code).toBe('key_reused');
    expect((await refund({ paymentId: original.paymentId }, key)).json.code).toBe('key_reused');
    expect(quotes()).toBe(before);
  });

  it('tells the same of two requests at once', async () => {
    const original = paidTo();
    const key = freshKey();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => refund({ paymentId: original.paymentId }, key)),
    );
    expect(new Set(answers.map(({ json }) => json.paymentId)).size).toBe(1);
  });

  it.each<[string, () => PaymentView, object, string]>([
    [
      'nobody knows',
      () => ({ paymentId: '0193b0a0-0000-7000-8000-00000000ffff' }) as PaymentView,
      {},
      'original_unknown',
    ],
    ['came in for another bank', () => paidTo({ creditorAgent: 'KHANGKOR' }), {}, 'original_unknown'],
    ['was sent by the bank', () => paidTo({ direction: 'outbound' }), {}, 'original_unknown'],
    ['is in a corridor without refunds', () => paidTo({ corridor: 'KH-reef' }), {}, 'refund_not_served'],
    ['is a refund', () => paidTo({ refundOf: crypto.randomUUID() }), {}, 'refund_not_served'],
    ['is under way', () => paidTo({ state: 'CREDIT_SENT' }), {}, 'original_not_completed'],
    ['is too old', () => paidTo({ completedAt: '2020-01-01T00:00:00Z' }), {}, 'refund_too_late'],
    ['was less', () => paidTo(), { amount: amount('41100') }, 'refund_exceeds'],
    ['was in riel', () => paidTo(), { amount: { currency: 'THB', amount: '1.00' } }, 'unknown_currency'],
    ['has no parts of a riel', () => paidTo(), { amount: amount('0.50') }, 'too_many_decimals'],
  ])('refuses a refund of a payment that %s, without a price', async (_what, original, more, code) => {
    const before = quotes();
    const { json } = await refund({ paymentId: original().paymentId, ...more });
    expect(json.code).toBe(code);
    expect(quotes()).toBe(before);
  });

  it('says what is left', async () => {
    const { paymentId } = paidTo({ refundedAmount: riel('4000000') });
    expect((await refund({ paymentId, amount: amount('1100') })).json.detail).toBe(
      'Of 41000 KHR, 1000 KHR is left to refund; this refund is of 1100 KHR.',
    );
    const spent = paidTo({ refundedAmount: riel('4100000') });
    expect((await refund({ paymentId: spent.paymentId, amount: amount('1') })).json).toMatchObject({
      code: 'already_refunded',
      detail: 'All of 41000 KHR has been given back.',
    });
  });
});

describe('a payment that came in', () => {
  it('shows what refunds have given back, and what they may still', async () => {
    const { paymentId } = paidTo({ refundedAmount: riel('1000000') });
    const shown = { refundedAmount: amount('10000.00'), refundableAmount: amount('31000.00') };
    expect((await world.get(`/v1/payments/${paymentId}`)).json).toMatchObject(shown);
    const { payments } = (await world.get('/v1/payments?direction=inbound')).json;
    expect(payments.find((each: PaymentView) => each.paymentId === paymentId)).toMatchObject(shown);
  });

  it('shows nothing that may be given back where nothing may', async () => {
    const { paymentId } = paidTo({ corridor: 'KH-reef' });
    expect((await world.get(`/v1/payments/${paymentId}`)).json).not.toHaveProperty('refundableAmount');
  });

  it('as a refund of what was sent names that', async () => {
    const original = crypto.randomUUID();
    const { paymentId } = paidTo({ refundOf: original });
    expect((await world.get(`/v1/payments/${paymentId}`)).json).toMatchObject({ refundOf: original });
  });
});

describe('a payment that was sent', () => {
  it('shows what came back of it, and what may still come', async () => {
    const { paymentId } = (await world.pay(await world.payable(), freshKey(), WAITING)).json;
    const view = world.payments.get(paymentId)!;
    world.payments.set(paymentId, { ...view, refundedAmount: { currency: 'THB', minor: '2000' } });
    const shown = {
      refundedAmount: { currency: 'THB', amount: '20.00' },
      refundableAmount: { currency: 'THB', amount: '800.00' },
    };
    expect((await world.get(`/v1/payments/${paymentId}`)).json).toMatchObject(shown);
    const { payments } = (await world.get('/v1/payments?direction=outbound')).json;
    expect(payments.find((each: PaymentView) => each.paymentId === paymentId)).toMatchObject(shown);
  });
});

describe('a fault of the switch', () => {
  const found = { reason: 'an outage', evidence: 'incident 12' };
  const path = ({ paymentId }: PaymentView) => `/v1/ops/payments/${paymentId}/switch-fault`;

  it('is claimed by the bank of the payee once operators have found it', async () => {
    const original = paidTo();
    const claim = { paymentId: original.paymentId, fault: 'switch' };
    const made = world.submits.length;
    expect((await refund(claim)).json.code).toBe('refund_fault_not_found');
    expect(world.submits).toHaveLength(made);
    const asked: unknown[] = [];
    world.platform.calls.serve(routingCalls.findSwitchFault, async (request) => {
      asked.push(request);
      return { kind: 'done' };
    });
    expect((await world.post(path(original), found)).json.code).toBe('not_permitted');
    expect(asked).toEqual([]);
    const operator = { participant: 'OPERATOR' };
    expect((await world.post(path(original), found, operator)).json).toEqual({ done: true });
    expect(asked).toMatchObject([{ paymentId: original.paymentId, operator: 'OPERATOR-1', ...found }]);
    Object.assign(original, { switchFault: true });
    expect((await refund(claim)).json).toMatchObject({ refundCause: { fault: 'switch' } });
  });

  it('and what its price comes to is told to whoever is invoiced', async () => {
    const conversion = { source: riel('4200000'), rate: '0.008' };
    const feeReturned = { payer: 'THSWITCH', amount: { currency: 'THB', minor: '100' } };
    const shownOf = async (cause: RefundCause) => {
      world.cause = cause;
      const { json } = await refund({
        paymentId: paidTo({ switchFault: true }).paymentId,
        fault: cause.fault,
      });
      return json.refundCause;
    };
    const ours = { fault: 'receiving_side', fxBearer: 'receiving_side' } as const;
    expect(await shownOf({ ...ours, conversion, feeReturned })).toEqual({
      ...ours,
      conversion: { source: amount('42000.00'), rate: '0.008' },
    });
    const schemes = { fault: 'switch', fxBearer: 'scheme' } as const;
    const toBank = { payer: 'KHMEKONG', amount: riel('100') };
    expect(await shownOf({ ...schemes, conversion, feeReturned: toBank })).toEqual({
      ...schemes,
      feeReturned: { payer: 'KHMEKONG', amount: amount('1.00') },
    });
  });
});
