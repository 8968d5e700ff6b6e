import {
  PAYMENT_STATES,
  routingCalls,
  TERMINAL_STATES,
  type AuditFinding,
  type AuditReport,
} from '@tonle/contracts';
import { ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';
import type { Queryable } from '@tonle/persistence';
import type { Platform } from '@tonle/platform';

const SHOWN_MAX = 20;
/** Routing has a request before this: it is published again and again (decisions 5). */
const TAKEN_WITHIN_MS = 120_000;
/** After its deadline a payment ends, or people have been asked to end it; longer than the longest enquiry. */
const ENDS_WITHIN_MS = 3_600_000;
/** So many open requests are looked for at routing, the oldest first. */
const ASKED_MAX = 1_000;
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
    invariant: 'I10 no message is a payment and was refused',
    violations: `
      SELECT format('%s %s was refused and is payment %s', sender, message_id, payment_id) AS violation
      FROM refused_message
      JOIN request USING (sender, message_id, content_hash)`,
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
      WHERE event ->> 'state' <> state
        OR event ->> 'paymentId' <> payment_id::text
        OR event ->> 'uetr' <> uetr::text
        OR (event ->> 'version')::integer <> version
        OR (state = ANY ($1::text[]) AND due_at IS NOT NULL)`,
    values: [FINAL],
  },
];

/** Checks what came in at a door (I3, I10, I19), by itself and with routing, and counts it for the cross-checks. */
export async function auditDoor({
  database,
  calls,
  clock,
}: Pick<Platform, 'database' | 'calls' | 'clock'>): Promise<Pick<AuditReport, 'findings' | 'totals'>> {
  const nowMs = clock.now();
  return {
    findings: [
      ...(await auditRequests(database)),
      await overdueRequests(database, nowMs),
      await lostRequests(database, calls, nowMs),
    ],
    totals: await requestTotals(database),
  };
}

/** The checks over table `request` alone: I10 and I19. */
export async function auditRequests(database: Queryable): Promise<AuditFinding[]> {
  const [count] = await database.query<{ checked: number }>('SELECT count(*)::int AS checked FROM request');
  const findings: AuditFinding[] = [];
  for (const { invariant, violations: sql, values } of CHECKS) {
    const rows = await database.query<{ violation: string }>(`${sql} LIMIT ${SHOWN_MAX}`, values);
    const violations = rows.map((row) => row.violation);
    findings.push({ invariant, ok: violations.length === 0, checked: count!.checked, violations });
  }
  return findings;
}

const OVERDUE = `
  SELECT format('request %s of %s is %s, its deadline was %s', payment_id, sender, coalesce(state, 'unanswered'),
                coalesce(submit ->> 'deadline', submit ->> 'acceptedAt')) AS violation
  FROM request
  WHERE (state IS NULL OR state <> ALL ($1::text[]))
    AND coalesce(submit ->> 'deadline', submit ->> 'acceptedAt')::timestamptz < $2
  ORDER BY received_at
  LIMIT ${SHOWN_MAX}`;

async function overdueRequests(database: Queryable, nowMs: number): Promise<AuditFinding> {
  const rows = await database.query<{ violation: string }>(OVERDUE, [
    FINAL,
    new Date(nowMs - ENDS_WITHIN_MS),
  ]);
  return finding('I3 every request ends, not long after its deadline', rows.length, rows);
}

const OPEN = `
  SELECT payment_id AS "paymentId", sender, received_at AS "receivedAt"
  FROM request
  WHERE state IS NULL
    AND received_at < $1
  ORDER BY received_at
  LIMIT ${ASKED_MAX}`;

/** A request that routing does not have is a promise that nobody keeps. Not judged while routing cannot be asked. */
async function lostRequests(database: Queryable, calls: ServiceCalls, nowMs: number): Promise<AuditFinding> {
  const open = await database.query<{ paymentId: string; sender: string; receivedAt: Date }>(OPEN, [
    new Date(nowMs - TAKEN_WITHIN_MS),
  ]);
  const known = await knownOf(
    calls,
    open.map(({ paymentId }) => paymentId),
  );
  const violations = open
    .filter(({ paymentId }) => known !== undefined && !known.has(paymentId))
    .map(({ paymentId, sender, receivedAt }) => ({
      violation: `request ${paymentId} of ${sender}, received ${receivedAt.toISOString()}, is no payment at routing`,
    }));
  return finding('I3 every open request is a payment', known === undefined ? 0 : open.length, violations);
}

async function knownOf(
  calls: ServiceCalls,
  paymentIds: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
  if (paymentIds.length === 0) return new Set();
  try {
    const { payments } = await calls.call(routingCalls.known, { paymentIds: [...paymentIds], uetrs: [] });
    return new Set(payments.map(({ paymentId }) => paymentId));
  } catch (error) {
    if (error instanceof ServiceUnavailable) return undefined;
    throw error;
  }
}

function finding(
  invariant: string,
  checked: number,
  rows: readonly { readonly violation: string }[],
): AuditFinding {
  const violations = rows.slice(0, SHOWN_MAX).map(({ violation }) => violation);
  return { invariant, ok: violations.length === 0, checked, violations };
}

/** Requests by how they ended, and the amounts of those that moved money; `open` are those whose end is not known here. */
async function requestTotals(database: Queryable): Promise<Record<string, string>> {
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
     WHERE state IS NULL OR state <> ALL ($1::text[])
     UNION ALL
     SELECT 'minor.' || side.name || '.' || (side.amount ->> 'currency'), sum((side.amount ->> 'minor')::bigint)::text
     FROM request
     CROSS JOIN LATERAL (VALUES ('source', submit -> 'source'), ('target', submit -> 'target')) AS side (name, amount)
     WHERE state IN ('COMPLETED', 'BLOCKED')
     GROUP BY side.name, side.amount ->> 'currency'`,
    [FINAL],
  );
  return Object.fromEntries(rows.map((row) => [row.name, row.value]));
}
