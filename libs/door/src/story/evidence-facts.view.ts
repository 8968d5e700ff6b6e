import { createHash } from 'node:crypto';
import type { StoryFact } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import { SHARED } from '../evidence/evidence.js';

export interface EvidenceRow {
  readonly id: string;
  readonly subject: string;
  readonly direction: 'in' | 'out';
  readonly operation: string;
  readonly at: Date;
  readonly status: number | null;
  readonly headers: Record<string, string> | null;
  readonly bytes: Buffer;
}

/** More than a story tells of one service is not read. */
const ROWS_MAX = 2_000;

// What was asked about several at once has its bytes once (`sharedEvidence`).
const WHOLE = `
  LEFT JOIN evidence AS whole
    ON whole.subject = e.headers ->> '${SHARED}'
    AND whole.direction = e.direction
    AND whole.operation = e.operation
    AND whole.at = e.at`;

const BY_SUBJECT = `
  SELECT e.evidence_id::text AS id, e.subject, e.direction, e.operation, e.at, e.status, e.headers,
    COALESCE(whole.bytes, e.bytes) AS bytes
  FROM evidence AS e ${WHOLE}
  WHERE e.subject = ANY ($1::text[])
  ORDER BY e.at, e.evidence_id
  LIMIT ${ROWS_MAX}`;

const BY_ID = `
  SELECT e.evidence_id::text AS id, COALESCE(whole.bytes, e.bytes) AS bytes
  FROM evidence AS e ${WHOLE}
  WHERE e.evidence_id = ANY ($1::bigint[])
    AND e.subject = ANY ($2::text[])`;

/** Messages that were kept under these subjects, in their order. */
export function evidenceOf(database: Queryable, subjects: readonly string[]): Promise<EvidenceRow[]> {
  return database.query<EvidenceRow & object>(BY_SUBJECT, [subjects]);
}

/** Bytes of facts that `evidenceFact` has named, as far as they stand under these subjects. */
export async function evidenceBytes(
  database: Queryable,
  subjects: readonly string[],
  factIds: readonly string[],
): Promise<{ id: string; bytes: Buffer }[]> {
  const ids = factIds.flatMap((factId) => /^evidence:(\d{1,18})$/.exec(factId)?.[1] ?? []);
  if (ids.length === 0) return [];
  const rows = await database.query<{ id: string; bytes: Buffer }>(BY_ID, [ids, subjects]);
  return rows.map(({ id, bytes }) => ({ id: `evidence:${id}`, bytes }));
}

/** One message as a fact; `peer` is whom it came from or went to. */
export function evidenceFact(row: EvidenceRow, peer: string): StoryFact {
  const { id, direction, operation, at, status, headers, subject } = row;
  const way = direction === 'in' ? `from ${peer}` : `to ${peer}`;
  return {
    id: `evidence:${id}`,
    at: at.toISOString(),
    kind: direction === 'in' ? 'message_in' : 'message_out',
    words: `${operation} ${way}${status === null ? '' : `, HTTP ${status}`}`,
    facts: { operation, subject, peer },
    bytes: bytesOf(row.bytes, status, headers),
  };
}

/** What is said of bytes without them. */
export function bytesOf(
  bytes: Uint8Array,
  status: number | null,
  headers: Readonly<Record<string, string>> | null,
): NonNullable<StoryFact['bytes']> {
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    size: bytes.length,
    form: formOf(bytes),
    ...(status === null ? {} : { status }),
    ...(headers === null || Object.keys(headers).length === 0 ? {} : { headers: { ...headers } }),
  };
}

/** By its first character that is no blank. */
function formOf(bytes: Uint8Array): 'json' | 'xml' | 'other' {
  const first = String.fromCharCode(bytes.find((byte) => byte > 0x20 && byte < 0x7f) ?? 0);
  if (first === '<') return 'xml';
  return first === '{' || first === '[' ? 'json' : 'other';
}
