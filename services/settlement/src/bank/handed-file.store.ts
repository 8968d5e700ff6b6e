import type { BankFileKind } from '@tonle/contracts';
import type { Transaction } from '@tonle/persistence';
import type { BankAccountName } from './bank-line.js';

/** A file that was handed in. */
export interface HandedFile extends BankAccountName {
  readonly fileId: string;
  readonly kind: BankFileKind;
  readonly format: string;
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

/** Keeps a file; returns its id, or that of the same one from before. */
export async function keepHandedFile(
  transaction: Transaction,
  { fileId, bank, currency, kind, format, sha256, bytes }: HandedFile,
  at: Date,
): Promise<string> {
  const [row] = await transaction.query<{ fileId: string }>(
    `INSERT INTO bank_file_handed (file_id, bank, currency, kind, format, sha256, bytes, handed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (bank, currency, kind, sha256) DO UPDATE SET handed_at = bank_file_handed.handed_at
     RETURNING file_id AS "fileId"`,
    [fileId, bank, currency, kind, format, sha256, Buffer.from(bytes), at],
  );
  return row!.fileId;
}

/** Locked until the transaction ends. */
export async function lockHandedFile(
  transaction: Transaction,
  fileId: string,
): Promise<(Pick<HandedFile, 'sha256' | 'bytes'> & { readonly isTaken: boolean }) | undefined> {
  const [row] = await transaction.query<Pick<HandedFile, 'sha256' | 'bytes'> & { isTaken: boolean }>(
    `SELECT sha256, bytes, taken_at IS NOT NULL AS "isTaken"
     FROM bank_file_handed
     WHERE file_id = $1
     FOR UPDATE`,
    [fileId],
  );
  return row;
}

export async function markHandedTaken(transaction: Transaction, fileId: string, at: Date): Promise<void> {
  await transaction.query('UPDATE bank_file_handed SET taken_at = $2 WHERE file_id = $1', [fileId, at]);
}
