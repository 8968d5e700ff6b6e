import type { AuditFinding, DeedFilter, OperatorDeed } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';

/** What operators proposed and decided, newest first; found by the request or by what it is about. */
export async function approvalDeeds(
  database: Queryable,
  { subject, operator, before, limit }: DeedFilter,
): Promise<OperatorDeed[]> {
  const rows = await database.query<
    Omit<OperatorDeed, 'at' | 'evidence'> & { readonly at: Date; readonly evidence: string | null }
  >(
    `SELECT *
     FROM (
       SELECT approval_id AS "actionId", proposed_at AS at, operator, 'approval.propose' AS action,
         approval_id::text AS subject, reason, concat_ws(' ', kind, target) AS detail, evidence, target
       FROM approval_request
       UNION ALL
       SELECT v.vote_id, v.at, v.operator, 'approval.' || v.verdict, v.approval_id::text, v.reason,
         concat_ws(' ', r.kind, r.target), NULL, r.target
       FROM approval_vote AS v
       JOIN approval_request AS r USING (approval_id)
     ) AS deeds
     WHERE ($1::text IS NULL OR $1 IN (subject, target))
       AND ($2::text IS NULL OR operator = $2)
       AND ($3::uuid IS NULL OR "actionId" < $3)
     ORDER BY "actionId" DESC
     LIMIT $4`,
    [subject ?? null, operator ?? null, before ?? null, limit],
  );
  return rows.map(({ actionId, at, operator: by, action, subject: of, reason, detail, evidence }) => ({
    ...{ actionId, at: at.toISOString(), operator: by, action, subject: of, reason, detail },
    ...(evidence !== null && { evidence }),
  }));
}

const SHORT = `
SELECT 'approval ' || r.approval_id || ' of ' || r.kind || ' ' || r.target || ' was done with ' || v.approvals
  || ' of ' || r.approvals_required || ' approvals' AS violation
FROM approval_request AS r
CROSS JOIN LATERAL (
  SELECT count(DISTINCT participant) AS approvals
  FROM approval_vote
  WHERE approval_id = r.approval_id
    AND verdict = 'approve'
    AND participant <> r.participant
) AS v
WHERE r.state = 'executed'
  AND v.approvals < r.approvals_required
ORDER BY r.approval_id
LIMIT 20`;

/** I18: what was done has all the approvals that it needed, none of them of whoever proposed it. */
export async function approvalFinding(database: Queryable): Promise<AuditFinding> {
  const [[count], rows] = await Promise.all([
    database.query<{ n: number }>(`SELECT count(*)::int AS n FROM approval_request WHERE state = 'executed'`),
    database.query<{ violation: string }>(SHORT),
  ]);
  const violations = rows.map(({ violation }) => violation);
  return {
    invariant: 'I18 what one operator proposed is done by others',
    ok: violations.length === 0,
    checked: count!.n,
    violations,
  };
}
