import type { BankLine } from './bank-line.js';

/** A part of a line that another line may undo. */
export interface ReversiblePart {
  readonly lineId: string;
  readonly part: number;
  readonly target: string;
  readonly targetId: string;
  /** Signed as its line is. */
  readonly minor: bigint;
  /** What stands against the bank's mirror in its entry. */
  readonly account: string;
  /** Of a part in suspense: people, or the bank, have done nothing with it. */
  readonly isWhole: boolean;
}

/** A line of the opposite amount that shares a reference with another one, and that nothing has undone. */
export interface ReversibleLine {
  readonly lineId: string;
  readonly day: string;
  /** The bank's own name of it is a reference of the other, or both have one name: it is that line, and not only one alike. */
  readonly isNamed: boolean;
  readonly parts: readonly ReversiblePart[];
}

/** What may be undone: where money came or went to is known, and it is still there. */
const UNDOABLE: ReadonlySet<string> = new Set(['instruction_line', 'prefund', 'return', 'fee', 'suspense']);

/**
 * Which line a line of the bank undoes, as a whole or not at all: the one that it names, else one that has done the least (money in
 * suspense before money that was placed), else the newest. Undefined: none that can be undone. Pure.
 */
export function decideReversal(
  line: Pick<BankLine, 'amountMinor'>,
  candidates: readonly ReversibleLine[],
): ReversibleLine | undefined {
  const fitting = candidates.filter(
    ({ parts }) =>
      parts.reduce((sum, { minor }) => sum + minor, 0n) === -line.amountMinor &&
      parts.every(({ target, isWhole }) => UNDOABLE.has(target) && (target !== 'suspense' || isWhole)),
  );
  return [...fitting].sort(inOrder)[0];
}

function inOrder(one: ReversibleLine, other: ReversibleLine): number {
  const rank = (each: ReversibleLine) => [
    each.isNamed ? 0 : 1,
    each.parts.every(({ target }) => target === 'suspense') ? 0 : 1,
  ];
  const [ranks, others] = [rank(one), rank(other)];
  const differing = ranks.findIndex((value, index) => value !== others[index]);
  if (differing >= 0) return ranks[differing]! - others[differing]!;
  if (one.day !== other.day) return one.day < other.day ? 1 : -1;
  return one.lineId < other.lineId ? 1 : -1;
}
