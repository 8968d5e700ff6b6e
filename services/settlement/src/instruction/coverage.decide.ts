import type { LedgerEntry } from '@tonle/contracts';
import { settlementClearingAccount, nostroAccount, positionAccount, type AccountCode } from '@tonle/ledger';
import type { CoveredLine, CoverageVerdict, PaymentDirection } from './instruction.js';
import type { InstructionEvent } from './instruction-life.table.js';

/** May money cover a line of an instruction, and how far? `minor` is signed as the bank's line is. Pure. */
export function decideCoverage(
  line: CoveredLine | undefined,
  { minor, valueDate }: { readonly minor: bigint; readonly valueDate: string },
): CoverageVerdict {
  if (line === undefined) return { kind: 'refused', reason: 'line_unknown', openMinor: 0n };
  const { state, direction, amountMinor, coveredMinor, windowId, participant } = line;
  const openMinor = amountMinor - coveredMinor;
  const refused = (reason: Extract<CoverageVerdict, { kind: 'refused' }>['reason'], open = openMinor) =>
    ({ kind: 'refused', reason, openMinor: open }) as const;
  if (state === 'PREPARED' || state === 'WITHDRAWN') return refused('instruction_not_sent');
  if (state === 'SUPERSEDED') return refused('instruction_superseded', 0n);
  if ((minor > 0n ? 'pay_in' : 'pay_out') !== direction) return refused('wrong_direction');
  const paid = minor > 0n ? minor : -minor;
  if (paid === 0n || paid > openMinor) return refused('more_than_open');
  return {
    kind: 'covered',
    windowId,
    participant,
    openMinor: openMinor - paid,
    isLate: valueDate > line.valueDate,
    contradicts: state === 'REJECTED',
  };
}

/** What money is to an instruction: the bank's, or what people have placed there. */
export function coverageEvent(isByBank: boolean, isInFull: boolean): InstructionEvent {
  if (isByBank) return isInFull ? 'paid_in_full' : 'paid';
  return isInFull ? 'covered_in_full' : 'covered';
}

interface Sides {
  readonly debit: AccountCode;
  readonly credit: AccountCode;
}

/** What a line of the bank books: the bank's account against the bridge of the window. */
export function bankSides(
  line: Pick<CoveredLine, 'bank' | 'currency' | 'windowId' | 'participant' | 'direction'>,
): Sides {
  const nostro = nostroAccount(line.bank, line.currency);
  const clearing = settlementClearingAccount(line.windowId, line.participant, line.currency);
  return line.direction === 'pay_in'
    ? { debit: nostro, credit: clearing }
    : { debit: clearing, credit: nostro };
}

/** What clears the position of one whose net is covered: the bridge of the window against the position. */
export function positionSides(
  { windowId, participant, currency }: Pick<CoveredLine, 'windowId' | 'participant' | 'currency'>,
  direction: PaymentDirection,
): Sides {
  const clearing = settlementClearingAccount(windowId, participant, currency);
  const position = positionAccount(participant, currency);
  return direction === 'pay_in'
    ? { debit: clearing, credit: position }
    : { debit: position, credit: clearing };
}

/** What clears the position of a net that is covered; `times`: how often its cover was taken back before, each has an entry of its own. */
export function clearingEntry(
  line: Pick<CoveredLine, 'windowId' | 'participant' | 'currency' | 'direction'>,
  owedMinor: bigint,
  times: number,
): LedgerEntry {
  const { windowId, participant, currency, direction } = line;
  const entryId = `settlement:${windowId}:${participant}`;
  return {
    entryId: times === 0 ? entryId : `${entryId}:${times + 1}`,
    kind: 'settlement',
    currency,
    ...positionSides(line, direction),
    minor: owedMinor.toString(),
  };
}
