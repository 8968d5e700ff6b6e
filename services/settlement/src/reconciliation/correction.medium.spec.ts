import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { adapterCalls, refused, type settlementCalls } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { auditedActions, createTestPlatform, type TestPlatform } from '@tonle/platform';
import type { z } from 'zod';
import { listDeeds } from '../operator/deed.view.js';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { CorrectionService } from './correction.service.js';
import { MissingStatements } from './missing-statements.js';

// Real: PostgreSQL. The adapter answers from this file: `laid` is what its network's file says now, `taken` what was read of it.

type Verdict = z.infer<typeof settlementCalls.decideCorrection.request>['verdict'];

const SEED = new URL('../../../../deploy/sandbox/directory.json', import.meta.url);
const DAY = '2026-11-28';
const [OLD, NEW, BROKEN] = ['a', 'b', 'c'].map((letter) => letter.repeat(64)) as [string, string, string];

let test: TestDatabase;
let platform: TestPlatform;
let missing: MissingStatements;
let corrections: CorrectionService;
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
  corrections = new CorrectionService(platform, platform.calls, directory, missing, runner);
});
beforeEach(async () => {
  [taken, laid, jobs] = [OLD, NEW, []];
  await test.database.query('TRUNCATE statement_correction, statement_missing');
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
  return answer.proposalId;
};
function decide(proposalId: string, verdict: Verdict, participant = 'OPERATOR2') {
  platform.clock.advance(1_000);
  return corrections.decide({
    proposalId,
    verdict,
    operator: `${participant}-1`,
    participant,
    reason: 'seen',
  });
}

describe('what a file says now', () => {
  it('is read when a second operator agrees, and the day is compared anew', async () => {
    const proposalId = await proposed();
    expect(await missing.all()).toMatchObject([
      {
        partner: 'APLUS',
        day: DAY,
        cause: 'content_differs: ...',
        correction: { proposalId, proposedBy: 'OPERATOR', files: [{ name: 'items.csv', sha256: NEW }] },
      },
    ]);
    expect(await decide(proposalId, 'approve', 'OPERATOR')).toEqual(refused('second_operator_needed'));
    expect([taken, jobs]).toEqual([OLD, []]);
    expect(await decide(proposalId, 'approve')).toEqual({ kind: 'done' });
    expect(taken).toBe(NEW);
    expect(jobs).toMatchObject([{ job: 'reconcile', partner: 'APLUS', day: DAY, operator: 'OPERATOR2-1' }]);
    // The job takes it from the list, now or within the hour.
    expect(await missing.all()).toMatchObject([{ day: DAY }]);
    expect((await missing.all())[0]).not.toHaveProperty('correction');
    expect(await decide(proposalId, 'approve')).toEqual(refused('proposal_unknown'));
    const deeds = await listDeeds(test.database, { subject: proposalId, limit: 9 });
    expect(deeds.map(({ action, operator, reason, detail }) => [action, operator, reason, detail])).toEqual([
      ['statement.approve', 'OPERATOR2-1', 'seen', `APLUS USD ${DAY}`],
      ['statement.propose', 'OPERATOR-1', 'line 17 was missing', `APLUS USD ${DAY}`],
    ]);
    expect((await auditedActions(test.database)).slice(-2)).toEqual([
      'statement.propose',
      'statement.approve',
    ]);
  });

  it('is what was proposed, whatever has been laid down since', async () => {
    const proposalId = await proposed();
    laid = BROKEN;
    expect(await decide(proposalId, 'approve')).toEqual({ kind: 'done' });
    expect(taken).toBe(NEW);
  });

  it('is not read when it is not whole: the proposal stands until it is rejected', async () => {
    laid = BROKEN;
    const proposalId = await proposed();
    expect(await decide(proposalId, 'approve')).toEqual(refused('file_not_whole', 'total_wrong: ...'));
    expect([taken, jobs]).toEqual([OLD, []]);
    expect(await decide(proposalId, 'reject')).toEqual({ kind: 'done' });
    expect(await missing.all()).toEqual([]);
  });

  it('is proposed once at a time, and only where something differs', async () => {
    const first = await proposed();
    expect(await propose()).toEqual(refused('proposal_open'));
    await decide(first, 'reject');
    expect(await Promise.all([propose(), propose()])).toContainEqual(refused('proposal_open'));
    laid = OLD;
    expect(await propose({ day: '2026-11-27' })).toEqual(refused('nothing_differs'));
    expect(await propose({ currency: 'THB' })).toMatchObject({ reason: 'schema_invalid' });
    expect(await decide('00000000-0000-7000-8000-000000000000', 'approve')).toEqual(
      refused('proposal_unknown'),
    );
  });
});
