import { refused, type LedgerEntry, type Refusal } from '@tonle/contracts';
import { entryFault, readAccount, type AccountKind } from '@tonle/ledger';

/** An entry that is booked. */
export interface BookedLedgerEntry extends LedgerEntry {
  readonly at: string;
}

/** What is booked of what is asked for: by entry id, and by the part of a bank line that it used. */
export interface KnownEntries {
  readonly byId: ReadonlyMap<string, BookedLedgerEntry>;
  /** Part of a line, by `linePart`, to the entry that it proved. */
  readonly byLinePart: ReadonlyMap<string, string>;
}

/** `fresh`: to be booked now. `repeat`: the same as one before it in the batch, or booked already. */
export type EntryDecision =
  | { readonly kind: 'fresh'; readonly entry: LedgerEntry }
  | { readonly kind: 'repeat'; readonly entry: LedgerEntry; readonly at: string | undefined }
  | (Refusal & { readonly entry: LedgerEntry });

/** Names the part of a bank line; undefined for an entry without one. */
export function linePart({ lineId, part = 1 }: LedgerEntry): string | undefined {
  return lineId === undefined ? undefined : `${part} ${lineId}`;
}

/** In the order of the entries: what comes first in a batch counts for what comes after it. */
export function decideEntries(
  entries: readonly LedgerEntry[],
  known: KnownEntries,
  isParty: (id: string) => boolean,
): EntryDecision[] {
  const byId = new Map<string, LedgerEntry & { at?: string }>(known.byId);
  const byLinePart = new Map(known.byLinePart);
  return entries.map((entry): EntryDecision => {
    const before = byId.get(entry.entryId);
    if (before !== undefined) {
      const differs = difference(before, entry);
      if (differs === undefined) return { kind: 'repeat', entry, at: before.at };
      return { ...refused('entry_differs', `${entry.entryId}: ${differs}`), entry };
    }
    const fault = entryFault({ ...entry, minor: BigInt(entry.minor) }) ?? strangerIn(entry, isParty);
    if (fault !== undefined) return { ...refused('entry_not_allowed', fault), entry };
    const part = linePart(entry);
    const user = part === undefined ? undefined : byLinePart.get(part);
    if (user !== undefined) return { ...refused('bank_line_used', user), entry };
    byId.set(entry.entryId, entry);
    if (part !== undefined) byLinePart.set(part, entry.entryId);
    return { kind: 'fresh', entry };
  });
}

// The reason is for people, and says nothing about what is booked.
const CONTENT = ['kind', 'currency', 'debit', 'credit', 'minor', 'lineId', 'part', 'approvalId'] as const;

function difference(booked: LedgerEntry, asked: LedgerEntry): string | undefined {
  const [one, other] = [whole(booked), whole(asked)];
  const field = CONTENT.find((name) => one[name] !== other[name]);
  if (field === undefined) return undefined;
  return `${field} is booked as ${one[field] ?? 'none'}, asked for as ${other[field] ?? 'none'}`;
}

function whole(entry: LedgerEntry): LedgerEntry {
  return entry.lineId === undefined ? entry : { ...entry, part: entry.part ?? 1 };
}

/** Which part of an account's owner is a participant or network; the others are the scheme's, a rail's or a bank's. */
const PARTY: Readonly<Partial<Record<AccountKind, number>>> = {
  ...{ PREFUND: 0, POSITION: 0, RAIL: 0, SETTLEMENT_CLEARING: 1, FROZEN: 0 },
  ...{ FEE_RECEIVABLE: 0, FEE_PAYABLE: 0, FX_RECEIVABLE: 0, FX_PAYABLE: 0 },
};

/** A name that the directory does not know would be an account that nobody looks at. */
function strangerIn({ debit, credit }: LedgerEntry, isParty: (id: string) => boolean): string | undefined {
  for (const code of [debit, credit]) {
    const { kind, owner } = readAccount(code);
    const place = PARTY[kind];
    if (place !== undefined && !isParty(owner[place]!)) return `${code} is of nobody in the directory`;
  }
  return undefined;
}
