import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Approvals } from '@tonle/approval';
import type { BreakAction, BreakDecision } from '@tonle/contracts';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { auditedActions, createTestPlatform, type TestPlatform } from '@tonle/platform';
import { LedgerEntries } from '../ledger/ledger-entries.js';
import { LedgerEntryStore } from '../ledger/ledger-entry.store.js';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { BreakEscalationJob } from './break-escalation.job.js';
import { BreakResolution } from './break-resolution.js';
import { BreakService } from './break.service.js';
import { breakAgeing, findBreak, listBreaks } from './break.view.js';
import { RuleSetProposal } from './rule-set-proposal.js';
import { ruleSetOf } from './rule-set.store.js';

// Real: PostgreSQL, with approvals and entries as settlement has them.

const NOW = Date.parse('2026-11-20T05:00:00Z');
const MAKER = { operator: 'OPERATOR-1', participant: 'OPERATOR', reason: 'seen with the bank' };
const CHECKER = {
  operator: 'OPERATOR2-1',
  participant: 'OPERATOR2',
  reason: 'I see it too',
  acknowledged: [],
};

let test: TestDatabase;
let platform: TestPlatform;
let service: BreakService;
let resolution: BreakResolution;
let rules: RuleSetProposal;
let approvals: Approvals;
beforeAll(async () => {
  test = await createTestDatabase('break_life', 'settlement');
  await test.database.openOrm(SETTLEMENT_DATABASE);
  platform = createTestPlatform('settlement', test.database);
  approvals = new Approvals(platform);
  const entries = new LedgerEntries(new LedgerEntryStore(), platform.clock);
  service = new BreakService(test.database, platform.clock, platform.random);
  resolution = new BreakResolution(platform, approvals, entries);
  rules = new RuleSetProposal(platform, approvals);
});
beforeEach(async () => {
  platform.clock.set(NOW);
  await test.database.query('TRUNCATE settlement_break, ledger_entry CASCADE');
});
afterAll(() => test.drop());

interface Figures {
  readonly type?: string;
  readonly ours?: number | null;
  readonly theirs?: number | null;
  readonly openedAt?: string;
  readonly currency?: string;
  readonly source?: string;
}
const opened = async ({
  type = 'AMOUNT',
  ours = 1_000,
  theirs = 900,
  ...more
}: Figures = {}): Promise<string> => {
  const breakId = randomUUID();
  await test.database.query(
    `INSERT INTO settlement_break (break_id, type, severity, partner, currency, day, match_key, our_minor, their_minor, state,
       detail, opened_at, source)
     VALUES ($1::uuid, $2, 1, 'THSWITCH', $6, '2026-11-20', $1::uuid::text, $3, $4, 'OPEN', 'd', $5, $7)`,
    [
      ...[breakId, type, ours, theirs, more.openedAt ?? new Date(NOW).toISOString(), more.currency ?? 'THB'],
      more.source ?? 'statement',
    ],
  );
  return breakId;
};
const stateOf = async (breakId: string) => (await listBreaks(test.database, { breakId }))[0]?.state;
const decide = (breakId: string, decision: BreakDecision) => service.decide({ breakId, decision, ...MAKER });
const propose = (breakIds: string[], action: BreakAction, more: { result?: 'loss' | 'gain' } = {}) =>
  resolution.propose({ breakIds, action, evidence: 'mail of the bank, sha256 ab', ...more, ...MAKER });
const proposed = async (...of: Parameters<typeof propose>): Promise<string> => {
  const answer = await propose(...of);
  if (answer.kind === 'refused') throw new Error(`${answer.reason}: ${answer.detail}`);
  return answer.approvalId;
};
const verdict = (approvalId: string, said: 'approve' | 'reject' = 'approve') =>
  approvals.decide({ approvalId, verdict: said, ...CHECKER });

