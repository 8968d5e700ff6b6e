import type { Queryable } from '@tonle/persistence';
import type { ScreeningHit } from './screening.js';

export interface Hold extends ScreeningHit {
  readonly paymentId: string;
  readonly sinceMs: number;
  readonly untilMs: number;
}

export interface HoldEnd {
  readonly paymentId: string;
  readonly decision: 'clear' | 'confirm' | 'timeout';
  readonly atMs: number;
}

const INSERT = `
INSERT INTO screening_hold (payment_id, since, until, party, list_entry, matched)
SELECT u.payment_id, u.since, u.until, u.party, u.list_entry, u.matched
FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::text[], $5::text[], $6::text[])
  AS u (payment_id, since, until, party, list_entry, matched)`;

const END = `
UPDATE screening_hold AS h
SET decision = u.decision,
    decided_at = u.at
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS u (payment_id, decision, at)
WHERE h.payment_id = u.payment_id`;

const iso = (ms: number) => new Date(ms).toISOString();

/** Payments that wait for a person, and how they ended. */
export class HoldStore {
  async insert(transaction: Queryable, holds: readonly Hold[]): Promise<void> {
    if (holds.length === 0) return;
    await transaction.query(INSERT, [
      holds.map(({ paymentId }) => paymentId),
      holds.map(({ sinceMs }) => iso(sinceMs)),
      holds.map(({ untilMs }) => iso(untilMs)),
      holds.map(({ party }) => party),
      holds.map(({ listEntry }) => listEntry),
      holds.map(({ matched }) => matched),
    ]);
  }

  async end(transaction: Queryable, ends: readonly HoldEnd[]): Promise<void> {
    if (ends.length === 0) return;
    await transaction.query(END, [
      ends.map(({ paymentId }) => paymentId),
      ends.map(({ decision }) => decision),
      ends.map(({ atMs }) => iso(atMs)),
    ]);
  }
}
