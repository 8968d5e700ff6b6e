import { isBankingDate, type Directory } from '@tonle/directory';
import { minorText } from '@tonle/money';
import type { Transaction } from '@tonle/persistence';
import type { Platform } from '@tonle/platform';
import type { LedgerEntries } from '../ledger/ledger-entries.js';
import { endDifferences, openDifferences } from '../reconciliation/break-register.store.js';
import type { CoverageVerdict } from '../instruction/instruction.js';
import { markReturned } from '../instruction/instruction-desk.js';
import type { InstructionCoverage } from '../instruction/instruction-coverage.js';
import { bankCalendarOf } from '../instruction/settlement-terms.js';
import { ALLOCATION_RULES, decideAllocation, type AllocationPart } from './allocation.decide.js';
import { differencesOf, type PartOutcome } from './allocation-breaks.js';
import {
  accountsWithNewLines,
  allocationFacts,
  insertParts,
  newLines,
  overdueLines,
  type KeptPart,
} from './allocation.store.js';
import { entryIdOf, entryOfPart } from './bank-entry.js';
import type { BankAccountName, BankLine } from './bank-line.js';
import { lockAccount } from './bank-statement.store.js';
import { LineReversal } from './line-reversal.js';
import { nameTokens } from './name-tokens.js';
import { prefundReferences } from './settlement-bank.js';
import { breaksOf } from './suspense.js';
import { insertItem, lockItem, moveItem } from './suspense.store.js';

/** So many lines are placed in one transaction. */
const LINES_MAX = 50;

/** What allocation needs of the service. */
type AllocationHost = Pick<Platform, 'database' | 'clock' | 'random' | 'telemetry'>;

/** Somebody else covered what this line is for since it was looked at: it is looked at again. */
class CoverageMoved extends Error {}

/**
 * Places lines of banks: what they are for is booked with them, in one transaction. A line is placed once; what dies half-way has
 * placed nothing.
 */
export class AllocationJob {
  private readonly reversal: LineReversal;

  constructor(
    private readonly host: AllocationHost,
    private readonly directory: Directory,
    private readonly coverage: Pick<InstructionCoverage, 'cover' | 'takeBack'>,
    private readonly entries: Pick<LedgerEntries, 'post'>,
  ) {
    this.reversal = new LineReversal(host.random, coverage, entries);
  }

  /** Places what is new of every account. */
  readonly run = async (): Promise<void> => {
    const { database, telemetry } = this.host;
    for (const account of await accountsWithNewLines(database))
      try {
        await this.place(account);
      } catch (err) {
        // Another account's lines do not wait for it; the next round tries it again.
        telemetry.log.warn({ err, ...account }, 'lines of a bank cannot be placed now');
      }
  };

  /** Places what is new of one account. */
  async place(account: BankAccountName): Promise<void> {
    let placed: number;
    do {
      placed = await this.placeSome(account);
    } while (placed === LINES_MAX);
  }

  /** What a bank has not paid though its statements cover the day is a break, until it has. */
  async chase(transaction: Transaction, account: BankAccountName, day: string): Promise<void> {
    const { random, clock } = this.host;
    const overdue = await overdueLines(transaction, account, day);
    const said = (minor: bigint) => minorText(minor, account.currency);
    const found = overdue.map(({ endToEndId, participant, valueDate, amountMinor, coveredMinor }) => ({
      type: coveredMinor > 0n ? ('BATCH_SHORT' as const) : ('BATCH_LATE' as const),
      ...{ partner: account.bank, currency: account.currency, day: valueDate, key: endToEndId },
      ...{ ourMinor: amountMinor, theirMinor: coveredMinor },
      detail: `${participant}: of ${said(amountMinor)} due on ${valueDate} the bank's statements up to ${day} have ${said(coveredMinor)}`,
    }));
    const nowMs = clock.now();
    const ids = found.map(() => random.id(nowMs));
    await openDifferences(transaction, found, ids, new Date(nowMs));
  }

  private placeSome(account: BankAccountName): Promise<number> {
    return this.host.database.transaction(async (transaction) => {
      await lockAccount(transaction, account);
      const lines = await newLines(transaction, account, LINES_MAX);
      const references = prefundReferences(this.directory);
      for (const line of lines) {
        const facts = await allocationFacts(transaction, line, nameTokens(line));
        await this.keep(transaction, line, decideAllocation(line, { ...facts, references }));
      }
      return lines.length;
    });
  }

