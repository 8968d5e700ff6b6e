import type { LedgerEntry } from '@tonle/contracts';
import { minorText } from '@tonle/money';
import type { Transaction } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { LedgerEntries } from '../ledger/ledger-entries.js';
import { lockWindow, moveWindow, setDispute } from '../window/window-life.store.js';
import { bankSides, clearingEntry, positionSides } from './coverage.decide.js';
import {
  coverageOf,
  insertWindowEntries,
  lockCoverage,
  takeCoverageBack,
  timesTakenBack,
} from './coverage.store.js';
import type { CoveredLine, TakenBack } from './instruction.js';
import { ENDED_INSTRUCTIONS } from './instruction-life.table.js';
import { decideInstructionMove } from './instruction-move.decide.js';
import { lockWindowOfInstruction, newestInstruction, setInstructionState } from './instruction.store.js';

/** What was undone. */
export interface UndoneCoverage {
  readonly endToEndId: string;
  readonly windowId: string;
  readonly participant: string;
  readonly minor: bigint;
}

/**
 * Undoes what a line of the bank has covered when the bank takes it back: its entry and the cleared position by their opposites, the
 * settled window is one that waits for the bank again, or has failed where its instruction has ended. Once for each cover.
 */
export class CoverageReversal {
  constructor(
    private readonly entries: Pick<LedgerEntries, 'post'>,
    private readonly clock: Clock,
  ) {}

  /** Undefined: it covers nothing (any more). */
  async takeBack(
    transaction: Transaction,
    { undone, lineId, part }: TakenBack,
  ): Promise<UndoneCoverage | undefined> {
    const cover = await lockCoverage(transaction, undone);
    if (cover === undefined) return undefined;
    const at = new Date(this.clock.now());
    const { source, minor, line } = cover;
    const { windowId, participant, currency } = line;
    const before = await coverageOf(transaction, line);
    const { debit, credit } = bankSides(line);
    const entries: LedgerEntry[] = [
      {
        ...{ entryId: `settlement_bank:${lineId}:${part}`, kind: 'settlement_bank', currency },
        ...{ debit: credit, credit: debit, minor: minor.toString(), lineId, part },
      },
    ];
    if (before.isNetCovered) {
      const times = await timesTakenBack(transaction, line);
      const cleared = clearingEntry(line, before.owedMinor, times);
      const sides = positionSides(line, line.direction);
      entries.push({
        ...cleared,
        entryId: `${cleared.entryId}:back`,
        ...{ debit: sides.credit, credit: sides.debit },
      });
    }
    await takeCoverageBack(transaction, source, lineId, at);
    await this.entries.post(transaction, entries);
    await insertWindowEntries(
      transaction,
      windowId,
      entries.map(({ entryId }) => entryId),
    );
    await this.reopen(
      transaction,
      line,
      at,
      `the bank has taken back ${minorText(minor, currency)} of ${participant} by line ${lineId}`,
    );
    return { endToEndId: line.endToEndId, windowId, participant, minor };
  }

  private async reopen(transaction: Transaction, line: CoveredLine, at: Date, why: string): Promise<void> {
    const { instructionId, windowId, state } = line;
    const { paidMinor, wasRejected } = (await lockWindowOfInstruction(transaction, instructionId))!;
    const move = decideInstructionMove(state, 'taken_back', { hasPaid: paidMinor !== '0', wasRejected });
    if (move !== undefined && move.state !== state)
      await setInstructionState(transaction, instructionId, move.state, at);
    const settled = await lockWindow(transaction, windowId);
    await moveWindow(transaction, settled!, 'taken_back', at);
    // Nobody is to pay anew before somebody has looked.
    await setDispute(transaction, windowId, why);
    const newest = await newestInstruction(transaction, windowId);
    if (newest === undefined) return;
    const event = ENDED_INSTRUCTIONS.has(newest.state) ? 'instruction_dead' : 'money_came';
    const window = await lockWindow(transaction, windowId);
    await moveWindow(transaction, window!, event, at, { failedReason: why });
  }
}
