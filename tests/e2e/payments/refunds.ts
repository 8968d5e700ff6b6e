// What is given back, both ways and on both ways of running: by the bank of a payee here to a payer abroad, by a merchant abroad to a
// payer here. The payment tells of it, and the books of all agree.
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from '@jest/globals';
import { messageIdOf } from '@tonle/network-upi';
import { networkFlows, type NetworkFlow } from '@tonle/tool-launcher';
import type { ApiAnswer } from '@tonle/tool-tonle';
import type { InstallationPayment, Money, TestInstallation } from '../../world/installation.js';
import type { InstallationTests } from '../../world/installation-tests.js';

interface Refund extends InstallationPayment {
  readonly refundOf?: string;
  readonly refundedAmount?: Money;
  readonly refundableAmount?: Money;
  readonly code?: string;
  readonly creditor: { readonly account: string };
}

const BANK = 'KHANGKOR';
/** How the merchants of a network name a payment that they give back. */
const NAMED: Readonly<Record<string, (payment: Refund) => object>> = {
  thailand: ({ uetr }) => ({ payment: uetr }),
  laos: ({ uetr }) => ({ payment: uetr }),
  vietnam: ({ uetr }) => ({ payment: uetr }),
  unionpay: ({ paymentId }) => ({ payment: messageIdOf('39990116', paymentId) }),
  alipay: ({ creditor }) => ({ paymentRequestId: creditor.account }),
};
const REFUNDED = networkFlows().filter(({ network }) => network in NAMED);
const riel = (amount: string) => ({ currency: 'KHR', amount });

export const refundTests: InstallationTests = (given) => {
  let world: TestInstallation;

  beforeAll(async () => {
    world = given();
    // Until rates are there.
    await Promise.all(REFUNDED.map((flow) => world.prepareAt(flow)));
  });

  /** The last payment that came in for a customer of this bank. */
  const received = async (bank: string): Promise<Refund> => {
    const path = '/v1/payments?direction=inbound&limit=1';
    return (await world.as(bank).get<{ payments: readonly Refund[] }>(path)).body.payments[0]!;
  };
  /** A visitor pays a shop at BANK; the payment as that sees it. */
  const paid = async ({ network, inbound: { code } }: NetworkFlow): Promise<Refund> => {
    const qrText = await world.khqrCode(code);
    await world.control('POST', `/control/${network}/pay`, { qrText });
    return received(BANK);
  };
  const refund = (
    body: object,
    { bank = BANK, key = randomUUID() as string } = {},
  ): Promise<ApiAnswer<Refund>> =>
    world.as(bank).post<Refund>('/v1/refunds', body, { 'idempotency-key': key, prefer: 'wait=20' });
  const shown = async (paymentId: string): Promise<Refund> =>
    (await world.as(BANK).get<Refund>(`/v1/payments/${paymentId}`)).body;

  it.each(REFUNDED)('gives a payer of $network a part back, and then the rest', async (flow) => {
    const { paymentId, source, target } = await paid(flow);
    const key = randomUUID();
    const first = await refund({ paymentId, amount: riel('10000'), reason: 'Sold out' }, { key });
    expect(first.body).toMatchObject({
      state: 'completed',
      refundOf: paymentId,
      source: riel('10000.00'),
      target: { currency: source.currency },
    });
    const left = riel(`${BigInt(target.amount.split('.')[0]!) - 10_000n}.00`);
    expect(await shown(paymentId)).toMatchObject({
      refundedAmount: riel('10000.00'),
      refundableAmount: left,
    });
    expect((await refund({ paymentId, amount: target })).body.code).toBe('refund_exceeds');
    expect((await refund({ paymentId })).body).toMatchObject({ state: 'completed', source: left });
    // The first once more: it is that refund, though nothing is left.
    const again = await refund({ paymentId, amount: riel('10000'), reason: 'Sold out' }, { key });
    expect(again.body.paymentId).toBe(first.body.paymentId);
    expect(await shown(paymentId)).toMatchObject({ refundedAmount: target, refundableAmount: riel('0.00') });
  });

  it.each(REFUNDED)('pays a payer here what a merchant of $network gives back', async (flow) => {
    const { network } = flow;
    const payment = (await world.pay(await world.prepareAt(flow))).body as Refund;
    const path = `/control/${network}/refund`;
    const { state } = await world.control<{ state: string }>('POST', path, NAMED[network]!(payment));
    expect(state).toBe('completed');
    const { paymentId, source, target } = payment;
    const original = await world.as('KHMEKONG').get<Refund>(`/v1/payments/${paymentId}`);
    expect(original.body).toMatchObject({ refundedAmount: target });
    const back = await received('KHMEKONG');
    expect(back).toMatchObject({ state: 'completed', refundOf: paymentId, source: target });
    // At the rate of the payment: the payer has all of it back.
    expect(back.target).toEqual(source);
  });

  it('gives nothing back of what is not the bank of its payee to give', async () => {
    const { paymentId } = await paid(REFUNDED[0]!);
    const other = await refund({ paymentId }, { bank: 'KHMEKONG' });
    expect([other.status, other.body.code]).toEqual([404, 'original_unknown']);
    const first = await refund({ paymentId, amount: riel('1000') });
    const ofRefund = await refund({ paymentId: first.body.paymentId });
    expect(ofRefund.body.code).toBe('original_unknown');
  });

  it('gives nothing back of what was never paid', async () => {
    const flow = REFUNDED[0]!;
    const { account } = flow.inbound.code;
    const fault = { network: 'bakong', operation: 'makeFullFundTransfer', fault: 'reject' };
    await world.fault({ ...fault, code: 'account closed', match: { account } });
    const { paymentId, state } = await paid(flow);
    expect(state).toBe('failed');
    expect((await refund({ paymentId })).body.code).toBe('original_not_paid');
  });
};
