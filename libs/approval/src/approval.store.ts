import type {
  ApprovalFilter,
  ApprovalState,
  ApprovalWarning,
  AuditFacts,
  WrittenPolicy,
} from '@tonle/contracts';
import { amount } from '@tonle/money';
import type { Queryable } from '@tonle/persistence';
import type { ApprovalRequest, ApprovalVote } from './approval.js';

interface ApprovalRow {
  readonly approvalId: string;
  readonly kind: string;
  readonly target: string;
  readonly targetVersion: string;
  readonly payload: unknown;
  readonly before: AuditFacts | null;
  readonly after: AuditFacts | null;
  readonly currency: string | null;
  readonly minor: bigint | null;
  readonly warnings: readonly ApprovalWarning[];
  readonly evidence: string | null;
  readonly reason: string;
  readonly operator: string;
  readonly participant: string;
  readonly policyVersion: number;
  readonly policy: WrittenPolicy | null;
  readonly approvalsRequired: number;
  readonly state: ApprovalState;
  readonly proposedAt: Date;
  readonly expiresAt: Date;
  readonly effectiveAt: Date | null;
  readonly endedAt: Date | null;
  readonly detail: string | null;
  readonly outcome: AuditFacts | null;
}

const COLUMNS = `
  approval_id AS "approvalId", kind, target, target_version AS "targetVersion", payload, before, after, currency,
  amount_minor AS minor, warnings, evidence, reason, operator, participant, policy_version AS "policyVersion", policy,
  approvals_required AS "approvalsRequired", state, proposed_at AS "proposedAt", expires_at AS "expiresAt",
  effective_at AS "effectiveAt", ended_at AS "endedAt", detail, outcome`;

/** False: one of this kind and target is open. */
export async function insertApproval(
  database: Queryable,
  request: Omit<ApprovalRequest, 'state' | 'votes' | 'endedAt' | 'detail' | 'outcome'>,
): Promise<boolean> {
  const rows = await database.query(
    `INSERT INTO approval_request
       (approval_id, kind, target, target_version, payload, before, after, currency, amount_minor, warnings, evidence,
        reason, operator, participant, policy_version, policy, approvals_required, state, proposed_at, expires_at, effective_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 'pending', $18, $19, $20)
     ON CONFLICT (kind, target) WHERE state IN ('pending', 'approved') DO NOTHING
     RETURNING approval_id`,
    [
      ...[request.approvalId, request.kind, request.target, request.targetVersion],
      ...[JSON.stringify(request.payload), json(request.before), json(request.after)],
      ...[request.amount?.currency ?? null, request.amount?.minor ?? null],
      ...[JSON.stringify(request.warnings), request.evidence ?? null],
      ...[request.reason, request.operator, request.participant],
      ...[request.policyVersion, json(request.policy), request.approvalsRequired],
      ...[request.proposedAt, request.expiresAt, request.effectiveAt ?? null],
    ],
  );
  return rows.length > 0;
}

/** With its votes, its row locked: whoever decides next waits for the end of this. */
export async function lockApproval(
  transaction: Queryable,
  approvalId: string,
): Promise<ApprovalRequest | undefined> {
  const rows = await transaction.query<ApprovalRow>(
    `SELECT ${COLUMNS}
     FROM approval_request
     WHERE approval_id = $1
     FOR UPDATE`,
    [approvalId],
  );
  return (await withVotes(transaction, rows))[0];
}

/** With its votes. */
export async function findApproval(
  database: Queryable,
  approvalId: string,
): Promise<ApprovalRequest | undefined> {
  const rows = await database.query<ApprovalRow>(
    `SELECT ${COLUMNS}
     FROM approval_request
     WHERE approval_id = $1`,
    [approvalId],
  );
  return (await withVotes(database, rows))[0];
}

/** The one that is open of a kind and target. */
export async function openApproval(
  database: Queryable,
  kind: string,
  target: string,
): Promise<ApprovalRequest | undefined> {
  const rows = await database.query<ApprovalRow>(
    `SELECT ${COLUMNS}
     FROM approval_request
     WHERE kind = $1
       AND target = $2
       AND state IN ('pending', 'approved')`,
    [kind, target],
  );
  return (await withVotes(database, rows))[0];
}

/** Locks the one that is open of a kind and target, if there is one. */
export async function lockOpen(transaction: Queryable, kind: string, target: string): Promise<void> {
  await transaction.query(
    `SELECT approval_id
     FROM approval_request
     WHERE kind = $1
       AND target = $2
       AND state IN ('pending', 'approved')
     FOR UPDATE`,
    [kind, target],
  );
}

/** Those of a kind that wait for people, of these targets. */
export async function pendingOf(
  database: Queryable,
  kind: string,
  targets: readonly string[],
): Promise<ApprovalRequest[]> {
  if (targets.length === 0) return [];
  const rows = await database.query<ApprovalRow>(
    `SELECT ${COLUMNS}
     FROM approval_request
     WHERE kind = $1
       AND target = ANY ($2::text[])
       AND state = 'pending'`,
    [kind, targets],
  );
  return withVotes(database, rows);
}

