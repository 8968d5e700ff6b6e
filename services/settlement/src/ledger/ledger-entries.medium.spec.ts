import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { routingCalls, type LedgerEntryAnswer, type LedgerEntry } from '@tonle/contracts';
import { feePayableAccount, frozenAccount, nostroAccount, positionAccount } from '@tonle/ledger';
import { DirectCalls, ServiceUnavailable } from '@tonle/messaging';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { BookEntriesJob } from './book-entries.job.js';
import { LedgerEntries } from './ledger-entries.js';
import { LedgerEntryStore } from './ledger-entry.store.js';

// Real: PostgreSQL. Routing is here: it books each entry once, as the real one does, and is away or broken when told to.

let test: TestDatabase;
let platform: TestPlatform;
let entries: LedgerEntries;
let job: BookEntriesJob;
const AT = '2026-11-26T03:00:00.000Z';
const ledger = new Map<string, LedgerEntry>();
/** What routing does before and after it books; either may throw. */
let before: (asked: readonly LedgerEntry[]) => void;
let after: (answers: LedgerEntryAnswer[]) => LedgerEntryAnswer[];
const heard: string[][] = [];
let hear: (ids: readonly string[]) => void;

beforeAll(async () => {
  test = await createTestDatabase('ledger_entries');
  await test.database.openOrm(SETTLEMENT_DATABASE);
});
afterAll(() => test.drop());
beforeEach(async () => {
  await test.database.query('TRUNCATE ledger_entry');
  ledger.clear();
  heard.length = 0;
  [before, after, hear] = [() => undefined, (answers) => answers, () => undefined];
  platform = createTestPlatform('settlement', test.database, { calls: new DirectCalls() });
  platform.clock.set(Date.parse(AT));
  platform.calls.serve(routingCalls.bookEntries, ({ entries: asked }) => {
    before(asked);
    return Promise.resolve({ entries: after(asked.map(bookOnce)) });
  });
  const store = new LedgerEntryStore();
  const { database, calls, clock, telemetry } = platform;
  entries = new LedgerEntries(store, clock);
  entries.onBooked((_transaction, ids) => {
    heard.push([...ids].sort());
    hear(ids);
    return Promise.resolve();
  });
  job = new BookEntriesJob(database, calls, clock, platform.random, telemetry, store, entries);
});

function bookOnce(entry: LedgerEntry): LedgerEntryAnswer {
  const { entryId } = entry;
  if (entryId.startsWith('bad')) return { entryId, kind: 'refused', reason: 'bank_line_used', detail: 'x' };
  ledger.set(entryId, ledger.get(entryId) ?? entry);
  return { entryId, kind: 'booked', at: AT };
}

const deposit = (number: number, change: Partial<LedgerEntry> = {}): LedgerEntry => ({
  entryId: `deposit ${number}`,
  kind: 'funds',
  currency: 'THB',
  debit: 'NOSTRO:S:THB',
  credit: 'PREFUND:F:THB',
  minor: '500',
  lineId: `S:THB:${number}`,
  ...change,
});
const post = (...posted: LedgerEntry[]) =>
  test.database.transaction((transaction) => entries.post(transaction, posted));
const states = async () => {
  const rows = await test.database.query<{ entry_id: string; state: string }>(
    'SELECT entry_id, state FROM ledger_entry ORDER BY entry_id',
  );
  return rows.map(({ entry_id: id, state }) => `${id} ${state}`);
};
const gauge = async (name: string) =>
  (await platform.telemetry.registry.getMetricsAsJSON()).find((each) => each.name === name)?.values[0]?.value;

describe('posting', () => {
  it('is part of the transaction that it is in', async () => {
    const undone = test.database.transaction(async (transaction) => {
      await entries.post(transaction, [deposit(1)]);
      throw new Error('the window had changed');
    });
    await expect(undone).rejects.toThrow('the window had changed');
    expect(await states()).toEqual([]);
  });

  it('takes the same again for the same, however its part is written', async () => {
    await post(deposit(1), deposit(1));
    await post(deposit(1, { part: 1, reason: 'again' }));
    expect(await states()).toEqual(['deposit 1 due']);
    await job.run();
    await post(deposit(1));
    await job.run();
    expect([await states(), heard]).toEqual([['deposit 1 booked'], [['deposit 1']]]);
  });

  it('takes whatever kind the rules have', async () => {
    const approvalId = '00000000-0000-4000-8000-000000000001';
    const fee = { entryId: 'fee', kind: 'fee_paid', credit: nostroAccount('S', 'THB') } as const;
    const frozen = { ...deposit(2, { lineId: undefined }), approvalId, kind: 'freeze' } as const;
    await post(deposit(1, { ...fee, debit: feePayableAccount('F', 'THB') }), {
      ...frozen,
      debit: positionAccount('F', 'THB'),
      credit: frozenAccount('F', 'THB'),
    });
    expect(await states()).toEqual(['deposit 2 due', 'fee due']);
  });

  it.each<[string, LedgerEntry]>([
    ['says something else under its id', deposit(1, { minor: '501' })],
    ['uses a line that another has used', deposit(2, { lineId: 'S:THB:1' })],
    ['rules forbid', deposit(2, { lineId: undefined })],
    ['cannot be carried', deposit(2, { lineId: 'a\u0000b' })],
  ])('is broken for one that %s, and what it came with is not posted', async (_what, wrong) => {
    await post(deposit(1));
    await expect(post(deposit(3), wrong)).rejects.toThrow();
    expect(await states()).toEqual(['deposit 1 due']);
  });
});

