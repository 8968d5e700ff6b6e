import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routingCalls, type PaymentView } from '@tonle/contracts';
import { ServiceUnavailable } from '@tonle/messaging';
import { GatewayWorld } from '../testing/gateway-world.js';
import { eventOf } from '../testing/payment-event.js';

// Real: the gateway with PostgreSQL and HTTP. Payments that come in are routing's, which answers from here.

const SETTLED = '2026-11-23';
let world: GatewayWorld;
/** Sent by KHMEKONG, the oldest first; between each two of them one came in for its customer. */
const sent: string[] = [];
const received: string[] = [];

beforeAll(async () => {
  world = await GatewayWorld.start('gateway_payment_list');
  for (const key of ['a', 'b', 'c']) {
    sent.push(await paid(key));
    world.platform.clock.advance(1_000);
    received.push(comesIn().paymentId);
    world.platform.clock.advance(1_000);
  }
});
afterAll(() => world.close());

async function paid(key: string, options: { amount?: string } = {}): Promise<string> {
  world.behaviour = 'silent';
  const body = await world.payable();
  const { amount = '820.00' } = options;
  const quote = await world.post('/v1/quotes', {
    lookupId: body.lookupId,
    amount: { currency: 'THB', amount },
  });
  const { json } = await world.pay({ ...body, quoteId: quote.json.quoteId }, key);
  await world.tell(await world.submitOf(json.paymentId), 'COMPLETED', { windows: [windowOn(SETTLED)] });
  return json.paymentId as string;
}

/** A payment from Thailand for a customer of KHMEKONG. */
function comesIn(more: Partial<PaymentView> = {}): PaymentView {
  const submit = world.submits[0]!;
  const { clock, random } = world.platform;
  const at = new Date(clock.now()).toISOString();
  const view: PaymentView = {
    ...eventOf(submit, 'COMPLETED', clock.now()),
    paymentId: random.id(clock.now()),
    uetr: random.uuid(),
    direction: 'inbound',
    sender: 'THSWITCH',
    messageId: 'TH-1',
    debtorAgent: 'THSWITCH',
    creditorAgent: 'KHMEKONG',
    debtor: { name: 'Somsri Jaidee', account: '0066812345678', accountType: 'MBNO', town: 'Bangkok' },
    creditor: { name: 'Sok Dara', account: 'u0000123@mekong', accountType: 'bakong' },
    source: { currency: 'THB', minor: '33745' },
    target: { currency: 'KHR', minor: '4100000' },
    fees: [{ kind: 'scheme', payer: 'THSWITCH', amount: { currency: 'THB', minor: '100' } }],
    partnerRefs: { debit: 'TH-REF', credit: 'hash-in' },
    windows: [windowOn(SETTLED)],
    remittance: 'Rent',
    receivedAt: at,
    deadline: at,
    ...more,
  };
  world.received.push(view);
  return view;
}

const windowOn = (day: string) => ({
  windowId: `BAKONG-KHR-${day}`,
  partner: 'BAKONG',
  currency: 'KHR',
  settlementMode: 'GROSS_RT' as const,
  day,
  calendarVersion: 1,
});

const idsOf = async (query: string, participant = 'KHMEKONG'): Promise<string[]> => {
  const { status, json } = await world.get(`/v1/payments?${query}`, { participant });
  expect(status).toBe(200);
  return json.payments.map(({ paymentId }: { paymentId: string }) => paymentId);
};

describe("the payee's bank", () => {
  it('sees a payment that comes in, with what the transfer tells and no more', async () => {
    const { json } = await world.get(`/v1/payments/${received[0]}`);
    expect(json).toMatchObject({
      paymentId: received[0],
      direction: 'inbound',
      state: 'completed',
      sender: 'THSWITCH',
      source: { currency: 'THB', amount: '337.45' },
      target: { currency: 'KHR', amount: '41000.00' },
      debtor: { name: 'Somsri Jaidee', account: '***5678', accountType: 'MBNO', agent: 'THSWITCH' },
      creditor: { name: 'Sok Dara', account: 'u0000123@mekong' },
      remittance: 'Rent',
      settlementDate: SETTLED,
      fees: [],
      partnerReferences: { credit: 'hash-in' },
    });
    for (const secret of ['0066812345678', 'Bangkok', 'TH-REF'])
      expect(JSON.stringify(json)).not.toContain(secret);
  });

  it('sees its own only', async () => {
    const other = { participant: 'KHANGKOR' };
    expect((await world.get(`/v1/payments/${received[0]}`, other)).status).toBe(404);
    expect(await idsOf('direction=inbound', 'KHANGKOR')).toEqual([]);
    // Whose payment goes out is not told as what comes in, whoever the payee's agent is.
    const out = world.payments.get(sent[0]!)!;
    world.payments.set(sent[0]!, { ...out, creditorAgent: 'KHANGKOR' });
    expect((await world.get(`/v1/payments/${sent[0]}`, other)).status).toBe(404);
  });
});

