import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { auditCall } from '@tonle/contracts';
import { clearFaults, clock, command, fault, outcomes, type AdapterWorld } from '../world/adapter-world.js';
import { AlipayWorld, SERVICE } from '../world/alipay-world.js';
import { tell } from '../world/inbound.js';
import { until } from '../world/until.js';

// Payments, in both roles. What is given back: alipay-refunds.medium.spec.ts.

let alipay: AlipayWorld;
let world: AdapterWorld;

beforeAll(async () => {
  alipay = await AlipayWorld.open('adapter_alipay');
  world = alipay.world;
});
beforeEach(() => {
  alipay.decide = () => ({ state: 'COMPLETED', isoStatus: 'ACCC' });
});
afterEach(() => clearFaults(world));
afterAll(() => alipay.close());

describe('a foreign wallet that pays a KHQR code', () => {
  it('has it decoded, pushes the payment and is told its end, with what we settle in dollars', async () => {
    const qrText = await alipay.khqr({ amount: '41000' });
    const pushed = await alipay.push(qrText);
    expect(pushed).toMatchObject({ state: 'completed', source: { currency: 'USD', minor: '1025' } });
    const [submit] = alipay.submitsOf(pushed.paymentId);
    expect(submit).toMatchObject({
      corridor: 'KH-AP',
      direction: 'inbound',
      sender: 'APLUS',
      source: { currency: 'USD', minor: '1025' },
      target: { currency: 'KHR', minor: '4100000' },
      creditor: { account: 'shop00001@angkor' },
      lookup: { qrText },
    });
    expect(submit!.partnerTerms?.billingAmount?.currency).toBe('HKD');
  });

  it('gets the same answer to the same code while it lives', async () => {
    const codeValue = await alipay.khqr({ amount: '8000' });
    const ask = () => alipay.call('userInitiatedPay', { codeValue, customerId: '2166' });
    const [first, second] = [await ask(), await ask()];
    expect(first.body).toMatchObject({
      result: { resultCode: 'SUCCESS', resultStatus: 'S' },
      codeType: 'PRIVATE_ORDER_CODE',
      paymentAmount: { currency: 'KHR', value: '800000' },
      order: { merchant: { referenceMerchantId: 'shop00001@angkor', merchantMCC: '5999' } },
    });
    expect(second.body).toEqual(first.body);
  });

  it('chooses the amount of a code that names none, and every push of it is another payment', async () => {
    const qrText = await alipay.khqr({});
    const amount = { currency: 'KHR', amount: '12000' };
    const pushes = await Promise.all([alipay.push(qrText, { amount }), alipay.push(qrText, { amount })]);
    expect(pushes.map(({ state }) => state)).toEqual(['completed', 'completed']);
    expect(new Set(pushes.map(({ paymentId }) => paymentId)).size).toBe(2);
  });

  it('that pushes five times pays once', async () => {
    await fault(world, { network: 'alipay', operation: 'pay.pushPayment', fault: 'duplicate', count: 1 });
    const pushed = await alipay.push(await alipay.khqr({ amount: '5000' }));
    expect(pushed.state).toBe('completed');
    expect(alipay.submitsOf(pushed.paymentId)).toHaveLength(1);
  });

  it('hears the end by our notice when it was not there for the answer', async () => {
    alipay.decide = () => undefined;
    const pushed = alipay.push(await alipay.khqr({ amount: '6000' }), { waitMs: 30_000 });
    const submit = await until('the submit', () =>
      world.submits.find(({ target }) => target.minor === '600000'),
    );
    await tell(world, submit, { state: 'REJECTED', isoStatus: 'RJCT', isoReason: 'AC06' });
    expect(await pushed).toMatchObject({ state: 'rejected', reason: 'MERCHANT_KYB_NOT_QUALIFIED' });
    const rows = await until('the notice', async () => {
      const found = await world.database.database.query<{ operation: string }>(
        `SELECT operation FROM evidence WHERE subject = $1 AND direction = 'out'`,
        [submit.paymentId],
      );
      return found.length > 0 ? found : undefined;
    });
    expect(rows[0]!.operation).toBe('notifyPushPayment');
  });

  it('is asked for no end that it has, and told again while it does not take it', async () => {
    await fault(world, { network: 'alipay', operation: 'notifyPushPayment', fault: 'http_5xx', count: 1 });
    const pushed = await alipay.push(await alipay.khqr({ amount: '7000' }));
    expect(pushed.state).toBe('completed');
    const due = async () =>
      world.database.database.query<{ notices: number }>(
        'SELECT notices FROM request WHERE message_id = $1 AND notice_due_at IS NULL',
        [pushed.paymentId],
      );
    await until('the second notice', async () => {
      clock.advance(1_000);
      return (await due())[0]?.notices === 2;
    });
  });

  it.each<[string, object, string]>([
    ['a code of nobody', { account: 'nobody@nowhere', amount: '5000' }, 'MERCHANT_NOT_REGISTERED'],
    ['a closed account', { account: 'closed1@angkor', amount: '5000' }, 'ORDER_NOT_EXIST'],
    ['a code that has expired', { amount: '5000', expired: true }, 'EXPIRED_CODE'],
  ])('is refused %s', async (_name, body, code) => {
    const { body: answer } = await alipay.call('userInitiatedPay', {
      codeValue: await alipay.khqr(body),
      customerId: '1',
    });
    expect(answer).toMatchObject({ result: { resultCode: code, resultStatus: 'F' } });
  });

  it('is refused what is not for us, not JSON of ours, and what changes under the same id', async () => {
    const codeValue = await alipay.khqr({ amount: '5000' });
    const good = {
      acquirerId: '1022188000000000001',
      paymentId: '2026112200000000000000000000001',
      paymentAmount: { currency: 'KHR', value: '500000' },
      codeValue,
      customerId: '2166',
    };
    const codeOf = async (body: object) =>
      ((await alipay.call('pushPayment', body)).body['result'] as { resultCode: string }).resultCode;
    expect(await codeOf({ ...good, acquirerId: '1' })).toBe('INVALID_CLIENT');
    for (const wrong of [
      { paymentAmount: { currency: 'KHR', value: 500000 } },
      { paymentAmount: { currency: 'KHR', value: '5000.00' } },
      { paymentAmount: { currency: 'KHR', value: '500050' } },
      { codeValue: '' },
      { customerId: '' },
      { paymentId: undefined },
    ])
      expect(await codeOf({ ...good, ...wrong })).toBe('PARAM_ILLEGAL');
    expect(await codeOf({ ...good, paymentAmount: { currency: 'KHR', value: '500100' } })).toBe(
      'PARAM_ILLEGAL',
    );
    const taken = { ...good, paymentId: '2026112200000000000000000000002' };
    expect(await codeOf(taken)).toBe('SUCCESS');
    expect(await codeOf({ ...taken, customerId: '2167' })).toBe('REPEAT_REQ_INCONSISTENT');
    expect(alipay.submitsOf(good.paymentId)).toEqual([]);
  });

  it('asks about a push that never came, and one that is open', async () => {
    const unknown = await alipay.call('inquiryPushPayment', { paymentId: 'none' });
    expect(unknown.body).toMatchObject({ result: { resultCode: 'ORDER_NOT_EXIST', resultStatus: 'F' } });
    alipay.decide = () => undefined;
    const pushed = await alipay.push(await alipay.khqr({ amount: '9000' }), { waitMs: 1_500 });
    const submit = await until('the submit', () => alipay.submitsOf(pushed.paymentId)[0]);
    const open = await alipay.call('inquiryPushPayment', { paymentId: pushed.paymentId });
    expect(open.body).toMatchObject({
      result: { resultStatus: 'S' },
      paymentResult: { resultCode: 'PAYMENT_IN_PROCESS', resultStatus: 'U' },
    });
    await tell(world, submit, { state: 'COMPLETED', isoStatus: 'ACCC' });
  });
});

