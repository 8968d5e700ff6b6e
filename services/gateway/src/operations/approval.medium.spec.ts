import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  approvalCalls,
  refused,
  type ApprovalAnswer,
  type ApprovalDecision,
  type ListedApproval,
} from '@tonle/contracts';
import { ServiceUnavailable } from '@tonle/messaging';
import { GatewayWorld } from '../testing/gateway-world.js';

// Real: the gateway's HTTP and PostgreSQL. Settlement is played by the test.

const ops = { participant: 'OPERATOR' };
const idOf = (number: number) => `00000000-000${number}-7000-8000-000000000000`;
const approval = (number: number): ListedApproval => ({
  ...{
    approvalId: idOf(number),
    service: 'settlement',
    kind: 'settlement.window',
    target: 'w',
    state: 'pending',
  },
  amount: { currency: 'KHR', minor: '10024000' },
  ...{ proposedBy: 'OPERATOR2', proposedAt: '2026-11-28T02:00:00.000Z', reason: 'nets agree' },
  ...{ approvals: 0, approvalsRequired: 1, expiresAt: '2026-11-30T02:00:00.000Z' },
});
const POLICY = {
  tiers: [{ approvals: 1, upTo: { KHR: '40000000' } }, { approvals: 2 }],
  expires: { bankingDays: 3 },
};
const PATH = '/v1/ops/approvals';
const ONE = `${PATH}/settlement.${idOf(1)}`;

let world: GatewayWorld;
let answer: ApprovalAnswer;
let isAway = false;
const decided: ApprovalDecision[] = [];
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_approvals');
  const { calls } = world.platform;
  calls.serve(approvalCalls('routing').list, () => Promise.resolve({ approvals: [] }));
  const settlement = approvalCalls('settlement');
  calls.serve(settlement.list, ({ before = '1', limit }) =>
    isAway
      ? Promise.reject(new ServiceUnavailable('settlement', 'is away'))
      : Promise.resolve({
          approvals: [3, 2, 1]
            .map(approval)
            .filter(({ approvalId }) => approvalId < before)
            .slice(0, limit),
        }),
  );
  calls.serve(settlement.find, ({ approvalId }) =>
    Promise.resolve(
      approvalId === idOf(1)
        ? {
            kind: 'found' as const,
            approval: {
              ...approval(1),
              ...{
                operator: 'OPERATOR2-1',
                policyVersion: 1,
                policy: POLICY,
                targetVersion: '7',
                payload: { windowId: 'w' },
              },
              ...{ warnings: [{ code: 'late', text: 'a day late' }], verdicts: [] },
            },
          }
        : refused('approval_unknown'),
    ),
  );
  calls.serve(settlement.decide, (decision) => {
    decided.push(decision);
    return Promise.resolve(answer);
  });
});
afterAll(() => world.close());

describe('approvals', () => {
  it('are listed by page, the newest first, and a service that is away is named', async () => {
    const first = (await world.get(`${PATH}?state=pending&limit=2`, ops)).json;
    expect(first.approvals).toMatchObject([
      {
        approvalId: `settlement.${idOf(3)}`,
        amount: { currency: 'KHR', amount: '100240.00' },
        approvalsRequired: 1,
      },
      { approvalId: `settlement.${idOf(2)}` },
    ]);
    const { json } = await world.get(`${PATH}?limit=2&cursor=${first.next}`, ops);
    expect([json.approvals.length, json.next]).toEqual([1, undefined]);
    isAway = true;
    expect((await world.get(PATH, ops)).json).toEqual({ approvals: [], silentServices: ['settlement'] });
    isAway = false;
    expect((await world.get(PATH)).status).toBe(403);
  });

  it('are looked at one by one', async () => {
    expect((await world.get(ONE, ops)).json).toMatchObject({
      ...{ approvalId: `settlement.${idOf(1)}`, payload: { windowId: 'w' } },
      warnings: [{ code: 'late', text: 'a day late' }],
      policy: POLICY,
    });
    expect((await world.get(`${PATH}/settlement.${idOf(9)}`, ops)).json.code).toBe('approval_unknown');
    expect((await world.get(`${PATH}/gateway.${idOf(1)}`, ops)).json.code).toBe('approval_unknown');
    expect((await world.get(`${PATH}/nobody.${idOf(1)}`, ops)).json.code).toBe('not_found');
  });

  it('are decided by whom and why, and refused with what to do', async () => {
    answer = { kind: 'decided', state: 'executed', approvals: 1, approvalsRequired: 1, outcome: { x: '1' } };
    const body = { verdict: 'approve', acknowledged: ['late'], reason: 'seen' };
    expect((await world.post(`${ONE}/decision`, body, ops)).json).toEqual({
      ...{ state: 'executed', approvals: 1, approvalsRequired: 1, outcome: { x: '1' } },
    });
    expect(decided).toEqual([
      { ...body, approvalId: idOf(1), operator: 'OPERATOR-1', participant: 'OPERATOR' },
    ]);
    answer = refused('warnings_unacknowledged', undefined, [
      { path: '/acknowledged', message: 'late: a day late' },
    ]);
    expect(await world.post(`${ONE}/decision`, { verdict: 'reject', reason: 'seen' }, ops)).toMatchObject({
      status: 422,
      json: {
        code: 'warnings_unacknowledged',
        errors: [{ path: '/acknowledged', message: 'late: a day late' }],
      },
    });
    expect(decided.at(-1)).toMatchObject({ verdict: 'reject', acknowledged: [] });
    expect((await world.post(`${ONE}/decision`, body)).status).toBe(403);
    expect((await world.post(`${ONE}/decision`, { verdict: 'approve' }, ops)).status).toBe(400);
  });
});
