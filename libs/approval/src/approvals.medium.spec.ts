import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { refused, type ApprovalDecision, type ApprovalWarning } from '@tonle/contracts';
import { amount } from '@tonle/money';
import { createTestDatabase, type Database, type TestDatabase } from '@tonle/persistence';
import {
  AuditLog1772800000000,
  auditedActions,
  createTestPlatform,
  type TestPlatform,
} from '@tonle/platform';
import { z } from 'zod';
import type { ApprovalKind, Proposal } from './approval.js';
import { approvalDeeds, approvalFinding } from './approval-deed.store.js';
import { findApproval } from './approval.store.js';
import { Approvals } from './approvals.js';
import { Approvals1774006000000 } from './migrations/1774006000000-approvals.js';
import { KeptPolicies1776101000000 } from './migrations/1776101000000-kept-policies.js';

// Real: PostgreSQL, with two instances of the service at pools of their own. What is approved sets a number in a table of this file.

const HOUR_MS = 3_600_000;
const POLICIES = {
  number: {
    version: 3,
    tiers: [{ approvals: 1, upTo: { USD: 1_000n } }, { approvals: 2 }],
    expires: { hours: 4 },
  },
  named: { version: 1, tiers: [{ approvals: 1 }], expires: { hours: 4 }, makers: ['A'], checkers: ['B'] },
};
type Payload = { name: string; to: number };

let test: TestDatabase;
let second: Database;
let platform: TestPlatform;
let approvals: Approvals;
let other: Approvals;
/** What the kind does besides: set by single tests. */
let told: string[];
let approvers: string[];
let onExecute: () => Promise<unknown>;
let onPrepare: () => Promise<ReturnType<typeof refused> | undefined>;

const kindOf = (kind: 'number' | 'named'): ApprovalKind<Payload> => ({
  kind,
  payload: z.object({ name: z.string(), to: z.number().int() }),
  targetVersion: async (transaction, { name }) => {
    const [row] = await transaction.query<{ version: number }>(
      'SELECT version FROM numbers WHERE name = $1 FOR UPDATE',
      [name],
    );
    return row?.version.toString();
  },
  execute: async (transaction, { payload: { name, to }, votes }) => {
    approvers = votes.map(({ participant }) => participant);
    await transaction.query('UPDATE numbers SET value = value + $2, version = version + 1 WHERE name = $1', [
      name,
      to,
    ]);
    if (to < 0) return refused('not_found', 'no number is below zero');
    await onExecute();
    return { kind: 'executed', outcome: { to } };
  },
  prepare: () => onPrepare(),
  ended: (_transaction, _request, state) => Promise.resolve(void told.push(state)),
  afterwards: () => Promise.resolve(told.push('afterwards')),
});
const NUMBER = kindOf('number');
const NAMED = kindOf('named');

beforeAll(async () => {
  test = await createTestDatabase('approvals');
  await test.database.openOrm({
    migrations: [AuditLog1772800000000, Approvals1774006000000, KeptPolicies1776101000000],
  });
  await test.database.query(
    'CREATE TABLE numbers (name text PRIMARY KEY, value int NOT NULL, version int NOT NULL)',
  );
  second = await test.another();
  platform = createTestPlatform('settlement', test.database);
  const instance = (database: Database) => {
    const made = new Approvals({ ...platform, database }, { policies: POLICIES });
    made.add(NUMBER);
    made.add(NAMED);
    return made;
  };
  approvals = instance(test.database);
  other = instance(second);
});
beforeEach(async () => {
  await test.database.query('TRUNCATE approval_vote, approval_request, numbers, audit_entry');
  await test.database.query("INSERT INTO numbers VALUES ('n', 0, 1), ('m', 0, 1)");
  told = [];
  onExecute = () => Promise.resolve();
  onPrepare = () => Promise.resolve(undefined);
});
afterAll(() => test.drop());

