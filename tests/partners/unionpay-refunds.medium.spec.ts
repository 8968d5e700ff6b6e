import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { start as startAdapterBakong } from '@tonle/adapter-bakong';
import { start as startAdapterUnionPay } from '@tonle/adapter-unionpay';
import type { LegCommand, PaymentSubmit, PaymentView, RefundedPayment } from '@tonle/contracts';
import { amountFromJson, amountToJson } from '@tonle/money';
import { messageIdOf } from '@tonle/network-upi';
import type { RunningService } from '@tonle/platform';
import { freePort } from '../world/free-port.js';
import { PAID, playRouting, serveFx, type Made } from '../world/inbound.js';
import { PaidPayments } from '../world/paid-payments.js';
import {
  clearFaults,
  clock,
  command,
  fault,
  legCommandOf,
  openAdapterWorld,
  outcomes,
  type AdapterWorld,
} from '../world/adapter-world.js';

// Money back, each way, over the real wire: a shop of ours to a card holder, a merchant abroad to our payer.

const SERVICE = 'adapter-unionpay';
const SHOP = { account: 'shop00042@angkor', unionPayAccount: '3999011600020344SHOP00000000042' };
const TUNING = { sweepMs: 100, enquiryTickMs: 50, enquiriesPerSecondMin: 50 };
const DAY_MS = 86_400_000;
const INSTITUTION = '39990116';

let world: AdapterWorld;
let running: RunningService[];
let payments: PaidPayments;
/** What routing makes of the next payment. */
let decide: Made | undefined;

beforeAll(async () => {
  world = await openAdapterWorld('unionpay_refunds', `https://127.0.0.1:${await freePort()}`);
  world.settings['TONLE_UNIONPAY_DOOR_WAIT_MS'] = '1000';
  serveFx(world, 'USD');
  payments = new PaidPayments(world);
  await playRouting(world, () => decide ?? PAID);
  running = [
    await startAdapterUnionPay(world.platform(SERVICE), TUNING),
    await startAdapterBakong(world.platform('adapter-bakong', await world.database.another('bakong'))),
  ];
});
afterEach(async () => {
  decide = undefined;
  await clearFaults(world);
});
afterAll(async () => {
  for (const service of running) await service.close();
  await world.close();
});

/** What a card holder has paid to a shop of ours. */
async function paid(): Promise<PaymentSubmit> {
  const { qrText } = (await world.control('POST', '/control/qr/khqr', {
    ...SHOP,
    amount: '41000',
  })) as { qrText: string };
  expect(await world.control('POST', '/control/unionpay/pay', { qrText })).toMatchObject({
    state: 'completed',
  });
  return world.submits.at(-1)!;
}

const asOriginal = (payment: PaymentSubmit, more: Partial<RefundedPayment> = {}): RefundedPayment => {
  const { paymentId, uetr, messageId, endToEndId, quoteId, source, target, acceptedAt } = payment;
  return { paymentId, uetr, messageId, endToEndId, quoteId, source, target, acceptedAt, ...more };
};

/** The credit leg of a refund, of so many hundredths of the payment. */
function giveBack(payment: PaymentSubmit, hundredths = 100n, more: Partial<LegCommand> = {}): LegCommand {
  const part = (of: PaymentSubmit['source']) => {
    const { currency, minor } = amountFromJson(of);
    return amountToJson({ currency, minor: (minor * hundredths) / 100n });
  };
  return legCommandOf('credit', {
    corridor: 'KH-UP',
    amount: part(payment.source),
    otherAmount: part(payment.target),
    debtor: payment.creditor,
    debtorAgent: payment.creditorAgent,
    creditor: payment.debtor,
    creditorAgent: 'UPI',
    refundOf: asOriginal(payment),
    ...more,
  });
}

const total = async (key: string): Promise<number> => {
  const { unionpay } = (await world.control('GET', '/control/books')) as Record<
    string,
    Record<string, { minor: string } | undefined>
  >;
  return Number(unionpay![key]?.minor ?? '0');
};
const givenBack = () => total('credit:ACCC:USD');

