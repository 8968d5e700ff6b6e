// What merchants abroad give back of the payments that our payers made to UnionPay codes, on both ways of running: paid out at home,
// counted, reconciled.
import { beforeAll, expect, it } from '@jest/globals';
import { messageIdOf } from '@tonle/network-upi';
import { networkFlows } from '@tonle/tool-launcher';
import type { InstallationPayment, Money, TestInstallation } from '../../world/installation.js';
import type { InstallationTests } from '../../world/installation-tests.js';

interface Listed extends InstallationPayment {
  readonly refundOf?: string;
  readonly refundedAmount?: Money;
}

const INSTITUTION = '39990116';
const UNIONPAY = networkFlows().find(({ network }) => network === 'unionpay')!;

export const unionpayRefundTests: InstallationTests = (given) => {
  let world: TestInstallation;

  beforeAll(async () => {
    world = given();
  });

  const paid = async (): Promise<InstallationPayment> => {
    const { body } = await world.pay(await world.prepareAt(UNIONPAY), { wait: 0 });
    return world.ended(body.paymentId);
  };
  const refund = ({ paymentId: payment }: InstallationPayment, more: object = {}) =>
    world.control<{ state: string; minor: string; reason?: string }>('POST', '/control/unionpay/refund', {
      payment: messageIdOf(INSTITUTION, payment),
      ...more,
    });
  const shown = async (paymentId: string): Promise<Listed> =>
    (await world.as('KHMEKONG').get<Listed>(`/v1/payments/${paymentId}`)).body;

  it('give a part back, and then cancel what is left', async () => {
    const payment = await paid();
    expect(await refund(payment, { amount: '2.50' })).toMatchObject({ state: 'completed', minor: '250' });
    expect(await shown(payment.paymentId)).toMatchObject({
      state: 'completed',
      refundedAmount: { currency: 'USD', amount: '2.50' },
    });
    expect(await refund(payment, { cancel: true })).toMatchObject({ state: 'completed', minor: '773' });
    const { refundedAmount } = await shown(payment.paymentId);
    expect(refundedAmount).toEqual(payment.target);
  });

  it('give back once, whatever is lost or comes twice', async () => {
    const payment = await paid();
    const operation = 'pay.REFUND';
    for (const fault of ['timeout_after', 'duplicate']) {
      await world.fault({ network: 'unionpay', operation, fault });
      expect(await refund(payment, { amount: '1.00' })).toMatchObject({ state: 'completed' });
    }
    expect((await shown(payment.paymentId)).refundedAmount).toMatchObject({ amount: '2.00' });
  });

  it('cannot give back more than was paid, and keep it when the payer cannot be paid', async () => {
    const payment = await paid();
    const more = { network: 'unionpay', operation: 'pay.REFUND', fault: 'wrong_amount', addMinor: '1' };
    await world.fault(more);
    expect(await refund(payment)).toMatchObject({ state: 'rejected', reason: '13' });
    const atHome = { network: 'bakong', operation: 'makeFullFundTransfer', fault: 'reject' };
    const match = { account: UNIONPAY.outbound.payer };
    await world.fault({ ...atHome, code: 'account closed', match });
    expect(await refund(payment)).toMatchObject({ state: 'rejected', reason: '21' });
    expect((await shown(payment.paymentId)).refundedAmount ?? { amount: '0.00' }).toMatchObject({
      amount: '0.00',
    });
    expect(await refund(payment)).toMatchObject({ state: 'completed' });
  });
};
