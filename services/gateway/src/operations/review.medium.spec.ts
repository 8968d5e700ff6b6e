import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { refused, routingCalls, type ListedReview } from '@tonle/contracts';
import { GatewayWorld } from '../testing/gateway-world.js';

// Real: the gateway with PostgreSQL and HTTP. Routing answers from here; what it decides is tested there.

const ID = '00000000-0000-7000-8000-000000000001';
const PROPOSAL = '00000000-0000-7000-8000-000000000002';
const ops = { participant: 'OPERATOR' };
const KEPT = { approvalsRequired: 1, expiresAt: '2026-11-22T15:00:00.000Z' };
const why = { reason: 'the partner was asked', evidence: 'statement line 7' };
const review: ListedReview = {
  paymentId: ID,
  uetr: '00000000-0000-4000-8000-000000000003',
  corridor: 'KH-TH',
  direction: 'outbound',
  leg: 'debit',
  since: '2026-11-22T10:00:00.000Z',
  because: 'leg_exhausted:debit',
  amount: { currency: 'KHR', minor: '10024000' },
  attempts: 1,
  decisions: ['paid', 'not_paid'],
  notPaidFrom: '2026-11-22T09:00:00.000Z',
  proposal: {
    approvalId: `routing.${PROPOSAL}`,
    decision: 'paid',
    partnerRef: 'hash-7',
    amount: { currency: 'KHR', minor: '10034000' },
    ...why,
    proposedBy: 'OPERATOR',
    proposedAt: '2026-11-22T11:00:00.000Z',
  },
};
const stuck = {
  paymentId: PROPOSAL,
  state: 'DEBIT_SENT' as const,
  since: '2026-11-22T10:00:00.000Z',
  lastAt: '2026-11-22T10:03:00.000Z',
  times: 3,
  cause: 'Error: the corridor is gone',
};

let world: GatewayWorld;
const deeds: unknown[] = [];
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_reviews');
  const { calls } = world.platform;
  calls.serve(routingCalls.reviews, () => Promise.resolve({ reviews: [review], undecided: [stuck] }));
  calls.serve(routingCalls.proposeReview, (request) => {
    deeds.push(request);
    if (request.decision === 'reverse')
      return Promise.resolve(refused('decision_not_possible', 'Of a debit: paid.'));
    return Promise.resolve({ kind: 'proposed' as const, approvalId: PROPOSAL, ...KEPT });
  });
});
afterAll(() => world.close());
beforeEach(() => {
  deeds.length = 0;
});

const propose = (body: object, by = ops) =>
  world.post(`/v1/ops/reviews/${ID}/proposal`, { ...why, ...body }, by);

describe('reviews', () => {
  it('are listed with amounts as people write them', async () => {
    const { status, json } = await world.get('/v1/ops/reviews', ops);
    expect(status).toBe(200);
    expect(json.reviews[0]).toMatchObject({
      amount: { currency: 'KHR', amount: '100240.00' },
      proposal: { reference: 'hash-7', booked: { currency: 'KHR', amount: '100340.00' }, ...why },
    });
    expect(json.undecided).toEqual([stuck]);
  });

  it('are proposed with reason, evidence and who it is: by key and by participant', async () => {
    const booked = { currency: 'KHR', amount: '100340.50' };
    expect(await propose({ decision: 'paid', reference: 'hash-7', booked })).toMatchObject({
      status: 200,
      json: { approvalId: `routing.${PROPOSAL}`, ...KEPT },
    });
    expect(deeds).toEqual([
      {
        paymentId: ID,
        decision: 'paid',
        partnerRef: 'hash-7',
        amount: { currency: 'KHR', minor: '10034050' },
        ...why,
        operator: 'OPERATOR-1',
        participant: 'OPERATOR',
      },
    ]);
  });

  it.each([
    ['without evidence', { decision: 'paid', evidence: undefined }, 400, 'schema_invalid'],
    ['without a reason', { decision: 'paid', reason: '' }, 400, 'schema_invalid'],
    ['that nobody knows', { decision: 'maybe' }, 400, 'schema_invalid'],
    [
      'of no currency',
      { decision: 'paid', booked: { currency: 'XYZ', amount: '1' } },
      422,
      'unknown_currency',
    ],
    ['that does not fit the leg', { decision: 'reverse' }, 422, 'decision_not_possible'],
  ])('are refused: a decision %s', async (_what, body, status, code) => {
    expect(await propose(body)).toMatchObject({ status, json: { code } });
  });

  it("are nobody else's", async () => {
    expect(await world.get('/v1/ops/reviews')).toMatchObject({
      status: 403,
      json: { code: 'not_permitted' },
    });
  });
});
