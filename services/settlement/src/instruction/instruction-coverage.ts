import type { LedgerEntry } from '@tonle/contracts';
import type { Transaction } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { LedgerEntries } from '../ledger/ledger-entries.js';
import { lockWindow, moveWindow } from '../window/window-life.store.js';
import { bankSides, clearingEntry, coverageEvent, decideCoverage } from './coverage.decide.js';
import {
  coverageOf,
  insertCoverage,
  insertWindowEntries,
  isCovering,
  isWindowCovered,
  lockLine,
  lockLineOf,
  markBooked,
  settledOf,
  timesTakenBack,
  type NewCoverage,
} from './coverage.store.js';
import { CoverageReversal, type UndoneCoverage } from './coverage-reversal.js';
import type {
  CoverageRequest,
  CoverageVerdict,
  CoveredLine,
  PeoplesCoverage,
  TakenBack,
} from './instruction.js';
import { decideInstructionMove } from './instruction-move.decide.js';
import { newestInstruction, setInstructionState } from './instruction.store.js';

/**
 * What covers the lines of instructions: lines of the bank, and what people decided. Each source counts once. A net that is covered
 * clears its position; a window whose nets are covered and whose entries are booked is settled.
 */
export class InstructionCoverage {
  private readonly reversal: CoverageReversal;

  constructor(
    private readonly entries: Pick<LedgerEntries, 'post'>,
    private readonly clock: Clock,
  ) {
    this.reversal = new CoverageReversal(entries, clock);
  }

  /** Covers a line of an instruction with a part of a line of the bank, and books it. */
  async cover(transaction: Transaction, request: CoverageRequest): Promise<CoverageVerdict> {
    const { lineId, part, minor, valueDate } = request;
    const source = `line:${lineId}:${part}`;
    const line = await lockLine(transaction, request);
    if (await isCovering(transaction, source)) return { kind: 'known' };
    const verdict = decideCoverage(line, { minor, valueDate });
    if (verdict.kind !== 'covered' || line === undefined) return verdict;
    const paid = minor > 0n ? minor : -minor;
    const entry: LedgerEntry = {
      entryId: `settlement_bank:${lineId}:${part}`,
      kind: 'settlement_bank',
      currency: line.currency,
      ...bankSides(line),
      minor: paid.toString(),
      lineId,
      part,
    };
    await this.take(transaction, line, { source, lineId, part, approvalId: null, minor: paid, valueDate }, [
      entry,
    ]);
    return verdict;
  }

  /**
   * Covers what is open of a participant's net by an entry that people have decided (a write-off, money of unknown reference); the
   * caller has posted the entry in this transaction.
   */
  async coverByPeople(transaction: Transaction, request: PeoplesCoverage): Promise<CoverageVerdict> {
    const { entryId, approvalId, minor } = request;
    const source = `entry:${entryId}`;
    const line = await lockLineOf(transaction, request);
    if (await isCovering(transaction, source)) return { kind: 'known' };
    const signed = line?.direction === 'pay_out' ? -minor : minor;
    const verdict = decideCoverage(line, { minor: signed, valueDate: line?.valueDate ?? '' });
    if (verdict.kind !== 'covered' || line === undefined) return verdict;
    const covered = { source, lineId: null, part: null, approvalId, minor, valueDate: null };
    await insertWindowEntries(transaction, line.windowId, [entryId]);
    await this.take(transaction, line, covered, []);
    return verdict;
  }

  /** The bank takes back what a part of an earlier line has covered. Undefined: it covers nothing (any more). */
  takeBack(transaction: Transaction, taken: TakenBack): Promise<UndoneCoverage | undefined> {
    return this.reversal.takeBack(transaction, taken);
  }

  /** Entries were booked: a window that waited for them alone is settled. */
  async onBooked(transaction: Transaction, entryIds: readonly string[]): Promise<void> {
    const at = new Date(this.clock.now());
    const windows = await markBooked(transaction, entryIds, at);
    for (const windowId of await settledOf(transaction, windows)) {
      const window = await lockWindow(transaction, windowId);
      await moveWindow(transaction, window!, 'covered_and_booked', at);
    }
  }

  private async take(
    transaction: Transaction,
    line: CoveredLine,
    coverage: Omit<NewCoverage, 'instructionId' | 'lineNo'>,
    posted: readonly LedgerEntry[],
  ): Promise<void> {
    const at = new Date(this.clock.now());
    const { instructionId, lineNo, windowId, state } = line;
    await insertCoverage(transaction, { ...coverage, instructionId, lineNo }, at);
    const { isPaidInFull, isNetCovered, owedMinor } = await coverageOf(transaction, line);
    const isByBank = coverage.lineId !== null;
    const move = decideInstructionMove(state, coverageEvent(isByBank, isPaidInFull), { hasPaid: isByBank });
    if (move !== undefined && move.state !== state)
      await setInstructionState(transaction, instructionId, move.state, at);
    if (move?.windowEvent !== undefined) {
      const window = await lockWindow(transaction, windowId);
      await moveWindow(transaction, window!, move.windowEvent, at);
    }
    if (move?.state === 'SETTLED') await this.failUncovered(transaction, windowId, at);
    const cleared = isNetCovered
      ? [clearingEntry(line, owedMinor, await timesTakenBack(transaction, line))]
      : [];
    const entries = [...posted, ...cleared];
    if (entries.length === 0) return;
    await this.entries.post(transaction, entries);
    await insertWindowEntries(
      transaction,
      windowId,
      entries.map(({ entryId }) => entryId),
    );
  }

  /** The instruction is carried out, and what an earlier one had brought was taken back: nothing more comes by itself. */
  private async failUncovered(transaction: Transaction, windowId: string, at: Date): Promise<void> {
    const newest = await newestInstruction(transaction, windowId);
    if (newest?.state !== 'SETTLED' || (await isWindowCovered(transaction, windowId))) return;
    const window = await lockWindow(transaction, windowId);
    await moveWindow(transaction, window!, 'instruction_dead', at, {
      failedReason: 'the bank has taken back what an earlier instruction had brought',
    });
  }
}
