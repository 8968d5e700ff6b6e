import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GatewayWorld } from '../testing/gateway-world.js';
import { eventOf } from '../testing/payment-event.js';

let world: GatewayWorld;
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_payment');
});
afterAll(() => world.close());
beforeEach(() => {
  world.behaviour = { state: 'COMPLETED' };
});

let keys = 0;
const freshKey = () => `key-${(keys += 1)}`;
const wait = { headers: { prefer: 'wait=10' } };

describe('POST /v1/payments', () => {
  it('answers a caller that waits with the completed payment', async () => {
    const key = freshKey();
    const answer = await world.pay(await world.payable(), key, wait);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('preference-applied')).toBe('wait=10');
    expect(answer.headers.get('location')).toBe(`/v1/payments/${answer.json.paymentId}`);
    expect(answer.json).toMatchObject({
      state: 'completed',
      step: 'COMPLETED',
      isoStatus: 'ACCC',
      direction: 'outbound',
      corridor: 'KH-TH',
      sender: 'KHMEKONG',
      messageId: key,
      endToEndId: 'NOTPROVIDED',
      source: { currency: 'KHR', amount: '100240.00' },
      target: { currency: 'THB', amount: '820.00' },
      debtor: { name: 'Sok Dara', account: 'u0000123@mekong', accountType: 'bakong', agent: 'KHMEKONG' },
      creditor: { name: 'Somchai J.', agent: 'THSWITCH' },
      partnerReferences: { debit: expect.any(String), credit: expect.any(String) },
    });
    expect(answer.json.history).toHaveLength(1);
  });

  it('submits what was looked up and quoted', async () => {
    const body = { ...(await world.payable()), purpose: 'GDDS', remittance: 'Rice', endToEndId: 'E2E-1' };
    const answer = await world.pay(body, freshKey(), wait);
    expect(world.submits.find((submit) => submit.paymentId === answer.json.paymentId)).toMatchObject({
      sender: 'KHMEKONG',
      debtorAgent: 'KHMEKONG',
      creditor: { name: 'Somchai Jaidee', account: '0066812345678', accountType: 'MBNO' },
      creditorAgent: 'THSWITCH',
      source: { currency: 'KHR', minor: '10024000' },
      target: { currency: 'THB', minor: '82000' },
      purpose: 'GDDS',
      remittance: 'Rice',
      endToEndId: 'E2E-1',
      payerSecured: false,
      lookup: { lookupId: body.lookupId, payeeName: 'Somchai Jaidee' },
      replyTo: { service: 'gateway', instance: 'gateway-test' },
    });
  });

  it('says which kinds of account a network knows, of the payer and of the payee', async () => {
    const { debtor, ...body } = (await world.payable()) as { debtor: object };
    const payer = await world.pay({ ...body, debtor: { ...debtor, accountType: 'IBAN' } }, freshKey());
    expect(payer.json).toMatchObject({
      code: 'schema_invalid',
      errors: [{ path: '/debtor/accountType', message: expect.stringContaining(': bakong.') }],
    });
    const account = { account: '1', accountType: 'IBAN', country: 'TH' };
    expect((await world.post('/v1/lookups', account)).json).toMatchObject({
      code: 'schema_invalid',
      errors: [{ path: '/accountType', message: expect.stringContaining('MBNO, NIDN') }],
    });
  });

  it('refuses a wait that cannot be read, and names the header', async () => {
    const answer = await world.pay(await world.payable(), freshKey(), { headers: { prefer: 'wait=-1' } });
    expect(answer.json).toMatchObject({
      code: 'schema_invalid',
      detail: 'The header Prefer cannot be used as it is.',
      errors: [{ path: 'Prefer', message: 'wait must be whole seconds, such as wait=20.' }],
    });
  });

  it('names one payer one way, however its account is written', async () => {
    const debtor = { name: 'Sok Dara', account: 'U0000123@MeKong' };
    const answer = await world.pay({ ...(await world.payable()), debtor }, freshKey(), wait);
    expect(answer.json.debtor).toMatchObject({ account: 'u0000123@mekong' });
    expect(world.submits.at(-1)!.debtor.account).toBe('u0000123@mekong');
  });

  it('answers 202 at once when nobody waits, and 200 with the reason when the payment fails', async () => {
    world.behaviour = { state: 'REJECTED', reason: 'quote_expired' };
    const body = await world.payable();
    const key = freshKey();
    const first = await world.pay(body, key);
    expect(first.status).toBe(202);
    expect(first.json).toMatchObject({ state: 'processing', isoStatus: 'RCVD' });
    const second = await world.pay(body, key, wait);
    expect(second.status).toBe(200);
    expect(second.json).toMatchObject({
      paymentId: first.json.paymentId,
      state: 'failed',
      isoStatus: 'RJCT',
      problem: { code: 'quote_expired', isoReason: 'AB04', retry: 'new_quote' },
    });
  });

  it('lets go of a caller whose time is over, with the payment as it is', async () => {
    world.behaviour = 'silent';
    const answer = await world.pay(await world.payable(), freshKey(), { headers: { prefer: 'wait=1' } });
    expect(answer.status).toBe(202);
    expect(answer.json.state).toBe('processing');
  });

  it('finds the end by looking when nobody pokes', async () => {
    world.behaviour = 'silent';
    const key = freshKey();
    const held = world.pay(await world.payable(), key, wait);
    const seen = () => world.submits.find((each) => each.messageId === key);
    await world.until(() => seen() !== undefined);
    const submit = seen()!;
    const event = eventOf(submit, 'COMPLETED', world.platform.clock.now(), { version: 9 });
    await world.test.database.query(
      `UPDATE request
       SET state = 'COMPLETED', version = 9, event = $2::jsonb, due_at = NULL
       WHERE payment_id = $1`,
      [submit.paymentId, JSON.stringify(event)],
    );
    expect(await held).toMatchObject({
      status: 200,
      json: { paymentId: submit.paymentId, state: 'completed' },
    });
  });
});