const propose = (more: Partial<Proposal<Payload>> = {}, kind = NUMBER, by = approvals) => {
  // Ids are in the order of time.
  platform.clock.advance(1);
  const payload = more.payload ?? { name: 'n', to: 7 };
  const proposal = {
    target: payload.name,
    operator: 'A-1',
    participant: 'A',
    reason: 'wanted',
    before: { value: 0 },
    after: { value: payload.to },
    ...more,
    payload,
  };
  return test.database.transaction((transaction) =>
    by.propose(transaction, kind, { amount: amount('USD', 1_000n), ...proposal }),
  );
};
const proposed = async (more: Partial<Proposal<Payload>> = {}, kind = NUMBER) => {
  const answer = await propose(more, kind);
  if (answer.kind === 'refused') throw new Error(answer.reason);
  return answer.approvalId;
};
const verdict = (
  approvalId: string,
  participant: string,
  what: ApprovalDecision['verdict'] = 'approve',
  more: { by?: Approvals; acknowledged?: string[] } = {},
) => {
  platform.clock.advance(1);
  return (more.by ?? approvals).decide({
    ...{ approvalId, participant, operator: `${participant}-1`, verdict: what, reason: 'seen' },
    acknowledged: more.acknowledged ?? [],
  });
};
const value = async (name = 'n') =>
  (await test.database.query<{ value: number }>('SELECT value FROM numbers WHERE name = $1', [name]))[0]!
    .value;
const stateOf = async (approvalId: string) => (await findApproval(test.database, approvalId))?.state;

describe('what one operator proposes', () => {
  it('is done by the approval of another, once, and each step is a deed', async () => {
    const id = await proposed();
    expect(await value()).toBe(0);
    const done = {
      kind: 'decided',
      state: 'executed',
      approvals: 1,
      approvalsRequired: 1,
      outcome: { to: 7 },
    };
    expect(await verdict(id, 'B')).toEqual(done);
    expect(await verdict(id, 'B')).toEqual(done);
    expect(await verdict(id, 'C')).toMatchObject({ reason: 'approval_ended' });
    expect([await value(), told, approvers]).toEqual([7, ['afterwards'], ['B']]);
    expect(await auditedActions(test.database)).toEqual([
      'approval.propose',
      'approval.approve',
      'approval.execute',
    ]);
    for (const subject of [id, 'n']) {
      const deeds = await approvalDeeds(test.database, { subject, limit: 9 });
      expect(deeds.map(({ action, operator, detail }) => [action, operator, detail])).toEqual([
        ['approval.approve', 'B-1', 'number n'],
        ['approval.propose', 'A-1', 'number n'],
      ]);
    }
  });

  it('is never decided by whoever proposed it, whatever key they use', async () => {
    const id = await proposed();
    for (const what of ['approve', 'reject'] as const)
      expect(await verdict(id, 'A', what)).toEqual(refused('second_operator_needed'));
    await expect(
      test.database.query(
        `INSERT INTO approval_vote VALUES ($1, $1, 'A', 'A', 'approve', 'A-2', 'r', '[]', now())`,
        [id],
      ),
    ).rejects.toThrow('check constraint');
    expect(await verdict(id, 'B', 'withdraw')).toEqual(refused('not_the_maker'));
    expect(await verdict(id, 'A', 'withdraw')).toMatchObject({ state: 'withdrawn' });
    expect(await verdict(id, 'B')).toMatchObject({ reason: 'approval_ended' });
    expect([await value(), told]).toEqual([0, ['withdrawn']]);
  });

  it('needs more approvals above an amount, in a currency without one, and without an amount', async () => {
    for (const sum of [amount('USD', 1_001n), amount('THB', 1n), undefined]) {
      const id = await proposed({ amount: sum });
      expect(await verdict(id, 'B')).toMatchObject({ state: 'pending', approvals: 1, approvalsRequired: 2 });
      expect(await verdict(id, 'B')).toMatchObject({ state: 'pending', approvals: 1 });
      expect(await verdict(id, 'C')).toMatchObject({ state: 'executed', approvals: 2 });
    }
    expect([await value(), approvers]).toEqual([21, ['B', 'C']]);
  });

  it('is ended by a rejection, also of one who has approved it before', async () => {
    const id = await proposed({ amount: amount('THB', 1n) });
    await verdict(id, 'B');
    expect(await verdict(id, 'B', 'reject')).toMatchObject({ state: 'rejected' });
    expect(await verdict(id, 'C')).toEqual(refused('approval_ended', 'rejected by B: seen'));
    expect([await value(), told]).toEqual([0, ['rejected']]);
  });

  it('is proposed once at a time; the same of the same operator is a repeat', async () => {
    const id = await proposed();
    expect(await propose()).toMatchObject({ kind: 'proposed', approvalId: id });
    expect(await propose({ payload: { name: 'n', to: 8 } })).toMatchObject({ reason: 'proposal_open' });
    expect(await propose({ participant: 'B' })).toEqual(refused('proposal_open', `It is approval ${id}.`));
    const both = await Promise.all([
      propose({ payload: { name: 'm', to: 1 } }),
      propose({ payload: { name: 'm', to: 2 } }),
    ]);
    expect(both.map(({ kind }) => kind).sort()).toEqual(['proposed', 'refused']);
    expect(await propose({ payload: { name: 'x', to: 1 } })).toEqual(refused('not_found'));
    await verdict(id, 'B', 'reject');
    expect(await propose()).toMatchObject({ kind: 'proposed' });
  });

  it('keeps what the policy said, also when it is another one since', async () => {
    const id = await proposed({ amount: amount('THB', 1n) });
    const policies = { ...POLICIES, number: { ...POLICIES.named, version: 4 } };
    const later = new Approvals({ ...platform, database: second }, { policies });
    later.add(NUMBER);
    expect(await verdict(id, 'C', 'approve', { by: later })).toEqual(
      refused('not_an_approver', 'Of this kind decide B.'),
    );
    expect(await verdict(id, 'B', 'approve', { by: later })).toMatchObject({
      state: 'pending',
      approvalsRequired: 2,
    });
    expect(await findApproval(second, id)).toMatchObject({
      policyVersion: 3,
      policy: {
        tiers: [{ approvals: 1, upTo: { USD: '10.00' } }, { approvals: 2 }],
        expires: { hours: 4 },
      },
    });
    // Of requests of before nothing is known but its version.
    await test.database.query('UPDATE approval_request SET policy = NULL');
    expect(await findApproval(second, id)).not.toHaveProperty('policy');
  });

  it('is proposed and decided by whom the policy names', async () => {
    expect(await propose({ participant: 'C' }, NAMED)).toMatchObject({ reason: 'not_an_approver' });
    const id = await proposed({}, NAMED);
    expect(await verdict(id, 'C')).toEqual(refused('not_an_approver', 'Of this kind decide B.'));
    expect(await verdict(id, 'B')).toMatchObject({ state: 'executed' });
  });
});

