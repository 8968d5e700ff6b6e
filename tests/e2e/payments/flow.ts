// A payment each way, on both ways of running: real PostgreSQL, Kafka and Redis, real simulators, real HTTP.
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from '@jest/globals';
import { readIso, writeIso, type CustomerPayment, type Status, type StatusRequest } from '@tonle/iso20022';
import { amount, formatAmount, parseAmount } from '@tonle/money';
import { newIdempotencyKey } from '@tonle/tool-tonle';
import type { InstallationPayment, Money, TestInstallation } from '../../world/installation.js';
import type { InstallationTests } from '../../world/installation-tests.js';
import { reconciledSince } from '../../world/reconciliation.js';

interface Quoted {
  readonly quoteId: string;
  readonly source: Money;
}

interface Inbound {
  readonly state: string;
  readonly uetr: string;
  readonly source: { readonly currency: string; readonly amount: string };
  readonly target: { readonly currency: string; readonly amount: string };
  readonly reason?: string;
}

interface Review {
  readonly paymentId: string;
  readonly leg: string;
}

export const flowTests: InstallationTests = (given) => {
  let world: TestInstallation;
  const startedMs = Date.now();

  beforeAll(async () => {
    world = given();
  });

  it('pays a Thai code from a Bakong account', async () => {
    const prepared = await world.prepare();
    const { status, body } = await world.pay(prepared);
    expect({ status, state: body.state, isoStatus: body.isoStatus }).toEqual({
      status: 200,
      state: 'completed',
      isoStatus: 'ACCC',
    });
    expect(body.target).toEqual({ currency: 'THB', amount: '820.00' });
    expect(body.source).toEqual(prepared.source);
    expect(body.history.map((step) => step.to)).toEqual([
      'RECEIVED',
      'VALIDATED',
      'RESERVED',
      'DEBIT_SENT',
      'DEBIT_SECURED',
      'CREDIT_SENT',
      'COMPLETED',
    ]);
    expect(body.partnerReferences.debit).toMatch(/^[0-9a-f]{64}$/);
    const credit = await world.control<{ state?: string; status?: string }>(
      'GET',
      `/control/thailand/payments/${body.uetr}`,
    );
    expect(JSON.stringify(credit)).toContain('82000');
  });

  it('pays a KHQR code from a Thai account', async () => {
    // An amount of its own, by which its bank finds it.
    const qrText = await world.khqrCode({ amount: '41300' });
    const paid = await world.control<Inbound>('POST', '/control/thailand/pay', { qrText });
    expect(paid).toMatchObject({ state: 'completed', target: { currency: 'KHR', amount: '41300' } });
    expect(paid.source.currency).toBe('THB');
    const bank = world.as('KHANGKOR');
    const { body } = await bank.get<{ payments: readonly InstallationPayment[] }>(
      '/v1/payments?direction=inbound&currency=KHR&amountMin=41300&amountMax=41300',
    );
    expect(body.payments).toMatchObject([
      { state: 'completed', sender: 'THSWITCH', debtor: { account: expect.stringMatching(/^\*\*\*/) } },
    ]);
    const { paymentId } = body.payments[0]!;
    expect((await bank.get(`/v1/payments/${paymentId}`)).status).toBe(200);
    expect((await world.as('KHMEKONG').get(`/v1/payments/${paymentId}`)).status).toBe(404);
  });

  it('makes one payment of fifty equal requests at once, and refuses the key for another payment', async () => {
    const prepared = await world.prepare();
    const key = newIdempotencyKey();
    const answers = await Promise.all(Array.from({ length: 50 }, () => world.pay(prepared, { key })));
    expect(new Set(answers.map(({ body }) => body.paymentId)).size).toBe(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const other = await world.pay(
      { ...prepared, body: { ...prepared.body, debtor: { name: 'Sok Dara', account: 'u0000124@mekong' } } },
      { key },
    );
    expect({ status: other.status, code: (other.body as unknown as { code: string }).code }).toEqual({
      status: 422,
      code: 'key_reused',
    });
  });

  it('uses a quote once', async () => {
    const prepared = await world.prepare();
    const [first, second] = [await world.pay(prepared), await world.pay(prepared)];
    expect(first.body.state).toBe('completed');
    expect(second.body).toMatchObject({
      state: 'failed',
      problem: { code: 'quote_used', isoReason: 'AB04' },
    });
  });

  it('reverses the debit when the Thai side refuses the payee', async () => {
    await world.fault({ network: 'thailand', operation: 'pacs.008', fault: 'reject', code: 'AC04' });
    const { body } = await world.pay(await world.prepare());
    expect(body).toMatchObject({ state: 'failed', isoStatus: 'RJCT', problem: { isoReason: 'AC04' } });
    expect(body.partnerReferences.reversal).toMatch(/^[0-9a-f]{64}$/);
    expect(body.history.map((step) => step.to)).toEqual(
      expect.arrayContaining(['DEBIT_SECURED', 'UNWINDING', 'REJECTED']),
    );
  });

  it('tells all words with which the Thai side refuses a payee, over REST and over ISO 20022', async () => {
    const texts = Array.from(
      { length: 20 },
      (_, n) => `${n}. This account was closed on request of its owner.`,
    );
    const words = `Creditor's side: ${texts.join(' ')}`;
    const reject = { fault: 'reject', code: 'AC04', texts };
    await world.fault({ network: 'thailand', operation: 'pacs.008', ...reject });
    const { body } = await world.pay(await world.prepare());
    expect(body.problem).toMatchObject({ isoReason: 'AC04', detail: words });
    const question: StatusRequest = {
      kind: 'status_request',
      messageId: `ASK-${body.paymentId.slice(0, 8)}`,
      createdAt: new Date().toISOString(),
      originalUetr: body.uetr,
    };
    const bank = world.as('KHMEKONG');
    const answer = await bank.postXml('/iso20022/pacs.028', writeIso(question, 'pacs.028.001.03'));
    const reading = readIso(Buffer.from(answer.body));
    const { reasonText = [] } = (reading as unknown as { message: Status }).message;
    expect([reasonText[0], reasonText.slice(1).join(' ')]).toEqual(['partner_rejected', words]);
  });

  it('moves nothing when Bakong refuses the payer', async () => {
    const { body } = await world.pay(await world.prepare('KHMEKONG', 'poor00001@mekong'));
    expect(body).toMatchObject({ state: 'failed', step: 'REJECTED' });
    expect(body.partnerReferences).toEqual({});
  });

  it.each([
    ['thailand', 'pacs.008', 'garbage', 'completed'],
    ['thailand', 'pacs.008', 'http_5xx', 'completed'],
    ['bakong', 'makeFullFundTransfer', 'timeout_after', 'completed'],
    ['bakong', 'makeFullFundTransfer', 'duplicate', 'completed'],
    ['bakong', 'makeFullFundTransfer', 'reset', 'completed'],
  ])('%s %s with %s ends %s, without paying twice', async (network, operation, fault, state) => {
    const phase = ['http_5xx', 'reset'].includes(fault) ? { phase: 'after' } : {};
    await world.fault({ network, operation, fault, ...phase });
    const { body } = await world.pay(await world.prepare(), { wait: 0 });
    const ended = await world.ended(body.paymentId);
    expect(ended.state).toBe(state);
  });

  it.each([
    ['pacs.008.001.08', 'pacs.002.001.10'],
    ['pacs.008.001.13', 'pacs.002.001.15'],
  ])('pays by %s and answers %s', async (version, answered) => {
    const { quoteId, source } = await world.until('a quote', async () => {
      const fixed = { targetCurrency: 'THB', amount: { currency: 'THB', amount: '820.00' } };
      const answer = await world
        .as('KHMEKONG')
        .post<Quoted>('/v1/quotes', { ...fixed, sourceCurrency: 'KHR' });
      return answer.ok ? answer.body : undefined;
    });
    const charged = parseAmount(source.currency, source.amount);
    if (charged.kind !== 'ok') throw new Error(charged.reason);
    const at = new Date().toISOString();
    const bank = { bic: 'MEKOKHPPXXX' };
    const payment: CustomerPayment = {
      kind: 'payment',
      messageId: `MSG-${quoteId.slice(0, 8)}`,
      createdAt: at,
      endToEndId: `E2E-${quoteId.slice(0, 8)}`,
      uetr: randomUUID(),
      settlementMethod: 'CLRG',
      settlementAmount: charged.amount,
      settlementDate: at.slice(0, 10),
      acceptedAt: at,
      quoteId,
      chargeBearer: 'SHAR',
      debtor: { name: 'Sok Dara' },
      debtorAccount: { id: 'u0000123@mekong' },
      debtorAgent: bank,
      creditorAgent: { bic: 'THSWTHBKXXX' },
      creditor: { name: 'Somchai Jaidee' },
      creditorAccount: { proxy: { type: 'MBNO', id: '0066812345678' } },
    };
    const xml = writeIso(payment, version);
    const answer = await world.as('KHMEKONG').postXml('/iso20022/pacs.008', xml, { prefer: 'wait=20' });
    const reading = readIso(Buffer.from(answer.body));
    expect(reading).toMatchObject({
      kind: 'read',
      version: answered,
      message: {
        kind: 'status',
        status: 'ACCC',
        originalUetr: payment.uetr,
        originalEndToEndId: payment.endToEndId,
      },
    });
  });

  it('answers admi.002 to what cannot be read', async () => {
    const wrong = await world.as('KHMEKONG').postXml('/iso20022/pacs.008', '<Document/>');
    expect(wrong.status).toBe(400);
    expect(wrong.body).toContain('admi.002.001.01');
  });

  it('refuses an expired code', async () => {
    const qrText = await world.thaiCode({ expired: true });
    const { status, body } = await world.as('KHMEKONG').post<{ code: string }>('/v1/lookups', { qrText });
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'qr_expired' });
  });

  it('refuses a tampered code', async () => {
    const qrText = (await world.thaiCode()).replace('820.00', '920.00');
    const { status, body } = await world.as('KHMEKONG').post<{ code: string }>('/v1/lookups', { qrText });
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'qr_tampered' });
  });

  it('refuses unknown quotes and closed corridors, and opens again', async () => {
    const prepared = await world.prepare();
    const unknown = await world.pay({ ...prepared, body: { ...prepared.body, quoteId: randomUUID() } });
    expect(
      (unknown.body as InstallationPayment).problem?.code ??
        (unknown.body as unknown as { code: string }).code,
    ).toBe('quote_unknown');
    const operator = world.as('OPERATOR');
    const path = '/v1/ops/corridors/KH-TH';
    const late = await world.prepare();
    expect(
      (await operator.post(path, { direction: 'outbound', open: false, reason: 'maintenance' })).ok,
    ).toBe(true);
    const refused = await world.pay(late);
    // By the gateway, or by routing when the gateway has not heard of it yet.
    const { problem, code } = refused.body as InstallationPayment & { code?: string };
    expect(problem?.code ?? code).toBe('corridor_closed');
    const lookup = await world.until('lookups to be refused', async () => {
      const answer = await world
        .as('KHMEKONG')
        .post<{ code: string }>('/v1/lookups', { qrText: await world.thaiCode() });
      return answer.ok ? undefined : answer.body;
    });
    expect(lookup.code).toBe('corridor_closed');
    await world.doneByTwo(path, { direction: 'outbound', open: true, reason: 'done' });
    expect((await world.pay(await world.prepare())).body.state).toBe('completed');
  });

  it("fills the settlement windows, and the networks' statements agree with them", async () => {
    const operator = world.as('OPERATOR');
    const windows = await operator.get<{ windows: { currency: string; payments: number }[] }>(
      '/v1/ops/windows',
    );
    const thai = windows.body.windows.filter((window) => window.currency === 'THB');
    expect(thai.reduce((sum, window) => sum + window.payments, 0)).toBeGreaterThan(8);

    const reconciled = await reconciledSince(world, startedMs, ['thailand', 'bakong']);
    expect(reconciled.of('thailand', 'THB').agreed).toBeGreaterThan(8);
    expect(reconciled.of('bakong', 'KHR').agreed).toBeGreaterThan(8);
    expect(reconciled.breaks).toEqual([]);
  });

  it('pays back what was taken, and two operators go on where the network contradicts itself', async () => {
    const payer = '/control/bakong/balance?account=u0000123@mekong&currency=KHR';
    const before = await world.control('GET', payer);
    await world.control('POST', '/control/faults', [
      {
        network: 'bakong',
        operation: 'makeFullFundTransfer',
        fault: 'wrong_amount',
        addMinor: '10000',
        count: 1,
      },
      { network: 'thailand', operation: 'pacs.008', fault: 'reject', code: 'AC04', count: 1 },
      {
        network: 'bakong',
        operation: 'makeReverseTransaction',
        fault: 'reject',
        code: 'already reversed',
        count: 1,
      },
    ]);
    const prepared = await world.prepare();
    const { body } = await world.pay(prepared, { wait: 0 });
    const [one, two] = [world.as('OPERATOR'), world.as('OPERATOR2')];
    const review = await world.until('the reversal to come to review', async () => {
      const { reviews } = (await one.get<{ reviews: Review[] }>('/v1/ops/reviews')).body;
      return reviews.find(({ paymentId }) => paymentId === body.paymentId);
    });
    const asked = parseAmount(prepared.source.currency, prepared.source.amount);
    if (asked.kind !== 'ok') throw new Error(asked.reason);
    const taken = amount('KHR', asked.amount.minor + 10_000n);
    expect(review).toMatchObject({
      leg: 'reversal',
      because: 'leg_conflicting:reversal',
      amount: { currency: 'KHR', amount: formatAmount(taken) },
      decisions: ['paid', 'reverse'],
    });
    const path = `/v1/ops/reviews/${body.paymentId}`;
    const found = {
      decision: 'reverse',
      reason: 'nothing was paid back',
      evidence: 'the books of the network',
    };
    // Nobody decides before the network has answered one enquiry.
    const { approvalId } = await world.until('one enquiry to be answered', async () => {
      const answer = await one.post<{ approvalId: string }>(`${path}/proposal`, found);
      return answer.ok ? answer.body : undefined;
    });
    const verdict = { verdict: 'approve', reason: 'seen in the books' };
    expect((await one.post(`/v1/ops/approvals/${approvalId}/decision`, verdict)).status).toBe(403);
    expect((await two.post(`/v1/ops/approvals/${approvalId}/decision`, verdict)).body).toMatchObject({
      state: 'executed',
    });
    expect(await world.ended(body.paymentId)).toMatchObject({
      state: 'failed',
      problem: { isoReason: 'AC04' },
    });
    expect(await world.control('GET', payer)).toEqual(before);
  });

  it('holds every invariant at the end, and the simulators agree', async () => {
    await world.sound();
    const books = await world.control<Record<string, unknown>>('GET', '/control/books');
    expect(JSON.stringify(books)).not.toContain('"ok":false');
  });
};
