import type { Queryable } from '@tonle/persistence';
import type { Evidence } from './evidence.js';

const INSERT_EVIDENCE = `
  INSERT INTO evidence (subject, direction, operation, at, status, headers, bytes)
  SELECT *
  FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::int[], $6::json[], $7::bytea[])`;

/** Keeps raw messages; rows are never changed. */
export async function insertEvidence(database: Queryable, evidence: readonly Evidence[]): Promise<void> {
  if (evidence.length === 0) return;
  await database.query(INSERT_EVIDENCE, [
    evidence.map(({ subject }) => subject),
    evidence.map(({ direction }) => direction),
    evidence.map(({ operation }) => operation),
    evidence.map(({ at }) => new Date(at).toISOString()),
    evidence.map(({ status }) => status ?? null),
    evidence.map(({ headers }) => (headers === undefined ? null : JSON.stringify(headers))),
    evidence.map(({ bytes }) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
  ]);
}
