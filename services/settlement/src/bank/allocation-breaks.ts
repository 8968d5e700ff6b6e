import { magnitude, minorText } from '@tonle/money';
import type { CoverageVerdict } from '../instruction/instruction.js';
import type { EndedDifference, SettlementDifference } from '../reconciliation/settlement-difference.js';
import type { AllocationPart, SuspenseCause } from './allocation.decide.js';
import type { BankLine } from './bank-line.js';
import type { SUSPENSE_BREAKS } from './suspense.js';

/** A part of a line and, for a line of an instruction, what it came to. */
export interface PartOutcome {
  readonly part: AllocationPart;
  readonly partNo: number;
  readonly covered?: Extract<CoverageVerdict, { kind: 'covered' }>;
}

/**
 * Which breaks a line that was placed opens, and which it ends. `closedBy`: the calendar by which the bank had no banking day on its
 * value date. Pure.
 */
export function differencesOf(
  line: BankLine,
  outcomes: readonly PartOutcome[],
  closedBy?: string,
): { readonly opened: readonly SettlementDifference[]; readonly ended: readonly EndedDifference[] } {
  const opened: SettlementDifference[] = [];
  const ended: EndedDifference[] = [];
  const of = { partner: line.bank, currency: line.currency };
  for (const { part, partNo, covered } of outcomes) {
    if (part.target === 'suspense')
      opened.push({
        type: breakOf(part.cause),
        ...{ ...of, day: line.day, key: `${line.lineId}:${partNo}`, theirMinor: part.minor },
        detail: `${CAUSE_WORDS[part.cause]}${part.suggestion === undefined ? '' : `; perhaps for ${part.suggestion}`}`,
      });
    if (part.target !== 'instruction_line' || covered === undefined) continue;
    const named = { ...of, day: line.day, key: part.targetId };
    if (covered.contradicts)
      opened.push({
        type: 'STATUS_CONFLICT',
        ...named,
        detail: 'the bank rejected the instruction, and has paid',
      });
    if (covered.isLate)
      opened.push({ type: 'BATCH_LATE', ...named, detail: `paid with value date ${line.valueDate}` });
    if (closedBy !== undefined)
      opened.push({
        type: 'CALENDAR',
        ...named,
        detail: `line ${line.lineId} settled it on ${line.valueDate}, which is no banking day by calendar ${closedBy}`,
      });
    const paid = magnitude(part.minor);
    if (covered.openMinor > 0n)
      opened.push({
        type: 'BATCH_SHORT',
        ...{ ...named, ourMinor: paid + covered.openMinor, theirMinor: paid },
        detail: `${minorText(covered.openMinor, line.currency)} of ${minorText(paid + covered.openMinor, line.currency)} is still to come`,
      });
    else ended.push({ ...of, key: part.targetId, type: 'BATCH_SHORT' });
    if (covered.openMinor === 0n && !covered.isLate)
      ended.push({ ...of, key: part.targetId, type: 'BATCH_LATE' });
  }
  return { opened, ended };
}

const breakOf = (cause: SuspenseCause): (typeof SUSPENSE_BREAKS)[number] =>
  cause === 'paid_twice' ? 'DUPLICATE' : 'NOSTRO_UNMATCHED';

const CAUSE_WORDS: Readonly<Record<SuspenseCause, string>> = {
  no_reference: 'it has no reference',
  unknown_reference: 'its reference is none of ours',
  wrong_reference: 'its reference is nearly one of ours: the check digits are wrong, or it is nobody’s',
  paid_twice: 'what it is for has been paid in full',
  paid_too_much: 'it is more than what it is for',
  several_differ: 'it is for several, of another amount than they have open together',
  wrong_direction: 'money came where it had to leave, or left where it had to come',
  not_instructed: 'the bank was not instructed yet',
  superseded: 'another instruction has taken the place of the one that it is for',
  reversal: 'the bank takes back an earlier line',
};