it('I18 finds what was done without the approvals that it needed', async () => {
  const [id, open] = [await proposed(), await proposed({ payload: { name: 'm', to: 1 } })];
  await verdict(id, 'B');
  expect(await approvalFinding(test.database)).toMatchObject({ ok: true, checked: 1 });
  await test.database.query('DELETE FROM approval_vote');
  await test.database.query("UPDATE approval_request SET state = 'executed', ended_at = now()");
  const { violations } = await approvalFinding(test.database);
  expect(violations).toEqual([
    `approval ${id} of number n was done with 0 of 1 approvals`,
    `approval ${open} of number m was done with 0 of 1 approvals`,
  ]);
});

describe('two who decide at once', () => {
  it('at two instances do it once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const id = await proposed();
      const answers = await Promise.all([verdict(id, 'B'), verdict(id, 'C', 'approve', { by: other })]);
      expect(answers.filter((answer) => answer.kind === 'decided')).toHaveLength(1);
    }
    expect(await value()).toBe(70);
  });

  it('are both counted', async () => {
    const id = await proposed({ amount: amount('USD', 9_999n) });
    const answers = await Promise.all([verdict(id, 'B'), verdict(id, 'C', 'approve', { by: other })]);
    expect(answers.map((answer) => 'state' in answer && answer.state).sort()).toEqual([
      'executed',
      'pending',
    ]);
    expect(await value()).toBe(7);
  });

  it('approve and reject: one of them counts', async () => {
    const id = await proposed();
    await Promise.all([verdict(id, 'B'), verdict(id, 'C', 'reject', { by: other })]);
    expect([await stateOf(id), await value()]).toEqual(
      (await value()) === 7 ? ['executed', 7] : ['rejected', 0],
    );
  });
});

