import type { AccountCode } from '@tonle/ledger';
import { magnitude } from '@tonle/money';

/** An invoice that a line of the bank names; amounts are signed as the line of the bank that pays it. */
export interface OpenInvoice {
  readonly number: string;
  /** What is open of it on each account that it was run up on, in the order in which money fills them. */
  readonly accounts: readonly { readonly account: AccountCode; readonly openMinor: bigint }[];
}

/** A part of a line of the bank that pays an invoice. */
export interface InvoicePart {
  readonly number: string;
  readonly account: AccountCode;
  readonly minor: bigint;
}

/** What invoices a line pays, and what is left of it, and why; undefined when it names none. */
export interface InvoiceAllocation {
  readonly parts: readonly InvoicePart[];
  readonly rest?: {
    readonly minor: bigint;
    readonly cause: 'paid_twice' | 'paid_too_much' | 'wrong_direction' | 'several_differ';
  };
}

/**
 * Money fills the invoice that it names, as far as it is open; several at once only when the line is exactly what they have open together.
 * Pure.
 */
export function decideInvoices(
  lineMinor: bigint,
  invoices: readonly OpenInvoice[],
): InvoiceAllocation | undefined {
  const [first, ...others] = invoices;
  if (first === undefined) return undefined;
  const none = (cause: NonNullable<InvoiceAllocation['rest']>['cause']) => ({
    parts: [],
    rest: { minor: lineMinor, cause },
  });
  if (others.length > 0) {
    const together = invoices.reduce((sum, invoice) => sum + openOf(invoice), 0n);
    const areAlike = invoices.every(
      (invoice) => openOf(invoice) > 0n === lineMinor > 0n && openOf(invoice) !== 0n,
    );
    if (together !== lineMinor || !areAlike) return none('several_differ');
    return { parts: invoices.flatMap((invoice) => partsOf(invoice, openOf(invoice))) };
  }
  const open = openOf(first);
  if (open === 0n) return none('paid_twice');
  if (open > 0n !== lineMinor > 0n) return none('wrong_direction');
  const paid = magnitude(lineMinor) < magnitude(open) ? lineMinor : open;
  const rest = lineMinor - paid;
  return {
    parts: partsOf(first, paid),
    ...(rest !== 0n && { rest: { minor: rest, cause: 'paid_too_much' } }),
  };
}

/** Each account as far as it is open that way; what an account has against it stays, so the last one takes what is left. */
function partsOf({ number, accounts }: OpenInvoice, paidMinor: bigint): InvoicePart[] {
  const parts: InvoicePart[] = [];
  const due = accounts.filter(({ openMinor }) => openMinor !== 0n && openMinor > 0n === paidMinor > 0n);
  let left = paidMinor;
  for (const [index, { account, openMinor }] of due.entries()) {
    const isLast = index === due.length - 1;
    const minor = isLast || magnitude(left) < magnitude(openMinor) ? left : openMinor;
    if (minor !== 0n) parts.push({ number, account, minor });
    left -= minor;
  }
  return parts;
}

const openOf = ({ accounts }: OpenInvoice): bigint =>
  accounts.reduce((sum, { openMinor }) => sum + openMinor, 0n);