describe('due entries', () => {
  it('wait while routing is away', async () => {
    before = () => {
      throw new ServiceUnavailable('routing', 'routing.book-entries');
    };
    await post(deposit(1), deposit(2));
    await expect(job.run()).rejects.toThrow(ServiceUnavailable);
    expect(await gauge('tonle_ledger_entries_due')).toBe(2);
    before = () => undefined;
    await job.run();
    expect(await states()).toEqual(['deposit 1 booked', 'deposit 2 booked']);
    expect(await gauge('tonle_ledger_entries_due')).toBe(0);
  });

  it('whose answer is lost are asked for again, and told once', async () => {
    after = () => {
      throw new ServiceUnavailable('routing', 'routing.book-entries');
    };
    await post(deposit(1));
    await expect(job.run()).rejects.toThrow(ServiceUnavailable);
    expect([ledger.size, heard]).toEqual([1, []]);
    after = (answers) => answers;
    await job.run();
    expect([ledger.size, heard, await states()]).toEqual([1, [['deposit 1']], ['deposit 1 booked']]);
  });

  it('that were booked when the process died before it noted so are noted by the next', async () => {
    await post(deposit(1), deposit(2));
    const { database } = platform;
    const dying = { transaction: () => Promise.reject(new ServiceUnavailable('settlement', 'died')) };
    const { calls, clock, random, telemetry } = platform;
    const parts = [calls, clock, random, telemetry, new LedgerEntryStore(), entries];
    const died = new BookEntriesJob(
      { query: database.query.bind(database), ...dying } as never,
      ...(parts as [never, never, never, never, never, never]),
    );
    await expect(died.run()).rejects.toThrow('died');
    expect([ledger.size, await states()]).toEqual([2, ['deposit 1 due', 'deposit 2 due']]);
    await job.run();
    expect([ledger.size, heard]).toEqual([2, [['deposit 1', 'deposit 2']]]);
  });

  it('are told once when two instances ask at once', async () => {
    await post(...Array.from({ length: 30 }, (_, index) => deposit(index)));
    const { database, calls, clock, random, telemetry } = platform;
    const store = new LedgerEntryStore();
    const second = new BookEntriesJob(database, calls, clock, random, telemetry, store, entries);
    await Promise.all([job.run(), second.run()]);
    expect(heard.flat().sort()).toEqual([...ledger.keys()].sort());
    expect(heard.flat()).toHaveLength(30);
  });

  it('that one breaks wait for nobody but it', async () => {
    before = (asked) => {
      if (asked.some(({ entryId }) => entryId === 'deposit 3')) throw new Error('routing broke');
    };
    hear = (ids) => {
      if (ids.includes('deposit 5')) throw new Error('the window is not there');
    };
    await post(...[1, 2, 3, 4, 5, 6].map((number) => deposit(number)));
    await job.run();
    expect(await states()).toEqual(
      [1, 2, 3, 4, 5, 6].map((n) => `deposit ${n} ${n === 3 || n === 5 ? 'due' : 'booked'}`),
    );
    const details = 'SELECT detail FROM ledger_entry WHERE state = $1 ORDER BY entry_id';
    expect(await test.database.query(details, ['due'])).toMatchObject([
      { detail: expect.stringContaining('book-entries') },
      { detail: 'Error: the window is not there' },
    ]);
    [before, hear] = [() => undefined, () => undefined];
    // Not at once: what breaks must not keep the machine busy.
    await job.run();
    expect(await gauge('tonle_ledger_entries_due')).toBe(2);
    platform.clock.advance(60_000);
    await job.run();
    expect(heard.flat().filter((id) => id === 'deposit 5').length).toBeGreaterThan(1);
    expect(await gauge('tonle_ledger_entries_due')).toBe(0);
  });

  it('that routing refuses stay as refused, counted and with what it said', async () => {
    await post(deposit(1, { entryId: 'bad 1' }), deposit(2));
    await job.run();
    expect(await states()).toEqual(['bad 1 refused', 'deposit 2 booked']);
    expect(heard).toEqual([['deposit 2']]);
    expect(await gauge('tonle_ledger_entries_refused')).toBe(1);
    expect(await test.database.query(`SELECT detail FROM ledger_entry WHERE state = 'refused'`)).toEqual([
      { detail: 'bank_line_used: x' },
    ]);
  });

  it('that routing passes over stay due', async () => {
    after = (answers) => answers.filter(({ entryId }) => entryId !== 'deposit 2');
    await post(deposit(1), deposit(2));
    await job.run();
    expect(await states()).toEqual(['deposit 1 booked', 'deposit 2 due']);
  });

  it('go in batches, the oldest first, with those that follow from them', async () => {
    await post(...Array.from({ length: 501 }, (_, index) => deposit(index)));
    const sizes: number[] = [];
    before = (asked) => void sizes.push(asked.length);
    let followed = false;
    entries.onBooked(async (transaction) => {
      if (!followed) await entries.post(transaction, [deposit(1_000)]);
      followed = true;
    });
    await job.run();
    expect([sizes, ledger.size]).toEqual([[500, 2], 502]);
  });
});
