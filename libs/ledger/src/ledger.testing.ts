import { parseAmount, type Amount } from '@tonle/money';
import {
  AccountBook,
  assertBalanced,
  currencyOf,
  debitBalance,
  EMPTY_COLUMNS,
  readAccount,
  type AccountCode,
  type AccountColumns,
  type LedgerPayment,
  type LineAction,
  type PaymentLines,
  type TransferLine,
} from './index.js';

// Books over many batches, moved by what production moves them with, and the worked payments of domain 6.9 and 6.10.

export const HOME = { settlementMode: 'GROSS_RT', rail: 'BAKONG' } as const;
export const PARTNER = { settlementMode: 'DEFERRED_NET' } as const;

export function money(currency: string, text: string): Amount {
  const read = parseAmount(currency, text);
  if (read.kind !== 'ok') throw new Error(read.reason);
  return read.amount;
}

/** Saga A of domain 6.9. */
export function outbound(): LedgerPayment {
  return {
    direction: 'outbound',
    debtorAgent: 'B',
    creditorAgent: 'T',
    fxProvider: 'F',
    source: money('KHR', '100240'),
    target: money('THB', '820.00'),
    fees: [{ payer: 'B', ...money('KHR', '100') }],
    home: HOME,
    partner: PARTNER,
  };
}

/** Saga B of domain 6.10. */
export function inbound(): LedgerPayment {
  return {
    direction: 'inbound',
    debtorAgent: 'T',
    creditorAgent: 'M',
    fxProvider: 'F',
    source: money('THB', '337.45'),
    target: money('KHR', '41000'),
    fees: [],
    home: HOME,
    partner: PARTNER,
  };
}

export interface Move {
  readonly action: LineAction;
  readonly lines: readonly TransferLine[];
}
export const move = (action: LineAction, ...lines: (readonly TransferLine[])[]): Move => ({
  action,
  lines: lines.flat(),
});

/** Accounts over many batches: each `do` is one, in the book that production moves them in. */
export class Books {
  private readonly accounts = new Map<string, AccountColumns>();

  do(...moves: Move[]): this {
    const codes = moves.flatMap(({ lines }) => lines.flatMap(({ debit, credit }) => [debit, credit]));
    const locked = codes.map((code) => [code, { ...this.of(code), currency: currencyOf(code) }] as const);
    const book = new AccountBook<AccountCode>(new Map(locked));
    for (const { action, lines } of moves) book.move(action, lines);
    const deltas = book.deltas();
    assertBalanced(deltas);
    for (const { id, ...delta } of deltas) {
      const before = this.of(id);
      this.accounts.set(id, {
        debitsPending: before.debitsPending + delta.debitsPending,
        creditsPending: before.creditsPending + delta.creditsPending,
        debitsPosted: before.debitsPosted + delta.debitsPosted,
        creditsPosted: before.creditsPosted + delta.creditsPosted,
      });
    }
    return this;
  }

  of(account: string): AccountColumns {
    return this.accounts.get(account) ?? EMPTY_COLUMNS;
  }

  balance(account: string): bigint {
    return debitBalance(this.of(account));
  }

  all(): ReadonlyMap<string, AccountColumns> {
    return this.accounts;
  }

  sums(): Record<string, bigint> {
    const sums: Record<string, bigint> = {};
    for (const [account, columns] of this.accounts) {
      const { currency } = readAccount(account);
      sums[currency] = (sums[currency] ?? 0n) + debitBalance(columns);
    }
    return sums;
  }

  pending(): bigint {
    return [...this.accounts.values()].reduce(
      (sum, each) => sum + each.debitsPending + each.creditsPending,
      0n,
    );
  }
}

// What the effects of a payment do with its lines, in the order in which they do it.
export const reserved = (lines: PaymentLines) => move('reserve', lines.obligations, lines.payout);
export const freed = (lines: PaymentLines) => move('void', lines.obligations, lines.payout);
export const debited = (lines: PaymentLines) => [
  move('post', lines.debit_discharge),
  move('reserve', lines.way_back),
];
export const completed = (lines: PaymentLines) => [
  move('void', lines.way_back),
  move('post', lines.obligations, lines.credit_discharge),
];
