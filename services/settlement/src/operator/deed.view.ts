import type { DeedFilter, OperatorDeed } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';

interface DeedRow {
  readonly actionId: string;
  readonly at: Date;
  readonly operator: string;
  readonly action: string;
  readonly subject: string;
  readonly reason: string;
  readonly detail: string | null;
}

// A break's deed is found by its payment too; jobs of the schedule are nobody's deeds.
const DEEDS = `
SELECT *
FROM (
  SELECT job_id AS "actionId", started_at AS at, operator, 'job.' || job AS action, job_id::text AS subject, reason,
    nullif(concat_ws(' ', parameters ->> 'partner', parameters ->> 'day'), '') AS detail, NULL::text AS "paymentId"
  FROM job_run
  WHERE operator <> 'schedule'
  UNION ALL
  SELECT d.deed_id, d.at, d.operator, 'break.' || d.deed, d.break_id::text, d.reason, 'owner ' || d.owner,
    b.payment_id::text
  FROM break_deed AS d
  JOIN settlement_break AS b USING (break_id)
) AS deeds
WHERE ($1::text IS NULL OR subject = $1 OR "paymentId" = $1)
  AND ($2::text IS NULL OR operator = $2)
  AND ($3::uuid IS NULL OR "actionId" < $3)
ORDER BY "actionId" DESC
LIMIT $4`;

/** Jobs that people started and what they decided on breaks, newest first. */
export async function listDeeds(
  database: Queryable,
  { subject, operator, before, limit }: DeedFilter,
): Promise<OperatorDeed[]> {
  const values = [subject ?? null, operator ?? null, before ?? null, limit];
  const rows = await database.query<DeedRow & object>(DEEDS, values);
  return rows.map(({ actionId, at, operator: by, action, subject: of, reason, detail }) => ({
    actionId,
    at: at.toISOString(),
    operator: by,
    action,
    subject: of,
    reason,
    ...(detail === null ? {} : { detail }),
  }));
}
