import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { auditCall, legKeyOf, type PaymentSubmit } from '@tonle/contracts';
import {
  clearFaults,
  clock,
  command,
  fault,
  legCommandOf,
  outcomes,
  type AdapterWorld,
} from '../world/adapter-world.js';
import { AlipayWorld, SERVICE } from '../world/alipay-world.js';
import { codeOf as payersCode, issueCode, servePriceOfDrawings } from '../world/drawn-payments.js';
import { tell } from '../world/inbound.js';
import { until } from '../world/until.js';

// Codes that our payers show at tills abroad: issued by Alipay+, drawn on by its merchants.

let alipay: AlipayWorld;
let world: AdapterWorld;
let ids = 0;
const newId = () => `TILL${Date.now()}${(ids += 1)}`;

beforeAll(async () => {
  alipay = await AlipayWorld.open('alipay_codes');
  world = alipay.world;
  servePriceOfDrawings(world);
});
beforeEach(() => {
  alipay.decide = () => ({ state: 'COMPLETED', isoStatus: 'ACCC' });
});
afterEach(() => clearFaults(world));
afterAll(() => alipay.close());

const issue = (mostRiel?: string) => issueCode(world, SERVICE, 'KH-AP', mostRiel);
const codeOf = (mostRiel?: string) => payersCode(world, SERVICE, 'KH-AP', mostRiel);

interface Scanned {
  readonly paymentRequestId: string;
  readonly state: string;
  readonly reason?: string;
  readonly inquiries?: number;
}
const scan = (code: string, more: object = {}) =>
  world.control<Scanned>('POST', '/control/alipay/scan', {
    code,
    amount: { currency: 'SGD', amount: '13.40' },
    ...more,
  });
const drawnBy = (id: string): PaymentSubmit[] =>
  world.submits.filter(({ creditor }) => creditor.account === id);
const resultOf = async (operation: string, body: object, member = 'result') =>
  ((await alipay.call(operation, body)).body[member] as { resultCode: string } | undefined)?.resultCode;
const payBody = (code: string, paymentRequestId: string, more: object = {}) => ({
  paymentRequestId,
  paymentAmount: { currency: 'USD', value: '1000' },
  paymentMethod: { paymentMethodType: 'CONNECT_WALLET', paymentMethodId: code },
  order: { merchant: { merchantName: 'Kopi Shop', merchantAddress: { region: 'SG' } } },
  ...more,
});

