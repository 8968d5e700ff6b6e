import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from '@jest/globals';
import { networkFlows, type SandboxDirectory } from '@tonle/tool-launcher';
import type { ApiAnswer } from '@tonle/tool-tonle';
import type { InstallationPayment, Money } from '../../world/installation.js';
import type { InstallationTests } from '../../world/installation-tests.js';
import { visitorPayment } from '../../world/visitor-payment.js';

interface Refund extends InstallationPayment {
  readonly code?: string;
  readonly refundOf?: string;
  readonly refundCause?: {
    readonly fault: string;
    readonly fxBearer: string;
    readonly conversion?: { readonly source: Money; readonly rate: string };
    readonly feeReturned?: { readonly payer: string; readonly amount: Money };
  };
}
interface Detail {
  readonly payment: Refund & { readonly obligations: readonly { readonly amount: Money }[] };
}

const CORRIDOR = 'KH-LA';
const SHOPS_BANK = 'KHANGKOR';
const BANK = 'KHMEKONG';
const LAOS = networkFlows().find(({ network }) => network === 'laos')!;

/** One corridor gives refunds at the rate of the day. */
export function givesTheDaysRate({ entries }: SandboxDirectory): void {
  const corridor = entries.find(({ kind, id }) => kind === 'corridor' && id === CORRIDOR)!;
  Object.assign(corridor.body as object, { refunds: { days: 180, rate: 'today' } });
}

/** Whoever is at fault pays for it that the payer gets exactly what it paid, though rates have moved. */
export const refundFaultTests: InstallationTests = (world) => {
  beforeAll(async () => {
    await world().prepareAt(LAOS);
  });
  const refund = (body: object): Promise<ApiAnswer<Refund>> => {
    const headers = { 'idempotency-key': randomUUID(), prefer: 'wait=20' };
    return world().as(SHOPS_BANK).post<Refund>('/v1/refunds', body, headers);
  };
  const received = (): Promise<Refund> =>
    visitorPayment(world(), 'laos', { bank: SHOPS_BANK, code: LAOS.inbound.code });
  const operator = () => world().as('OPERATOR');
  const detail = async (paymentId: string): Promise<Detail['payment']> =>
    (await operator().get<Detail>(`/v1/ops/payments/${paymentId}`)).body.payment;

  it('the bank of the shop is told what it is invoiced', async () => {
    const { paymentId, source, target } = await received();
    const { body } = await refund({ paymentId, fault: 'receiving_side' });
    expect(body).toMatchObject({
      state: 'completed',
      source: target,
      target: source,
      refundCause: { fault: 'receiving_side', fxBearer: 'receiving_side' },
    });
    // What a provider sells and buys at is not the same.
    expect(body.refundCause!.conversion!.source.amount).not.toBe(target.amount);
    expect((await detail(body.paymentId)).obligations.map(({ amount }) => amount)).toEqual([target, source]);
  });

  it('the scheme pays once operators have found the switch at fault, and nobody else says so', async () => {
    const { paymentId, source, target } = await received();
    const claim = { paymentId, fault: 'switch' };
    expect((await refund(claim)).body.code).toBe('refund_fault_not_found');
    const found = { reason: 'it credited a wrong shop', evidence: 'incident 12' };
    await operator().post(`/v1/ops/payments/${paymentId}/switch-fault`, found);
    const { body } = await refund(claim);
    expect(body).toMatchObject({ state: 'completed', source: target, target: source });
    expect(body.refundCause).toEqual({ fault: 'switch', fxBearer: 'scheme' });
    const { refundCause } = await detail(body.paymentId);
    expect(refundCause).toMatchObject({
      conversion: { source: { currency: 'KHR' } },
      feeReturned: { amount: { currency: source.currency } },
    });
  });

  it('a network that could not credit its payee gives back what was paid, and is invoiced the rest', async () => {
    const payment = (await world().pay(await world().prepareAt(LAOS))).body;
    await world().control('POST', '/control/laos/refund', { payment: payment.uetr, reason: 'AC04' });
    const back = await world().until('the refund', async () => {
      const path = `/v1/payments?direction=inbound&refundOf=${payment.paymentId}`;
      const { payments } = (await world().as(BANK).get<{ payments: readonly Refund[] }>(path)).body;
      return payments.find(({ state }) => state === 'completed');
    });
    expect(back).toMatchObject({ source: payment.target, target: payment.source });
    expect(await detail(back.paymentId)).toMatchObject({
      refundCause: { fault: 'receiving_side', fxBearer: 'receiving_side', conversion: {} },
    });
  });
};
