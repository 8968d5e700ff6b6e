import { readFile } from 'node:fs/promises';
import { carriedText, directoryEntry } from '@tonle/contracts';
import {
  entryLine,
  nostroAccount,
  prefundAccount,
  railAccount,
  railOutsideAccount,
  type AccountCode,
} from '@tonle/ledger';
import { z } from 'zod';
import { chainIdOf, type FundsMove } from '../reservation/funds.js';

const openingFunds = z.object({
  account: z.enum(['PREFUND', 'RAIL']),
  participant: z.string(),
  rail: z.string().optional(),
  /** The settlement bank that holds a prefund. Files that were written before banks had names do not say. */
  bank: z.string().optional(),
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

/** What names the transfer of an opening balance for ever. */
function openingReference(funds: OpeningFunds): string {
  return `opening:${openingAccount(funds)}`;
}

/** The chain of that transfer. */
export function openingChain(funds: OpeningFunds): string {
  return chainIdOf(`funds:${openingReference(funds)}`);
}

/** Opening balances as if a statement line had proved each: posted once, however often this is done again. */
export function openingMoves({ openingFunds }: Pick<DirectoryFile, 'openingFunds'>): FundsMove[] {
  return openingFunds.map((funds) => {
    const { currency, amountMinor, rail, bank = 'SETTLEMENT_BANK' } = funds;
    const account = openingAccount(funds);
    const [debit, credit] =
      rail === undefined
        ? [nostroAccount(bank, currency), account]
        : [account, railOutsideAccount(rail, currency)];
    const reference = openingReference(funds);
    const minor = BigInt(amountMinor);
    const line = entryLine({ kind: 'funds', currency, debit, credit, minor, lineId: reference });
    return { chainId: openingChain(funds), reference, lines: [line] };
  });
}
