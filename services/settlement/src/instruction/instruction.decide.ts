import { createHash } from 'node:crypto';
import { magnitude } from '@tonle/money';
import { localDate, valueDateOf } from '../window/value-date.decide.js';
import type { PaymentDirection, ReturnTerms } from './instruction.js';

/** A line before it has ids of its own. */
export interface PlannedLine {
  readonly lineNo: number;
  readonly participant: string;
  readonly direction: PaymentDirection;
  readonly amountMinor: bigint;
}

export interface LinePlan {
  readonly lines: readonly PlannedLine[];
  readonly payInMinor: bigint;
  readonly payOutMinor: bigint;
}

/**
 * What a bank still has to do for a window: of each net what no earlier instruction has covered; what comes in first, in the order
 * of the participants. Pure. Throws when the nets do not sum to zero (I16), or more is covered than there is.
 */
export function planLines(
  nets: readonly { readonly participant: string; readonly netMinor: bigint }[],
  covered: ReadonlyMap<string, bigint>,
): LinePlan {
  const sum = nets.reduce((total, { netMinor }) => total + netMinor, 0n);
  if (sum !== 0n) throw new RangeError(`the nets of a window sum to ${sum}`);
  const open = nets.map(({ participant, netMinor }) => {
    const direction: PaymentDirection = netMinor < 0n ? 'pay_in' : 'pay_out';
    const amountMinor = magnitude(netMinor) - (covered.get(participant) ?? 0n);
    if (amountMinor < 0n)
      throw new RangeError(`more is covered of ${participant} than its net of ${netMinor}`);
    return { participant, direction, amountMinor };
  });
  const due = open.filter(({ amountMinor }) => amountMinor > 0n).sort(inOrder);
  const lines = due.map((line, index) => ({ lineNo: index + 1, ...line }));
  return { lines, payInMinor: sumOf(lines, 'pay_in'), payOutMinor: sumOf(lines, 'pay_out') };
}

function inOrder(one: Omit<PlannedLine, 'lineNo'>, other: Omit<PlannedLine, 'lineNo'>): number {
  if (one.direction !== other.direction) return one.direction === 'pay_in' ? -1 : 1;
  return one.participant < other.participant ? -1 : 1;
}

const sumOf = (lines: readonly PlannedLine[], direction: PaymentDirection): bigint =>
  lines.reduce((sum, line) => (line.direction === direction ? sum + line.amountMinor : sum), 0n);

const ID_MAX = 35;

/** What comes back in the bank's statement: `THSETTLE-THB-17-2`. One for each line ever, at most 35 characters. */
export function endToEndIdOf(bank: string, currency: string, sequence: number, lineNo: number): string {
  const rest = `-${currency}-${sequence}-${lineNo}`;
  if (bank.length + rest.length <= ID_MAX) return `${bank}${rest}`;
  // Some banks' names are longer than there is room.
  return `${createHash('sha256').update(bank).digest('hex').slice(0, 12)}${rest}`;
}

/** When money goes back: today, by the clock of its bank, or the next day on which that is open. Pure. */
export function returnDay({ calendar }: Pick<ReturnTerms, 'calendar'>, nowMs: number): string | undefined {
  return valueDateOf(localDate(nowMs, calendar), 0, [calendar]);
}

/** The reference by which money in suspense goes back: short, and one for each item and each time that it is to. */
export function returnReference(itemId: string, attempt = 1): string {
  const reference = `RET-${itemId.replaceAll('-', '').slice(-24).toUpperCase()}`;
  return attempt === 1 ? reference : `${reference}-${attempt}`;
}
