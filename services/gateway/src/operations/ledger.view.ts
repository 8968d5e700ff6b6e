import type { ledgerCalls, LedgerBalance } from '@tonle/contracts';
import type { z } from 'zod';
import { showAmount } from '../http/public-amount.js';
import type * as schema from './ledger.schema.js';

type Answers<Name extends keyof typeof ledgerCalls> = z.infer<(typeof ledgerCalls)[Name]['response']>;
type Balances = Extract<Answers<'balances'>, { kind: 'balances' }>;
type Statement = Extract<Answers<'statement'>, { kind: 'statement' }>;
type Sums = Pick<
  LedgerBalance,
  'currency' | 'openingMinor' | 'debitsMinor' | 'creditsMinor' | 'balanceMinor'
>;

const money = (currency: string, minor: string) => showAmount({ currency, minor });

function showSums({ currency, openingMinor, debitsMinor, creditsMinor, balanceMinor }: Sums) {
  return {
    opening: money(currency, openingMinor),
    debits: money(currency, debitsMinor),
    credits: money(currency, creditsMinor),
    balance: money(currency, balanceMinor),
  };
}

export function showBalances({ from, until, isProven, accounts, totals }: Balances): schema.LedgerBalances {
  return {
    ...(from === undefined ? {} : { from }),
    until,
    isProven,
    accounts: accounts.map((each) => {
      const { account, kind, owner, currency, normalSide } = each;
      return { account, kind, owner, currency, normalSide, ...showSums(each) };
    }),
    totals: totals.map((each) => ({ currency: each.currency, ...showSums(each) })),
  };
}

export function showStatement(statement: Statement): schema.LedgerStatement {
  const { account, currency, from, until, openingMinor, closingMinor, entries, next } = statement;
  return {
    ...{ account, from, until },
    opening: money(currency, openingMinor),
    closing: money(currency, closingMinor),
    entries: entries.map(({ debitMinor, creditMinor, balanceMinor, ...rest }) => ({
      ...rest,
      ...(debitMinor === undefined ? {} : { debit: money(currency, debitMinor) }),
      ...(creditMinor === undefined ? {} : { credit: money(currency, creditMinor) }),
      balance: money(currency, balanceMinor),
    })),
    ...(next === undefined ? {} : { next }),
  };
}

export function showOpenEntries({ entries }: Answers<'openEntries'>): schema.OpenEntries {
  return {
    entries: entries.map(({ currency, minor, ...rest }) => ({ ...rest, amount: money(currency, minor) })),
  };
}

export function showCopy({ checkpointedDay, ...copy }: Answers<'copy'>): schema.LedgerCopy {
  return { ...copy, ...(checkpointedDay === undefined ? {} : { summedUpTo: checkpointedDay }) };
}