describe('a payer of ours who pays an order abroad', () => {
  it('sees the merchant, what it costs in dollars, and what the merchant gets', async () => {
    expect(await alipay.lookUp({ merchant: '00000012', amount: '88.50' })).toMatchObject({
      kind: 'found',
      displayName: expect.stringMatching(/ 12$/) as unknown,
      creditorAgent: 'APLUS',
      currency: 'USD',
      amount: { currency: 'USD', minor: '1247' },
      partnerTerms: {
        orderAmount: { currency: 'CNY', minor: '8850' },
        quote: { unitCurrency: 'USD', quotedCurrency: 'CNY', rate: '7.10' },
      },
    });
  });

  it.each<[string, object, string]>([
    ['a merchant without a contract', { merchant: '90000000', amount: '5' }, 'payee_not_eligible'],
    ['an order that has expired', { amount: '5', expired: true }, 'qr_expired'],
  ])('is refused %s', async (_name, qr, reason) => {
    expect(await alipay.lookUp(qr)).toMatchObject({ kind: 'refused', reason });
  });

  it('names the amount of a code without one, at the rate that Alipay+ told', async () => {
    const found = await alipay.lookUp({ currency: 'MYR' });
    if (found.kind !== 'found') throw new Error(found.reason);
    const { amount: named, partnerTerms, currency } = found;
    expect({ named, currency, partnerTerms }).toMatchObject({
      named: undefined,
      currency: 'USD',
      partnerTerms: { quote: { unitCurrency: 'USD', quotedCurrency: 'MYR', rate: '4.20' } },
    });
    const paid = await alipay.leg({
      creditor: found.creditor,
      amount: { currency: 'USD', minor: '500' },
      partnerTerms: { ...partnerTerms, orderAmount: { currency: 'MYR', minor: '2100' } },
    });
    await command(world, SERVICE, paid);
    await outcomes(world, paid.legKey, 'accepted');
    const { paid: booked } = await world.control<{ paid: object }>(
      'GET',
      `/control/alipay/payments/${found.creditor.account}`,
    );
    expect(booked).toMatchObject({ told: '500', payTo: { currency: 'MYR', value: '2100' } });
  });

  it('has it told to Alipay+, which takes it', async () => {
    const paid = await alipay.leg();
    await command(world, SERVICE, paid);
    const [report] = await outcomes(world, paid.legKey, 'accepted');
    expect(report).toMatchObject({ amount: paid.amount, partnerRef: paid.creditor.account });
    const told = await alipay.call('inquiryPayment', { paymentRequestId: paid.creditor.account });
    expect(told.body).toMatchObject({ result: { resultStatus: 'S' }, paymentResult: { resultStatus: 'S' } });
  });

  it.each<[string, object]>([
    ['nothing comes back', { fault: 'timeout_after', delayMs: 50 }],
    ['nothing arrives', { fault: 'timeout_before', delayMs: 50 }],
    ['it is in process first', { fault: 'late_callback', delayMs: 300 }],
    ['the answer is not signed well', { fault: 'bad_signature' }],
    ['the answer is garbage', { fault: 'garbage' }],
  ])('pays once when %s', async (_name, wrong) => {
    await fault(world, { network: 'alipay', operation: 'notifyPayment', count: 1, ...wrong });
    const paid = await alipay.leg();
    await command(world, SERVICE, paid);
    await outcomes(world, paid.legKey, 'accepted');
    const { paid: booked } = await world.control<{ paid: { status: string } }>(
      'GET',
      `/control/alipay/payments/${paid.creditor.account}`,
    );
    expect(booked.status).toBe('S');
  });

  it('gets the money back when Alipay+ refuses, with its code in ISO', async () => {
    await fault(world, {
      network: 'alipay',
      operation: 'notifyPayment',
      fault: 'reject',
      code: 'RISK_REJECT',
      count: 1,
    });
    const paid = await alipay.leg();
    await command(world, SERVICE, paid);
    expect((await outcomes(world, paid.legKey, 'rejected'))[0]).toMatchObject({ reason: 'FR01' });
  });

  it('does not pay what the merchant has cancelled before', async () => {
    const paid = await alipay.leg();
    const cancelled = await alipay.call('cancelPayment', { paymentRequestId: paid.creditor.account });
    expect(cancelled.body).toMatchObject({ result: { resultStatus: 'S' } });
    await command(world, SERVICE, paid);
    expect((await outcomes(world, paid.legKey, 'rejected'))[0]).toMatchObject({ reason: 'DS02' });
    const told = await world.database.database.query('SELECT FROM evidence WHERE subject = $1', [
      paid.legKey,
    ]);
    expect(told).toEqual([]);
  });
});

it('every rule of the audit holds', async () => {
  const { findings } = await world.calls.call(auditCall(SERVICE), {});
  expect(findings.filter(({ ok }) => !ok)).toEqual([]);
});