/** The newest first. */
export async function listApprovals(
  database: Queryable,
  { state, kind, target, before, limit }: ApprovalFilter,
): Promise<ApprovalRequest[]> {
  const rows = await database.query<ApprovalRow>(
    `SELECT ${COLUMNS}
     FROM approval_request
     WHERE ($1::text IS NULL OR state = $1)
       AND ($2::text IS NULL OR kind = $2)
       AND ($3::text IS NULL OR target = $3)
       AND ($4::uuid IS NULL OR approval_id < $4)
     ORDER BY approval_id DESC
     LIMIT $5`,
    [state ?? null, kind ?? null, target ?? null, before ?? null, limit],
  );
  return withVotes(database, rows);
}

/** Those that nobody has decided in time, locked; of one kind and target when it is named. */
export async function lockOverdue(
  transaction: Queryable,
  now: Date,
  limit: number,
  of?: { readonly kind: string; readonly target: string },
): Promise<ApprovalRequest[]> {
  const rows = await transaction.query<ApprovalRow>(
    `SELECT ${COLUMNS}
     FROM approval_request
     WHERE state = 'pending'
       AND expires_at <= $1
       AND ($2::text IS NULL OR (kind = $2 AND target = $3))
     ORDER BY expires_at
     LIMIT $4
     FOR UPDATE SKIP LOCKED`,
    [now, of?.kind ?? null, of?.target ?? null, limit],
  );
  return withVotes(transaction, rows);
}

/** Approved ones whose instant has come. */
export async function effectiveApprovals(database: Queryable, now: Date, limit: number): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `SELECT approval_id AS id
     FROM approval_request
     WHERE state = 'approved'
       AND effective_at <= $1
     ORDER BY effective_at
     LIMIT $2`,
    [now, limit],
  );
  return rows.map(({ id }) => id);
}

/** Writes down a verdict, with who proposed what it is about. */
export async function insertVote(
  transaction: Queryable,
  voteId: string,
  { approvalId, participant: maker }: Pick<ApprovalRequest, 'approvalId' | 'participant'>,
  { participant, verdict, operator, reason, acknowledged, at }: ApprovalVote,
): Promise<void> {
  await transaction.query(
    `INSERT INTO approval_vote (vote_id, approval_id, maker, participant, verdict, operator, reason, acknowledged, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [voteId, approvalId, maker, participant, verdict, operator, reason, JSON.stringify(acknowledged), at],
  );
}

/** Sets the state of an open request; throws when it is not open, since it was locked as one that is. */
export async function setApprovalState(
  transaction: Queryable,
  approvalId: string,
  state: ApprovalState,
  more: { readonly endedAt?: Date; readonly detail?: string; readonly outcome?: AuditFacts },
): Promise<void> {
  const rows = await transaction.query(
    `UPDATE approval_request
     SET state = $2, ended_at = $3, detail = $4, outcome = $5
     WHERE approval_id = $1
       AND state IN ('pending', 'approved')
     RETURNING approval_id`,
    [approvalId, state, more.endedAt ?? null, more.detail ?? null, json(more.outcome)],
  );
  if (rows.length !== 1) throw new Error(`approval ${approvalId} is not open`);
}

/** How many of each kind wait for people. */
export async function pendingByKind(database: Queryable): Promise<{ kind: string; pending: number }[]> {
  return database.query<{ kind: string; pending: number }>(
    `SELECT kind, count(*)::int AS pending
     FROM approval_request
     WHERE state = 'pending'
     GROUP BY kind`,
  );
}

async function withVotes(database: Queryable, rows: readonly ApprovalRow[]): Promise<ApprovalRequest[]> {
  if (rows.length === 0) return [];
  const votes = await database.query<ApprovalVote & { readonly approvalId: string }>(
    `SELECT approval_id AS "approvalId", participant, verdict, operator, reason, acknowledged, at
     FROM approval_vote
     WHERE approval_id = ANY ($1::uuid[])
     ORDER BY at, participant`,
    [rows.map(({ approvalId }) => approvalId)],
  );
  return rows.map((row) => requestOf(row, votes));
}

function requestOf(
  row: ApprovalRow,
  votes: readonly (ApprovalVote & { readonly approvalId: string })[],
): ApprovalRequest {
  const {
    policy,
    before,
    after,
    currency,
    minor,
    evidence,
    effectiveAt,
    endedAt,
    detail,
    outcome,
    ...always
  } = row;
  return {
    ...always,
    ...(policy !== null && { policy }),
    ...(before !== null && { before }),
    ...(after !== null && { after }),
    ...(currency !== null && minor !== null && { amount: amount(currency, minor) }),
    ...(evidence !== null && { evidence }),
    ...(effectiveAt !== null && { effectiveAt }),
    ...(endedAt !== null && { endedAt }),
    ...(detail !== null && { detail }),
    ...(outcome !== null && { outcome }),
    votes: votes
      .filter(({ approvalId }) => approvalId === row.approvalId)
      .map(({ approvalId: _of, ...vote }) => vote),
  };
}

const json = (value: object | undefined): string | null =>
  value === undefined ? null : JSON.stringify(value);
