import type { ReportDefinition } from '../report-definition.js';

/** The copy of the ledger reaches the end of the period, or what is to be known of it. */
export const LEDGER_IS_COPIED = `
  SELECT copied_up_to >= least(:to::timestamptz, :knownAt::timestamptz) AS "isReady"
  FROM ledger_copy`;

/** R25: of each account what it held, what moved, and what it held then. Debits have a plus: each currency adds up to zero. */
export const TRIAL_BALANCE: ReportDefinition = {
  id: 'R25',
  title: 'Trial balance',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['until', 'currency'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'account', label: 'Account', type: 'text' },
    { key: 'kind', label: 'Kind', type: 'text' },
    { key: 'owner', label: 'Owner', type: 'text' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'opening', label: 'Opening', type: 'amount', currency: 'currency' },
    { key: 'debit', label: 'Debit', type: 'amount', currency: 'currency' },
    { key: 'credit', label: 'Credit', type: 'amount', currency: 'currency' },
    { key: 'closing', label: 'Closing', type: 'amount', currency: 'currency' },
  ],
  isReady: LEDGER_IS_COPIED,
  // From what was summed up by the end of the last day before, and what moved since.
  sql: `
    WITH base AS (
      SELECT least(checkpointed_day, (:from::timestamptz AT TIME ZONE 'UTC')::date - 1) AS day
      FROM ledger_copy
    ), moved AS (
      SELECT account,
        coalesce(sum(debited) FILTER (WHERE at < :from), 0) AS debited_before,
        coalesce(sum(credited) FILTER (WHERE at < :from), 0) AS credited_before,
        coalesce(sum(debited) FILTER (WHERE at >= :from), 0) AS debited,
        coalesce(sum(credited) FILTER (WHERE at >= :from), 0) AS credited
      FROM (
        SELECT debit AS account, minor AS debited, 0 AS credited, at
        FROM ledger_transfer
        WHERE at >= (SELECT coalesce((day + 1)::timestamp AT TIME ZONE 'UTC', '-infinity') FROM base)
          AND at < :to::timestamptz
          AND at <= :knownAt::timestamptz
        UNION ALL
        SELECT credit, 0, minor, at
        FROM ledger_transfer
        WHERE at >= (SELECT coalesce((day + 1)::timestamp AT TIME ZONE 'UTC', '-infinity') FROM base)
          AND at < :to
          AND at <= :knownAt
      ) AS side
      GROUP BY account
    ), held AS (
      SELECT a.code, a.kind, a.owner, a.currency,
        (coalesce(c.debits, 0) - coalesce(c.credits, 0) + coalesce(m.debited_before, 0) - coalesce(m.credited_before, 0))::bigint
          AS opening,
        coalesce(m.debited, 0)::bigint AS debited,
        coalesce(m.credited, 0)::bigint AS credited
      FROM ledger_account AS a
      LEFT JOIN LATERAL (
        SELECT debits, credits
        FROM ledger_checkpoint
        WHERE account_id = a.account_id AND day <= (SELECT day FROM base)
        ORDER BY day DESC
        LIMIT 1
      ) AS c ON true
      LEFT JOIN moved AS m ON m.account = a.account_id
      WHERE :currency::text IS NULL OR a.currency = :currency
    )
    SELECT code AS account, kind, owner, currency, opening, debited AS debit, -credited AS credit,
      opening + debited - credited AS closing
    FROM held
    WHERE opening <> 0 OR debited <> 0 OR credited <> 0
    ORDER BY currency, code`,
};
