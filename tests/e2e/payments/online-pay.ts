// Orders of web shops that card holders pay at UnionPay's page (UPOP), on both ways of running: passed on, given back.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { newIdempotencyKey } from '@tonle/tool-tonle';
import type { InstallationPayment, TestInstallation } from '../../world/installation.js';
import type { InstallationTests } from '../../world/installation-tests.js';

interface Paid {
  readonly state: string;
  readonly queryId: string;
  readonly settled: { readonly minor: string };
}

export const onlinePayTests: InstallationTests = (given) => {
  let world: TestInstallation;

  beforeAll(async () => {
    world = given();
  });

  const onlinePay = async (code: object, amount?: object): Promise<Paid> => {
    const qrText = await world.khqrCode({ ...code, name: 'Web shop' });
    return world.control<Paid>('POST', '/control/unionpay/online-pay', { qrText, amount, waitMs: 60_000 });
  };
  const DOLLARS = { account: 'usd00042@angkor', currency: 'USD', amount: '10.50' };
  const RIEL = { account: 'shop00042@angkor', currency: 'KHR', amount: undefined };

  it('of a code in dollars are passed on as they are settled', async () => {
    expect(await onlinePay(DOLLARS)).toMatchObject({ state: 'completed', settled: { minor: '1050' } });
  });

  it('of a code in riel without an amount are converted', async () => {
    const paid = await onlinePay(RIEL, { currency: 'USD', amount: '10.00' });
    expect(paid).toMatchObject({ state: 'completed', settled: { minor: '1000' } });
  });

  it('are passed on once, however often they are told', async () => {
    await world.fault({ network: 'unionpay', operation: 'pay.UPOP', fault: 'call_back_often' });
    expect(await onlinePay(DOLLARS)).toMatchObject({ state: 'completed' });
  });

  it('go back to the card when the shop is refused at home, or the code asks for another amount', async () => {
    const { account } = DOLLARS;
    await world.fault({
      network: 'bakong',
      operation: 'makeFullFundTransfer',
      fault: 'reject',
      code: 'account closed',
      match: { account },
    });
    expect(await onlinePay(DOLLARS)).toMatchObject({ state: 'given_back' });
    const other = { currency: 'USD', amount: '10.51' };
    expect(await onlinePay(DOLLARS, other)).toMatchObject({ state: 'given_back' });
  });

  describe('and what their shops give back', () => {
    const shopsBank = () => world.as('KHANGKOR');

    /** Of a payment to the shop, by its bank; without an amount all that is left. */
    const refund = async (paid: Paid, amount?: string) => {
      const found = await shopsBank().get<{ payments: InstallationPayment[] }>(
        `/v1/payments?direction=inbound&messageId=${paid.queryId}`,
      );
      const { paymentId, target } = found.body.payments[0]!;
      const body = { paymentId, ...(amount !== undefined && { amount: { ...target, amount } }) };
      const headers = { 'idempotency-key': newIdempotencyKey() };
      const made = await shopsBank().post<InstallationPayment>('/v1/refunds', body, headers);
      return made.ok ? world.ended(made.body.paymentId, 'KHANGKOR') : made.body;
    };
    const cents = (amount: string) => ({ currency: 'USD', amount });

    it('goes to the card: all of it, or parts until nothing is left', async () => {
      const all = await refund(await onlinePay(DOLLARS));
      expect(all).toMatchObject({ state: 'completed', target: cents('10.50') });
      const paid = await onlinePay(DOLLARS);
      expect(await refund(paid, '4.00')).toMatchObject({ state: 'completed', target: cents('4.00') });
      expect(await refund(paid, '6.51')).toMatchObject({ code: 'refund_exceeds' });
      expect(await refund(paid)).toMatchObject({ state: 'completed', target: cents('6.50') });
    });

    it('of riel is converted at the rate of the payment', async () => {
      const paid = await onlinePay(RIEL, cents('10.00'));
      expect(await refund(paid)).toMatchObject({ state: 'completed', target: cents('10.00') });
    });

    it.each([
      ['was lost before it came', { fault: 'timeout_before', delayMs: 100 }],
      ['was done and not told', { fault: 'timeout_after', delayMs: 100 }],
      ['is open for a while', { fault: 'late_callback', delayMs: 700 }],
    ])('arrives once when it %s', async (_name, kind) => {
      const paid = await onlinePay(DOLLARS);
      await world.fault({ network: 'unionpay', operation: 'UPOP_04', ...kind });
      expect(await refund(paid, '1.00')).toMatchObject({ state: 'completed', target: cents('1.00') });
    });

    it('stays with the shop when UnionPay refuses it', async () => {
      const paid = await onlinePay(DOLLARS);
      await world.fault({ network: 'unionpay', operation: 'UPOP_04', fault: 'reject', code: '38' });
      expect(await refund(paid, '1.00')).toMatchObject({ state: 'failed', problem: { isoReason: 'FR01' } });
    });
  });
};
