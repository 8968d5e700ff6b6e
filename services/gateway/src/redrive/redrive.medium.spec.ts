import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  deadLetterCalls,
  refused,
  type LetterGroup,
  type LetterRedriveAnswer,
  type LetterRedriveRequest,
  type ListedLetter,
} from '@tonle/contracts';
import { auditedActions } from '@tonle/platform';
import { GatewayWorld } from '../testing/gateway-world.js';

// Real: the gateway's HTTP, its PostgreSQL and its approvals. Routing, whose letters they are, is played by the test.

const ops = { participant: 'OPERATOR' };
const other = { participant: 'OPERATOR2' };
const GROUP = '0'.repeat(32);
const PATH = `/v1/ops/dead-letters/groups/routing.${GROUP}/redrive`;
const times = { firstAt: '2026-11-28T01:00:00.000Z', lastAt: '2026-11-28T02:00:00.000Z' };
const of = { reader: 'routing', topic: 'tonle.routing.inbox.v1', type: 'leg.result', attempts: 3, ...times };
const letter = (n: number): ListedLetter => ({
  ...{
    ...of,
    letterId: `00000000-0000-4000-8000-0000000000${10 + n}`,
    messageId: `m-${n}`,
    key: `payment-${n}`,
  },
  ...{ cause: 'Error: no', bytes: 12 },
});

let world: GatewayWorld;
let count: number;
let fails: boolean;
let asked: LetterRedriveRequest[];
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_redrive');
  const { calls } = world.platform;
  const { redrive, groups, list, rehearse } = deadLetterCalls('routing');
  calls.serve(redrive, (request): Promise<LetterRedriveAnswer> => {
    asked.push(request);
    return Promise.resolve(
      count > (request.most ?? 0)
        ? refused('redrive_larger', `${count} are open now.`)
        : { kind: 'started', redriveId: request.redriveId ?? letter(0).letterId, total: count },
    );
  });
  const group: Omit<LetterGroup, 'count'> = { ...of, groupId: GROUP, cause: 'Error: no' };
  calls.serve(groups, () => Promise.resolve({ groups: count === 0 ? [] : [{ ...group, count }] }));
  calls.serve(list, ({ limit }) =>
    Promise.resolve({ letters: Array.from({ length: Math.min(limit, 3) }, (_, n) => letter(n)), count }),
  );
  calls.serve(rehearse, ({ letterId }) =>
    Promise.resolve(
      fails && letterId === letter(1).letterId
        ? { kind: 'rehearsed' as const, would: [], failure: 'Error: still no' }
        : { kind: 'rehearsed' as const, would: ['move it'] },
    ),
  );
});
beforeEach(() => {
  [asked, fails, count] = [[], false, 40];
});
afterAll(() => world.close());

const body = { reason: 'mended in 1.4.2' };
const NAME = /^gateway\.[0-9a-f-]{36}$/;
/** Answers name a proposal by its id. */
const nameOf = (json: Record<string, unknown>): string =>
  Object.values(json).find((value) => NAME.test(String(value))) as string;
const decide = (name: string, by: typeof ops, more: object = {}) =>
  world.post(`/v1/ops/approvals/${name}/decision`, { verdict: 'approve', reason: 'seen', ...more }, by);

describe('a redrive', () => {
  it('of ten is begun by one operator', async () => {
    count = 10;
    const { json } = await world.post(PATH, body, ops);
    expect(json).toEqual({ started: true, redriveId: `routing.${letter(0).letterId}`, total: 10 });
  });

  it('of more is begun when another has seen what it would do, once, under the name of the approval', async () => {
    fails = true;
    const { json } = await world.post(PATH, { ...body, perSecond: 20 }, ops);
    expect(json).toMatchObject({ started: false, total: 40, approvalsRequired: 1 });
    const name = nameOf(json);
    expect(asked.map(({ most }) => most)).toEqual([10]);
    const shown = await world.get(`/v1/ops/approvals/${name}`, other);
    expect(shown.json).toMatchObject({
      ...{ kind: 'dead-letter.redrive', target: `routing.${GROUP}`, state: 'pending' },
      before: { letters: '40 open', cause: 'Error: no' },
      after: {
        letters: '40 replayed, 20 a second at most',
        tried: ['payment-0: move it', 'payment-1: fail again: Error: still no', 'payment-2: move it'],
      },
      warnings: [{ code: 'would_fail', text: '1 of 3 that were tried would fail again: Error: still no' }],
    });
    const listed = await world.get('/v1/ops/approvals?kind=dead-letter.redrive', ops);
    expect(listed.json.approvals).toHaveLength(1);
    expect((await decide(name, ops)).json.code).toBe('second_operator_needed');
    expect((await decide(name, other)).json.code).toBe('warnings_unacknowledged');
    expect(asked).toHaveLength(1);
    const seen = { acknowledged: ['would_fail'] };
    const done = await decide(name, other, seen);
    const redriveId = name.slice('gateway.'.length);
    expect(done.json).toMatchObject({ state: 'executed', outcome: { redriveId: `routing.${redriveId}` } });
    expect(asked.slice(1)).toEqual([
      {
        ...{ groupId: GROUP, perSecond: 20, stopOnFailure: true, redriveId, most: 40 },
        ...{ operator: 'OPERATOR-1', participant: 'OPERATOR', reason: 'mended in 1.4.2' },
      },
    ]);
    expect((await decide(name, other, seen)).json.state).toBe('executed');
    expect(asked).toHaveLength(2);
    const actions = await auditedActions(world.test.database);
    for (const action of ['approval.propose', 'approval.approve', 'approval.execute'])
      expect(actions).toContain(action);
  });

  it('is not begun when more have come since; the proposal stays, to be withdrawn', async () => {
    const name = nameOf((await world.post(PATH, body, ops)).json);
    count = 41;
    expect((await decide(name, other)).json).toMatchObject({
      ...{ code: 'redrive_larger', detail: '41 are open now.' },
    });
    expect((await world.get(`/v1/ops/approvals/${name}`, ops)).json.state).toBe('pending');
    expect((await decide(name, ops, { verdict: 'withdraw' })).json.state).toBe('withdrawn');
  });

  it('of what is gone meanwhile is refused', async () => {
    const gone = `/v1/ops/dead-letters/groups/gateway.${GROUP}/redrive`;
    expect((await world.post(gone, body, ops)).status).toBe(404);
  });
});
