import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { auditLogCalls, GENESIS, linkFaults, type AuditEntry, type Deed } from '@tonle/contracts';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestTelemetry } from '@tonle/telemetry';
import { AuditLog1772800000000 } from '../migrations/1772800000000-audit-log.js';
import { TestClock } from '../test-platform.js';
import { declareAuditLog } from './audit-log.js';
import { auditEntries, auditHeadOf, recordDeeds } from './audit-log.store.js';
import { ChainCheck } from './chain-check.js';

// Real: PostgreSQL, with instances of a service at pools of their own.

const AT_MS = Date.parse('2026-11-28T03:00:00Z');
const DAY_MS = 86_400_000;
const ALL = { after: 0, until: 1_000_000, limit: 1_000 };
const deed = (object: string, atMs = AT_MS): Deed => ({
  atMs,
  actor: { kind: 'operator', name: 'OPERATOR-1' },
  action: 'test',
  object,
  after: { text: 'é "quoted" \u2028' },
});

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase('audit_log');
  await test.database.openOrm({ migrations: [AuditLog1772800000000] });
});
beforeEach(async () => {
  await test.database.query('DELETE FROM audit_entry');
  await test.database.query('UPDATE audit_head SET number = 0, day = NULL, hash = $1', [GENESIS]);
});
afterAll(() => test.drop());

const record = (...deeds: Deed[]) =>
  test.database.transaction((transaction) => recordDeeds(transaction, 'test', deeds));

function faultsOf(entries: readonly AuditEntry[]): string[] {
  let link = { service: 'test', number: 0, hash: GENESIS };
  return entries.flatMap((entry) => {
    const faults = linkFaults(link, entry);
    link = entry;
    return faults;
  });
}

describe('deeds', () => {
  it('of many writers at several instances make one chain without a gap, those that were undone left out', async () => {
    const instances = [test.database, await test.another(), await test.another()];
    const writers = Array.from({ length: 60 }, (_, index) =>
      instances[index % 3]!.transaction(async (transaction) => {
        await recordDeeds(transaction, 'test', [deed(`${index}a`), deed(`${index}b`)]);
        if (index % 10 === 0) throw new Error('undone');
      }),
    );
    const undone = (await Promise.allSettled(writers)).filter(({ status }) => status === 'rejected');
    expect(undone).toHaveLength(6);
    const entries = await auditEntries(test.database, ALL);
    expect(entries.map(({ number }) => number)).toEqual(Array.from({ length: 108 }, (_, index) => index + 1));
    expect(faultsOf(entries)).toEqual([]);
    expect(entries[0]!.after).toEqual({ text: 'é "quoted" \u2028' });
  });

  it('stand under their day, the head of a day at its last', async () => {
    await record(deed('a'), deed('b', AT_MS + 2 * DAY_MS), deed('c', AT_MS + DAY_MS));
    const heads = ['2026-11-27', '2026-11-28', '2026-11-29', '2026-11-30'].map((day) =>
      auditHeadOf(test.database, 'test', day),
    );
    expect((await Promise.all(heads)).map(({ number }) => number)).toEqual([0, 1, 1, 3]);
  });
});

describe('I22', () => {
  const check = () => new ChainCheck(test.database, 'test');

  it('holds from the first entry on, and goes on from where it has looked', async () => {
    const chain = check();
    expect(await chain.run()).toEqual({ invariant: 'I22', ok: true, checked: 0, violations: [] });
    await record(deed('a'), deed('b'));
    expect(await chain.run()).toMatchObject({ ok: true, checked: 2 });
    await record(deed('c'));
    // The old ones again, and the new one.
    expect(await chain.run()).toMatchObject({ ok: true, checked: 3 });
  });

  it.each([
    [
      'altered',
      `UPDATE audit_entry SET entry = replace(entry::text, '"b"', '"x"')::json`,
      'entry 2 of test was altered',
    ],
    ['taken out', 'DELETE FROM audit_entry WHERE number = 2', 'entry 2 of test is missing'],
    ['cut off', 'DELETE FROM audit_entry WHERE number = 3', 'entry 3 of test is missing'],
    [
      'cut off with its head',
      `WITH cut AS (DELETE FROM audit_entry WHERE number = 3)
       UPDATE audit_head SET number = 2, hash = (SELECT entry ->> 'hash' FROM audit_entry WHERE number = 2)`,
      'entry 3 of test is missing',
    ],
    [
      'put in',
      `INSERT INTO audit_entry SELECT 4, day, entry FROM audit_entry WHERE number = 3`,
      'entry 3 of test is there twice',
    ],
  ])('tells of an entry that was %s, and goes on telling', async (_what, statement, told) => {
    await record(deed('a'), deed('b'), deed('c'));
    const chain = check();
    await chain.run();
    await test.database.query(statement);
    if (statement.startsWith('INSERT')) await test.database.query('UPDATE audit_head SET number = 4');
    for (const round of [1, 2]) {
      const { ok, violations } = await chain.run();
      expect([round, ok, violations.join()]).toEqual([round, false, expect.stringContaining(told)]);
    }
  });
});

it('where the log stood at the end of a day is in the log of the service, once', async () => {
  const telemetry = createTestTelemetry('test');
  const clock = new TestClock(AT_MS);
  const rounds: (() => Promise<unknown>)[] = [];
  const told: unknown[] = [];
  telemetry.log.warn = ((...given: unknown[]) => told.push(given)) as never;
  const service = {
    call: () => undefined,
    job: (_: string, __: number, run: () => Promise<unknown>) => rounds.push(run),
  };
  declareAuditLog(service as never, { service: 'test', telemetry, database: test.database, clock });
  await record(deed('a'));
  await rounds[0]!();
  expect(told).toEqual([]);
  clock.advance(DAY_MS);
  await rounds[0]!();
  await rounds[0]!();
  const head = await auditHeadOf(test.database, 'test', '2026-11-28');
  expect([told, auditLogCalls('test').heads.response.parse({ heads: [head] })]).toEqual([
    [[head, 'the audit log of a day has ended']],
    { heads: [head] },
  ]);
});