describe('a shop', () => {
  it('gives all of it back on the same day: a cancellation', async () => {
    const [payment, before] = [await paid(), await givenBack()];
    const leg = giveBack(payment);
    await command(world, SERVICE, leg);
    const [report] = await outcomes(world, leg.legKey, 'accepted');
    expect(report).toMatchObject({ partnerRef: expect.stringMatching(/^\d{20}$/), amount: payment.source });
    expect((await givenBack()) - before).toBe(Number(payment.source.minor));
    await fault(world, { network: 'unionpay', operation: 'REFUND', fault: 'reject', code: '12' });
    const again = giveBack(payment);
    await command(world, SERVICE, again);
    expect(await outcomes(world, again.legKey, 'rejected')).toMatchObject([{ reason: 'AG03' }]);
  });

  it('gives it back in parts, and never more than was paid', async () => {
    const [payment, before] = [await paid(), await givenBack()];
    const parts = [giveBack(payment, 40n), giveBack(payment, 60n)];
    for (const leg of parts) {
      await command(world, SERVICE, leg);
      const [report] = await outcomes(world, leg.legKey, 'accepted');
      expect(report!.amount).toEqual(leg.amount);
    }
    const sum = parts.reduce((all, { amount }) => all + Number(amount.minor), 0);
    expect((await givenBack()) - before).toBe(sum);
    const more = giveBack(payment, 2n);
    await command(world, SERVICE, more);
    expect(await outcomes(world, more.legKey, 'rejected')).toMatchObject([{ reason: 'AM12' }]);
    expect((await givenBack()) - before).toBe(sum);
  });

  it('gives all of it back on another day: a refund', async () => {
    const payment = await paid();
    const acceptedAt = new Date(clock.now() - DAY_MS).toISOString();
    await fault(world, { network: 'unionpay', operation: 'CANCELLATION', fault: 'reject', code: '12' });
    const leg = giveBack(payment, 100n, { refundOf: asOriginal(payment, { acceptedAt }) });
    await command(world, SERVICE, leg);
    expect(await outcomes(world, leg.legKey, 'accepted')).toHaveLength(1);
  });

  it('is refused for what UnionPay does not know, or refuses', async () => {
    const payment = await paid();
    const messageId = `U39990116${'0'.repeat(26)}`;
    const unknown = giveBack(payment, 40n, { refundOf: asOriginal(payment, { messageId }) });
    await command(world, SERVICE, unknown);
    expect(await outcomes(world, unknown.legKey, 'rejected')).toMatchObject([{ reason: 'AG09' }]);
    await fault(world, { network: 'unionpay', operation: 'REFUND', fault: 'reject', code: '41' });
    const refused = giveBack(payment, 40n);
    await command(world, SERVICE, refused);
    expect(await outcomes(world, refused.legKey, 'rejected')).toMatchObject([{ reason: 'AC06' }]);
  });

  it.each([
    ['gone after doing it', { fault: 'timeout_after', delayMs: 100 }],
    ['garbage', { fault: 'garbage' }],
    ['a bad signature', { fault: 'bad_signature' }],
  ])('%s: unknown first, then given back by enquiry under the same message id', async (_name, kind) => {
    const [payment, before] = [await paid(), await givenBack()];
    await fault(world, { network: 'unionpay', operation: 'REFUND', count: 1, ...kind });
    const leg = giveBack(payment, 50n);
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'accepted');
    expect(reports.map(({ outcome }) => outcome)).toEqual(['unknown', 'accepted']);
    expect(reports.at(-1)!.amount).toEqual(leg.amount);
    expect((await givenBack()) - before).toBe(Number(leg.amount.minor));
  });

  it.each([
    ['REFUND', 50n],
    ['CANCELLATION', 100n],
  ])('pending, then a late notification of %s ends it', async (operation, part) => {
    const payment = await paid();
    await fault(world, {
      network: 'unionpay',
      operation,
      fault: 'late_callback',
      delayMs: 300,
      count: 1,
    });
    await fault(world, { network: 'unionpay', operation: 'TRX_RESULT_INQUIRY', fault: 'http_5xx' });
    const leg = giveBack(payment, part);
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'accepted');
    expect(reports.map(({ outcome }) => outcome)).toEqual(['unknown', 'accepted']);
  });

  it.each(['call_back_first', 'call_back_often', 'duplicate'])('with %s gives back once', async (kind) => {
    const [payment, before] = [await paid(), await givenBack()];
    await fault(world, { network: 'unionpay', operation: 'REFUND', fault: kind, count: 1 });
    const leg = giveBack(payment, 50n);
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'accepted');
    expect(reports.map(({ outcome }) => outcome)).toEqual(['accepted']);
    expect((await givenBack()) - before).toBe(Number(leg.amount.minor));
  });

  it('hears what was settled when it is another amount: routing compares', async () => {
    const payment = await paid();
    await fault(world, {
      network: 'unionpay',
      operation: 'REFUND',
      fault: 'wrong_amount',
      addMinor: '-1',
      count: 1,
    });
    const leg = giveBack(payment, 50n);
    await command(world, SERVICE, leg);
    const [report] = await outcomes(world, leg.legKey, 'accepted');
    expect(report!.amount).toEqual({ currency: 'USD', minor: (BigInt(leg.amount.minor) - 1n).toString() });
  });
});

