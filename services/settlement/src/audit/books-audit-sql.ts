import type { SettlementCheck } from './audit.store.js';

// What is closed and issued, against what was kept of it. The newest reports, and of the last closed day its transfers: what is
// older was looked at when it was that.

const REPORTS = '(SELECT * FROM close_report ORDER BY closed_at DESC LIMIT 40)';

const LAST_DAY = `
  SELECT p.period, (r.report::jsonb #>> '{journal,transfers}')::bigint AS said,
    ((p.period::timestamp - interval '7 hours') AT TIME ZONE 'UTC') AS began
  FROM accounting_period AS p
  JOIN close_report AS r ON r.period = p.period AND r.version = p.version
  WHERE p.kind = 'day' AND p.state = 'closed'
  ORDER BY p.period DESC
  LIMIT 1`;

export const BOOKS_CHECKS: readonly SettlementCheck[] = [
  {
    invariant: 'I22 reports of closed periods are as they were kept',
    count: `SELECT count(*)::int AS n FROM ${REPORTS} AS r`,
    violations: `
      SELECT format('the report of %s, version %s, is not what its hash says', period, version) AS violation
      FROM ${REPORTS} AS r
      WHERE encode(sha256(convert_to(report, 'UTF8')), 'hex') <> sha256`,
  },
  {
    invariant: 'I2 the last closed day has the transfers that its report says',
    count: `SELECT count(*)::int AS n FROM (${LAST_DAY}) AS d`,
    violations: `
      SELECT format('%s was closed with %s transfers and has %s', d.period, d.said, t.n) AS violation
      FROM (${LAST_DAY}) AS d
      CROSS JOIN LATERAL (
        SELECT count(*) AS n
        FROM ledger_transfer
        WHERE at >= d.began AND at < d.began + interval '1 day'
      ) AS t
      WHERE t.n <> d.said`,
  },
  {
    invariant: 'every invoice is its lines with their tax, and the tax is booked',
    count: 'SELECT count(*)::int AS n FROM invoice',
    violations: `
      SELECT format('invoice %s says %s with a tax of %s, its lines %s with %s, its entry %s', i.number, i.amount_minor, i.tax_minor,
        l.minor + l.tax, l.tax, coalesce(e.minor, 0)) AS violation
      FROM invoice AS i
      LEFT JOIN LATERAL (
        SELECT sum(amount_minor) AS minor, sum(tax_minor) AS tax
        FROM invoice_line
        WHERE number = i.number
      ) AS l ON true
      LEFT JOIN LATERAL (
        SELECT CASE WHEN debit LIKE 'TAX_PAYABLE:%' THEN -minor ELSE minor END AS minor
        FROM ledger_entry
        WHERE entry_id = 'tax:' || i.number
      ) AS e ON true
      WHERE (i.amount_minor, i.tax_minor, i.tax_minor)
        IS DISTINCT FROM (l.minor + l.tax, l.tax, coalesce(e.minor, 0))`,
  },
  {
    invariant: 'numbers of invoices have no gap',
    count: 'SELECT count(*)::int AS n FROM invoice',
    violations: `
      SELECT format('series %s of %s: %s invoices, the last number is %s', s.series, s.year, count(i.number), s.last) AS violation
      FROM invoice_series AS s
      LEFT JOIN invoice AS i USING (series, year)
      GROUP BY s.series, s.year, s.last
      HAVING count(i.number) <> s.last OR max(i.sequence) <> s.last`,
  },
];
