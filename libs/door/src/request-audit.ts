import { PAYMENT_STATES, TERMINAL_STATES, type AuditFinding } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';

const SHOWN_MAX = 20;
const FINAL = PAYMENT_STATES.filter((state) => TERMINAL_STATES.has(state));

interface Check {
  readonly invariant: string;
  /** A row a violation, with one text column `violation`. */
  readonly violations: string;
  readonly values: readonly unknown[];
}

const CHECKS: readonly Check[] = [
  {
    invariant: 'I10 a request key and a UETR belong to one request with one content',
    violations: `
      SELECT format('%s %s has %s requests', sender, message_id, count(*)) AS violation
      FROM request
      GROUP BY sender, message_id
      HAVING count(*) > 1
      UNION ALL
      SELECT format('UETR %s has %s requests', uetr, count(*))
      FROM request
      GROUP BY uetr
      HAVING count(*) > 1`,
    values: [],
  },
  {
    invariant: 'I10 what was published is what was asked for',
    violations: `
      SELECT format('request %s differs from its record', payment_id) AS violation
      FROM request
      WHERE submit ->> 'paymentId' <> payment_id::text
        OR submit ->> 'uetr' <> uetr::text
        OR submit ->> 'sender' <> sender
        OR submit ->> 'messageId' <> message_id`,
    values: [],
  },
  {
    invariant: 'I19 the end of a payment is recorded once and is that of the event',
    violations: `
      SELECT format('request %s says %s, its event %s', payment_id, state, event ->> 'state') AS violation
      FROM request
      WHERE state IS NOT NULL
        AND (event ->> 'state' <> state
          OR event ->> 'paymentId' <> payment_id::text
          OR event ->> 'uetr' <> uetr::text
          OR (event ->> 'version')::integer <> version
          OR (state = ANY ($1::text[]) AND due_at IS NOT NULL))`,
    values: [FINAL],
  },
];

/** The checks over table `request`: invariants I10 and I19. */
export async function auditRequests(database: Queryable): Promise<AuditFinding[]> {
  const [count] = await database.query<{ count: bigint }>('SELECT count(*) AS count FROM request');
  const checked = Number.parseInt((count?.count ?? 0n).toString(), 10);
  const findings: AuditFinding[] = [];
  for (const { invariant, violations: sql, values } of CHECKS) {
    const rows = await database.query<{ violation: string }>(`${sql} LIMIT ${SHOWN_MAX}`, values);
    const violations = rows.map((row) => row.violation);
    findings.push({ invariant, ok: violations.length === 0, checked, violations });
  }
  return findings;
}

/** What cross-checks compare: requests by state; `open` are those whose end is not known here. */
export async function requestTotals(database: Queryable): Promise<Record<string, string>> {
  const rows = await database.query<{ name: string; value: string }>(
    `SELECT 'requests' AS name, count(*)::text AS value
     FROM request
     UNION ALL
     SELECT 'payments.' || state, count(*)::text
     FROM request
     WHERE state = ANY ($1::text[])
     GROUP BY state
     UNION ALL
     SELECT 'payments.open', count(*)::text
     FROM request
     WHERE state IS NULL OR state <> ALL ($1::text[])`,
    [FINAL],
  );
  return Object.fromEntries(rows.map((row) => [row.name, row.value]));
}