describe('a payer who shows a code', () => {
  it('pays the merchant that scans it, and Alipay+ settles it once, by answer or by leg', async () => {
    const answer = await issue();
    expect(answer).toMatchObject({ kind: 'issued', code: expect.stringMatching(/^28\d{16}$/) });
    const lasts = Date.parse((answer as { expiresAt: string }).expiresAt) - clock.now();
    expect(lasts).toBeLessThanOrEqual(60_000);
    alipay.decide = () => undefined;
    const scanned = scan((answer as { code: string }).code);
    const submit = await until('the submit', () =>
      world.submits.find(({ paymentCodeId }) => paymentCodeId !== undefined),
    );
    expect(submit).toMatchObject({
      direction: 'outbound',
      corridor: 'KH-AP',
      sender: 'KHMEKONG',
      debtor: { account: 'u0000001@mekong' },
      creditorAgent: 'APLUS',
      target: { currency: 'USD' },
      partnerTerms: { orderAmount: { currency: 'SGD', minor: '1340' }, quote: { quotedCurrency: 'SGD' } },
    });
    const { paymentId, target: amount, source: otherAmount, creditor } = submit;
    const leg = legCommandOf('credit', {
      ...{ paymentId, legKey: legKeyOf(paymentId, 'credit'), corridor: 'KH-AP' },
      ...{ amount, otherAmount, creditor, creditorAgent: 'APLUS' },
    });
    await command(world, SERVICE, leg);
    await outcomes(world, leg.legKey, 'accepted');
    await tell(world, submit, { state: 'COMPLETED', isoStatus: 'ACCC' });
    const { paymentRequestId, state } = await scanned;
    expect(state).toBe('completed');
    const booked = await world.control<{ paid: object }>(
      'GET',
      `/control/alipay/payments/${paymentRequestId}`,
    );
    expect(booked.paid).toMatchObject({ status: 'S', amount: { currency: 'USD', value: amount.minor } });
  });

  it('pays once though the till asks five times, and hears nothing', async () => {
    await fault(world, { network: 'alipay', operation: 'pay.pay', fault: 'duplicate', count: 1 });
    const five = await scan(await codeOf());
    expect(five.state).toBe('completed');
    expect(drawnBy(five.paymentRequestId)).toHaveLength(1);
    await fault(world, { network: 'alipay', operation: 'pay.pay', fault: 'timeout_after', count: 1 });
    const unheard = await scan(await codeOf());
    expect(unheard).toMatchObject({ state: 'completed', inquiries: 1 });
    expect(drawnBy(unheard.paymentRequestId)).toHaveLength(1);
  });

  it('pays nothing by a code that is unknown, used, expired, or not for so much', async () => {
    const used = await codeOf();
    expect((await scan(used)).state).toBe('completed');
    const expired = await codeOf();
    await world.database.database.query(
      "UPDATE payment_code SET expires_at = now() - interval '1 hour' WHERE name = $1",
      [expired],
    );
    const reasons = [
      (await scan('2899999999999999')).reason,
      (await scan(used)).reason,
      (await scan(expired)).reason,
      (await scan(await codeOf('1000'))).reason,
    ];
    expect(reasons).toEqual(['INVALID_CODE', 'INVALID_CODE', 'EXPIRED_CODE', 'USER_AMOUNT_EXCEED_LIMIT']);
  });

  it('is told by nobody else: other content under an id, and what is no pay of Alipay+, is refused', async () => {
    const [code, id] = [await codeOf(), newId()];
    expect(await resultOf('pay', payBody(code, id))).toBe('SUCCESS');
    expect(await resultOf('pay', payBody(code, id))).toBe('SUCCESS');
    const other = { paymentAmount: { currency: 'USD', value: '1001' } };
    expect(await resultOf('pay', payBody(code, id, other))).toBe('REPEAT_REQ_INCONSISTENT');
    expect(drawnBy(id)).toHaveLength(1);
    for (const wrong of [
      { paymentAmount: { currency: 'USD', value: 1000 } },
      { paymentMethod: { paymentMethodType: 'CONNECT_WALLET' } },
      { order: {} },
      { paymentRequestId: '' },
    ])
      expect(await resultOf('pay', payBody(code, newId(), wrong))).toBe('PARAM_ILLEGAL');
  });

  it('whose payment fails late: the till asks, and is told', async () => {
    const id = newId();
    alipay.decide = () => undefined;
    expect(await resultOf('pay', payBody(await codeOf(), id))).toBe('PAYMENT_IN_PROCESS');
    expect(await resultOf('inquiryPayment', { paymentRequestId: id }, 'paymentResult')).toBe(
      'PAYMENT_IN_PROCESS',
    );
    expect(await resultOf('cancelPayment', { paymentRequestId: id })).toBe('PAYMENT_IN_PROCESS');
    await tell(world, drawnBy(id)[0]!, { state: 'REJECTED', isoStatus: 'RJCT', isoReason: 'AM04' });
    await until('the end', async () => {
      const code = await resultOf('inquiryPayment', { paymentRequestId: id }, 'paymentResult');
      return code === 'USER_BALANCE_NOT_ENOUGH';
    });
    expect(await resultOf('pay', payBody(drawnBy(id)[0]!.paymentCodeId!, id))).toBe(
      'REPEAT_REQ_INCONSISTENT',
    );
    // It is told by us too, until Alipay+ has taken it.
    await until('the notice', async () => {
      clock.advance(1_000);
      const [row] = await world.database.database.query<{ taken: boolean }>(
        'SELECT notices > 0 AND notice_due_at IS NULL AS taken FROM request WHERE payment_id = $1',
        [drawnBy(id)[0]!.paymentId],
      );
      return row?.taken === true;
    });
  });

  it('whose till cancels: before its pay came it is never paid, and an order of nobody is called off', async () => {
    const [code, id] = [await codeOf(), newId()];
    expect(await resultOf('inquiryPayment', { paymentRequestId: id })).toBe('ORDER_NOT_EXIST');
    expect(await resultOf('cancelPayment', { paymentRequestId: id })).toBe('SUCCESS');
    expect(await resultOf('pay', payBody(code, id))).toBe('ORDER_IS_CLOSED');
    expect(await resultOf('inquiryPayment', { paymentRequestId: id }, 'paymentResult')).toBe(
      'ORDER_IS_CLOSED',
    );
    expect(drawnBy(id)).toEqual([]);
    // The code is still good for another.
    expect(await resultOf('pay', payBody(code, newId()))).toBe('SUCCESS');
  });
});

describe('a code that Alipay+ does not give', () => {
  it.each([
    ['BUSINESS_NOT_SUPPORT', 'reject', 'payment_codes_not_served'],
    [undefined, 'http_5xx', 'partner_silent'],
    ['UNKNOWN_EXCEPTION', 'reject', 'partner_silent'],
  ])('%s, %s', async (code, kind, reason) => {
    const more = code === undefined ? {} : { code };
    await fault(world, { network: 'alipay', operation: 'getPaymentCode', fault: kind, count: 1, ...more });
    expect(await issue()).toMatchObject({ kind: 'refused', reason });
  });
});

it('nothing of this is left without an end, or differs from its record', async () => {
  const report = await world.calls.call(auditCall(SERVICE), {});
  expect(report.findings.filter(({ ok }) => !ok)).toEqual([]);
});
