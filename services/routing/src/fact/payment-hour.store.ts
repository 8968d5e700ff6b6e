import { firstUuidV7, SPEED_EDGES_MS } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import type { HourLook } from '@tonle/platform';

// The ids of payments begin with the time at which they came: their key finds those of a span.

const LOOK = `
SELECT count(*)::text || ':' || coalesce(sum(version), 0)::text AS fingerprint,
       coalesce(bool_or(due_at IS NOT NULL), false) AS "isOpen"
FROM payment
WHERE id >= $1::uuid
  AND id < $2::uuid`;

const FIRST = `
SELECT id
FROM payment
ORDER BY id
LIMIT 1`;

const MS = (from: string, to: string) => `floor(extract(epoch FROM ${to} - ${from}) * 1000)::bigint`;

// Who refused it: the last leg that was rejected, else the switch itself.
const PAID = `
SELECT p.corridor, p.direction, p.state, p.reason, p.iso_reason, p.source_currency, p.source_minor,
  (('x' || substr(replace(p.id::text, '-', ''), 1, 12))::bit(48)::bigint / 60000) AS minute,
  s.debit_sent, s.debit_answered, s.credit_sent, s.credit_answered, s.debit_doubt, s.credit_doubt, s.rejected_leg,
  CASE WHEN p.state = 'COMPLETED' THEN ${MS('s.received', 'p.completed_at')} END AS total_ms,
  ${MS('s.debit_sent', 's.debit_answered')} AS debit_ms,
  ${MS('s.credit_sent', 's.credit_answered')} AS credit_ms
FROM payment AS p
CROSS JOIN LATERAL (
  SELECT min(at) AS received,
    min(at) FILTER (WHERE came = 'DEBIT_SENT') AS debit_sent,
    min(at) FILTER (WHERE event IN ('leg_accepted:debit', 'leg_rejected:debit', 'leg_blocked:debit')) AS debit_answered,
    min(at) FILTER (WHERE came = 'CREDIT_SENT') AS credit_sent,
    min(at) FILTER (WHERE event IN ('leg_accepted:credit', 'leg_rejected:credit', 'leg_blocked:credit')) AS credit_answered,
    coalesce(bool_or(came = 'DEBIT_UNKNOWN' OR event = 'leg_unknown:debit'), false) AS debit_doubt,
    coalesce(bool_or(came = 'CREDIT_UNKNOWN' OR event = 'leg_unknown:credit'), false) AS credit_doubt,
    max(split_part(event, ':', 2)) FILTER (WHERE event IN ('leg_rejected:debit', 'leg_rejected:credit')) AS rejected_leg
  FROM (
    SELECT (step ->> 'at')::timestamptz AS at, step ->> 'to' AS came, step ->> 'event' AS event
    FROM jsonb_array_elements(p.history) AS step
  ) AS steps
) AS s
WHERE p.id >= $1::uuid
  AND p.id < $2::uuid`;

// What the switch itself took is the whole without the legs.
const FIGURES = `
WITH paid AS MATERIALIZED (${PAID}
), leg AS (
  SELECT corridor, direction, minute, 'debit' AS stage, debit_answered AS answered, debit_doubt AS doubt
  FROM paid WHERE debit_sent IS NOT NULL
  UNION ALL
  SELECT corridor, direction, minute, 'credit', credit_answered, credit_doubt
  FROM paid WHERE credit_sent IS NOT NULL
)
SELECT 'state' AS kind, corridor, direction, state AS name, NULL AS detail, NULL AS by, NULL AS currency,
  count(*)::integer AS n, NULL AS minor
FROM paid GROUP BY corridor, direction, state
UNION ALL
SELECT 'unknown', corridor, direction, NULL, NULL, NULL, NULL, count(*)::integer, NULL
FROM paid WHERE debit_doubt OR credit_doubt GROUP BY corridor, direction
UNION ALL
SELECT 'band', corridor, direction, stage, width_bucket(ms - 1, $3::bigint[])::text, NULL, NULL, count(*)::integer, NULL
FROM paid
CROSS JOIN LATERAL (VALUES ('total', total_ms), ('debit', debit_ms), ('credit', credit_ms),
  ('switch', CASE WHEN total_ms IS NOT NULL THEN greatest(0, total_ms - coalesce(debit_ms, 0) - coalesce(credit_ms, 0)) END)) AS v (stage, ms)
WHERE ms IS NOT NULL
GROUP BY corridor, direction, stage, width_bucket(ms - 1, $3::bigint[])
UNION ALL
SELECT v.kind, corridor, direction, stage, NULL, NULL, NULL, v.n::integer, NULL
FROM (
  SELECT corridor, direction, stage, sum(asked) AS asked, sum(answered) AS answered, sum(doubtful) AS doubtful,
    count(*) FILTER (WHERE answered = 0) AS silent
  FROM (
    SELECT corridor, direction, stage, minute, count(*) AS asked,
      count(*) FILTER (WHERE answered IS NOT NULL AND NOT doubt) AS answered, count(*) FILTER (WHERE doubt) AS doubtful
    FROM leg GROUP BY corridor, direction, stage, minute
  ) AS minutes
  GROUP BY corridor, direction, stage
) AS legs
CROSS JOIN LATERAL (VALUES ('asked', asked), ('answered', answered), ('doubtful', doubtful), ('silent', silent)) AS v (kind, n)
UNION ALL
SELECT 'reject', corridor, direction, coalesce(reason, 'unknown'), iso_reason, coalesce(rejected_leg, 'switch'), source_currency,
  count(*)::integer, sum(source_minor)::text
FROM paid
WHERE state IN ('REJECTED', 'EXPIRED')
GROUP BY corridor, direction, reason, iso_reason, rejected_leg, source_currency`;

/** One figure of payments that came in a span; what its columns mean says its kind. */
export interface PaymentFigure {
  readonly kind: 'state' | 'unknown' | 'band' | 'asked' | 'answered' | 'doubtful' | 'silent' | 'reject';
  readonly corridor: string;
  readonly direction: 'outbound' | 'inbound';
  /** A state, a stage, a reason. */
  readonly name: string | null;
  /** A band, an ISO reason. */
  readonly detail: string | null;
  /** A leg, or the switch. */
  readonly by: string | null;
  readonly currency: string | null;
  readonly n: number;
  readonly minor: string | null;
}

/** When the first payment came, epoch ms. */
export async function firstPaymentMs(database: Queryable): Promise<number | undefined> {
  const [row] = await database.query<{ id: string }>(FIRST);
  return row === undefined ? undefined : parseInt(row.id.replaceAll('-', '').slice(0, 12), 16);
}

/** Whether anything has become of payments of a span since, cheaply. */
export async function lookAtPayments(
  database: Queryable,
  fromMs: number,
  untilMs: number,
): Promise<HourLook> {
  const [row] = await database.query<HourLook & object>(LOOK, [firstUuidV7(fromMs), firstUuidV7(untilMs)]);
  return row!;
}

/** What has become of payments that came in a span. Reads their histories: spans of minutes, not of days. */
export function paymentFigures(
  database: Queryable,
  fromMs: number,
  untilMs: number,
): Promise<PaymentFigure[]> {
  const span = [firstUuidV7(fromMs), firstUuidV7(untilMs)];
  return database.query<PaymentFigure & object>(FIGURES, [...span, [...SPEED_EDGES_MS]]);
}
