import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Approvals } from '@tonle/approval';
import { routingCalls, type LedgerEntry } from '@tonle/contracts';
import { DirectCalls } from '@tonle/messaging';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { auditedActions, createTestPlatform, type TestPlatform } from '@tonle/platform';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { BookEntriesJob } from './book-entries.job.js';
import { LedgerEntries } from './ledger-entries.js';
import { LedgerEntryStore } from './ledger-entry.store.js';
import { RefusedEntryService } from './refused-entry.service.js';

// Real: PostgreSQL, approvals, breaks. Routing is here: it refuses what it is told to.

const DEPOSIT: LedgerEntry = {
  entryId: 'bank:S:THB:1:1',
  kind: 'funds',
  currency: 'THB',
  debit: 'NOSTRO:S:THB',
  credit: 'PREFUND:F:THB',
  minor: '500',
  lineId: 'S:THB:1',
};
const KEY = `STATUS_CONFLICT S entry ${DEPOSIT.entryId}`;
const by = (participant: string) => ({ operator: `${participant}-1`, participant, reason: 'looked at' });

let test: TestDatabase;
let platform: TestPlatform;
let store: LedgerEntryStore;
let entries: LedgerEntries;
let approvals: Approvals;
let service: RefusedEntryService;
const refusing = new Set<string>();

beforeAll(async () => {
  test = await createTestDatabase('refused_entries');
  await test.database.openOrm(SETTLEMENT_DATABASE);
});
afterAll(() => test.drop());
beforeEach(async () => {
  await test.database.query(
    'TRUNCATE ledger_entry, settlement_break, approval_request, settlement_window CASCADE',
  );
  refusing.clear();
  platform = createTestPlatform('settlement', test.database, { calls: new DirectCalls() });
  platform.clock.set(Date.parse('2026-11-26T03:00:00Z'));
  platform.calls.serve(routingCalls.bookEntries, ({ entries: asked }) =>
    Promise.resolve({
      entries: asked.map(({ entryId }) =>
        refusing.has(entryId)
          ? ({ entryId, kind: 'refused', reason: 'entry_not_allowed', detail: 'F is nobody' } as const)
          : ({ entryId, kind: 'booked', at: new Date(platform.clock.now()).toISOString() } as const),
      ),
    }),
  );
  store = new LedgerEntryStore();
  entries = new LedgerEntries(store, platform.clock);
  approvals = new Approvals(platform);
  service = new RefusedEntryService(platform, approvals, store);
});

const jobOf = () => {
  const { database, calls, clock, random, telemetry } = platform;
  return new BookEntriesJob(database, calls, clock, random, telemetry, store, entries);
};
const post = (...posted: LedgerEntry[]) =>
  test.database.transaction((transaction) => entries.post(transaction, posted));
const column = async (sql: string) =>
  (await test.database.query<{ text: string }>(sql)).map(({ text }) => text);
const states = () =>
  column("SELECT state || coalesce(' ' || detail, '') AS text FROM ledger_entry ORDER BY entry_id");
const breaks = () =>
  column(
    `SELECT concat_ws(' ', type, partner, match_key) AS text FROM settlement_break
     WHERE state = 'OPEN' AND severity = 1 ORDER BY match_key`,
  );
const refuse = async (entry = DEPOSIT) => {
  refusing.add(entry.entryId);
  await post(entry);
  await jobOf().run();
};
const giveUp = async () => {
  const answer = await service.decide({ entryId: DEPOSIT.entryId, decision: 'give_up', ...by('OPERATOR') });
  if (answer.kind !== 'proposed') throw new Error(answer.kind === 'refused' ? answer.reason : answer.kind);
  return answer.approvalId;
};
const approve = (approvalId: string, participant: string, acknowledged = ['books_differ']) =>
  approvals.decide({ approvalId, verdict: 'approve', acknowledged, ...by(participant) });

describe('an entry that the ledger refuses', () => {
  it('is a grave break while it is refused, of its bank, and of every process that starts', async () => {
    await refuse();
    expect([await states(), await breaks()]).toEqual([['refused entry_not_allowed: F is nobody'], [KEY]]);
    await test.database.query("UPDATE settlement_break SET state = 'AUTO_RESOLVED', closed_at = now()");
    await jobOf().run();
    expect(await breaks()).toEqual([KEY]);
  });

  it('is tried again by one operator, and its break ends when it is booked', async () => {
    const before = await auditedActions(test.database);
    await refuse();
    const retry = () => service.decide({ entryId: DEPOSIT.entryId, decision: 'retry', ...by('OPERATOR') });
    expect(await retry()).toEqual({ kind: 'due' });
    await jobOf().run();
    expect([await states(), await breaks()]).toEqual([['refused entry_not_allowed: F is nobody'], [KEY]]);
    refusing.clear();
    await retry();
    expect(await breaks()).toEqual([KEY]);
    await jobOf().run();
    expect([await states(), await breaks()]).toEqual([['booked'], []]);
    expect(await retry()).toMatchObject({ reason: 'entry_not_refused', detail: 'It is booked.' });
    const deeds = await auditedActions(test.database);
    expect(deeds.slice(before.length)).toEqual(['entry.retry', 'entry.retry']);
  });

  it('is given up by two people who have seen that the books go without it', async () => {
    await refuse();
    const approvalId = await giveUp();
    expect(await approve(approvalId, 'OPERATOR')).toMatchObject({ reason: 'second_operator_needed' });
    expect(await approve(approvalId, 'OPERATOR2', [])).toMatchObject({ reason: 'warnings_unacknowledged' });
    expect(await states()).toEqual(['refused entry_not_allowed: F is nobody']);
    expect(await approve(approvalId, 'OPERATOR2')).toMatchObject({ state: 'executed' });
    refusing.clear();
    await jobOf().run();
    expect([await states(), await breaks()]).toEqual([['given_up entry_not_allowed: F is nobody'], []]);
    expect(await store.listOpen(test.database, 10)).toEqual([]);
    await expect(giveUp()).rejects.toThrow('entry_not_refused');
    expect(await auditedActions(test.database)).toContain('approval.propose');
  });

  it('that was tried again meanwhile makes the proposal stale', async () => {
    await refuse();
    const approvalId = await giveUp();
    await service.decide({ entryId: DEPOSIT.entryId, decision: 'retry', ...by('OPERATOR') });
    expect(await approve(approvalId, 'OPERATOR2')).toMatchObject({ reason: 'approval_stale' });
    refusing.clear();
    await jobOf().run();
    expect(await states()).toEqual(['booked']);
  });

  it('cannot be given up while a window waits for it, which a list of what is open names', async () => {
    await refuse();
    await test.database.query(
      `INSERT INTO settlement_window (window_id, partner, currency, settlement_mode, day, calendar_version, cut_off_at, state)
       VALUES ('W', 'F', 'THB', 'DEFERRED_NET', '2026-11-25', 1, now(), 'INSTRUCTED')`,
    );
    await test.database.query('INSERT INTO window_entry (entry_id, window_id) VALUES ($1, $2)', [
      DEPOSIT.entryId,
      'W',
    ]);
    await expect(giveUp()).rejects.toThrow('entry_needed');
    expect(await store.listOpen(test.database, 10, 'refused')).toMatchObject([{ windowId: 'W' }]);
    expect(await store.listOpen(test.database, 10, 'due')).toEqual([]);
  });

  it('is not there for an id that nobody has posted', async () => {
    expect(await service.decide({ entryId: 'x', decision: 'retry', ...by('OPERATOR') })).toMatchObject({
      reason: 'not_found',
    });
  });
});