describe('a merchant abroad', () => {
  /** What we have paid there: UnionPay's name for it, and the payment as routing shows it. */
  async function payment(
    more: Partial<PaymentView> = {},
    heard: 'accepted' | 'unknown' = 'accepted',
  ): Promise<{ id: string; view: PaymentView }> {
    const code = { amount: '80.00', name: 'Jade Garden' };
    const { qrText } = (await world.control('POST', '/control/unionpay/qr', code)) as { qrText: string };
    const leg = legCommandOf('credit', {
      corridor: 'KH-UP',
      amount: { currency: 'USD', minor: '1023' },
      otherAmount: { currency: 'KHR', minor: '4194300' },
      creditor: { name: 'Jade Garden', account: 'JADE', accountType: 'UNIONPAY_MERCHANT' },
      creditorAgent: 'UPI',
      qrText,
      partnerTerms: { orderAmount: { currency: 'HKD', minor: '8000' } },
    });
    await command(world, SERVICE, leg);
    await outcomes(world, leg.legKey, heard);
    return { id: messageIdOf(INSTITUTION, leg.paymentId), view: payments.keep(leg, more) };
  }
  const refund = (id: string, more: object = {}) =>
    world.control<Record<string, unknown>>('POST', '/control/unionpay/refund', {
      payment: id,
      waitMs: 20_000,
      ...more,
    });

  it('gives a part back to the payer', async () => {
    const { id, view } = await payment();
    const [before, taken] = [world.submits.length, await total('debit:ACCC:USD')];
    expect(await refund(id, { amount: '2.50' })).toMatchObject({ state: 'completed', minor: '250' });
    expect(world.submits.length).toBe(before + 1);
    expect(world.submits.at(-1)).toMatchObject({
      direction: 'inbound',
      corridor: 'KH-UP',
      sender: 'UPI',
      messageId: expect.stringMatching(/^U39990116\d{26}$/),
      source: { currency: 'USD', minor: '250' },
      debtor: view.creditor,
      debtorAgent: 'UPI',
      creditor: view.debtor,
      creditorAgent: 'KHMEKONG',
      payerSecured: true,
      refundOf: { paymentId: view.paymentId, quoteId: view.quoteId },
      partnerTerms: { orderAmount: { currency: 'HKD', minor: '1955' } },
    });
    expect((await total('debit:ACCC:USD')) - taken).toBe(250);
  });

  it('finds the payment by the UETR that it was told', async () => {
    const { view } = await payment();
    expect(await refund(view.uetr, { amount: '1.00' })).toMatchObject({ state: 'completed', minor: '100' });
    expect(world.submits.at(-1)).toMatchObject({ refundOf: { paymentId: view.paymentId } });
  });

  it('is found by the voucher of UnionPay alone', async () => {
    const { id, view } = await payment();
    const { credit } = await world.control<{ credit: { entry: { endToEndId: string } } }>(
      'GET',
      `/control/unionpay/payments/${id}`,
    );
    const trxInfo = { qrcVoucherNo: credit.entry.endToEndId, settAmt: '1.00', settCurrency: '840' };
    expect(await world.control('POST', '/control/unionpay/call', { type: 'REFUND', trxInfo })).toMatchObject({
      message: { msgResponse: { responseCode: '00' } },
    });
    expect(world.submits.at(-1)).toMatchObject({ refundOf: { paymentId: view.paymentId } });
  });

  it('cancels: all that is left goes back', async () => {
    const { id } = await payment({ refundedAmount: { currency: 'USD', minor: '23' } });
    expect(await refund(id, { cancel: true })).toMatchObject({ state: 'completed' });
    expect(world.submits.at(-1)).toMatchObject({ source: { currency: 'USD', minor: '1000' } });
  });

  it.each([
    ['more than was paid', {}, { fault: 'wrong_amount', addMinor: '1' }, '13'],
    ['too late', { acceptedAt: '2020-01-01T00:00:00.000Z' }, undefined, '57'],
    ['what came in', { direction: 'inbound' as const }, undefined, '25'],
  ])('is refused: %s', async (_name, more, kind, reason) => {
    const { id } = await payment(more);
    const before = world.submits.length;
    if (kind !== undefined)
      await fault(world, { network: 'unionpay', operation: 'pay.REFUND', count: 1, ...kind });
    expect(await refund(id)).toMatchObject({ state: 'rejected', reason });
    expect(world.submits.length).toBe(before);
  });

  it('has the money back when our payer cannot be paid', async () => {
    const { id } = await payment();
    decide = { state: 'REJECTED', isoStatus: 'RJCT', isoReason: 'AC04' };
    expect(await refund(id)).toMatchObject({ state: 'rejected', reason: '21' });
    decide = undefined;
    expect(await refund(id)).toMatchObject({ state: 'completed', minor: '1023' });
  });

  it('of a payment under way is told nothing, and has the money back', async () => {
    const { id } = await payment({ state: 'CREDIT_UNKNOWN' });
    expect(await refund(id, { cancel: true })).toMatchObject({ state: 'rejected', enquiries: 3 });
  });

  it('of a payment that UnionPay itself has not booked yet comes again', async () => {
    const late = { fault: 'late_callback', delayMs: 300, count: 1 };
    await fault(world, { network: 'unionpay', operation: 'MPQRC_PAYMENT_EMV', ...late });
    const { id } = await payment({ state: 'CREDIT_UNKNOWN' }, 'unknown');
    const asked = { type: 'CANCELLATION', trxInfo: { origMsgID: id } };
    expect(await world.control('POST', '/control/unionpay/call', asked)).toMatchObject({
      because: 'HTTP 409',
    });
  });

  it.each([
    ['timeout_after', 1],
    ['duplicate', 0],
  ])('with %s gives back once', async (kind, enquiries) => {
    const { id } = await payment();
    const before = world.submits.length;
    await fault(world, { network: 'unionpay', operation: 'pay.REFUND', fault: kind, count: 1 });
    expect(await refund(id, { amount: '1.00' })).toMatchObject({ state: 'completed', enquiries });
    expect(world.submits.length).toBe(before + 1);
  });

  it('whose message never came has the money back after three answers', async () => {
    const { id } = await payment();
    await fault(world, {
      network: 'unionpay',
      operation: 'pay.CANCELLATION',
      fault: 'timeout_before',
      count: 1,
    });
    expect(await refund(id, { cancel: true })).toMatchObject({ state: 'rejected', enquiries: 3 });
  });
});
