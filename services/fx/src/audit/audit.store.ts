import { amount, conversionAgrees, minorText, parseRate } from '@tonle/money';
import type { AuditFinding, RefundCause } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import { BOUGHT } from '../exposure/exposure.store.js';

// no test can notice: pages of another size hold the same quotes
const PAGE = 1_000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
const VIOLATIONS_MAX = 20;

interface QuoteRow {
  quote_id: string;
  source_currency: string;
  source_minor: bigint;
  target_currency: string;
  target_minor: bigint;
  rate: string;
  refund_cause: Pick<RefundCause, 'conversion'> | null;
}

const SELECT_PAGE = `
  SELECT quote_id, source_currency, source_minor, target_currency, target_minor, rate, refund_cause
  FROM quote
  WHERE quote_id > $1
  ORDER BY quote_id
  LIMIT $2`;

/** I9: the two integers of every quote agree with its rate under the published rounding rule. */
export async function checkConversions(database: Queryable): Promise<AuditFinding> {
  const pageAfter = (quoteId: string) => database.query<QuoteRow>(SELECT_PAGE, [quoteId, PAGE]);
  const violations: string[] = [];
  let checked = 0;
  for (
    let rows = await pageAfter(BEFORE_ALL);
    rows.length > 0;
    rows = await pageAfter(rows.at(-1)!.quote_id)
  ) {
    const broken = rows.filter((row) => !agrees(row)).slice(0, VIOLATIONS_MAX - violations.length);
    violations.push(...broken.map(({ quote_id: id }) => `quote ${id}`));
    checked += rows.length;
  }
  return { invariant: 'I9', ok: violations.length === 0, checked, violations };
}

/** Of a refund that is made exact by the rate of its payment, and what its provider gets by that of the day. */
function agrees(row: QuoteRow): boolean {
  const { source_currency: source, target_currency: target, refund_cause: cause } = row;
  const isAt = (minor: bigint, text: string) => {
    const rate = parseRate(source, target, text);
    return (
      rate !== undefined && conversionAgrees(amount(source, minor), amount(target, row.target_minor), rate)
    );
  };
  const conversion = cause?.conversion;
  return (
    isAt(row.source_minor, row.rate) &&
    (conversion === undefined || isAt(BigInt(conversion.source.minor), conversion.rate))
  );
}

const SELECT_OPEN_GAPS = `
  SELECT provider, currency, COALESCE(e.open_minor, 0) AS open_minor, COALESCE(q.minor, 0)::bigint AS counted
  FROM exposure e
  FULL JOIN (
    SELECT provider, target_currency AS currency, sum(target_minor)::bigint AS minor
    FROM quote
    WHERE state = 'open'
      AND source_currency <> target_currency
    GROUP BY provider, target_currency) q USING (provider, currency)`;

const SELECT_POSITION_GAPS = `
  SELECT provider, currency, sum(position) AS minor, sum(quoted) AS counted
  FROM (
    SELECT provider, currency, sold_minor - bought_minor AS position, 0 AS quoted
    FROM fx_position
    UNION ALL
    SELECT provider, target_currency, 0, target_minor
    FROM quote
    WHERE state = 'used'
    UNION ALL
    SELECT provider, source_currency, 0, -${BOUGHT}
    FROM quote AS q
    WHERE state = 'used') both_sides
  GROUP BY provider, currency`;

/** Exposure and positions are what the quotes add up to; one snapshot, so that running work does not look wrong. */
export async function checkExposure(snapshot: Queryable): Promise<AuditFinding> {
  const open = await snapshot.query<{
    provider: string;
    currency: string;
    open_minor: bigint;
    counted: bigint;
  }>(SELECT_OPEN_GAPS);
  const positions = await snapshot.query<{
    provider: string;
    currency: string;
    minor: string;
    counted: string;
  }>(SELECT_POSITION_GAPS);
  const violations = [
    ...open
      .filter((row) => row.open_minor !== row.counted)
      .map(
        (row) =>
          `open exposure of ${row.provider}: ${minorText(row.open_minor, row.currency)}, quotes say ${minorText(row.counted, row.currency)}`,
      ),
    ...positions
      .filter((row) => row.minor !== row.counted)
      .map(
        (row) =>
          `position of ${row.provider}: ${minorText(BigInt(row.minor), row.currency)}, quotes say ${minorText(BigInt(row.counted), row.currency)}`,
      ),
  ];
  return {
    invariant: 'fx-exposure',
    ok: violations.length === 0,
    checked: open.length + positions.length,
    violations,
  };
}

const SELECT_LATE_USE = `
  SELECT quote_id
  FROM quote
  WHERE (state = 'used') <> (payment_id IS NOT NULL AND state <> 'released')
  LIMIT ${VIOLATIONS_MAX}`;

const COUNT_USED = `
  SELECT count(*)::int AS used
  FROM quote
  WHERE state = 'used'`;

/** I8, fx's half: a used quote names the one payment that used it. Its single use is routing's unique index. */
export async function checkUse(snapshot: Queryable): Promise<AuditFinding> {
  const rows = await snapshot.query<{ quote_id: string }>(SELECT_LATE_USE);
  const [count] = await snapshot.query<{ used: number }>(COUNT_USED);
  const violations = rows.map((row) => `quote ${row.quote_id}`);
  return { invariant: 'I8', ok: rows.length === 0, checked: count!.used, violations };
}

const SELECT_TOTALS = `
  SELECT 'quotes.' || state AS name, count(*)::text AS value
  FROM quote
  GROUP BY state
  UNION ALL
  SELECT 'used.source.' || source_currency, sum(source_minor)::text
  FROM quote
  WHERE state = 'used'
  GROUP BY source_currency
  UNION ALL
  SELECT 'used.target.' || target_currency, sum(target_minor)::text
  FROM quote
  WHERE state = 'used'
  GROUP BY target_currency
  UNION ALL
  SELECT 'used.payments', md5(COALESCE(string_agg(payment_id::text, ',' ORDER BY payment_id), ''))
  FROM quote
  WHERE state = 'used'`;

/** What cross-checks compare with routing's completed payments: sums by currency and a hash over their ids. */
export async function auditTotals(snapshot: Queryable): Promise<Record<string, string>> {
  const rows = await snapshot.query<{ name: string; value: string }>(SELECT_TOTALS);
  return Object.fromEntries(rows.map((row) => [row.name, row.value]));
}
