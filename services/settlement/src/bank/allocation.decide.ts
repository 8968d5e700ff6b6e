import { readPrefundReference } from '@tonle/directory';
import type { AccountCode } from '@tonle/ledger';
import { magnitude } from '@tonle/money';
import type { BankLine } from './bank-line.js';
import { decideInvoices, type OpenInvoice } from './invoice-allocation.decide.js';
import { nameTokens } from './name-tokens.js';
import { decideReversal, type ReversibleLine, type ReversiblePart } from './reversal.decide.js';

/** Which rules placed a line; kept with each of its parts. */
export const ALLOCATION_RULES = 3;

/** A line of an instruction that may be what a bank line is for. */
export interface ExpectedLine {
  readonly endToEndId: string;
  /** Message id of its instruction. */
  readonly messageId: string;
  readonly direction: 'pay_in' | 'pay_out';
  readonly amountMinor: bigint;
  readonly openMinor: bigint;
  /** `due`: the bank has it, or may have it. `unsent`: it cannot know of it. `superseded`: another instruction took its place. */
  readonly standing: 'due' | 'unsent' | 'superseded';
}

/** Money in suspense that is to go back under this reference. */
export interface ExpectedReturn {
  readonly reference: string;
  readonly itemId: string;
  /** Signed as it came: what goes back has the other sign. */
  readonly amountMinor: bigint;
  readonly openMinor: bigint;
}

/** What a line may be for; of its bank and currency. */
export interface AllocationFacts {
  /** Those that the line names, by its end-to-end id or in its text, and those whose instruction it names. */
  readonly named: readonly ExpectedLine[];
  /** Those open of the line's amount: what it may have been meant for. */
  readonly alike: readonly ExpectedLine[];
  /** Reference -> participant. */
  readonly references: ReadonlyMap<string, string>;
  readonly returns: readonly ExpectedReturn[];
  /** Invoices that the line names. */
  readonly invoices: readonly OpenInvoice[];
  /** Of a line that takes back: what it may take back. Of any other: lines that wait in suspense to take it back. */
  readonly reversible: readonly ReversibleLine[];
}

/** Why money is in suspense. */
export const SUSPENSE_CAUSES = [
  /** It names nothing. */
  'no_reference',
  /** It names something that is not ours. */
  'unknown_reference',
  /** Nearly a reference of ours: its check digits are wrong, or it is nobody's. */
  'wrong_reference',
  'paid_twice',
  'paid_too_much',
  /** One line for several, of another amount than they have together. */
  'several_differ',
  /** Money left where it had to come, or the other way. */
  'wrong_direction',
  'not_instructed',
  'superseded',
  /** The bank takes back an earlier line. */
  'reversal',
] as const;
export type SuspenseCause = (typeof SUSPENSE_CAUSES)[number];

/** One part of a bank line; amounts are signed as the line is. */
export type AllocationPart =
  | { readonly target: 'instruction_line'; readonly targetId: string; readonly minor: bigint }
  | { readonly target: 'prefund'; readonly targetId: string; readonly minor: bigint }
  | { readonly target: 'return'; readonly targetId: string; readonly minor: bigint }
  /** Pays an invoice. */
  | {
      readonly target: 'fee';
      readonly targetId: string;
      readonly minor: bigint;
      readonly account: AccountCode;
    }
  /** Undoes what a part of another line has done, as it was. */
  | {
      readonly target: 'reversal';
      readonly targetId: string;
      readonly minor: bigint;
      readonly undone: ReversiblePart;
    }
  | {
      readonly target: 'suspense';
      readonly cause: SuspenseCause;
      readonly minor: bigint;
      /** The end-to-end id that it was probably meant for: people decide. */
      readonly suggestion?: string;
    };

/**
 * Which parts of a bank line are what (domain 7.5): an exact reference places money, nothing else does. Whatever is left over is in
 * suspense with its cause. The parts always sum to the line. Pure.
 */
export function decideAllocation(line: BankLine, facts: AllocationFacts): readonly AllocationPart[] {
  const undone = decideReversal(line, facts.reversible);
  if (undone !== undefined) return undone.parts.map(undoing);
  if (line.reversal) return [suspense(line, 'reversal')];
  const byName = allocateNamed(line, facts);
  if (byName !== undefined) return byName;
  const back = returnOf(line, facts);
  if (back !== undefined) return back;
  const paying = invoiceParts(line, facts);
  if (paying !== undefined) return paying;
  const reference = readPrefundReference(textOf(line), facts.references);
  if (reference?.kind === 'known')
    return [{ target: 'prefund', targetId: reference.participant, minor: line.amountMinor }];
  if (reference !== undefined) return [suspense(line, 'wrong_reference')];
  const suggestion = suggestionFor(line, facts);
  const cause = isNamed(line) ? 'unknown_reference' : 'no_reference';
  return [{ ...suspense(line, cause), ...(suggestion !== undefined && { suggestion }) }];
}

