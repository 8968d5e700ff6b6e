import type { SignatureAlgorithm } from '@tonle/security';
import type { Queryable } from '@tonle/persistence';

/** A key that a participant of a sandbox has registered for itself. */
export interface SandboxKey {
  readonly keyId: string;
  readonly participant: string;
  readonly algorithm: SignatureAlgorithm;
  readonly publicKeyPem: string;
  readonly validFrom: Date;
  readonly validTo: Date;
  /** The key that signed the registration. */
  readonly registeredBy: string;
  /** From then on it signs nothing. */
  readonly withdrawnAt: Date | null;
  /** The key that signed the withdrawal. */
  readonly withdrawnBy: string | null;
}

const COLUMNS = `key_id AS "keyId", participant, algorithm, public_key_pem AS "publicKeyPem", valid_from AS "validFrom",
  valid_to AS "validTo", registered_by AS "registeredBy", withdrawn_at AS "withdrawnAt", withdrawn_by AS "withdrawnBy"`;

/**
 * Writes a key unless its id is taken or its holder has `keysMax` that are not withdrawn. Returns what stands under its id, if
 * anything does, and whether it is new.
 */
export async function insertSandboxKey(
  database: Queryable,
  key: SandboxKey,
  keysMax: number,
): Promise<{ readonly kept: SandboxKey | undefined; readonly isNew: boolean }> {
  const inserted = await database.query(
    `INSERT INTO sandbox_key (key_id, participant, algorithm, public_key_pem, valid_from, valid_to, registered_by)
     SELECT $1::text, $2::text, $3::text, $4::text, $5::timestamptz, $6::timestamptz, $7::text
     WHERE (SELECT count(*) FROM sandbox_key WHERE participant = $2 AND withdrawn_at IS NULL) < $8::bigint
     ON CONFLICT (key_id) DO NOTHING
     RETURNING key_id`,
    [
      key.keyId,
      key.participant,
      key.algorithm,
      key.publicKeyPem,
      key.validFrom,
      key.validTo,
      key.registeredBy,
      keysMax,
    ],
  );
  const [kept] = await sandboxKeysById(database, [key.keyId]);
  return { kept, isNew: inserted.length > 0 };
}

export function sandboxKeysById(database: Queryable, keyIds: readonly string[]): Promise<SandboxKey[]> {
  return database.query<SandboxKey & object>(
    `SELECT ${COLUMNS}
     FROM sandbox_key
     WHERE key_id = ANY ($1::text[])`,
    [keyIds],
  );
}

/** Ends a participant's key; one that has ended stays as it is, and is not new. Undefined: it has no such key. */
export async function withdrawSandboxKey(
  database: Queryable,
  key: Pick<SandboxKey, 'keyId' | 'participant'>,
  by: { readonly keyId: string; readonly at: Date },
): Promise<{ readonly key: SandboxKey; readonly isNew: boolean } | undefined> {
  const [before] = await database.query<{ ended: boolean }>(
    `SELECT withdrawn_at IS NOT NULL AS ended
     FROM sandbox_key
     WHERE key_id = $1 AND participant = $2
     FOR UPDATE`,
    [key.keyId, key.participant],
  );
  if (before === undefined) return undefined;
  const [row] = await database.query<SandboxKey & object>(
    `UPDATE sandbox_key
     SET withdrawn_at = COALESCE(withdrawn_at, $3::timestamptz), withdrawn_by = COALESCE(withdrawn_by, $4)
     WHERE key_id = $1 AND participant = $2
     RETURNING ${COLUMNS}`,
    [key.keyId, key.participant, by.at, by.keyId],
  );
  return { key: row!, isNew: !before.ended };
}

/** In the order of their ids. */
export function sandboxKeysOf(database: Queryable, participant: string): Promise<SandboxKey[]> {
  return database.query<SandboxKey & object>(
    `SELECT ${COLUMNS}
     FROM sandbox_key
     WHERE participant = $1
     ORDER BY key_id`,
    [participant],
  );
}
