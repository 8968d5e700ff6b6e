import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Approvals } from '@tonle/approval';
import { adapterCalls, refused, type ApprovalDecision } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { auditedActions, createTestPlatform, type TestPlatform } from '@tonle/platform';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { CorrectionService } from './correction.service.js';
import { MissingStatements } from './missing-statements.js';
import { StatementCorrection } from './statement-correction.kind.js';

// Real: PostgreSQL. The adapter answers from this file: `laid` is what its network's file says now, `taken` what was read of it.

type Verdict = ApprovalDecision['verdict'];

const SEED = new URL('../../../../deploy/sandbox/directory.json', import.meta.url);
const DAY = '2026-11-28';
const [OLD, NEW, BROKEN] = ['a', 'b', 'c'].map((letter) => letter.repeat(64)) as [string, string, string];
const DONE = { kind: 'decided', state: 'executed' };

let test: TestDatabase;
let platform: TestPlatform;
let missing: MissingStatements;
let corrections: CorrectionService;
let approvals: Approvals;
let [taken, laid] = [OLD, OLD];
let jobs: unknown[];

beforeAll(async () => {
  test = await createTestDatabase('statement_corrections', 'settlement');
  await test.database.openOrm(SETTLEMENT_DATABASE);
  platform = createTestPlatform('settlement', test.database);
  missing = new MissingStatements(test.database, platform.clock, platform.telemetry);
  const directory = new Directory();
  directory.take((JSON.parse(readFileSync(SEED, 'utf8')) as { entries: never[] }).entries);
  platform.calls.serve(adapterCalls('adapter-alipay').statement, ({ agreed = [] }) => {
    if (agreed.includes(BROKEN)) return Promise.resolve({ lines: [], missing: 'total_wrong: ...' });
    taken = agreed[0] ?? taken;
    if (agreed.length > 0 || laid === taken) return Promise.resolve({ lines: [] });
    const differing = [{ name: 'items.csv', sha256: laid }];
    return Promise.resolve({ lines: [], missing: 'content_differs: ...', differing });
  });
  const runner = {
    request: (job: unknown) => {
      jobs.push(job);
      return Promise.resolve(refused('job_running'));
    },
  };
  approvals = new Approvals(platform);
  const kind = new StatementCorrection(platform.calls, directory, missing, runner);
  corrections = new CorrectionService(test.database, approvals, kind, missing);
});
beforeEach(async () => {
  [taken, laid, jobs] = [OLD, NEW, []];
  await test.database.query('TRUNCATE approval_request, approval_vote, statement_missing');
});
afterAll(() => test.drop());

const propose = (more: object = {}) =>
  corrections.propose({
    partner: 'APLUS',
    currency: 'USD',
    day: DAY,
    operator: 'OPERATOR-1',
    participant: 'OPERATOR',
    reason: 'line 17 was missing',
    ...more,
  });
const proposed = async () => {
  const answer = await propose();
  if (answer.kind === 'refused') throw new Error(answer.reason);
  return answer.approvalId;
};
function decide(approvalId: string, verdict: Verdict, participant = 'OPERATOR2') {
  platform.clock.advance(1_000);
  const by = { operator: `${participant}-1`, participant, reason: 'seen' };
  return approvals.decide({ approvalId, verdict, acknowledged: [], ...by });
}

describe('what a file says now', () => {
  it('is read when a second operator agrees, and the day is compared anew', async () => {
    const approvalId = await proposed();
    expect(await missing.all()).toMatchObject([
      {
        partner: 'APLUS',
        day: DAY,
        cause: 'content_differs: ...',
        correction: {
          approvalId: `settlement.${approvalId}`,
          proposedBy: 'OPERATOR',
          files: [{ name: 'items.csv', sha256: NEW }],
        },
      },
    ]);
    expect(await decide(approvalId, 'approve', 'OPERATOR')).toEqual(refused('second_operator_needed'));
    expect([taken, jobs]).toEqual([OLD, []]);
    expect(await decide(approvalId, 'approve')).toMatchObject(DONE);
    expect(taken).toBe(NEW);
    expect(jobs).toMatchObject([{ job: 'reconcile', partner: 'APLUS', day: DAY, operator: 'OPERATOR2-1' }]);
    // The job takes it from the list, now or within the hour.
    expect(await missing.all()).toMatchObject([{ day: DAY }]);
    expect((await missing.all())[0]).not.toHaveProperty('correction');
    // Said again it is as it stands, and read once.
    expect(await decide(approvalId, 'approve')).toMatchObject(DONE);
    expect(jobs).toHaveLength(1);
    expect((await auditedActions(test.database)).slice(-3)).toEqual([
      'approval.propose',
      'approval.approve',
      'approval.execute',
    ]);
  });

  it('is what was proposed, whatever has been laid down since', async () => {
    const approvalId = await proposed();
    laid = BROKEN;
    expect(await decide(approvalId, 'approve')).toMatchObject(DONE);
    expect(taken).toBe(NEW);
  });

  it('is not read when it is not whole: the proposal stands until it is rejected', async () => {
    laid = BROKEN;
    const approvalId = await proposed();
    expect(await decide(approvalId, 'approve')).toEqual(refused('file_not_whole', 'total_wrong: ...'));
    expect([taken, jobs]).toEqual([OLD, []]);
    expect(await decide(approvalId, 'reject')).toMatchObject({ state: 'rejected' });
    expect(await missing.all()).toEqual([]);
  });

  it('is missing still when nobody decides, or whoever proposed it withdraws it', async () => {
    await decide(await proposed(), 'withdraw', 'OPERATOR');
    expect(await missing.all()).toMatchObject([{ day: DAY }]);
    const approvalId = await proposed();
    platform.clock.advance(15 * 86_400_000);
    expect(await decide(approvalId, 'approve')).toMatchObject({ reason: 'approval_ended' });
    expect([taken, jobs]).toEqual([OLD, []]);
    expect(await missing.all()).toMatchObject([{ day: DAY }]);
  });

  it('is proposed once at a time, and only where something differs', async () => {
    const first = await proposed();
    expect(await propose({ participant: 'OPERATOR2' })).toMatchObject({ reason: 'proposal_open' });
    expect(await propose()).toMatchObject({ kind: 'proposed', approvalId: first });
    await decide(first, 'reject');
    const both = await Promise.all([propose(), propose({ participant: 'OPERATOR2' })]);
    expect(both).toContainEqual(expect.objectContaining({ reason: 'proposal_open' }));
    laid = OLD;
    expect(await propose({ day: '2026-11-27' })).toEqual(refused('nothing_differs'));
    expect(await propose({ currency: 'THB' })).toMatchObject({ reason: 'schema_invalid' });
  });
});