  private async keep(
    transaction: Transaction,
    line: BankLine,
    parts: readonly AllocationPart[],
  ): Promise<void> {
    const at = new Date(this.host.clock.now());
    const kept = parts.map((each, index) => this.keptOf(line, each, index + 1, at));
    await insertParts(transaction, line, kept, ALLOCATION_RULES, at);
    const outcomes: PartOutcome[] = [];
    for (const [index, each] of parts.entries()) {
      const { part, targetId } = kept[index]!;
      const covered = await this.book(transaction, line, each, { part, targetId }, at);
      outcomes.push({ part: each, partNo: part, ...(covered !== undefined && { covered }) });
    }
    const { opened, ended } = differencesOf(line, outcomes, this.closedBy(line));
    const ids = opened.map(() => this.host.random.id(at.getTime()));
    await openDifferences(transaction, opened, ids, at);
    await endDifferences(transaction, ended, at);
  }

  /** The bank's calendar, when it says that the value date of a line is no banking day. */
  private closedBy({ bank, valueDate }: BankLine): string | undefined {
    const calendar = bankCalendarOf(this.directory, bank);
    if (calendar === undefined || isBankingDate(valueDate, calendar)) return undefined;
    return calendar.calendarId;
  }

  private keptOf(line: BankLine, each: AllocationPart, part: number, at: Date): KeptPart {
    const { target, minor } = each;
    const targetId = target === 'suspense' ? this.host.random.id(at.getTime()) : each.targetId;
    const isCover =
      target === 'instruction_line' || (target === 'reversal' && each.undone.target === 'instruction_line');
    const entryId = isCover ? `settlement_bank:${line.lineId}:${part}` : entryIdOf(line, part);
    return {
      part,
      target,
      targetId,
      minor,
      entryId,
      ...(each.target === 'reversal' && { undone: each.undone }),
    };
  }

  /** Books one part, with what follows from it. */
  private async book(
    transaction: Transaction,
    line: BankLine,
    each: AllocationPart,
    { part, targetId }: Pick<KeptPart, 'part' | 'targetId'>,
    at: Date,
  ): Promise<Extract<CoverageVerdict, { kind: 'covered' }> | undefined> {
    const { lineId, valueDate, bank, currency, day } = line;
    const { minor } = each;
    if (each.target === 'instruction_line') {
      const asked = { endToEndId: each.targetId, minor, lineId, part, valueDate };
      const verdict = await this.coverage.cover(transaction, asked);
      if (verdict.kind !== 'covered')
        throw new CoverageMoved(
          `line ${lineId} cannot cover ${each.targetId}: ${JSON.stringify(verdict.kind)}`,
        );
      return verdict;
    }
    if (each.target === 'reversal') {
      await this.reversal.undo(transaction, line, each.undone, part, at);
      return undefined;
    }
    const owner = each.target === 'prefund' ? { participant: each.targetId } : {};
    const account = each.target === 'fee' ? { account: each.account } : {};
    await this.entries.post(transaction, [entryOfPart(line, { part, minor, ...owner, ...account })]);
    if (each.target === 'return')
      await this.giveBack(transaction, line, { itemId: targetId, minor, part }, at);
    if (each.target !== 'suspense') return undefined;
    const item = {
      itemId: targetId,
      lineId,
      part,
      bank,
      currency,
      amountMinor: minor,
      cause: each.cause,
      day,
    };
    const { suggestion } = each;
    await insertItem(transaction, { ...item, ...(suggestion !== undefined && { suggestion }) }, at);
    return undefined;
  }

  /** The bank has sent back money that was in suspense, or what it had sent back has come once more. */
  private async giveBack(
    transaction: Transaction,
    line: BankLine,
    { itemId, minor, part }: { readonly itemId: string; readonly minor: bigint; readonly part: number },
    at: Date,
  ): Promise<void> {
    const item = await lockItem(transaction, itemId);
    if (item === undefined) throw new Error(`there is no item ${itemId} to send back`);
    if (minor > 0n === item.amountMinor > 0n)
      return this.reversal.comeBack(transaction, line, item, { minor, part }, at);
    const openMinor = item.openMinor + minor;
    const { lineId } = line;
    const move = { moveId: `line:${lineId}`, action: 'returned', minor: -minor, lineId } as const;
    const state = openMinor === 0n ? 'CLEARED' : item.state;
    await moveItem(transaction, item, move, { state, openMinor }, at);
    await markReturned(transaction, itemId, state === 'CLEARED', at);
    if (state === 'CLEARED') await endDifferences(transaction, breaksOf(item), at);
  }
}
