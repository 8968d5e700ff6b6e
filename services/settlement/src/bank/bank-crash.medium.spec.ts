import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { prefundReference } from '@tonle/directory';
import type { Database, Transaction } from '@tonle/persistence';
import { LedgerEntries } from '../ledger/ledger-entries.js';
import { LedgerEntryStore } from '../ledger/ledger-entry.store.js';
import { acknowledgementOf, BankWorld, lineOf, messageIdOf, statementBytes } from './bank.testing.js';
import { SettlementBanks } from './settlement-banks.js';

// Real: PostgreSQL, windows, instructions, entries. The process ends before each of its statements, before and after each commit, and
// another one goes on. The bank is scripted.

const DAY = '2026-11-27';
const [FIRST, LAST] = [1, 24];
const MINUTE_MS = 60_000;

let world: BankWorld;
beforeEach(async () => {
  world = await BankWorld.start('bank_crash');
  await world.banks.fetching.run();
});
afterEach(() => world.close());

/** The database of a process that has so many steps left to live. */
class DyingDatabase {
  private isDead = false;

  constructor(
    private readonly database: Database,
    private stepsLeft: number,
  ) {}

  /** As others see it. */
  get shown(): Database {
    return {
      ...this.database,
      query: (text, values) => this.step().then(() => this.database.query(text, values)),
      transaction: (work, options) => this.transaction(work, options),
    } as Database;
  }

  /** It has died, at one of its steps. */
  get died(): boolean {
    return this.isDead;
  }

  private async step(): Promise<void> {
    this.isDead ||= this.stepsLeft === 0;
    if (this.isDead) throw new Error('the process was killed');
    this.stepsLeft -= 1;
  }

  private async transaction<T>(
    work: (transaction: Transaction) => Promise<T>,
    options?: Parameters<Database['transaction']>[1],
  ): Promise<T> {
    const result = await this.database.transaction(async (transaction) => {
      const query: Transaction['query'] = (text, values) =>
        this.step().then(() => transaction.query(text, values));
      const done = await work({ query, last: { query } });
      await this.step();
      return done;
    }, options);
    await this.step();
    return result;
  }
}

/** What a process does of settlement's banks until it dies; false when it has lived through all of it. */
async function livedShort(steps: number, work: (banks: SettlementBanks) => Promise<void>): Promise<boolean> {
  const { platform, directory, approvals, coverage, maker, bank, test } = world;
  const dying = new DyingDatabase(test.database, steps);
  const host = { ...platform, database: dying.shown };
  const entries = new LedgerEntries(new LedgerEntryStore(), platform.clock);
  const wires = new Map([['THSETTLE', bank]]);
  const banks = new SettlementBanks(host, directory, approvals, coverage, entries, maker, wires);
  await work(banks).catch(() => undefined);
  return dying.died;
}

it('an instruction is sent with the same bytes, and acknowledged, wherever the process ends', async () => {
  let deaths = 0;
  for (let sequence = FIRST; sequence <= LAST; sequence += 1) {
    await world.instruct(100n, 'PREPARED', sequence);
    const accepted = {
      kind: 'answered',
      bytes: acknowledgementOf(messageIdOf(sequence), 'accepted'),
    } as const;
    world.bank.answers.set(`send ${messageIdOf(sequence)}`, accepted);
    const died = await livedShort(sequence - FIRST, (banks) => banks.sending.run());
    // What the bank has, it can say again.
    if (world.bank.sent.some(({ messageId }) => messageId === messageIdOf(sequence)))
      world.bank.answers.set(messageIdOf(sequence), accepted);
    world.platform.clock.advance(60 * MINUTE_MS);
    await world.banks.sending.run();
    const sent = world.bank.sent.filter(({ messageId }) => messageId === messageIdOf(sequence));
    const states = await world.column(
      `SELECT state AS text FROM settlement_instruction WHERE sequence = ${sequence}`,
    );
    expect([sequence, states, new Set(sent.map(({ bytes }) => Buffer.from(bytes).toString()))]).toEqual([
      sequence,
      ['ACKNOWLEDGED'],
      new Set([`file ${sequence}`]),
    ]);
    if (!died) break;
    deaths += 1;
  }
  // Each step was one at which it died, up to one that it lived through.
  expect(deaths).toBeGreaterThan(8);
  expect(deaths).toBeLessThan(LAST);
}, 60_000);

it('lines are taken, placed and posted once, wherever the process ends', async () => {
  const lines: ReturnType<typeof lineOf>[] = [];
  let deaths = 0;
  for (let steps = 0; ; steps += 1) {
    lines.push(lineOf(`D${steps}`, 500n, prefundReference('FXNAGA')), lineOf(`U${steps}`, 7n, 'NOBODY'));
    world.bank.notified = statementBytes({
      ...{ kind: 'notification', id: `N${steps}`, from: DAY, to: DAY },
      lines,
    });
    const died = await livedShort(steps, async (banks) => {
      await banks.fetching.run();
      await banks.allocation.run();
    });
    world.platform.clock.advance(1_000);
    await world.banks.fetching.run();
    await world.banks.allocation.run();
    if (!died) break;
    deaths += 1;
  }
  expect(deaths).toBeGreaterThan(20);
  const all = deaths + 1;
  const counted = (sql: string) => world.column(`SELECT count(*)::int AS text FROM ${sql}`);
  expect([
    await counted("bank_line WHERE state = 'ALLOCATED'"),
    await counted("suspense_item WHERE state = 'OPEN' AND open_minor = 7"),
    await counted("ledger_entry WHERE kind = 'funds' AND minor = 500"),
    await counted("ledger_entry WHERE kind = 'suspense' AND minor = 7"),
    await counted('ledger_entry'),
    await counted("settlement_break WHERE state = 'OPEN'"),
  ]).toEqual([[all], [all], [all], [all], [2 * all], [all]]);
}, 120_000);