describe('an approval', () => {
  it('finds the target changed: nothing is done', async () => {
    const id = await proposed();
    await test.database.query('UPDATE numbers SET version = version + 1');
    expect(await verdict(id, 'B')).toEqual(refused('approval_stale'));
    expect([await stateOf(id), await value(), told]).toEqual(['stale', 0, ['stale']]);
    expect(await verdict(id, 'B')).toEqual(refused('approval_ended', 'n is not any more what it was'));
  });

  it('finds the target gone', async () => {
    const id = await proposed();
    await test.database.query('DELETE FROM numbers');
    expect(await verdict(id, 'B')).toEqual(refused('approval_stale'));
  });

  it('acknowledges each warning by its code', async () => {
    const warnings: ApprovalWarning[] = [
      { code: 'large', text: 'more than ever' },
      { code: 'late', text: 'after the cut-off' },
    ];
    const id = await proposed({ warnings });
    expect(await verdict(id, 'B', 'approve', { acknowledged: ['large'] })).toEqual(
      refused('warnings_unacknowledged', undefined, [
        { path: '/acknowledged', message: 'late: after the cut-off' },
      ]),
    );
    expect(await verdict(id, 'B', 'approve', { acknowledged: ['late', 'large'] })).toMatchObject({
      state: 'executed',
    });
  });

  it('that comes too late ends it, and so does the clock', async () => {
    const late = await proposed();
    const unseen = await proposed({ payload: { name: 'm', to: 1 } });
    platform.clock.advance(4 * HOUR_MS);
    expect(await verdict(late, 'B')).toEqual(refused('approval_ended', 'nobody decided it in time'));
    expect(await stateOf(unseen)).toBe('pending');
    await Promise.all([approvals.expire(), other.expire()]);
    expect([await stateOf(unseen), await value(), told]).toEqual(['expired', 0, ['expired', 'expired']]);
    // What is overdue is in nobody's way.
    const again = await proposed();
    platform.clock.advance(4 * HOUR_MS);
    expect(await proposed()).not.toBe(again);
  });

  it('of what cannot be done changes nothing, and the request has failed', async () => {
    const id = await proposed({ payload: { name: 'n', to: -1 } });
    const detail = 'not_found: no number is below zero';
    expect(await verdict(id, 'B')).toEqual(refused('approval_failed', detail));
    expect([await stateOf(id), await value(), told]).toEqual(['failed', 0, ['failed']]);
    expect((await auditedActions(test.database)).slice(-2)).toEqual(['approval.approve', 'approval.fail']);
  });

  it('waits for what is prepared before, and stands open when that is refused', async () => {
    onPrepare = () => Promise.resolve(refused('file_not_whole'));
    const id = await proposed();
    expect(await verdict(id, 'B')).toEqual(refused('file_not_whole'));
    expect(await stateOf(id)).toBe('pending');
    // Meanwhile the target changes.
    onPrepare = async () => {
      await test.database.query('UPDATE numbers SET version = version + 1');
      return undefined;
    };
    expect(await verdict(id, 'B')).toEqual(refused('approval_stale'));
    expect(await value()).toBe(0);
  });

  it('for a later instant is done when that has come', async () => {
    const effectiveAtMs = platform.clock.now() + HOUR_MS;
    const id = await proposed({ effectiveAtMs });
    const stale = await proposed({ effectiveAtMs, payload: { name: 'm', to: 1 } });
    for (const each of [id, stale]) expect(await verdict(each, 'B')).toMatchObject({ state: 'approved' });
    await approvals.effect();
    expect([await value(), await stateOf(id)]).toEqual([0, 'approved']);
    await test.database.query("UPDATE numbers SET version = 2 WHERE name = 'm'");
    platform.clock.advance(9 * HOUR_MS);
    await approvals.expire();
    await Promise.all([approvals.effect(), other.effect()]);
    expect([await value(), await stateOf(id)]).toEqual([7, 'executed']);
    expect([await value('m'), await stateOf(stale)]).toEqual([0, 'stale']);
  });
});

describe('a process that dies', () => {
  it('before the commit leaves all as it was; approved again it is done once', async () => {
    const id = await proposed();
    onExecute = () => Promise.reject(new Error('killed'));
    await expect(verdict(id, 'B')).rejects.toThrow('killed');
    expect([await stateOf(id), await value()]).toEqual(['pending', 0]);
    expect((await findApproval(test.database, id))?.votes).toEqual([]);
    expect(await auditedActions(test.database)).toEqual(['approval.propose']);
    onExecute = () => Promise.resolve();
    expect(await verdict(id, 'B')).toMatchObject({ state: 'executed', approvals: 1 });
    expect(await value()).toBe(7);
  });

  it('with its connection, in the middle of the transaction: the same', async () => {
    const id = await proposed();
    onExecute = () =>
      second.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'`,
      );
    await expect(verdict(id, 'B')).rejects.toThrow();
    onExecute = () => Promise.resolve();
    expect([await stateOf(id), await value()]).toEqual(['pending', 0]);
    expect(await verdict(id, 'B', 'approve', { by: other })).toMatchObject({ state: 'executed' });
    expect(await value()).toBe(7);
  });
});
