import { z } from 'zod';
import { contract, instant, refusal } from './calls-contract.js';
import { uuid } from './messages.js';

// The ledger as finance reads it: settlement's copy of routing's transfers, which knows every past instant (record 33).

/** Signed minor units. */
const signedMinor = z.string().regex(/^-?\d{1,19}$/);

const account = z.object({
  /** Account code. */
  account: z.string(),
  kind: z.string(),
  /** Participant, rail, bank or window; empty for accounts of the scheme. */
  owner: z.string(),
  currency: z.string(),
  normalSide: z.enum(['debit', 'credit', 'either']),
});

export const ledgerBalance = account.extend({
  openingMinor: signedMinor,
  debitsMinor: z.string(),
  creditsMinor: z.string(),
  /** Debits less credits: a debit balance is above zero. */
  balanceMinor: signedMinor,
});
export type LedgerBalance = z.infer<typeof ledgerBalance>;

export const trialTotal = z.object({
  currency: z.string(),
  openingMinor: signedMinor,
  debitsMinor: z.string(),
  creditsMinor: z.string(),
  balanceMinor: signedMinor,
});

export const statementEntry = z.object({
  at: instant,
  /** With its chain it names the transfer for ever. */
  kind: z.string(),
  /** The payment, or what a bank line or a decision of people moved. */
  chainId: z.string(),
  reference: z.string().optional(),
  /** The other account. */
  contra: z.string(),
  debitMinor: z.string().optional(),
  creditMinor: z.string().optional(),
  balanceMinor: signedMinor,
});

const openEntryState = z.enum(['due', 'refused']);

/** What routing has not booked, or refuses. */
export const openEntry = z.object({
  entryId: z.string(),
  kind: z.string(),
  currency: z.string(),
  debit: z.string(),
  credit: z.string(),
  minor: z.string(),
  lineId: z.string().optional(),
  approvalId: z.string().optional(),
  /** The window that is not settled before it is booked. */
  windowId: z.string().optional(),
  state: openEntryState,
  detail: z.string().optional(),
  dueAt: instant,
});

const filter = {
  currency: z.string().optional(),
  kind: z.string().optional(),
  owner: z.string().optional(),
};

export const ledgerCalls = {
  /** The chart: every account that something was posted to. */
  accounts: contract(
    'settlement',
    'settlement.ledger-accounts',
    10_000,
    z.object(filter),
    z.object({ accounts: z.array(account.extend({ meaning: z.string() })) }),
  ),
  /** What moved from `from` (the beginning when absent) until `until` (as far as the copy goes when absent), and what stood before and after. */
  balances: contract(
    'settlement',
    'settlement.ledger-balances',
    60_000,
    z.object({ from: instant.optional(), until: instant.optional(), ...filter }),
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('balances'),
        from: instant.optional(),
        until: instant,
        /** Is all of it held against routing? */
        isProven: z.boolean(),
        accounts: z.array(ledgerBalance),
        /** By currency: of all accounts they are zero. */
        totals: z.array(trialTotal),
      }),
      refusal,
    ]),
  ),
  /** What moved on one account, the oldest first, by pages. */
  statement: contract(
    'settlement',
    'settlement.ledger-statement',
    60_000,
    z.object({
      account: z.string(),
      from: instant,
      until: instant.optional(),
      after: z.string().optional(),
      pageMax: z.number().int().min(1).max(1000),
    }),
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('statement'),
        account: z.string(),
        currency: z.string(),
        from: instant,
        until: instant,
        openingMinor: signedMinor,
        closingMinor: signedMinor,
        entries: z.array(statementEntry),
        /** Of the page after this one. */
        next: z.string().optional(),
      }),
      refusal,
    ]),
  ),
  openEntries: contract(
    'settlement',
    'settlement.ledger-open-entries',
    10_000,
    z.object({ state: openEntryState.optional() }),
    z.object({ entries: z.array(openEntry) }),
  ),
  /** What an operator does about an entry that was refused: routing is asked once more, or others approve that it is given up. */
  decideEntry: contract(
    'settlement',
    'settlement.ledger-decide-entry',
    10_000,
    z.object({
      entryId: z.string().max(200),
      decision: z.enum(['retry', 'give_up']),
      operator: z.string(),
      participant: z.string(),
      reason: z.string().max(500),
    }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('due') }),
      z.object({ kind: z.literal('proposed'), approvalId: uuid, approvalsRequired: z.number().int() }),
      refusal,
    ]),
  ),
  /** How far the copy has come. */
  copy: contract(
    'settlement',
    'settlement.ledger-copy',
    10_000,
    z.object({}),
    z.object({
      copiedUpTo: instant.optional(),
      provenUpTo: instant.optional(),
      checkpointedDay: z.string().optional(),
      differences: z.array(z.string()),
    }),
  ),
};
