import { readFile } from 'node:fs/promises';
import { directoryEntry, type FundsMoved } from '@tonle/contracts';
import { prefundAccount, railAccount } from '@tonle/ledger';
import type { DirectoryStore } from '@tonle/directory';
import type { Database } from '@tonle/persistence';
import { z } from 'zod';

/** The file that an empty directory starts from. */
export const directoryFile = z.object({
  entries: z.array(directoryEntry),
  openingFunds: z
    .array(
      z.object({
        account: z.enum(['PREFUND', 'RAIL']),
        participant: z.string(),
        rail: z.string().optional(),
        currency: z.string(),
        amountMinor: z.string().regex(/^\d{1,18}$/),
      }),
    )
    .default([]),
});
export type DirectoryFile = z.infer<typeof directoryFile>;

export async function readDirectoryFile(path: string): Promise<DirectoryFile> {
  return directoryFile.parse(JSON.parse(await readFile(path, 'utf8')));
}

/** Fills an empty directory; one that has entries stays as it is. */
export async function seedDirectory(
  store: DirectoryStore,
  database: Database,
  file: DirectoryFile,
  nowMs: number,
): Promise<void> {
  if (file.entries.length === 0) return;
  await database.transaction(async (transaction) => {
    await store.lock(transaction);
    if ((await store.sequence(transaction)) > 0n) return;
    const change = { source: 'file', atMs: nowMs, by: 'seed', reason: 'first start' } as const;
    await store.append(transaction, file.entries, change);
  });
}

/** Opening balances as if a statement line had proved each: made once, whenever this is done again. */
export function openingMoves(file: DirectoryFile): FundsMoved[] {
  return file.openingFunds.map(({ amountMinor, ...funds }) => {
    const { participant, rail, currency } = funds;
    const code =
      rail === undefined ? prefundAccount(participant, currency) : railAccount(participant, rail, currency);
    return { ...funds, statementLineId: `opening:${code}`, deltaMinor: amountMinor };
  });
}
