import { ACCOUNT_KINDS } from '@tonle/ledger';
import { z } from 'zod';
import { publicAmount } from '../http/public-amount.js';
import { reason } from './operations.schema.js';
import { currencyCode, instant, listNote, pageLimit, printable } from '../payment/payment.schema.js';

const PAGE_MAX = 500;

const filter = {
  currency: currencyCode.optional(),
  kind: z
    .enum(ACCOUNT_KINDS as unknown as readonly [string, ...string[]])
    .optional()
    .meta({ description: 'Kind of account' }),
  participant: printable(64).optional().meta({
    description:
      'Whose: a participant or network; of a clearing account its window, of others the rail or bank, too',
  }),
};

export const accountsQuery = z.strictObject(filter);
export type AccountsQuery = z.infer<typeof accountsQuery>;

export const balancesQuery = z.strictObject({
  at: instant
    .optional()
    .meta({ description: 'Just before this instant; the newest that is known when absent' }),
  ...filter,
});
export type BalancesQuery = z.infer<typeof balancesQuery>;

export const trialQuery = z.strictObject({
  from: instant
    .optional()
    .meta({ description: 'Opening balances are of this instant; the beginning when absent' }),
  until: instant
    .optional()
    .meta({ description: 'Closing balances are of this instant; the newest that is known when absent' }),
});
export type TrialQuery = z.infer<typeof trialQuery>;

export const accountCode = printable(200);

export const statementQuery = z.strictObject({
  from: instant
    .optional()
    .meta({ description: 'What moved at or after this; the last 24 hours when absent' }),
  until: instant
    .optional()
    .meta({ description: 'What moved before this; the newest that is known when absent' }),
  cursor: z
    .string()
    .regex(
      /^[0-9]{1,15}\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\.[a-z_]{1,40}$/,
      'Must be `next` of the page before.',
    )
    .optional(),
  limit: pageLimit(PAGE_MAX),
});
export type StatementQuery = z.infer<typeof statementQuery>;

const account = z.object({
  account: z.string(),
  kind: z.string().meta({ description: 'Kind of account' }),
  owner: z
    .string()
    .meta({ description: 'Participant, rail or bank, window and participant; empty for the scheme' }),
  currency: z.string(),
  normalSide: z
    .enum(['debit', 'credit', 'either'])
    .meta({ description: 'The side that its balance stands on as a rule' }),
});

export const ledgerAccounts = z
  .object({
    accounts: z
      .array(account.extend({ meaning: z.string().meta({ description: 'What its balance says' }) }))
      .meta({ description: 'By currency and account' }),
    note: listNote,
  })
  .meta({ id: 'LedgerAccounts' });
export type LedgerAccounts = z.infer<typeof ledgerAccounts>;

const sums = {
  opening: publicAmount.meta({ description: 'Balance at the beginning, debits less credits' }),
  debits: publicAmount.meta({ description: 'Debited in between' }),
  credits: publicAmount.meta({ description: 'Credited in between' }),
  balance: publicAmount.meta({ description: 'Debits less credits: a credit balance is below zero' }),
};

export const ledgerBalances = z
  .object({
    from: instant
      .optional()
      .meta({ description: 'Opening balances are of this instant; absent: they are zero' }),
    until: instant.meta({ description: 'The balances are those just before this instant' }),
    isProven: z
      .boolean()
      .meta({ description: 'All of it was held against the ledger that payments are booked in' }),
    accounts: z.array(account.extend(sums)).meta({ description: 'By currency and account' }),
    totals: z
      .array(z.object({ currency: z.string(), ...sums }))
      .meta({ description: 'Of these accounts, by currency; of all accounts the balances are zero' }),
    note: listNote,
  })
  .meta({ id: 'LedgerBalances' });
export type LedgerBalances = z.infer<typeof ledgerBalances>;

export const ledgerStatement = z
  .object({
    account: z.string(),
    from: instant.meta({ description: 'Beginning of the statement' }),
    until: instant.meta({ description: 'End of the statement' }),
    opening: sums.opening,
    closing: publicAmount.meta({ description: 'Balance at the end, debits less credits' }),
    entries: z
      .array(
        z.object({
          at: instant.meta({ description: 'When it was posted' }),
          kind: z.string().meta({ description: 'Kind of transfer' }),
          chainId: z.string().meta({
            description: 'The payment, or what groups the transfer; with its kind it names the transfer',
          }),
          reference: z
            .string()
            .optional()
            .meta({ description: "The rail's reference, or the id of the entry" }),
          contra: z.string().meta({ description: 'The other account' }),
          debit: publicAmount.optional().meta({ description: 'Absent for a credit' }),
          credit: publicAmount.optional().meta({ description: 'Absent for a debit' }),
          balance: publicAmount.meta({ description: 'Balance after it, debits less credits' }),
        }),
      )
      .meta({ description: 'The oldest first' }),
    next: z.string().optional(),
  })
  .meta({ id: 'LedgerStatement' });
export type LedgerStatement = z.infer<typeof ledgerStatement>;

export const openEntriesQuery = z.strictObject({
  state: z.enum(['due', 'refused']).optional().meta({ description: 'Of all that are open when absent' }),
});
export type OpenEntriesQuery = z.infer<typeof openEntriesQuery>;

/** Entries are named by bank lines, windows and decisions. */
export const entryId = printable(200);

export const decideEntryBody = z.strictObject({ reason }).meta({ id: 'DecideEntry' });
export type DecideEntry = z.infer<typeof decideEntryBody>;

export const retriedEntry = z
  .object({
    entryId: z.string().meta({ description: 'Id of the entry' }),
    state: z.literal('due').meta({ description: 'The ledger is asked for it once more' }),
  })
  .meta({ id: 'RetriedEntry' });
export type RetriedEntry = z.infer<typeof retriedEntry>;

export const openEntries = z
  .object({
    entries: z
      .array(
        z.object({
          entryId: z.string().meta({ description: 'Id of the entry' }),
          kind: z.string().meta({ description: 'Kind of entry' }),
          debit: z.string().meta({ description: 'Account that it debits' }),
          credit: z.string().meta({ description: 'Account that it credits' }),
          amount: publicAmount,
          lineId: z.string().optional().meta({ description: 'Bank line that proves it' }),
          approvalId: z.string().optional().meta({ description: 'Decision of two people behind it' }),
          windowId: z
            .string()
            .optional()
            .meta({ description: 'Window that is not settled before it is booked' }),
          state: z
            .enum(['due', 'refused'])
            .meta({ description: '`due`: not booked yet; `refused`: it will not be' }),
          detail: z.string().optional(),
          dueAt: instant.meta({ description: 'Since when it is to be booked, or when it is tried again' }),
        }),
      )
      .meta({ description: 'Refused ones first, then the oldest, at most a thousand' }),
  })
  .meta({ id: 'OpenEntries' });
export type OpenEntries = z.infer<typeof openEntries>;

export const ledgerCopy = z
  .object({
    copiedUpTo: instant
      .optional()
      .meta({ description: 'Everything before this is known; absent at the very beginning' }),
    provenUpTo: instant.optional().meta({
      description: 'Everything before this was held against the ledger that payments are booked in',
    }),
    summedUpTo: z
      .string()
      .optional()
      .meta({ description: 'The last day (UTC) whose balances are summed up' }),
    differences: z.array(z.string()).meta({ description: 'Spans that differed, and are copied again' }),
  })
  .meta({ id: 'LedgerCopy' });
export type LedgerCopy = z.infer<typeof ledgerCopy>;