describe('a break that one proposes to end and another approves', () => {
  it('goes from open to resolved with its whole history', async () => {
    const breakId = await opened();
    await decide(breakId, 'assign');
    await decide(breakId, 'note');
    const approvalId = await proposed([breakId], 'claim');
    expect(await stateOf(breakId)).toBe('PROPOSED');
    expect(await decide(breakId, 'resolve')).toMatchObject({
      reason: 'break_proposed',
      detail: `Its proposal is settlement.${approvalId}.`,
    });
    expect(await propose([breakId], 'accept')).toMatchObject({ reason: 'break_proposed' });
    // Whoever proposed it does not approve it.
    expect(
      await approvals.decide({ approvalId, verdict: 'approve', ...CHECKER, participant: 'OPERATOR' }),
    ).toMatchObject({
      kind: 'refused',
    });
    expect(await verdict(approvalId)).toMatchObject({ state: 'executed' });
    const { found, history } = (await findBreak(test.database, breakId, { nowMs: NOW, offsets: new Map() }))!;
    expect(found).toMatchObject({ state: 'RESOLVED', owner: 'OPERATOR-1', action: 'claim', approvalId });
    expect(found.evidence).toBe('mail of the bank, sha256 ab');
    expect(history.map(({ step, by }) => `${step} ${by}`).sort()).toEqual([
      'approve system',
      'assign OPERATOR-1',
      'note OPERATOR-1',
      'propose OPERATOR-1',
      'resolve system',
    ]);
    expect(await test.database.query('SELECT 1 FROM ledger_entry')).toEqual([]);
    const deeds = ['break.assign', 'break.note', 'approval.propose', 'approval.approve'];
    expect(await auditedActions(test.database)).toEqual(expect.arrayContaining(deeds));
  });

  it('is open again when the proposal is rejected, or when its figures change meanwhile', async () => {
    const breakId = await opened();
    await verdict(await proposed([breakId], 'accept'), 'reject');
    expect(await stateOf(breakId)).toBe('OPEN');
    const stale = await proposed([breakId], 'accept');
    await test.database.query('UPDATE settlement_break SET their_minor = 1, version = version + 1');
    expect(await verdict(stale)).toMatchObject({ reason: 'approval_stale' });
    expect(await stateOf(breakId)).toBe('OPEN');
  });

  it('books a write-off once, with its approval, below the limits of an item and of a month', async () => {
    const breakId = await opened();
    expect(await propose([breakId], 'write_off')).toMatchObject({ reason: 'break_action_unfit' });
    const approvalId = await proposed([breakId], 'write_off', { result: 'loss' });
    await verdict(approvalId);
    await verdict(approvalId);
    expect(
      await test.database.query(
        'SELECT kind, debit, credit, minor, approval_id AS approval FROM ledger_entry',
      ),
    ).toEqual([
      {
        kind: 'write_off',
        debit: 'WRITE_OFF:THB',
        credit: 'SUSPENSE:THB',
        minor: 100n,
        approval: approvalId,
      },
    ]);
    const large = await opened({ ours: 350_101, theirs: 100 });
    expect(await propose([large], 'write_off', { result: 'loss' })).toMatchObject({
      reason: 'break_value_limit',
    });
    const many = await Promise.all(Array.from({ length: 11 }, () => opened({ ours: 350_000, theirs: 0 })));
    expect(await propose(many, 'write_off', { result: 'loss' })).toMatchObject({
      reason: 'break_value_limit',
      detail: '1.00 THB of 35000.00 THB are written off this month.',
    });
    expect(await proposed(many.slice(0, 9), 'write_off', { result: 'gain' })).toBeDefined();
  });

  it('is not written off again after it was opened again', async () => {
    const breakId = await opened();
    await verdict(await proposed([breakId], 'write_off', { result: 'loss' }));
    await decide(breakId, 'reopen');
    expect(await propose([breakId], 'write_off', { result: 'loss' })).toMatchObject({
      reason: 'break_action_unfit',
      detail: `${breakId} was written off before.`,
    });
    expect(await proposed([breakId], 'accept')).toBeDefined();
  });

  it.each(['DUPLICATE', 'NOSTRO_UNMATCHED', 'BATCH_SHORT'])(
    'is not written off as a break when its money is at a bank: %s',
    async (type) => {
      const breakId = await opened({ type, source: 'settlement' });
      expect(await propose([breakId], 'write_off', { result: 'gain' })).toMatchObject({
        reason: 'break_action_unfit',
      });
      expect(await proposed([breakId], 'claim')).toBeDefined();
    },
  );

  it('matches what each side misses, when it is the same money', async () => {
    const ours = await opened({ type: 'MISSING_AT_PARTNER', theirs: null });
    const parts = [
      await opened({ type: 'MISSING_AT_US', ours: null, theirs: 600 }),
      await opened({ type: 'MISSING_AT_US', ours: null, theirs: 400 }),
    ];
    expect(await propose([ours, parts[0]!], 'match')).toMatchObject({
      reason: 'break_action_unfit',
      detail: 'Ours are 10.00 THB, theirs 6.00 THB.',
    });
    const suggestion = JSON.stringify({ rule: 'LP4', pass: 4, with: parts });
    await test.database.query('UPDATE settlement_break SET suggestion = $1 WHERE break_id = $2', [
      suggestion,
      ours,
    ]);
    expect((await listBreaks(test.database, { breakId: ours }))[0]?.suggestion?.breakIds.sort()).toEqual(
      [...parts].sort(),
    );
    await verdict(await proposed([ours, ...parts], 'match'));
    expect(await Promise.all([ours, ...parts].map(stateOf))).toEqual(['RESOLVED', 'RESOLVED', 'RESOLVED']);
  });
});

