import { ENTRY_KINDS } from '@tonle/ledger';
import { z } from 'zod';
import { contract, instant, refusal } from './calls-contract.js';
import { uuid } from './messages.js';
import { carriedText } from './text.js';

// What settlement books in routing's ledger: entries, each one transfer, once (record 33).

/** As in messages.ts: every text has a bound. */
const name = carriedText.min(1).max(200);

export const ledgerEntry = z.object({
  /** Names the entry for ever: the same again is the same entry. */
  entryId: name,
  kind: z.enum(ENTRY_KINDS),
  currency: z.string().length(3),
  /** Account codes. */
  debit: name,
  credit: name,
  /** Above zero. */
  minor: z.string().regex(/^[1-9]\d{0,17}$/),
  /** The line of a statement that proves it, and which part of the line (1 when it is whole); each part proves one entry (I17). */
  lineId: name.optional(),
  part: z.number().int().min(1).max(10_000).optional(),
  /** The decision of two people behind it. */
  approvalId: uuid.optional(),
  /** For people. */
  reason: carriedText.max(500).optional(),
});
export type LedgerEntry = z.infer<typeof ledgerEntry>;

export const ENTRIES_MAX = 500;

const ledgerEntryAnswer = z.discriminatedUnion('kind', [
  z.object({ entryId: name, kind: z.literal('booked'), at: instant }),
  refusal.extend({ entryId: name }),
]);
export type LedgerEntryAnswer = z.infer<typeof ledgerEntryAnswer>;

/** Books each entry once, whenever and however often it is asked; answers in the order of the entries. */
export const bookEntries = contract(
  'routing',
  'routing.book-entries',
  10_000,
  z.object({ entries: z.array(ledgerEntry).max(ENTRIES_MAX) }),
  z.object({ entries: z.array(ledgerEntryAnswer) }),
);
