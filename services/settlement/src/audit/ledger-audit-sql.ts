import type { SettlementCheck } from './audit.store.js';

// The copy of the ledger against itself and against what settlement had booked: the last day that is summed up and what came
// since. What is older was looked at when it was that, and stays as it was proven.

const RECENT = `(SELECT coalesce(checkpointed_day::timestamp AT TIME ZONE 'UTC', '-infinity') FROM ledger_copy)`;

/** Entries that were booked since then, or are not: each by its index. */
const FRESH = `(
  SELECT * FROM ledger_entry WHERE booked_at >= ${RECENT} AND booked_at <= (SELECT max(booked_at) FROM ledger_entry)
  UNION ALL
  SELECT * FROM ledger_entry WHERE state <> 'booked'
)`;

const TRANSFERS = `SELECT count(*)::int AS n FROM ledger_transfer WHERE at >= ${RECENT}`;

export const LEDGER_CHECKS: readonly SettlementCheck[] = [
  {
    invariant: 'I1 every transfer of the copy is in the one currency of both its accounts',
    count: TRANSFERS,
    violations: `
      SELECT format('transfer %s of %s is between %s and %s', t.kind, t.chain_id, coalesce(d.code, 'none'), coalesce(c.code, 'none'))
        AS violation
      FROM ledger_transfer t
      LEFT JOIN ledger_account d ON d.account_id = t.debit
      LEFT JOIN ledger_account c ON c.account_id = t.credit
      WHERE t.at >= ${RECENT}
        AND (d.currency IS DISTINCT FROM c.currency OR d.currency IS NULL)`,
  },
  {
    invariant: 'I2 each currency of the copy sums to zero, and the sums of a day are its transfers',
    count: 'SELECT count(*)::int AS n FROM ledger_account',
    violations: `
      SELECT format('currency %s: debits less credits are %s', a.currency, sum(c.debits - c.credits)) AS violation
      FROM ledger_account a
      CROSS JOIN LATERAL (
        SELECT debits, credits FROM ledger_checkpoint WHERE account_id = a.account_id ORDER BY day DESC LIMIT 1
      ) c
      GROUP BY a.currency
      HAVING sum(c.debits - c.credits) <> 0
      UNION ALL
      SELECT format('account %s: the sums of %s say %s/%s, its transfers %s/%s', a.code, last.day,
                    coalesce(c.debits - coalesce(b.debits, 0), 0), coalesce(c.credits - coalesce(b.credits, 0), 0),
                    coalesce(m.debits, 0), coalesce(m.credits, 0))
      FROM (SELECT checkpointed_day AS day FROM ledger_copy WHERE checkpointed_day IS NOT NULL) last
      CROSS JOIN ledger_account a
      LEFT JOIN ledger_checkpoint c ON c.account_id = a.account_id AND c.day = last.day
      LEFT JOIN LATERAL (
        SELECT debits, credits FROM ledger_checkpoint
        WHERE account_id = a.account_id AND day < last.day ORDER BY day DESC LIMIT 1
      ) b ON true
      LEFT JOIN (
        SELECT account, sum(debited) AS debits, sum(credited) AS credits
        FROM ledger_transfer t
        CROSS JOIN LATERAL (VALUES (t.debit, t.minor, 0::bigint), (t.credit, 0::bigint, t.minor)) AS side (account, debited, credited)
        WHERE t.at >= ${RECENT}
          AND t.at < (SELECT (checkpointed_day + 1)::timestamp AT TIME ZONE 'UTC' FROM ledger_copy)
        GROUP BY account
      ) m ON m.account = a.account_id
      WHERE (coalesce(c.debits - coalesce(b.debits, 0), 0), coalesce(c.credits - coalesce(b.credits, 0), 0))
        <> (coalesce(m.debits, 0), coalesce(m.credits, 0))`,
  },
  {
    invariant: 'I17 banks move by entries that a line proves, each part of a line once, as they were booked',
    count: `SELECT count(*)::int AS n FROM ${FRESH} AS e WHERE e.line_id IS NOT NULL`,
    violations: `
      SELECT DISTINCT format('part %s of bank line %s counts %s times', e.part, e.line_id, used.times) AS violation
      FROM ${FRESH} AS e
      CROSS JOIN LATERAL (
        SELECT count(*) AS times FROM ledger_entry AS o WHERE o.line_id = e.line_id AND o.part = e.part
      ) AS used
      WHERE e.line_id IS NOT NULL AND used.times > 1
      UNION ALL
      SELECT format('transfer %s of %s moves %s and %s without a bank line', t.kind, coalesce(t.reference, t.chain_id::text), d.code, c.code)
      FROM ledger_transfer t
      JOIN ledger_account d ON d.account_id = t.debit
      JOIN ledger_account c ON c.account_id = t.credit
      LEFT JOIN ledger_entry e ON e.entry_id = t.reference AND e.kind = t.kind AND e.line_id IS NOT NULL
      WHERE t.at >= ${RECENT}
        AND 'NOSTRO' IN (d.kind, c.kind)
        AND e.entry_id IS NULL
        AND (t.kind <> 'funds' OR t.reference IS NULL OR t.reference NOT LIKE 'opening:%')
      UNION ALL
      SELECT format('entry %s of %s from %s to %s is booked, and not so in the ledger', e.entry_id, e.minor, e.debit, e.credit)
      FROM ledger_entry e
      LEFT JOIN (
        ledger_transfer t
        JOIN ledger_account d ON d.account_id = t.debit
        JOIN ledger_account c ON c.account_id = t.credit
      ) ON t.at >= ${RECENT} AND t.reference = e.entry_id AND t.kind = e.kind AND t.minor = e.minor AND d.code = e.debit AND c.code = e.credit
      WHERE e.booked_at >= ${RECENT}
        AND e.booked_at < (SELECT copied_up_to FROM ledger_copy)
        AND t.chain_id IS NULL`,
  },
  {
    invariant: 'I2 the copy of the ledger is what routing has posted',
    count: 'SELECT count(*)::int AS n FROM ledger_proof',
    violations: `
      SELECT format('transfers from %s to %s: %s', from_at AT TIME ZONE 'UTC', until_at AT TIME ZONE 'UTC', difference) AS violation
      FROM ledger_proof
      WHERE difference IS NOT NULL`,
  },
];
