import { refused, type LedgerEntry, type Refusal } from '@tonle/contracts';
import {
  prefundAccount,
  settlementClearingAccount,
  suspenseAccount,
  writeOffAccount,
  type AccountCode,
} from '@tonle/ledger';
import { magnitude, minorText } from '@tonle/money';
import { limitsOf } from '../reconciliation/break-limits.table.js';
import { returnReference } from '../instruction/instruction.decide.js';
import type { SuspenseCure, SuspenseItem, SuspenseState } from './suspense.js';

/** A line of an instruction that money in suspense may be for. */
export interface CurableLine {
  readonly windowId: string;
  readonly participant: string;
  readonly direction: 'pay_in' | 'pay_out';
  readonly openMinor: bigint;
}

/** What a cure needs to know besides. */
export interface CureFacts {
  /** Of `to_window`: the line that it names, if there is one in this bank and currency. */
  readonly line?: CurableLine;
  /** Of `to_prefund`: whether the participant has an account there. */
  readonly isHolder?: boolean;
  /** Of `send_back` and `keep`: the message id of an instruction that sends it back and has not ended. */
  readonly standing?: string;
  /** Of `write_off`: what of the item was written off before. */
  readonly writtenOffMinor?: bigint;
}

/** What a cure does. */
export interface CureEffect {
  readonly kind: 'cured';
  /** What of the item it is for, signed as the item is. */
  readonly minor: bigint;
  readonly entry?: LedgerEntry;
  readonly after: {
    readonly state: SuspenseState;
    readonly openMinor: bigint;
    readonly returnReference?: string;
  };
}

/** What becomes of money in suspense when people decide so, or why it cannot be. Pure. */
export function decideCure(
  item: SuspenseItem,
  cure: SuspenseCure,
  facts: CureFacts,
  approvalId: string,
): CureEffect | Refusal {
  if (item.state === 'CLEARED') return refused('suspense_cleared');
  const open = magnitude(item.openMinor);
  const size = cure.minor ?? open;
  if (facts.standing !== undefined)
    return refused(
      'suspense_returning',
      `Instruction ${facts.standing} stands: withdraw it, or have it declared dead.`,
    );
  if (cure.action === 'send_back') return sendBack(item, cure);
  if (cure.action === 'keep') return keep(item);
  if (item.state === 'RETURNING')
    return refused('suspense_returning', `The bank sends it back under ${item.returnReference}.`);
  if (size <= 0n || size > open)
    return refused('cure_not_possible', `At most ${minorText(open, item.currency)} of it is open.`);
  const most = limitsOf(item.currency).writeOffMinor;
  if (cure.action === 'write_off' && size + (facts.writtenOffMinor ?? 0n) > most)
    return refused(
      'break_value_limit',
      `Of one item ${minorText(most, item.currency)} are written off at most, in one part or in many.`,
    );
  const other = otherAccount(item, cure, facts, size);
  if (typeof other !== 'string') return other;
  const minor = item.openMinor < 0n ? -size : size;
  const openMinor = item.openMinor - minor;
  return {
    kind: 'cured',
    minor,
    entry: entryOf(item, cure, { minor, other, approvalId }),
    after: { state: openMinor === 0n ? 'CLEARED' : 'OPEN', openMinor },
  };
}

/** The bank is asked to send it back, or instructed to where an account is named; nothing is booked until its line says that it has. */
function sendBack(
  { itemId, state, openMinor }: SuspenseItem,
  { minor, target }: SuspenseCure,
): CureEffect | Refusal {
  if (state === 'RETURNING') return refused('suspense_returning');
  if (target !== undefined && openMinor < 0n)
    return refused(
      'cure_not_possible',
      'Money that left is asked back in words: there is nothing to instruct.',
    );
  if (minor !== undefined && minor !== magnitude(openMinor))
    return refused('cure_not_possible', 'What is open of it goes back as a whole.');
  const after = { state: 'RETURNING', openMinor, returnReference: returnReference(itemId) } as const;
  return { kind: 'cured', minor: openMinor, after };
}

/** The bank does not send it back after all. Should it do so yet, that line is in suspense. */
function keep({ state, openMinor }: SuspenseItem): CureEffect | Refusal {
  if (state !== 'RETURNING') return refused('cure_not_possible', 'It is not being sent back.');
  return { kind: 'cured', minor: openMinor, after: { state: 'OPEN', openMinor } };
}

function otherAccount(
  { currency, openMinor }: SuspenseItem,
  { action, target = '' }: SuspenseCure,
  { line, isHolder }: CureFacts,
  size: bigint,
): AccountCode | Refusal {
  if (action === 'write_off') return writeOffAccount(currency);
  if (action === 'to_prefund')
    return isHolder === true
      ? prefundAccount(target, currency)
      : refused('cure_not_possible', `${target} has no ${currency} account at a settlement bank.`);
  if (line === undefined) return refused('cure_not_possible', `Nothing is expected under ${target}.`);
  if ((line.direction === 'pay_in') !== openMinor > 0n)
    return refused('cure_not_possible', `${target} is paid the other way.`);
  if (size > line.openMinor)
    return refused(
      'cure_not_possible',
      `At most ${minorText(line.openMinor, currency)} is expected under ${target}.`,
    );
  return settlementClearingAccount(line.windowId, line.participant, currency);
}

function entryOf(
  { currency }: SuspenseItem,
  { action, reason }: SuspenseCure,
  { minor, other, approvalId }: { minor: bigint; other: AccountCode; approvalId: string },
): LedgerEntry {
  const suspense = suspenseAccount(currency);
  return {
    entryId: `suspense:${approvalId}`,
    kind: action === 'write_off' ? 'write_off' : 'reallocation',
    currency,
    // Money that came stands on the credit side until it is placed.
    ...(minor > 0n ? { debit: suspense, credit: other } : { debit: other, credit: suspense }),
    minor: magnitude(minor).toString(),
    approvalId,
    reason,
  };
}
