import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import type { InstallationPayment, Money } from '../../world/installation.js';
import type { InstallationTests } from '../../world/installation-tests.js';

interface Recall {
  readonly recallId: string;
  readonly uetr: string;
  readonly state: string;
  readonly refunds: readonly { readonly paymentId: string; readonly state: string }[];
  readonly answer?: { readonly refusedBecause?: string };
  readonly history: readonly { readonly event: string }[];
}
interface Payment extends InstallationPayment {
  readonly refundedAmount?: Money;
}
interface Unknowns {
  readonly payments: readonly { readonly paymentId: string }[];
}
interface ToldEvent {
  readonly data: { readonly recallId?: string; readonly state: string };
}
interface Told {
  readonly told: readonly { readonly status: string; readonly reason?: string }[];
}

const BANK = 'KHMEKONG';
const SHOPS_BANK = 'KHANGKOR';
const ENDED = ['accepted', 'refused', 'expired'];

/** Payments that are asked back, by us and by a network. */
export const refundsTests: InstallationTests = (world) => {
  const paid = async (): Promise<Payment> =>
    (await world().pay(await world().prepare())).body as unknown as Payment;
  const ask = async (paymentId: string): Promise<Recall> => {
    const headers = { 'idempotency-key': randomUUID() };
    const body = { paymentId, reason: 'duplicate' };
    return (await world().as(BANK).post<Recall>('/v1/recalls', body, headers)).body;
  };
  const ended = ({ recallId }: Recall, bank = BANK): Promise<Recall> =>
    world().until('the recall to end', async () => {
      const { body } = await world().as(bank).get<Recall>(`/v1/recalls/${recallId}`);
      return ENDED.includes(body.state) ? body : undefined;
    });
  /** A visitor has paid a shop here, and its network asks for that back. */
  const askedBack = async (): Promise<{ readonly id: string; readonly recall: Recall }> => {
    const qrText = await world().khqrCode();
    const { uetr } = await world().control<{ uetr: string }>('POST', '/control/thailand/pay', { qrText });
    const { id } = await world().control<{ id: string }>('POST', '/control/thailand/recall', {
      payment: uetr,
    });
    const path = '/v1/recalls?role=to_answer&state=received';
    const recall = await world().until('the recall', async () => {
      const { recalls } = (await world().as(SHOPS_BANK).get<{ recalls: readonly Recall[] }>(path)).body;
      return recalls.find((each) => each.uetr === uetr);
    });
    return { id, recall };
  };
  const told = (id: string): Promise<Told['told'][0]> =>
    world().until('the network to be told', async () => {
      const { told } = await world().control<Told>('GET', `/control/thailand/recalls/${id}`);
      return told[0];
    });
  const fault = (kind: string, more: object = {}) =>
    world().fault({ network: 'thailand', operation: 'camt.056', fault: kind, count: 1, ...more });

  it('come back when the network says yes, which answers late and twice', async () => {
    const payment = await paid();
    await fault('late_callback', { delayMs: 1_000 });
    const recall = await ended(await ask(payment.paymentId));
    expect(recall.state).toBe('accepted');
    const back = await world().until('the money', async () => {
      const { body } = await world().as(BANK).get<Payment>(`/v1/payments/${payment.paymentId}`);
      return body.refundedAmount;
    });
    expect(back).toEqual(payment.target);
    const another = await paid();
    await fault('duplicate');
    expect(await ended(await ask(another.paymentId))).toMatchObject({ state: 'accepted' });
  });

  it('come back when they were asked back before their outcome was known, once they have completed', async () => {
    const thailand = { network: 'thailand' };
    await world().control('POST', '/control/faults', [
      { ...thailand, operation: 'pacs.008', fault: 'timeout_after', delayMs: 500, count: 1 },
      { ...thailand, operation: 'pacs.028', fault: 'garbage' },
    ]);
    const { paymentId } = (await world().pay(await world().prepare(), { wait: 0 })).body;
    await world().until('its outcome to be unknown', async () => {
      const { body } = await world().as('OPERATOR').get<Unknowns>('/v1/ops/unknowns');
      return body.payments.some((each) => each.paymentId === paymentId);
    });
    const recall = await ask(paymentId);
    expect(recall).toMatchObject({ state: 'received', history: [{}, { event: 'waiting' }] });
    await world().control('DELETE', '/control/faults');
    expect(await world().ended(paymentId)).toMatchObject({ state: 'completed' });
    const { state, history } = await ended(recall);
    expect(state).toBe('accepted');
    expect(history[2]).toMatchObject({ event: 'payment_completed' });
  });

  it('do not when it says no', async () => {
    const payment = await paid();
    await fault('reject', { code: 'LEGL' });
    expect(await ended(await ask(payment.paymentId))).toMatchObject({
      state: 'refused',
      answer: { refusedBecause: 'legal_reason' },
      refunds: [],
    });
  });

  it('are given back by the bank here, or not, and the network is told', async () => {
    const { id, recall } = await askedBack();
    const bank = world().as(SHOPS_BANK);
    /** What the bank was told of a recall by itself. */
    const events = (type: string, { recallId }: Recall) =>
      world().until(type, async () => {
        const { body } = await bank.get<{ events: readonly ToldEvent[] }>(
          `/v1/events?types=${type}&limit=200`,
        );
        return body.events.find(({ data }) => data.recallId === recallId)?.data;
      });
    expect(await events('recall.requested', recall)).toMatchObject({ state: 'received' });
    await bank.post(`/v1/recalls/${recall.recallId}/answer`, { answer: 'accepted' });
    expect(await told(id)).toMatchObject({ status: 'ACCR' });
    const refund = (await ended(recall, SHOPS_BANK)).refunds[0]!;
    expect((await world().ended(refund.paymentId, SHOPS_BANK)).state).toBe('completed');
    const second = await askedBack();
    const no = { answer: 'refused', refusedBecause: 'customer_refuses' };
    await bank.post(`/v1/recalls/${second.recall.recallId}/answer`, no);
    expect(await told(second.id)).toMatchObject({ status: 'RJCR', reason: 'CUST' });
    expect(await events('recall.answered', second.recall)).toMatchObject({ state: 'refused' });
  });
};