describe('repeats', () => {
  it('give one payment to 50 callers with the same key at once', async () => {
    const before = await world.count();
    const body = await world.payable();
    const key = freshKey();
    const answers = await Promise.all(Array.from({ length: 50 }, () => world.pay(body, key, wait)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    expect(new Set(answers.map((answer) => answer.json.paymentId)).size).toBe(1);
    expect(await world.count()).toBe(before + 1);
    expect(world.submits.filter((submit) => submit.messageId === key)).toHaveLength(1);
  });

  it('with other content are refused, also among 50 at once, and only one is paid', async () => {
    const before = await world.count();
    const body = await world.payable();
    const key = freshKey();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        world.pay({ ...body, remittance: `Order ${index}` }, key, wait),
      ),
    );
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(
      answers.filter((answer) => answer.status === 422 && answer.json.code === 'key_reused'),
    ).toHaveLength(49);
    expect(await world.count()).toBe(before + 1);
  });

  it('are the same request whatever the order and white space of its fields', async () => {
    const body = await world.payable();
    const key = freshKey();
    const first = await world.pay({ ...body, remittance: 'x' }, key, wait);
    const again = await world.pay(JSON.stringify({ remittance: 'x', ...body }, null, 2), key, wait);
    expect(again).toMatchObject({ status: 200, json: { paymentId: first.json.paymentId } });
  });

  it('get their payment even when lookup and quote are gone', async () => {
    const body = await world.payable();
    const key = freshKey();
    const first = await world.pay(body, key, wait);
    world.platform.clock.advance(700_000);
    expect(await world.pay(body, key, wait)).toMatchObject({
      status: 200,
      json: { paymentId: first.json.paymentId },
    });
    expect(await world.pay({ ...body, remittance: 'other' }, key)).toMatchObject({
      status: 422,
      json: { code: 'key_reused' },
    });
    expect(await world.pay(body, freshKey())).toMatchObject({
      status: 422,
      json: { code: 'lookup_expired' },
    });
  });

  it('of another participant with the same key are other payments', async () => {
    const key = freshKey();
    const mine = await world.pay(await world.payable(), key, wait);
    const angkor = { participant: 'KHANGKOR' };
    const body = { ...(await world.payable(angkor)), debtor: { name: 'Chan', account: 'u0000001@angkor' } };
    const theirs = await world.pay(body, key, { ...angkor, ...wait });
    expect(theirs.status).toBe(200);
    expect(theirs.json.paymentId).not.toBe(mine.json.paymentId);
  });

  it('of a UETR under another key are refused', async () => {
    const uetr = '11111111-1111-4111-8111-111111111111';
    const body = { ...(await world.payable()), uetr };
    expect((await world.pay(body, freshKey(), wait)).json.uetr).toBe(uetr);
    expect(await world.pay(body, freshKey())).toMatchObject({ status: 422, json: { code: 'uetr_in_use' } });
  });

  it('leave no gap in the lane, so that nothing is published twice or never', async () => {
    const body = await world.payable();
    const known = freshKey();
    await world.pay(body, known, wait);
    const orders = Array.from({ length: 20 }, (_, index) => (index % 3 === 0 ? known : freshKey()));
    await Promise.all(orders.map((key) => world.pay(body, key, wait)));
    const [row] = await world.test.database.query<{ count: bigint; max: bigint; next: bigint }>(
      `SELECT count(*) AS count, max(sequence) AS max, (SELECT next_sequence FROM outbox_lane) AS next
       FROM request`,
    );
    expect(row!.max).toBe(row!.count);
    expect(row!.next).toBe(row!.count + 1n);
  });
});

