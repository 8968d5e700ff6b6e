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
}

const COLUMNS = `key_id AS "keyId", participant, algorithm, public_key_pem AS "publicKeyPem", valid_from AS "validFrom",
  valid_to AS "validTo", registered_by AS "registeredBy"`;

/** Writes a key unless its id is taken or its holder has `keysMax`. Returns what stands under its id, if anything does. */
export async function insertSandboxKey(
  database: Queryable,
  key: SandboxKey,
  keysMax: number,
): Promise<SandboxKey | undefined> {
  await database.query(
    `INSERT INTO sandbox_key (key_id, participant, algorithm, public_key_pem, valid_from, valid_to, registered_by)
     SELECT $1::text, $2::text, $3::text, $4::text, $5::timestamptz, $6::timestamptz, $7::text
     WHERE (SELECT count(*) FROM sandbox_key WHERE participant = $2) < $8::bigint
     ON CONFLICT (key_id) DO NOTHING`,
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
  return (await sandboxKeysById(database, [key.keyId]))[0];
}

export function sandboxKeysById(database: Queryable, keyIds: readonly string[]): Promise<SandboxKey[]> {
  return database.query<SandboxKey & object>(
    `SELECT ${COLUMNS}
     FROM sandbox_key
     WHERE key_id = ANY ($1::text[])`,
    [keyIds],
  );
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
