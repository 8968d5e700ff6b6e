import type { BreakAction, BreakState } from '@tonle/contracts';
import type { Transaction } from '@tonle/persistence';
import type { KnownBreak } from './break-life.decide.js';

// What people do with breaks. What statements do is written by break.store, what settlement finds by break-register.store.

/** Those that are there, locked in the order of their ids. */
export function lockBreaks(transaction: Transaction, breakIds: readonly string[]): Promise<KnownBreak[]> {
  return transaction.query<KnownBreak & object>(
    `SELECT break_id AS "breakId", type, partner, currency, state, owner, reopened, version, approval_id AS "approvalId",
       our_minor AS "ourMinor", their_minor AS "theirMinor", source
     FROM settlement_break
     WHERE break_id = ANY($1)
     ORDER BY break_id
     FOR UPDATE`,
    [breakIds],
  );
}

/** A deed of a person, for each of some breaks. */
export interface BreakDeed {
  readonly deed: string;
  readonly operator: string;
  readonly reason: string;
  readonly owner: string | null;
  readonly at: Date;
  readonly detail?: object;
}

/** Notes a deed; `deedIds`: an id for each. */
export async function noteDeed(
  transaction: Transaction,
  breakIds: readonly string[],
  { deed, operator, reason, owner, at, detail }: BreakDeed,
  deedIds: readonly string[],
): Promise<void> {
  await transaction.query(
    `INSERT INTO break_deed (deed_id, break_id, at, deed, operator, reason, owner, detail)
     SELECT deed_id, break_id, $3, $4, $5, $6, $7, $8
     FROM unnest($1::uuid[], $2::uuid[]) AS of (deed_id, break_id)`,
    [
      deedIds,
      breakIds,
      at,
      deed,
      operator,
      reason,
      owner,
      detail === undefined ? null : JSON.stringify(detail),
    ],
  );
}

/** By a decision of one person. */
export async function setState(
  transaction: Transaction,
  breakIds: readonly string[],
  to: {
    readonly state: BreakState;
    readonly owner: string | null;
    readonly isReopened: boolean;
    readonly at: Date;
  },
): Promise<void> {
  await transaction.query(
    `UPDATE settlement_break
     SET state = $2,
         owner = coalesce($3, owner),
         closed_at = CASE WHEN $2 = 'RESOLVED' THEN $4::timestamptz WHEN $5 THEN NULL ELSE closed_at END,
         reopened = CASE WHEN $5 THEN 1 ELSE reopened END,
         opened_at = CASE WHEN $5 THEN $4::timestamptz ELSE opened_at END,
         action = CASE WHEN $5 THEN NULL ELSE action END,
         evidence = CASE WHEN $5 THEN NULL ELSE evidence END,
         approval_id = CASE WHEN $5 THEN NULL ELSE approval_id END,
         handling = CASE WHEN $5 THEN 'none' ELSE handling END,
         version = version + CASE WHEN $5 OR $2 = 'RESOLVED' THEN 1 ELSE 0 END
     WHERE break_id = ANY($1)`,
    [breakIds, to.state, to.owner, to.at, to.isReopened],
  );
}

/** Somebody has proposed how they are to end. */
export async function setProposed(
  transaction: Transaction,
  breakIds: readonly string[],
  by: { readonly action: BreakAction; readonly evidence: string; readonly approvalId: string },
): Promise<void> {
  await transaction.query(
    `UPDATE settlement_break
     SET state = 'PROPOSED', action = $2, evidence = $3::jsonb, approval_id = $4
     WHERE break_id = ANY($1)`,
    [breakIds, by.action, JSON.stringify(by.evidence), by.approvalId],
  );
}

/** The proposal came to nothing; its breaks are open as before. */
export async function setUnproposed(transaction: Transaction, approvalId: string): Promise<string[]> {
  const rows = await transaction.query<{ breakId: string }>(
    `UPDATE settlement_break
     SET state = CASE WHEN owner IS NULL THEN 'OPEN' ELSE 'ASSIGNED' END, action = NULL, evidence = NULL, approval_id = NULL
     WHERE approval_id = $1 AND state = 'PROPOSED'
     RETURNING break_id AS "breakId"`,
    [approvalId],
  );
  return rows.map(({ breakId }) => breakId);
}

/** What was approved is done: APPROVED and RESOLVED are one commit, and both stand in the history. */
export async function setApproved(
  transaction: Transaction,
  breakIds: readonly string[],
  at: Date,
): Promise<void> {
  await transaction.query(
    `UPDATE settlement_break
     SET state = 'RESOLVED', closed_at = $2, version = version + 1
     WHERE break_id = ANY($1)`,
    [breakIds, at],
  );
}

/** What the system did. */
export async function noteEvents(
  transaction: Transaction,
  breakIds: readonly string[],
  event: string,
  detail: string,
  at: Date,
): Promise<void> {
  await transaction.query(
    `INSERT INTO break_event (break_id, at, event, detail)
     SELECT break_id, $2, $3, $4
     FROM unnest($1::uuid[]) AS of (break_id)`,
    [breakIds, at, event, detail],
  );
}
