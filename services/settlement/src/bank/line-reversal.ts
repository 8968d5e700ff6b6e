import type { AccountCode } from '@tonle/ledger';
import type { Transaction } from '@tonle/persistence';
import type { Random } from '@tonle/platform';
import type { InstructionCoverage } from '../instruction/instruction-coverage.js';
import { markBounced, markReturned } from '../instruction/instruction-desk.js';
import type { LedgerEntries } from '../ledger/ledger-entries.js';
import { endDifferences, openDifferences } from '../reconciliation/break-register.store.js';
import type { SettlementDifference } from '../reconciliation/settlement-difference.js';
import { entryOfPart } from './bank-entry.js';
import type { BankLine } from './bank-line.js';
import type { ReversiblePart } from './reversal.decide.js';
import { breaksOf, type SuspenseItem } from './suspense.js';
import { lockItem, moveItem } from './suspense.store.js';

/** People, or another line, did something with what is to be undone since it was looked at: it is looked at again. */
class UndoneMoved extends Error {}

/** Undoes what parts of lines have done when the bank takes them back by another line: each by its opposite, seen by people. */
export class LineReversal {
  constructor(
    private readonly random: Random,
    private readonly coverage: Pick<InstructionCoverage, 'takeBack'>,
    private readonly entries: Pick<LedgerEntries, 'post'>,
  ) {}

  /** `part`: of the line that undoes. In the transaction in which that line is placed. */
  async undo(
    transaction: Transaction,
    line: BankLine,
    undone: ReversiblePart,
    part: number,
    at: Date,
  ): Promise<void> {
    if (undone.target === 'instruction_line') return this.uncover(transaction, line, undone, part, at);
    const { target, targetId } = undone;
    const owner = target === 'prefund' ? { participant: targetId } : {};
    const account = target === 'fee' ? { account: undone.account as AccountCode } : {};
    await this.entries.post(transaction, [
      entryOfPart(line, { part, minor: -undone.minor, ...owner, ...account }),
    ]);
    if (target === 'prefund' || target === 'fee')
      return this.tell(transaction, at, {
        ...{ ...conflictOf(line), key: line.lineId, ourMinor: undone.minor, theirMinor: 0n },
        detail: `the bank has taken back line ${undone.lineId}, which was for ${target} ${targetId}`,
      });
    return this.moveItemBack(transaction, line, undone, part, at);
  }

  private async uncover(
    transaction: Transaction,
    line: BankLine,
    { lineId, part: undonePart, minor }: ReversiblePart,
    part: number,
    at: Date,
  ): Promise<void> {
    const taken = { undone: { lineId, part: undonePart }, lineId: line.lineId, part };
    const undone = await this.coverage.takeBack(transaction, taken);
    if (undone === undefined) throw new UndoneMoved(`part ${undonePart} of line ${lineId} covers nothing`);
    await this.tell(transaction, at, {
      ...{ ...conflictOf(line), key: undone.endToEndId, ourMinor: minor, theirMinor: 0n },
      detail: `the bank has taken back line ${lineId}, which had covered it, by line ${line.lineId}: window ${undone.windowId} waits for it again`,
    });
  }

  /** Money in suspense is gone; money that had gone back from there is there again, or the other way. */
  private async moveItemBack(
    transaction: Transaction,
    line: BankLine,
    { target, targetId, minor }: ReversiblePart,
    part: number,
    at: Date,
  ): Promise<void> {
    const item = await lockItem(transaction, targetId);
    const isWhole = item?.openMinor === item?.amountMinor;
    if (item === undefined || (target === 'suspense' && !isWhole))
      throw new UndoneMoved(`suspense item ${targetId} is not what it was`);
    if (target === 'return' && minor > 0n !== item.amountMinor > 0n)
      return this.comeBack(transaction, line, item, { minor: -minor, part }, at);
    const { lineId } = line;
    const move = { moveId: `line:${lineId}:${part}`, action: 'taken_back', minor, lineId } as const;
    const openMinor = item.openMinor - minor;
    const state = openMinor === 0n ? 'CLEARED' : 'OPEN';
    await moveItem(transaction, item, move, { state, openMinor }, at);
    if (target === 'return') await markReturned(transaction, targetId, state === 'CLEARED', at);
    if (state === 'CLEARED') await endDifferences(transaction, breaksOf(item), at);
  }

  /** Money that had gone back from suspense is there again by this line: people decide anew. The item is locked. */
  async comeBack(
    transaction: Transaction,
    { lineId }: BankLine,
    item: SuspenseItem,
    { minor, part }: { readonly minor: bigint; readonly part: number },
    at: Date,
  ): Promise<void> {
    const move = { moveId: `line:${lineId}:${part}`, action: 'taken_back', minor: -minor, lineId } as const;
    const openMinor = item.openMinor + minor;
    await moveItem(transaction, item, move, { state: 'OPEN', openMinor }, at);
    await markBounced(transaction, item.itemId, lineId, at);
    await this.tell(transaction, at, reopenedOf(item, openMinor, lineId));
  }

  private tell(transaction: Transaction, at: Date, found: SettlementDifference): Promise<void> {
    return openDifferences(transaction, [found], [this.random.id(at.getTime())], at);
  }
}

const conflictOf = ({ bank, currency, day }: BankLine) =>
  ({ type: 'STATUS_CONFLICT', partner: bank, currency, day }) as const;

const reopenedOf = (item: SuspenseItem, openMinor: bigint, lineId: string): SettlementDifference => ({
  ...{ type: 'NOSTRO_UNMATCHED', partner: item.bank, currency: item.currency, day: item.day },
  ...{ key: `${item.lineId}:${item.part}`, theirMinor: openMinor },
  detail: `the bank had sent it back, and it has come once more by line ${lineId}`,
});
