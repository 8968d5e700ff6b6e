import type { LedgerBalance, ledgerCalls } from '@tonle/contracts';
import { CHART, type AccountKind } from '@tonle/ledger';
import type { z } from 'zod';
import type { AccountRow, LinePlace, StatementRow, Turnover } from './balance.store.js';

type Totals = Extract<z.infer<typeof ledgerCalls.balances.response>, { kind: 'balances' }>['totals'];
type Entry = Extract<
  z.infer<typeof ledgerCalls.statement.response>,
  { kind: 'statement' }
>['entries'][number];

export interface AccountFilter {
  readonly currency?: string;
  readonly kind?: string;
  /** Any part of the owner: the participant of a clearing account, or its window. */
  readonly owner?: string;
}

export function isMeant({ currency, kind, owner }: AccountFilter, account: AccountRow): boolean {
  return (
    (currency === undefined || account.currency === currency) &&
    (kind === undefined || account.kind === kind) &&
    (owner === undefined || account.owner.split(':').includes(owner))
  );
}

export function showAccount({ code, kind, owner, currency }: AccountRow) {
  const { normalSide } = CHART[kind as AccountKind];
  return { account: code, kind, owner, currency, normalSide };
}

/** `before`: what the same accounts had moved at the beginning of the span; those that it lacks had moved nothing. */
export function showBalances(before: readonly Turnover[], after: readonly Turnover[]): LedgerBalance[] {
  const opening = new Map(before.map((row) => [row.accountId, row]));
  return after.map((row) => {
    const { debits, credits } = opening.get(row.accountId) ?? { debits: 0n, credits: 0n };
    return {
      ...showAccount(row),
      openingMinor: (debits - credits).toString(),
      debitsMinor: (row.debits - debits).toString(),
      creditsMinor: (row.credits - credits).toString(),
      balanceMinor: (row.debits - row.credits).toString(),
    };
  });
}

/** By currency, in their order. */
export function totalsOf(balances: readonly LedgerBalance[]): Totals {
  const fields = ['openingMinor', 'debitsMinor', 'creditsMinor', 'balanceMinor'] as const;
  const sums = new Map<string, Record<(typeof fields)[number], bigint>>();
  for (const balance of balances) {
    const zero = { openingMinor: 0n, debitsMinor: 0n, creditsMinor: 0n, balanceMinor: 0n };
    const sum = sums.get(balance.currency) ?? zero;
    for (const field of fields) sum[field] += BigInt(balance[field]);
    sums.set(balance.currency, sum);
  }
  return [...sums].map(([currency, sum]) => ({
    currency,
    openingMinor: sum.openingMinor.toString(),
    debitsMinor: sum.debitsMinor.toString(),
    creditsMinor: sum.creditsMinor.toString(),
    balanceMinor: sum.balanceMinor.toString(),
  }));
}

/** Lines with the balance after each, beginning at `balance`. */
export function showLines(code: string, balance: bigint, rows: readonly StatementRow[]): Entry[] {
  let stands = balance;
  return rows.map(({ at, kind, chainId, reference, debit, credit, minor }) => {
    const isDebit = debit === code;
    stands += isDebit ? minor : -minor;
    return {
      at: at.toISOString(),
      ...{ kind, chainId },
      ...(reference === null ? {} : { reference }),
      contra: isDebit ? credit : debit,
      ...(isDebit ? { debitMinor: minor.toString() } : { creditMinor: minor.toString() }),
      balanceMinor: stands.toString(),
    };
  });
}

/** `<epoch ms>.<chain>.<kind>` */
export function cursorOf({ at, chainId, kind }: StatementRow): string {
  return `${at.getTime()}.${chainId}.${kind}`;
}

const CURSOR = /^(\d{1,15})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([a-z_]{1,40})$/;

/** Undefined for what is no cursor of ours. */
export function readCursor(text: string): LinePlace | undefined {
  const [, ms, chainId, kind] = CURSOR.exec(text) ?? [];
  if (ms === undefined) return undefined;
  return { at: new Date(Number.parseInt(ms, 10)).toISOString(), chainId: chainId!, kind: kind! };
}