describe('breaks in the hands of one person', () => {
  it('are reopened once', async () => {
    const breakId = await opened();
    expect(await decide(breakId, 'reopen')).toMatchObject({ reason: 'break_standing' });
    await decide(breakId, 'resolve');
    expect(await decide(breakId, 'reopen')).toEqual({ kind: 'done' });
    expect(await stateOf(breakId)).toBe('OPEN');
    await decide(breakId, 'resolve');
    expect(await decide(breakId, 'reopen')).toMatchObject({ reason: 'break_reopened_before' });
  });

  it('are decided together within one type and currency and below a limit, all or none', async () => {
    const [one, two] = [await opened(), await opened()];
    const together = (...breakIds: string[]) =>
      service.decideMany({ type: 'AMOUNT', breakIds, decision: 'resolve', ...MAKER });
    expect(await together(one, await opened({ type: 'DUPLICATE' }))).toMatchObject({
      reason: 'breaks_unlike',
    });
    expect(await together(one, await opened({ currency: 'KHR' }))).toMatchObject({ reason: 'breaks_unlike' });
    expect(await together(one, await opened({ ours: 3_500_001, theirs: 0 }))).toMatchObject({
      reason: 'break_value_limit',
    });
    expect(await together(one, randomUUID())).toMatchObject({ reason: 'not_found' });
    expect(await stateOf(one)).toBe('OPEN');
    expect(await together(one, two)).toEqual({ kind: 'done', decided: 2 });
    expect(await together(one)).toMatchObject({ reason: 'break_closed' });
  });

  it('grow old by the days of their partner, and are brought to more people', async () => {
    await opened({ openedAt: '2026-11-20T04:50:00Z' });
    await opened({ openedAt: '2026-11-20T04:40:00Z' });
    await opened({ openedAt: '2026-11-19T16:59:00Z' });
    await opened({ openedAt: '2026-11-16T05:00:00Z', ours: null });
    await opened({ openedAt: '2026-11-01T05:00:00Z' });
    const clocks = { nowMs: NOW, offsets: new Map([['THSWITCH', 420]]) };
    const ageing = await breakAgeing(test.database, clocks);
    expect(ageing.map(({ band, breaks, valueMinor }) => [band, breaks, valueMinor])).toEqual([
      ['same_day', 2, '200'],
      ['T+1', 1, '100'],
      ['T+4-7', 1, '900'],
      ['T+8-30', 1, '100'],
    ]);
    const job = new BreakEscalationJob(test.database, platform.clock, platform.telemetry);
    await job.run();
    await job.run();
    const events = await test.database.query<{ detail: string }>('SELECT detail FROM break_event ORDER BY 1');
    expect(events.map(({ detail }) => detail)).toEqual([
      'head_of_operations',
      'risk_report',
      'team_lead',
      'team_lead',
    ]);
  });

  it('are listed page by page, the gravest and oldest first', async () => {
    const ids = [];
    for (const minute of [3, 1, 2]) ids[minute] = await opened({ openedAt: `2026-11-20T04:0${minute}:00Z` });
    const page = async (after?: string) =>
      (
        await listBreaks(test.database, { standing: true, limit: 2, ...(after !== undefined && { after }) })
      ).map(({ breakId }) => breakId);
    expect(await page()).toEqual([ids[1], ids[2]]);
    expect(await page(ids[2])).toEqual([ids[3]]);
  });
});

it('rules hold for days to come, when another operator has approved them', async () => {
  const current = (await ruleSetOf(test.database, '2026-11-20')).rules;
  const wanted = { ...current, suggestions: [{ currency: 'THB', withoutPersonMinor: '500' }] };
  const from = (effectiveFrom: string) => rules.propose({ effectiveFrom, rules: wanted, ...MAKER });
  expect(await from('2026-11-20')).toMatchObject({ reason: 'rules_retroactive' });
  const answer = await from('2026-11-22');
  if (answer.kind === 'refused') throw new Error(answer.reason);
  expect((await ruleSetOf(test.database, '2026-11-22')).version).toBe(1);
  const [kept] = await test.database.query(
    'SELECT before, after FROM approval_request WHERE approval_id = $1',
    [answer.approvalId],
  );
  expect(kept).toMatchObject({
    before: { version: 1, 'matched without a person THB': 'none' },
    after: { version: 2, from: '2026-11-22', 'matched without a person THB': 'up to 5.00 THB' },
  });
  expect(await verdict(answer.approvalId)).toMatchObject({ state: 'executed' });
  expect(await ruleSetOf(test.database, '2026-11-21')).toEqual({ version: 1, rules: current });
  expect(await ruleSetOf(test.database, '2026-11-22')).toEqual({ version: 2, rules: wanted });
});