describe('a list', () => {
  it('has both directions in the order of time, or one', async () => {
    const newestFirst = [...sent, ...received].sort().reverse();
    expect(await idsOf('')).toEqual(newestFirst);
    expect(await idsOf('direction=inbound')).toEqual([...received].reverse());
    expect(await idsOf('direction=outbound')).toEqual([...sent].reverse());
  });

  it('goes on where a page ended, whatever came in meanwhile', async () => {
    const before = await idsOf('');
    const seen: string[] = [];
    let next = '';
    do {
      const { json } = await world.get(`/v1/payments?limit=2${next === '' ? '' : `&cursor=${next}`}`);
      seen.push(...json.payments.map(({ paymentId }: { paymentId: string }) => paymentId));
      next = json.next ?? '';
      comesIn();
      world.platform.clock.advance(1_000);
    } while (next !== '');
    expect(seen).toEqual(before);
  });

  it('asks routing for all that was asked for', async () => {
    const query =
      'from=2026-11-22T07:00:00%2B07:00&until=2026-11-24T00:00:00Z&settlementDate=2026-11-23&state=completed' +
      '&currency=KHR&amountMin=41000&amountMax=41000.00&partnerReference=hash-in&messageId=TH-1&endToEndId=E-1&limit=9';
    await idsOf(`direction=inbound&${query}`);
    expect(world.inboundSearches.at(-1)).toEqual({
      creditorAgent: 'KHMEKONG',
      from: '2026-11-22T00:00:00.000Z',
      until: '2026-11-24T00:00:00.000Z',
      settlementDate: '2026-11-23',
      states: ['COMPLETED'],
      amount: { currency: 'KHR', minMinor: '4100000', maxMinor: '4100000' },
      partnerReference: 'hash-in',
      messageId: 'TH-1',
      endToEndId: 'E-1',
      limit: 10,
    });
  });

  it('says that what comes in cannot be listed while routing is away', async () => {
    const { calls } = world.platform;
    calls.serve(routingCalls.inboundPayments, () =>
      Promise.reject(new ServiceUnavailable('routing', 'is away')),
    );
    const { status, json } = await world.get('/v1/payments');
    expect([status, json.code]).toEqual([503, 'unavailable']);
    expect(json.detail).toContain('direction=outbound');
    expect(await idsOf('direction=outbound')).toEqual([...sent].reverse());
    calls.serve(routingCalls.inboundPayments, (search) =>
      Promise.resolve({ payments: world.inbound(search) }),
    );
  });
});

describe('what was sent is found', () => {
  const found = (query: string) => idsOf(`direction=outbound&${query}`);

  it('by when it was received, to the millisecond', async () => {
    const { json } = await world.get(`/v1/payments/${sent[1]}`);
    const at = Date.parse(json.receivedAt);
    const instant = (ms: number) => new Date(ms).toISOString();
    expect(await found(`from=${instant(at)}&until=${instant(at + 1)}`)).toEqual([sent[1]]);
    expect(await found(`from=${instant(at + 1)}`)).toEqual([sent[2]]);
    expect(await found(`until=${instant(at)}`)).toEqual([sent[0]]);
  });

  it('by settlement date and by an amount of either side', async () => {
    const other = await paid('dear', { amount: '821.00' });
    const all = [other, ...[...sent].reverse()];
    expect(await found(`settlementDate=${SETTLED}`)).toEqual(all);
    expect(await found('settlementDate=2026-11-24')).toEqual([]);
    expect(await found('currency=THB&amountMin=820.01')).toEqual([other]);
    expect(await found('currency=THB&amountMax=820.00')).toEqual([...sent].reverse());
    expect(await found('currency=KHR&amountMin=100240&amountMax=100240')).toEqual(all);
    expect(await found('currency=KHR&amountMin=100240.01')).toEqual([]);
  });

  it.each([
    [
      "submit #>> '{target,currency}' = 'THB' AND (submit #>> '{target,minor}')::bigint = 82100",
      'request_target',
    ],
    [
      "submit #>> '{source,currency}' = 'KHR' AND (submit #>> '{source,minor}')::bigint = 1",
      'request_source',
    ],
    [`event #>> '{windows,0,day}' = '${SETTLED}'`, 'request_settled'],
  ])('by an index: %s', async (condition, index) => {
    const plan = await world.test.database.transaction(async (transaction) => {
      // As if it were large: the planner goes by rows per page.
      await transaction.query(
        "UPDATE pg_class SET reltuples = 1e7, relpages = 1 WHERE oid = 'request'::regclass",
      );
      return transaction.query(`EXPLAIN SELECT * FROM request WHERE sender = 'KHMEKONG' AND ${condition}`);
    });
    expect(JSON.stringify(plan)).toContain(index);
  });
});

describe('a filter that nothing can match', () => {
  it.each([
    ['direction=incoming', 'inbound'],
    ['from=2026-11-23T00:00:00', 'from'],
    ['from=2026-11-23T00:00:00Z&until=2026-11-23T00:00:00Z', '/until'],
    ['settlementDate=23.11.2026', 'settlementDate'],
    ['currency=EUR', 'KHR, THB'],
    ['amountMin=5', '`currency`'],
    ['currency=THB&amountMax=1,5', 'cannot be read'],
    ['receivedFrom=2026-11-23T00:00:00Z', 'receivedFrom'],
  ])('is refused: %s', async (query, told) => {
    const { status, json } = await world.get(`/v1/payments?${query}`);
    expect([status, json.code]).toEqual([400, 'schema_invalid']);
    expect(JSON.stringify(json.errors)).toContain(told);
  });
});
