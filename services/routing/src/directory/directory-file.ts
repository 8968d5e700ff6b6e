import { readFile } from 'node:fs/promises';
import { carriedText, directoryEntry, type FundsMoved } from '@tonle/contracts';
import { prefundAccount, railAccount, type AccountCode } from '@tonle/ledger';
import { z } from 'zod';

const openingFunds = z.object({
  account: z.enum(['PREFUND', 'RAIL']),
  participant: z.string(),
  rail: z.string().optional(),
  currency: z.string(),
  amountMinor: z.string().regex(/^[1-9]\d{0,17}$/),
});
export type OpeningFunds = z.infer<typeof openingFunds>;

const said = carriedText.min(1);

/** What TONLE_DIRECTORY_FILE names: the directory as people write it. */
export const directoryFile = z.strictObject({
  /** Who changed the file, and why; needed as soon as it brings something to a directory that has entries. */
  change: z.strictObject({ by: said, reason: said }).optional(),
  entries: z.array(directoryEntry.strict()),
  /** Balances to begin with: posted at the first start, never later. */
  openingFunds: z.array(openingFunds).default([]),
});
export type DirectoryFile = z.infer<typeof directoryFile>;

/** Throws when it cannot be read, is no JSON, or of another form. */
export async function readDirectoryFile(path: string): Promise<DirectoryFile> {
  return directoryFile.parse(JSON.parse(await readFile(path, 'utf8')));
}

export function openingAccount({ participant, rail, currency }: OpeningFunds): AccountCode {
  return rail === undefined
    ? prefundAccount(participant, currency)
    : railAccount(participant, rail, currency);
}

/** Opening balances as if a statement line had proved each: posted once, however often this is done again. */
export function openingMoves({ openingFunds }: Pick<DirectoryFile, 'openingFunds'>): FundsMoved[] {
  return openingFunds.map((funds) => {
    const { amountMinor, ...rest } = funds;
    return { ...rest, statementLineId: `opening:${openingAccount(funds)}`, deltaMinor: amountMinor };
  });
}
