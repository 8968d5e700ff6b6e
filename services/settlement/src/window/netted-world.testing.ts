import { readFileSync } from 'node:fs';
import { Approvals } from '@tonle/approval';
import { readFinalisation } from '@tonle/bank-files';
import type { DirectoryEntry, LedgerEntry } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { createTestDatabase, type TestDatabase, type Transaction } from '@tonle/persistence';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import { writeInstructionFile } from '../bank-file/instruction-file.js';
import { FinalisationService } from '../finalisation/finalisation.service.js';
import { InstructionCoverage } from '../instruction/instruction-coverage.js';
import { InstructionMaker } from '../instruction/instruction-maker.js';
import { WithdrawalService } from '../instruction/withdrawal.service.js';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { WindowLifeJob } from './window-life.job.js';
import { WindowService } from './window.service.js';

const SEED = new URL('../../../../deploy/sandbox/directory.json', import.meta.url);
/** A Friday. */
export const DAY = '2026-11-20';
export const WINDOW = `THSWITCH-THB-${DAY}`;
/** The morning after, at the bank. */
const MORNING = '2026-11-21T02:00:00Z';

export const by = (participant: string) => ({
  operator: `${participant}-1`,
  participant,
  reason: 'as the books say',
});

/** Settlement's windows over a database of their own, with entries that are booked when the test says so. */
export class NettedWorld {
  /** What was posted, by its id. */
  readonly posted = new Map<string, LedgerEntry>();
  readonly directory: Directory;
  readonly approvals: Approvals;
  readonly coverage: InstructionCoverage;
  readonly life: WindowLifeJob;
  readonly windows: WindowService;
  readonly withdrawals: WithdrawalService;
  readonly finalisations: FinalisationService;

  constructor(
    readonly test: TestDatabase,
    readonly platform: TestPlatform,
  ) {
    const { entries } = JSON.parse(readFileSync(SEED, 'utf8')) as { entries: DirectoryEntry[] };
    this.directory = new Directory(entries);
    this.approvals = new Approvals(platform);
    const post = (_transaction: Transaction, posted: readonly LedgerEntry[]) => {
      for (const entry of posted) this.posted.set(entry.entryId, entry);
      return Promise.resolve();
    };
    this.coverage = new InstructionCoverage({ post }, platform.clock);
    const maker = new InstructionMaker(platform, this.directory, writeInstructionFile, undefined);
    this.life = new WindowLifeJob(platform, this.directory, maker);
    this.windows = new WindowService(platform, this.directory, this.approvals, this.life);
    this.withdrawals = new WithdrawalService(platform, this.directory, this.approvals, maker);
    this.finalisations = new FinalisationService(platform, this.directory, this.approvals, readFinalisation);
  }

  static async make(name: string): Promise<NettedWorld> {
    const test = await createTestDatabase(name);
    await test.database.openOrm(SETTLEMENT_DATABASE);
    const platform = createTestPlatform('settlement', test.database);
    platform.clock.set(Date.parse(MORNING));
    return new NettedWorld(test, platform);
  }

  async clear(): Promise<void> {
    this.posted.clear();
    this.platform.clock.set(Date.parse(MORNING));
    await this.test.database.query(
      `TRUNCATE settlement_window, instruction_sequence, approval_request, bank_statement, settlement_break, statement_taken,
         statement_line, payment_record CASCADE`,
    );
  }

  /** A window that was netted from these pairs. */
  async netted(
    pairs: readonly (readonly [string, string, bigint])[],
    windowId = WINDOW,
    mode = 'DEFERRED_NET',
  ): Promise<void> {
    const [, partner, currency, day] = /^([A-Z]+)-([A-Z]{3})-(.*)$/.exec(windowId)!;
    const { database } = this.test;
    await database.query(
      `INSERT INTO settlement_window (window_id, partner, currency, settlement_mode, day, calendar_version, cut_off_at, state,
         payments, gross_minor)
       VALUES ($1, $2, $3, $4, $5::date, 1, $5::timestamptz + interval '16 hours', 'NETTED', $6, $7)`,
      [
        windowId,
        partner,
        currency,
        mode,
        day,
        pairs.length,
        pairs.reduce((sum, [, , minor]) => sum + minor, 0n),
      ],
    );
    for (const [debtor, creditor, minor] of pairs)
      await database.query('INSERT INTO window_bilateral VALUES ($1, $2, $3, $4, 1)', [
        windowId,
        debtor,
        creditor,
        minor,
      ]);
    if (mode === 'GROSS_RT') return;
    await database.query(
      `INSERT INTO window_net (window_id, participant, net_minor)
       SELECT window_id, who, sum(minor)
       FROM (SELECT window_id, creditor AS who, amount_minor AS minor FROM window_bilateral
             UNION ALL SELECT window_id, debtor, -amount_minor FROM window_bilateral) AS side
       WHERE window_id = $1
       GROUP BY window_id, who`,
      [windowId],
    );
  }

  async approve(
    approvalId: string,
    participants: readonly string[],
    acknowledged: string[] = [],
  ): Promise<string> {
    let state = '';
    for (const participant of participants) {
      const answer = await this.approvals.decide({
        approvalId,
        verdict: 'approve',
        acknowledged,
        ...by(participant),
      });
      state = answer.kind === 'refused' ? answer.reason : answer.state;
    }
    return state;
  }

  /** Through approval to its instruction. */
  async instructed(windowId = WINDOW, acknowledged: string[] = []): Promise<void> {
    await this.life.run();
    const proposed = await this.windows.propose({ windowId, ...by('OPERATOR') });
    if (proposed.kind !== 'proposed') throw new Error(proposed.reason);
    const state = await this.approve(proposed.approvalId, ['OPERATOR2'], acknowledged);
    if (state !== 'executed') throw new Error(state);
    await this.life.run();
  }

  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.test.database.transaction(work);
  }

  /** Covers a line by one of the bank; `part` of it. */
  cover(endToEndId: string, minor: bigint, lineId: string, valueDate = '2026-11-26') {
    return this.transaction((transaction) =>
      this.coverage.cover(transaction, { endToEndId, minor, lineId, part: 1, valueDate }),
    );
  }

  book(entryIds: readonly string[] = [...this.posted.keys()]): Promise<void> {
    return this.transaction((transaction) => this.coverage.onBooked(transaction, entryIds));
  }

  async window(windowId = WINDOW): Promise<Record<string, unknown>> {
    const [row] = await this.test.database.query(
      `SELECT state, value_date::text AS "valueDate", value_calendars AS calendars, failed_reason AS failed
       FROM settlement_window WHERE window_id = $1`,
      [windowId],
    );
    return row!;
  }

  async instructions(): Promise<string[]> {
    const rows = await this.test.database.query<{ told: string }>(
      `SELECT concat_ws(' ', bank, currency, coalesce(sequence, 0), attempt, state, line_count) AS told
       FROM settlement_instruction ORDER BY bank, currency, attempt`,
    );
    return rows.map(({ told }) => told);
  }

  async instructionId(attempt = 1): Promise<string> {
    const [row] = await this.test.database.query<{ id: string }>(
      'SELECT instruction_id AS id FROM settlement_instruction WHERE attempt = $1',
      [attempt],
    );
    return row!.id;
  }
}
