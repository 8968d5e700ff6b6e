import type { AuditFinding } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import { BOOKS_CHECKS } from './books-audit-sql.js';
import { invoiceFinding } from './invoice-audit.store.js';
import { LEDGER_CHECKS } from './ledger-audit-sql.js';
import { WINDOW_CHECKS } from '../window/window-audit.store.js';

const SHOWN_MAX = 20;

/** An invariant of settlement's own tables. */
export interface SettlementCheck {
  readonly invariant: string;
  /** How many rows the check looks at. */
  readonly count: string;
  /** A row a violation, one text column `violation`. */
  readonly violations: string;
}

const CHECKS: readonly SettlementCheck[] = [
  {
    invariant: 'I15 each completed payment is in exactly one window per partner and currency',
    count: `SELECT count(*)::int AS n FROM payment_record WHERE state IN ('COMPLETED', 'BLOCKED')`,
    violations: `
      SELECT format('payment %s is in %s windows: %s', r.payment_id, count(l.window_id), string_agg(l.window_id, ', ')) AS violation
      FROM payment_record r
      LEFT JOIN window_line l USING (payment_id)
      WHERE r.state IN ('COMPLETED', 'BLOCKED')
      GROUP BY r.payment_id
      HAVING count(l.window_id) <> 2`,
  },
  {
    invariant: 'I15 no window holds a payment that did not complete',
    count: 'SELECT count(DISTINCT payment_id)::int AS n FROM window_line',
    violations: `
      SELECT format('window %s holds payment %s, which is %s', l.window_id, l.payment_id, coalesce(r.state, 'unknown')) AS violation
      FROM window_line l
      LEFT JOIN payment_record r USING (payment_id)
      WHERE r.state IS NULL OR r.state NOT IN ('COMPLETED', 'BLOCKED')`,
  },
  {
    invariant: 'I15 the totals of a window are the sums of its lines',
    count: 'SELECT count(*)::int AS n FROM settlement_window',
    violations: `
      SELECT format('window %s says %s payments and %s, its lines are %s and %s', w.window_id, w.payments, w.gross_minor,
                    coalesce(l.payments, 0), coalesce(l.gross, 0)) AS violation
      FROM settlement_window w
      LEFT JOIN (
        SELECT window_id, count(*) AS payments, sum(amount_minor) AS gross FROM window_line GROUP BY window_id
      ) l USING (window_id)
      WHERE w.payments <> coalesce(l.payments, 0) OR w.gross_minor <> coalesce(l.gross, 0)`,
  },
  {
    invariant: 'I16 the nets of a window are zero in sum',
    count: 'SELECT count(DISTINCT window_id)::int AS n FROM window_net',
    violations: `
      SELECT format('the nets of window %s sum to %s', window_id, sum(net_minor)) AS violation
      FROM window_net
      GROUP BY window_id
      HAVING sum(net_minor) <> 0`,
  },
  {
    invariant: 'I16 a netted window is netted from all its lines',
    count: `SELECT count(*)::int AS n FROM settlement_window WHERE state NOT IN ('OPEN', 'DRAINING', 'CLOSED')`,
    violations: `
      SELECT format('window %s: lines %s, bilateral sums %s', w.window_id, w.gross_minor, coalesce(b.gross, 0)) AS violation
      FROM settlement_window w
      LEFT JOIN (SELECT window_id, sum(amount_minor) AS gross FROM window_bilateral GROUP BY window_id) b USING (window_id)
      WHERE w.state NOT IN ('OPEN', 'DRAINING', 'CLOSED') AND w.gross_minor <> coalesce(b.gross, 0)`,
  },
  ...WINDOW_CHECKS,
];

/** What settlement's own tables say about the invariants that it keeps. */
export async function auditFindings(database: Queryable): Promise<AuditFinding[]> {
  const findings: AuditFinding[] = [];
  for (const check of [...CHECKS, ...LEDGER_CHECKS, ...BOOKS_CHECKS]) {
    const [count] = await database.query<{ n: number }>(check.count);
    const rows = await database.query<{ violation: string }>(`${check.violations} LIMIT ${SHOWN_MAX}`);
    const violations = rows.map((row) => row.violation);
    findings.push({
      invariant: check.invariant,
      ok: violations.length === 0,
      checked: count!.n,
      violations,
    });
  }
  return [...findings, await invoiceFinding(database)];
}

/** What cross-checks compare with the other services: payments by state, obligations by currency. */
export async function auditTotals(database: Queryable): Promise<Record<string, string>> {
  const states = await database.query<{ state: string; n: bigint }>(
    'SELECT state, count(*) AS n FROM payment_record GROUP BY state',
  );
  const sums = await database.query<{ currency: string; minor: string }>(
    `SELECT w.currency, sum(l.amount_minor)::text AS minor
     FROM window_line l
     JOIN settlement_window w USING (window_id)
     GROUP BY w.currency`,
  );
  const [breaks] = await database.query<{ n: bigint }>(
    `SELECT count(*) AS n FROM settlement_break WHERE source = 'payment'`,
  );
  return {
    'breaks.payment': breaks!.n.toString(),
    ...Object.fromEntries(states.map((row) => [`payments.${row.state}`, row.n.toString()])),
    ...Object.fromEntries(sums.map((row) => [`obligations.${row.currency}`, row.minor])),
  };
}
