import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  adapterCalls,
  approvalCalls,
  deadLetterCalls,
  routingCalls,
  settlementCalls,
  type DeedFilter,
  type OperatorDeed,
  type PaymentSearch,
  type PaymentView,
} from '@tonle/contracts';
import { ServiceUnavailable } from '@tonle/messaging';
import { GatewayWorld } from '../testing/gateway-world.js';
import { eventOf } from '../testing/payment-event.js';

// Real: the gateway with PostgreSQL and HTTP. Routing and one adapter answer from here, the other adapter does not.

const ops = { participant: 'OPERATOR' };
const NEXT_ENQUIRY_AT = '2026-11-28T09:30:00.000Z';
let world: GatewayWorld;
let payment: PaymentView;
let searched: PaymentSearch[];
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_search');
  const { paymentId } = (await world.pay(await world.payable(), 'searched-1')).json;
  const submit = await world.submitOf(paymentId);
  const { debtor, creditor, receivedAt } = submit;
  const event = eventOf(submit, 'CREDIT_UNKNOWN', world.platform.clock.now());
  payment = { ...event, debtor, creditor, receivedAt, deadline: event.at };
  searched = [];
  const { calls } = world.platform;
  calls.serve(routingCalls.searchPayments, (search) => {
    searched.push(search);
    return Promise.resolve({ payments: Array.from({ length: search.limit }, () => payment) });
  });
  calls.serve(routingCalls.payments, ({ paymentIds }) =>
    Promise.resolve({ payments: paymentIds.includes(paymentId) ? [payment] : [] }),
  );
  calls.serve(routingCalls.actions, (filter) => deedsBefore(filter, ['1', '3', '5']));
  calls.serve(settlementCalls.actions, (filter) => deedsBefore(filter, ['4']));
  calls.serve(approvalCalls('settlement').actions, (filter) => deedsBefore(filter, ['2']));
  calls.serve(approvalCalls('routing').actions, (filter) => deedsBefore(filter, []));
  for (const service of ['fx', 'routing', 'settlement', 'adapter-thailand', 'adapter-bakong']) {
    const sixth = service === 'fx' ? ['6'] : [];
    calls.serve(deadLetterCalls(service).actions, (filter) => deedsBefore(filter, sixth));
  }
  const leg = {
    legKey: `${paymentId}:C`,
    paymentId,
    leg: 'credit' as const,
    outcome: 'unknown' as const,
    partnerRef: null,
  };
  const decided = {
    paid: true,
    partnerRef: 'FOUND',
    amount: payment.target,
    proposalId: paymentId,
    at: event.at,
  };
  const told = {
    attempt: 1,
    outcome: 'conflicting' as const,
    partnerRef: 'T-1',
    amount: payment.target,
    at: event.at,
  };
  const asked = { at: event.at, direction: 'in' as const, operation: 'pacs.002', status: 200 };
  const said = { answered: 3, answers: [told], exchanges: [asked] };
  calls.serve(adapterCalls('adapter-thailand').legs, () =>
    Promise.resolve({
      legs: [
        { ...leg, attempts: 1, enquiries: 4, nextEnquiryAt: NEXT_ENQUIRY_AT, decided, ...said },
        {
          ...{ ...leg, legKey: `${paymentId}:D`, leg: 'debit', outcome: 'accepted', partnerRef: 'HASH-1' },
          ...{ attempts: 2, enquiries: 1, nextEnquiryAt: null, decided: null },
        },
      ],
    }),
  );
  calls.serve(adapterCalls('adapter-bakong').legs, () =>
    Promise.reject(new ServiceUnavailable('adapter-bakong', 'is away')),
  );
});
afterAll(() => world.close());

