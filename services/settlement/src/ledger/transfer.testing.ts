import { readAccount } from '@tonle/ledger';
import type { Queryable } from '@tonle/persistence';

/** A transfer as the copy of the ledger has it. */
export interface BookedTransfer {
  readonly chainId: string;
  readonly kind: string;
  /** Codes of accounts; those that are not there yet are opened. */
  readonly debit: string;
  readonly credit: string;
  readonly minor: bigint;
  readonly at: string;
  readonly reference?: string;
}

/** Puts a transfer into the copy of the ledger. */
export async function bookTransfer(
  database: Queryable,
  { chainId, kind, debit, credit, minor, at, reference }: BookedTransfer,
): Promise<void> {
  await database.query(
    `INSERT INTO ledger_transfer (chain_id, kind, debit, credit, minor, reference, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      ...[chainId, kind, await accountOf(database, debit), await accountOf(database, credit)],
      ...[minor, reference ?? null, at],
    ],
  );
}

async function accountOf(database: Queryable, code: string): Promise<number> {
  const { kind, owner, currency } = readAccount(code);
  const [row] = await database.query<{ id: number }>(
    `WITH added AS (
       INSERT INTO ledger_account (account_id, code, kind, owner, currency)
       SELECT (SELECT count(*) + 1 FROM ledger_account), $1, $2, $3, $4
       WHERE NOT EXISTS (SELECT FROM ledger_account WHERE code = $1)
       RETURNING account_id
     )
     SELECT account_id AS id FROM added
     UNION ALL
     SELECT account_id FROM ledger_account WHERE code = $1`,
    [code, kind, owner.join(':'), currency],
  );
  return row!.id;
}
