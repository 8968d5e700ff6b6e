import { approvalOf } from './window.view.js';
import type {
  BankLineEntry,
  BankStatementEntry,
  SettlementBankAccount,
  SuspenseEntry,
} from '@tonle/contracts';
import { showAmount } from '../http/public-amount.js';
import type {
  PublicBankAccount,
  PublicBankLines,
  PublicBankStatements,
  PublicSuspense,
} from './bank.schema.js';

const money = (currency: string, minor: string) => showAmount({ currency, minor });

export function showBankAccount({
  lastStatement,
  suspense,
  ...rest
}: SettlementBankAccount): PublicBankAccount {
  const { currency } = rest;
  const { minor, ...items } = suspense;
  return {
    ...rest,
    ...(lastStatement !== undefined && { lastStatement: lastOf(currency, lastStatement) }),
    suspense: { ...items, amount: money(currency, minor) },
  };
}

function lastOf(
  currency: string,
  { closingMinor, ...rest }: NonNullable<SettlementBankAccount['lastStatement']>,
) {
  return { ...rest, closing: money(currency, closingMinor) };
}

export function showBankStatement({
  openingMinor,
  closingMinor,
  ...rest
}: BankStatementEntry): PublicBankStatements['statements'][number] {
  return {
    ...rest,
    ...(openingMinor !== undefined && { opening: money(rest.currency, openingMinor) }),
    ...(closingMinor !== undefined && { closing: money(rest.currency, closingMinor) }),
  };
}

export function showBankLine({ minor, parts, ...rest }: BankLineEntry): PublicBankLines['lines'][number] {
  const { currency } = rest;
  return {
    ...rest,
    amount: money(currency, minor),
    parts: parts.map(({ minor: of, ...part }) => ({ ...part, amount: money(currency, of) })),
  };
}

export function showSuspense({
  minor,
  openMinor,
  moves,
  approvalId,
  ...rest
}: SuspenseEntry): PublicSuspense['items'][number] {
  const { currency } = rest;
  return {
    ...rest,
    ...named(approvalId),
    amount: money(currency, minor),
    open: money(currency, openMinor),
    moves: moves.map(({ minor: of, approvalId: by, ...move }) => ({
      ...move,
      ...named(by),
      amount: money(currency, of),
    })),
  };
}

/** As the list of approvals names it. */
const named = (approvalId: string | undefined): { readonly approvalId?: string } =>
  approvalId === undefined ? {} : { approvalId: approvalOf(approvalId) };
