import { createHash } from 'node:crypto';
import { readBankStatement, type BankFileStatement, type BankStatementFormat } from '@tonle/bank-files';
import type { Transaction } from '@tonle/persistence';
import type { Platform } from '@tonle/platform';
import { endDifferences, openDifferences } from '../reconciliation/break-register.store.js';
import { localDay } from '../reconciliation/local-day.js';
import type { AllocationJob } from './allocation.job.js';
import { bankLineOf, type BankFile, type BankFault } from './bank-line.js';
import { endMissing, newestDay } from './bank-account.store.js';
import { insertStatements, isTaken, knownAccount, lockAccount, noteRefused } from './bank-statement.store.js';
import type { SchemeAccount } from './settlement-bank.js';
import { decideStatements } from './statement-taking.decide.js';

export type StatementTaken =
  | { readonly kind: 'taken'; readonly statementIds: readonly string[]; readonly lines: number }
  /** The same bytes were taken before. */
  | { readonly kind: 'known' }
  | { readonly kind: 'refused'; readonly faults: readonly BankFault[] };

/** Codes of faults by which a file is missing, rather than wrong in itself. */
const GAPS: ReadonlySet<string> = new Set(['number_gap', 'number_repeated', 'day_repeated', 'line_gone']);

/** Takes files of banks, whole or not at all, and has their lines placed. */
export class StatementTaking {
  constructor(
    private readonly host: Pick<Platform, 'database' | 'clock' | 'random' | 'telemetry'>,
    private readonly allocation: Pick<AllocationJob, 'place' | 'chase'>,
  ) {}

  /** A file that a bank gave over the link; what is refused is kept with its faults, and is a break of the day. */
  async take(
    account: SchemeAccount,
    format: BankStatementFormat,
    bytes: Uint8Array,
    { by, day }: { readonly by: string; readonly day: string },
  ): Promise<StatementTaken> {
    const { database, clock } = this.host;
    const file = fileOf(account, format, bytes);
    const answer = await database.transaction((transaction) => this.takeIn(transaction, account, file, by));
    if (answer.kind === 'taken') await this.afterwards(account);
    if (answer.kind !== 'refused') return answer;
    const at = new Date(clock.now());
    await database.transaction(async (transaction) => {
      await noteRefused(transaction, file, answer.faults, { at, by });
      await this.openRefused(transaction, account, day, answer.faults, at);
    });
    return answer;
  }

  /** The same in the caller's transaction, which then calls `afterwards`; a refusal leaves nothing behind. */
  async takeIn(
    transaction: Transaction,
    account: SchemeAccount,
    file: BankFile,
    by: string,
  ): Promise<StatementTaken> {
    const { clock, random } = this.host;
    await lockAccount(transaction, account);
    if (await isTaken(transaction, file)) return { kind: 'known' };
    const reading = readBankStatement(file.bytes, file.format);
    if (reading.kind === 'refused')
      return {
        kind: 'refused',
        faults: reading.errors.map(({ code, where, detail }) => ({
          code: 'unreadable',
          detail: `${code} at ${where}: ${detail}`,
        })),
      };
    const { statements } = reading;
    const nowMs = clock.now();
    const today = localDay(new Date(nowMs), account.calendar);
    const known = await knownAccount(transaction, account, statements, lineIdsOf(account, statements));
    const verdict = decideStatements(account, statements, { ...known, today });
    if (verdict.kind === 'refused') return verdict;
    const at = new Date(nowMs);
    const statementIds = verdict.statements.map(() => random.id(nowMs));
    await insertStatements(transaction, file, verdict.statements, statementIds, { at, by });
    for (const { statement } of verdict.statements)
      if (statement.kind === 'statement') await this.noteCame(transaction, account, statement, at);
    return {
      kind: 'taken',
      statementIds,
      lines: verdict.statements.reduce((sum, { lines }) => sum + lines.length, 0),
    };
  }

  /** Places what came, and asks after what should have: done again by the next round when the process dies before. */
  async afterwards(account: SchemeAccount): Promise<void> {
    const { database, telemetry } = this.host;
    try {
      await this.allocation.place(account);
      const day = await newestDay(database, account);
      if (day !== undefined)
        await database.transaction((transaction) => this.allocation.chase(transaction, account, day));
    } catch (err) {
      telemetry.log.warn({ err, bank: account.bank }, 'lines that a bank told of cannot be placed now');
    }
  }

  private async noteCame(
    transaction: Transaction,
    { bank, currency }: SchemeAccount,
    { to }: BankFileStatement,
    at: Date,
  ): Promise<void> {
    const days = await endMissing(transaction, { bank, currency }, to);
    const of = { partner: bank, currency };
    const ended = [...new Set([...days, to])].flatMap((day) =>
      (['FILE_GAP', 'FILE_TOTAL'] as const).map((type) => ({ ...of, key: `statement ${day}`, type })),
    );
    await endDifferences(transaction, ended, at);
  }

  private async openRefused(
    transaction: Transaction,
    { bank, currency }: SchemeAccount,
    day: string,
    faults: readonly BankFault[],
    at: Date,
  ): Promise<void> {
    const isGap = faults.every(({ code }) => GAPS.has(code));
    const found = {
      type: isGap ? ('FILE_GAP' as const) : ('FILE_TOTAL' as const),
      ...{ partner: bank, currency, day, key: `statement ${day}`, detail: faultWords(faults) },
    };
    await openDifferences(transaction, [found], [this.host.random.id(at.getTime())], at);
  }
}

const WORDS_MAX = 500;

/** What is wrong, in one text. */
export function faultWords(faults: readonly BankFault[]): string {
  return faults
    .map(({ code, detail }) => `${code}: ${detail}`)
    .join('; ')
    .slice(0, WORDS_MAX);
}

/** A file as it is kept. */
export function fileOf(
  { bank, currency }: Pick<SchemeAccount, 'bank' | 'currency'>,
  format: BankStatementFormat,
  bytes: Uint8Array,
): BankFile {
  return { bank, currency, format, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function lineIdsOf(account: SchemeAccount, statements: readonly BankFileStatement[]): string[] {
  return statements.flatMap((each) => each.lines.map((line) => bankLineOf(account, line, each.to).lineId));
}
