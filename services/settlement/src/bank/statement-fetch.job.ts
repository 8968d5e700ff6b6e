import type { Directory } from '@tonle/directory';
import type { Platform } from '@tonle/platform';
import { openDifferences } from '../reconciliation/break-register.store.js';
import { localDay } from '../reconciliation/local-day.js';
import type { BankAccountName } from './bank-line.js';
import { knowAccount, missingCounts, newestDay, noteAnswer, noteMissing } from './bank-account.store.js';
import type { BankReply, BankWire } from './bank-wire.js';
import {
  dueStatementDays,
  notificationFormat,
  schemeAccounts,
  type SchemeAccount,
} from './settlement-bank.js';
import { faultWords, type StatementTaking } from './statement-taking.service.js';
import { suspenseTotals } from './suspense.store.js';

/** Whose files are nobody's deeds. */
const SCHEDULE = 'schedule';

/** Fetches what banks have told: statements of days that are due, and entries of today. What does not come is missing. */
export class StatementFetchJob {
  private readonly missing;
  private readonly suspense;
  private readonly told = { missing: new Set<string>(), suspense: new Set<string>() };

  constructor(
    private readonly host: Pick<Platform, 'database' | 'clock' | 'random' | 'telemetry'>,
    private readonly directory: Directory,
    private readonly wires: ReadonlyMap<string, BankWire>,
    private readonly taking: Pick<StatementTaking, 'take' | 'afterwards'>,
  ) {
    const labels = ['bank', 'currency'];
    const { telemetry } = host;
    this.missing = telemetry.gauge(
      'tonle_bank_statements_missing',
      'Days whose bank statement is due and not here',
      labels,
    );
    this.suspense = telemetry.gauge(
      'tonle_suspense_items',
      'Bank lines in suspense that nobody has cleared',
      labels,
    );
  }

  readonly run = async (): Promise<void> => {
    const { telemetry } = this.host;
    for (const account of schemeAccounts(this.directory))
      try {
        await this.fetch(account);
      } catch (err) {
        // One bank's files keep no other's waiting.
        telemetry.log.warn({ err, bank: account.bank }, 'what a bank told cannot be taken now');
      }
    await this.count();
  };

  /** All that is due of one account. */
  async fetch(account: SchemeAccount): Promise<void> {
    const { database, clock } = this.host;
    const nowMs = clock.now();
    const today = localDay(new Date(nowMs), account.calendar);
    const since = await knowAccount(database, account, today);
    const after = await newestDay(database, account);
    // Without a link nothing is expected of a bank before its first statement was handed in.
    if (after === undefined && !this.wires.has(account.bank)) return;
    const due = dueStatementDays(account, { since, ...(after !== undefined && { after }) }, nowMs);
    for (const day of due) await this.fetchStatement(account, day);
    await this.fetchNotifications(account, today);
  }

  private async fetchStatement(account: SchemeAccount, day: string): Promise<void> {
    const wire = this.wires.get(account.bank);
    if (wire === undefined)
      return this.lack(account, day, 'no link to the bank: it is handed in by an operator');
    const reply = await wire.statement(account.currency, day);
    await this.noteReply(account, reply);
    if (reply.kind !== 'answered') return this.lack(account, day, reasonOf(reply));
    const taken = await this.taking.take(account, account.statement, reply.bytes, { by: SCHEDULE, day });
    const { database, clock } = this.host;
    // Its break is that of the file.
    if (taken.kind === 'refused')
      await database.transaction((transaction) =>
        noteMissing(transaction, account, day, faultWords(taken.faults), new Date(clock.now())),
      );
    // Bytes that are known are of another day.
    if (taken.kind === 'known')
      await this.lack(account, day, 'the bank gave the statement of another day again');
  }

  /** Entries of the day so far: the sooner they are known, the sooner a window is settled. */
  private async fetchNotifications(account: SchemeAccount, day: string): Promise<void> {
    const reply = await this.wires.get(account.bank)?.notifications(account.currency, day);
    if (reply === undefined) return;
    await this.noteReply(account, reply);
    if (reply.kind !== 'answered') return;
    const taken = await this.taking.take(account, notificationFormat(account), reply.bytes, {
      by: SCHEDULE,
      day,
    });
    if (taken.kind === 'refused')
      this.host.telemetry.log.warn(
        { bank: account.bank, faults: taken.faults },
        'entries of a bank are refused',
      );
  }

  /** A day that is due and not here: people are told until it is. */
  private async lack(account: BankAccountName, day: string, cause: string): Promise<void> {
    const { database, clock, random } = this.host;
    const nowMs = clock.now();
    const at = new Date(nowMs);
    const { bank, currency } = account;
    await database.transaction(async (transaction) => {
      await noteMissing(transaction, account, day, cause, at);
      const found = { partner: bank, currency, day, key: `statement ${day}`, detail: cause } as const;
      await openDifferences(transaction, [{ ...found, type: 'FILE_GAP' }], [random.id(nowMs)], at);
    });
  }

  private async noteReply(account: BankAccountName, reply: BankReply): Promise<void> {
    const says = reply.kind === 'silent' || reply.kind === 'refused' ? reply.because : undefined;
    await noteAnswer(this.host.database, account, says, new Date(this.host.clock.now()));
  }

  private async count(): Promise<void> {
    const { database } = this.host;
    const missing = await missingCounts(database);
    setGauge(this.missing, this.told.missing, missing, ({ days }) => days);
    setGauge(this.suspense, this.told.suspense, await suspenseTotals(database), ({ items }) => items);
  }
}

function setGauge<Row extends BankAccountName>(
  gauge: { set(labels: Record<string, string>, value: number): void },
  told: Set<string>,
  rows: readonly Row[],
  valueOf: (row: Row) => number,
): void {
  const now = new Set(rows.map(({ bank, currency }) => `${bank} ${currency}`));
  for (const key of told) {
    const [bank = '', currency = ''] = key.split(' ');
    if (!now.has(key)) gauge.set({ bank, currency }, 0);
  }
  for (const row of rows) gauge.set({ bank: row.bank, currency: row.currency }, valueOf(row));
  for (const key of now) told.add(key);
}

function reasonOf(reply: Exclude<BankReply, { kind: 'answered' }>): string {
  if (reply.kind === 'none') return 'the bank has no statement of this day yet';
  return reply.kind === 'pending'
    ? 'the bank will have it later'
    : `the bank does not answer: ${reply.because}`;
}
