import { minorText } from '@tonle/money';
import { readAccount, type AccountCode, type AccountKind, type AccountName } from './account.js';
import { transferLine, type TransferLine } from './transfer.js';

// Entries: what settlement books beside payments. Each is one transfer, and these rules say which there may be.

/** What may be booked beside payments. */
export const ENTRY_KINDS = [
  /** Money in or out of a prefund, or of a provider's balance on a rail. */
  'funds',
  /** A bank line that an instruction expected. */
  'settlement_bank',
  /** A bank line that nothing expected. */
  'suspense',
  /** A position that bank lines have paid. */
  'settlement',
  /** Suspense that people have placed. */
  'reallocation',
  /** What people give up. */
  'write_off',
  /** What rounding leaves over. */
  'rounding',
  /** A bank line that pays an invoice. */
  'fee_paid',
  /** The tax of an invoice, which its payer owes with it. */
  'invoice_tax',
  /** What of exact refunds is borne by whom, put right by people. */
  'fx_result',
  /** Money of a payment that a partner has frozen, and its release. */
  'freeze',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** What moves the money: a line of a statement, a decision of two people, or neither where it only follows from others. */
export type EntryProof = 'line' | 'approval' | 'none';

export interface EntryRule {
  /** Accounts that may face each other, either of them debited. */
  readonly pairs: readonly (readonly [AccountKind, readonly AccountKind[]])[];
  readonly proof: EntryProof;
}

/** Domain 6.8: NOSTRO and RAIL move by statement lines alone (I17), suspense is placed by people alone. */
export const ENTRY_RULES: Readonly<Record<EntryKind, EntryRule>> = {
  funds: {
    pairs: [
      ['NOSTRO', ['PREFUND']],
      ['RAIL', ['RAIL_OUTSIDE']],
    ],
    proof: 'line',
  },
  settlement_bank: { pairs: [['NOSTRO', ['SETTLEMENT_CLEARING']]], proof: 'line' },
  suspense: { pairs: [['NOSTRO', ['SUSPENSE']]], proof: 'line' },
  settlement: { pairs: [['POSITION', ['SETTLEMENT_CLEARING']]], proof: 'none' },
  reallocation: {
    pairs: [['SUSPENSE', ['SETTLEMENT_CLEARING', 'PREFUND', 'FEE_RECEIVABLE', 'FX_RECEIVABLE']]],
    proof: 'approval',
  },
  write_off: {
    pairs: [['WRITE_OFF', ['SUSPENSE', 'SETTLEMENT_CLEARING', 'FEE_RECEIVABLE', 'FX_RECEIVABLE']]],
    proof: 'approval',
  },
  rounding: { pairs: [['ROUNDING', ['SUSPENSE', 'SETTLEMENT_CLEARING']]], proof: 'none' },
  fee_paid: {
    pairs: [['NOSTRO', ['FEE_RECEIVABLE', 'FEE_PAYABLE', 'FX_RECEIVABLE', 'FX_PAYABLE']]],
    proof: 'line',
  },
  invoice_tax: { pairs: [['FEE_RECEIVABLE', ['TAX_PAYABLE']]], proof: 'none' },
  fx_result: { pairs: [['FX_LOSS', ['FX_RECEIVABLE', 'FX_PAYABLE']]], proof: 'approval' },
  freeze: { pairs: [['FROZEN', ['POSITION', 'SUSPENSE']]], proof: 'approval' },
};

// Which part of an account's owner has to be that of the other's: the last of both, participant or rail.
const SAME_OWNER: readonly (readonly [AccountKind, AccountKind])[] = [
  ['POSITION', 'SETTLEMENT_CLEARING'],
  ['RAIL', 'RAIL_OUTSIDE'],
  ['FROZEN', 'POSITION'],
];

/** An entry as far as rules look at it. */
export interface EntryFacts {
  readonly kind: EntryKind;
  readonly currency: string;
  /** Account codes, of whatever form. */
  readonly debit: string;
  readonly credit: string;
  readonly minor: bigint;
  /** Names the line of a statement. */
  readonly lineId?: string;
  /** Names the decision of two people. */
  readonly approvalId?: string;
}

/** Whether a transfer of this kind is an entry, and not of a payment. */
export function isEntryKind(kind: string): kind is EntryKind {
  return (ENTRY_KINDS as readonly string[]).includes(kind);
}

/** What forbids an entry, as a sentence; undefined when it may be booked. Total: takes texts of any form. */
export function entryFault(entry: EntryFacts): string | undefined {
  if (!isEntryKind(entry.kind)) return `there is no entry of kind ${entry.kind as string}`;
  const [debit, credit] = [accountOr(entry.debit), accountOr(entry.credit)];
  if (debit === undefined || credit === undefined)
    return `${debit === undefined ? `debit ${entry.debit}` : `credit ${entry.credit}`} is no account`;
  if (debit.currency !== entry.currency || credit.currency !== entry.currency)
    return `the entry is in ${entry.currency}, its accounts are ${entry.debit} and ${entry.credit}`;
  if (entry.minor <= 0n) return `an entry of ${minorText(entry.minor, entry.currency)} moves nothing`;
  return pairFault(entry, debit, credit) ?? proofFault(entry);
}

/** The one transfer of an entry. Throws (broken) for one that the rules forbid. */
export function entryLine(entry: EntryFacts): TransferLine {
  const fault = entryFault(entry);
  if (fault !== undefined) throw new Error(fault);
  const { kind, debit, credit, minor } = entry;
  return transferLine(kind, debit as AccountCode, credit as AccountCode, minor, false);
}

function accountOr(text: string): AccountName | undefined {
  try {
    return readAccount(text);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function pairFault(entry: EntryFacts, debit: AccountName, credit: AccountName): string | undefined {
  const { pairs } = ENTRY_RULES[entry.kind];
  const faces = (one: AccountName, other: AccountName) =>
    pairs.some(([kind, others]) => kind === one.kind && others.includes(other.kind));
  if (!faces(debit, credit) && !faces(credit, debit)) {
    const allowed = pairs.map(([one, others]) => `${one} and ${others.join(' or ')}`).join(', ');
    return `${entry.kind} is between ${allowed}, not ${entry.debit} and ${entry.credit}`;
  }
  const kinds = [debit.kind, credit.kind];
  const isBound = SAME_OWNER.some((pair) => pair.every((kind) => kinds.includes(kind)));
  return isBound && debit.owner.at(-1) !== credit.owner.at(-1)
    ? `${entry.debit} and ${entry.credit} are not of the same owner`
    : undefined;
}

function proofFault({ kind, lineId, approvalId }: EntryFacts): string | undefined {
  const { proof } = ENTRY_RULES[kind];
  if (proof === 'line' && lineId === undefined) return `${kind} needs the line of a statement`;
  // A line is used up by what it is named in (I17).
  if (proof !== 'line' && lineId !== undefined) return `${kind} is not proved by the line of a statement`;
  return proof === 'approval' && approvalId === undefined ? `${kind} needs an approval` : undefined;
}