describe('GET /v1/payments', () => {
  it('shows the payment by id, UETR, references and key, to its sender only', async () => {
    const paid = (await world.pay(await world.payable(), freshKey(), wait)).json;
    const byId = await world.get(`/v1/payments/${paid.paymentId}`);
    expect(byId.json).toEqual(paid);
    for (const query of [
      `uetr=${paid.uetr}`,
      `partnerReference=${paid.partnerReferences.debit}`,
      `partnerReference=${paid.partnerReferences.credit}`,
      `messageId=${paid.messageId}`,
    ]) {
      expect((await world.get(`/v1/payments?${query}`)).json.payments).toEqual([paid]);
      expect((await world.get(`/v1/payments?${query}`, { participant: 'KHANGKOR' })).json.payments).toEqual(
        [],
      );
    }
    expect((await world.get(`/v1/payments/${paid.paymentId}`, { participant: 'KHANGKOR' })).json.code).toBe(
      'not_found',
    );
  });

  it('asks routing how an open payment stands', async () => {
    world.behaviour = 'silent';
    const { paymentId } = (await world.pay(await world.payable(), freshKey())).json;
    const submit = await world.submitOf(paymentId);
    world.remember(submit, eventOf(submit, 'CREDIT_UNKNOWN', world.platform.clock.now()));
    expect((await world.get(`/v1/payments/${paymentId}`)).json).toMatchObject({
      state: 'processing',
      step: 'CREDIT_UNKNOWN',
      isoStatus: 'PDNG',
    });
  });

  it('lists by page, newest first, and by state', async () => {
    const all: string[] = [];
    let cursor = '';
    do {
      const page = (await world.get(`/v1/payments?limit=7${cursor}`)).json;
      all.push(...page.payments.map((payment: { paymentId: string }) => payment.paymentId));
      cursor = page.next === undefined ? '' : `&cursor=${page.next}`;
    } while (cursor !== '');
    expect(all).toEqual([...all].sort().reverse());
    // Another bank's payment, or a typing error, is no place in this list.
    const nowhere = await world.get(
      `/v1/payments?cursor=${all[0]!.slice(0, -1)}${all[0]!.endsWith('0') ? 1 : 0}`,
    );
    expect(nowhere).toMatchObject({ status: 400, json: { code: 'schema_invalid' } });
    expect(new Set(all).size).toBe(all.length);
    const completed = (await world.get('/v1/payments?state=completed&limit=200')).json.payments;
    expect(completed.length).toBeGreaterThan(0);
    expect(completed.every((payment: { state: string }) => payment.state === 'completed')).toBe(true);
    const open = (await world.get('/v1/payments?state=processing')).json.payments;
    expect(open.every((payment: { state: string }) => payment.state === 'processing')).toBe(true);
  });
});

describe('what is told of a payment', () => {
  it('never changes an end, goes back, or counts twice', async () => {
    const paid = (await world.pay(await world.payable(), freshKey(), wait)).json;
    const submit = world.submits.find((each) => each.paymentId === paid.paymentId)!;
    await world.tell(submit, 'REJECTED', { version: 99, reason: 'partner_rejected' });
    await world.tell(submit, 'CREDIT_SENT', { version: 1 });
    expect((await world.get(`/v1/payments/${paid.paymentId}`)).json).toEqual(paid);
  });
});

describe('unanswered requests', () => {
  it('are published again under the same message id, and taken in when routing has finished them', async () => {
    world.behaviour = 'silent';
    const { paymentId } = (await world.pay(await world.payable(), freshKey())).json;
    const seen = () => world.submits.filter((submit) => submit.paymentId === paymentId);
    await world.until(() => seen().length === 1);
    world.platform.clock.advance(16_000);
    await world.until(() => seen().length === 2);
    expect(seen()[1]).toEqual(seen()[0]);
    world.remember(seen()[0]!, eventOf(seen()[0]!, 'COMPLETED', world.platform.clock.now()));
    world.platform.clock.advance(31_000);
    await world.until(async () => {
      const [row] = await world.test.database.query<{ state: string | null }>(
        'SELECT state FROM request WHERE payment_id = $1',
        [paymentId],
      );
      return row!.state === 'COMPLETED';
    });
  });
});