/** By the references of instructions that it has; undefined when it has none. */
function allocateNamed(line: BankLine, { named }: AllocationFacts): readonly AllocationPart[] | undefined {
  const tokens = nameTokens(line);
  const byLine = named.filter(({ endToEndId }) => tokens.includes(endToEndId));
  // The whole instruction in one line: what goes the same way of it.
  const byFile = named.filter(
    ({ messageId, direction, openMinor }) =>
      tokens.includes(messageId) && direction === directionOf(line) && openMinor > 0n,
  );
  const [first, ...others] = byLine.length > 0 ? byLine : byFile;
  if (first === undefined) return undefined;
  return others.length === 0 && byLine.length > 0
    ? forOne(line, first)
    : forSeveral(line, [first, ...others]);
}

function forOne(line: BankLine, expected: ExpectedLine): readonly AllocationPart[] {
  const wrong = standingFault(line, expected);
  if (wrong !== undefined) return [suspense(line, wrong)];
  const paid = sizeOf(line);
  const { endToEndId, openMinor, amountMinor } = expected;
  if (paid <= openMinor) return [covering(endToEndId, line.amountMinor)];
  if (openMinor === 0n) return [suspense(line, paid === amountMinor ? 'paid_twice' : 'paid_too_much')];
  const rest = line.amountMinor < 0n ? line.amountMinor + openMinor : line.amountMinor - openMinor;
  return [covering(endToEndId, line.amountMinor - rest), { ...suspense(line, 'paid_too_much'), minor: rest }];
}

/** One line for several of one way: only when it is exactly what they have open together. */
function forSeveral(line: BankLine, expected: readonly ExpectedLine[]): readonly AllocationPart[] {
  const [wrong] = expected.flatMap((each) => standingFault(line, each) ?? []);
  if (wrong !== undefined) return [suspense(line, wrong)];
  const open = expected.filter(({ openMinor }) => openMinor > 0n);
  const sum = open.reduce((total, { openMinor }) => total + openMinor, 0n);
  if (sum === 0n) return [suspense(line, 'paid_twice')];
  if (sum !== sizeOf(line)) return [suspense(line, 'several_differ')];
  const sign = line.amountMinor < 0n ? -1n : 1n;
  return open.map(({ endToEndId, openMinor }) => covering(endToEndId, sign * openMinor));
}

function standingFault(line: BankLine, { direction, standing }: ExpectedLine): SuspenseCause | undefined {
  if (standing === 'superseded') return 'superseded';
  if (standing === 'unsent') return 'not_instructed';
  return direction === directionOf(line) ? undefined : 'wrong_direction';
}

/** Money goes under the reference by which people sent it back; or has gone, and comes once more: it did not get there. */
function returnOf(line: BankLine, { returns }: AllocationFacts): readonly AllocationPart[] | undefined {
  const tokens = nameTokens(line);
  const back = returns.find(({ reference }) => tokens.includes(reference));
  if (back === undefined) return undefined;
  const { itemId, amountMinor, openMinor } = back;
  const isBack = amountMinor > 0n === line.amountMinor > 0n;
  const left = isBack ? amountMinor - openMinor : openMinor;
  if (left === 0n) return [suspense(line, isBack ? 'wrong_direction' : 'paid_twice')];
  if (sizeOf(line) > magnitude(left)) return [suspense(line, 'paid_too_much')];
  return [{ target: 'return', targetId: itemId, minor: line.amountMinor }];
}

/** By the invoices that it names; undefined when it names none. */
function invoiceParts(line: BankLine, { invoices }: AllocationFacts): readonly AllocationPart[] | undefined {
  const allocation = decideInvoices(line.amountMinor, invoices);
  if (allocation === undefined) return undefined;
  const { parts, rest } = allocation;
  return [
    ...parts.map(
      ({ number, account, minor }) => ({ target: 'fee', targetId: number, minor, account }) as const,
    ),
    ...(rest === undefined ? [] : [{ target: 'suspense', ...rest } as const]),
  ];
}

/** The only one that is open of this amount. */
function suggestionFor(line: BankLine, { alike }: AllocationFacts): string | undefined {
  const fitting = alike.filter(
    (each) =>
      each.openMinor === sizeOf(line) && each.direction === directionOf(line) && each.standing === 'due',
  );
  return fitting.length === 1 ? fitting[0]!.endToEndId : undefined;
}

const undoing = (undone: ReversiblePart): AllocationPart => ({
  target: 'reversal',
  targetId: undone.lineId,
  minor: -undone.minor,
  undone,
});
const covering = (endToEndId: string, minor: bigint): AllocationPart => ({
  target: 'instruction_line',
  targetId: endToEndId,
  minor,
});
const suspense = ({ amountMinor }: BankLine, cause: SuspenseCause) =>
  ({ target: 'suspense', cause, minor: amountMinor }) as const;
const directionOf = ({ amountMinor }: BankLine) => (amountMinor > 0n ? 'pay_in' : 'pay_out');
const sizeOf = ({ amountMinor }: BankLine): bigint => magnitude(amountMinor);
const textOf = ({ endToEndId = '', remittance = '', bankReference = '' }: BankLine): string =>
  [endToEndId, remittance, bankReference].join(' / ');
const isNamed = ({ endToEndId }: BankLine): boolean => endToEndId !== undefined;