describe('a search of operators', () => {
  it('asks routing, and gives decimal amounts and the next page', async () => {
    const { status, json } = await world.get(
      '/v1/ops/payments?state=processing&corridor=KH-TH&participant=KHMEKONG&limit=2&id=x',
      ops,
    );
    expect(status).toBe(200);
    expect(json.payments).toHaveLength(2);
    expect(json.next).toBe(payment.paymentId);
    expect(json.payments[0].source.amount).toMatch(/^\d+\.\d{2}$/);
    expect(JSON.stringify(json)).not.toContain('minor');
    const [{ states, ...search }] = searched as [PaymentSearch];
    expect(search).toEqual({ id: 'x', corridor: 'KH-TH', participant: 'KHMEKONG', limit: 3 });
    expect(states).toContain('MANUAL_REVIEW');
    expect(states).not.toContain('COMPLETED');
  });

  it.each([
    ['state=Processing', 'processing'],
    ['step=CREDIT_LOST', 'CREDIT_UNKNOWN'],
    ['step=COMPLETED&state=failed', 'never failed'],
    ['corridor=KH-HT', 'KH-TH'],
    ['participant=KHMEKON', 'KHMEKONG'],
    ['from=yesterday', 'from'],
    ['status=failed', 'status'],
  ])('refuses %s, and says what is known', async (query, told) => {
    const { status, json } = await world.get(`/v1/ops/payments?${query}`, ops);
    expect([status, json.code]).toEqual([400, 'schema_invalid']);
    expect(JSON.stringify(json.errors)).toContain(told);
  });

  it('is for operators', async () => {
    expect((await world.get('/v1/ops/payments')).status).toBe(403);
    expect((await world.get('/v1/ops/actions')).status).toBe(403);
  });
});

describe('one payment', () => {
  it('comes with its legs, and says who did not answer', async () => {
    const { json } = await world.get(`/v1/ops/payments/${payment.paymentId}`, ops);
    expect(json).toMatchObject({
      payment: { state: 'CREDIT_UNKNOWN', source: { currency: 'KHR' } },
      silentAdapters: ['adapter-bakong'],
    });
    const adapter = 'adapter-thailand';
    // The partner's last word and what two operators found all the same; a leg that it ended waits for no enquiry.
    expect(json.legs).toEqual([
      {
        ...{ leg: 'credit', adapter, outcome: 'unknown', attempts: 1, enquiries: 4 },
        nextEnquiryAt: NEXT_ENQUIRY_AT,
        answered: 3,
        answers: [expect.objectContaining({ outcome: 'conflicting', partnerReference: 'T-1' })],
        exchanges: [{ at: expect.any(String), direction: 'in', operation: 'pacs.002', status: 200 }],
        decided: {
          ...{ paid: true, partnerReference: 'FOUND', proposalId: payment.paymentId, at: expect.any(String) },
          amount: { currency: 'THB', amount: expect.stringMatching(/\.\d{2}$/) },
        },
      },
      { leg: 'debit', adapter, outcome: 'accepted', partnerReference: 'HASH-1', attempts: 2, enquiries: 1 },
    ]);
    const other = '00000000-0000-7000-8000-000000000001';
    expect((await world.get(`/v1/ops/payments/${other}`, ops)).status).toBe(404);
  });
});

/** As a service answers that did something at each of these instants. */
function deedsBefore(
  { before, limit }: DeedFilter,
  instants: string[],
): Promise<{ actions: OperatorDeed[] }> {
  const deeds = instants.map((instant) => ({
    actionId: `00000000-000${instant}-7000-8000-000000000000`,
    at: `2026-11-23T00:00:0${instant}Z`,
    ...{ operator: 'O', action: 'a', subject: 's', reason: instant },
  }));
  const older = deeds.filter(({ actionId }) => before === undefined || actionId < before);
  return Promise.resolve({ actions: older.reverse().slice(0, limit) });
}

describe('what operators did', () => {
  it('comes from all services in the order of time, by page', async () => {
    const seen: string[] = [];
    let next = '';
    do {
      const { json } = await world.get(`/v1/ops/actions?limit=2${next}`, ops);
      expect(json.silentServices).toEqual([]);
      seen.push(...json.actions.map(({ reason }: OperatorDeed) => reason));
      next = json.next === undefined ? '' : `&cursor=${json.next}`;
    } while (next !== '');
    expect(seen).toEqual(['6', '5', '4', '3', '2', '1']);
  });

  it('says whose deeds are not shown', async () => {
    world.platform.calls.serve(settlementCalls.actions, () =>
      Promise.reject(new ServiceUnavailable('settlement', 'is away')),
    );
    const { json } = await world.get('/v1/ops/actions', ops);
    expect(json.silentServices).toEqual(['settlement']);
    expect(json.actions).toHaveLength(5);
  });
});
