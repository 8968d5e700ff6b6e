import type { ReportDefinition } from '../report-definition.js';
import { SINCE_SUMMED_UP, SUMMED_UP, summedUpBefore } from './summed-up.view.js';

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
    WITH ${summedUpBefore(':from')}, moved AS (
      SELECT account,
        coalesce(sum(debited) FILTER (WHERE at < :from), 0) AS debited_before,
        coalesce(sum(credited) FILTER (WHERE at < :from), 0) AS credited_before,
        coalesce(sum(debited) FILTER (WHERE at >= :from), 0) AS debited,
        coalesce(sum(credited) FILTER (WHERE at >= :from), 0) AS credited
      FROM (
        SELECT debit AS account, minor AS debited, 0 AS credited, at
        FROM ledger_transfer
        WHERE at >= ${SINCE_SUMMED_UP}
          AND at < :to::timestamptz
          AND at <= :knownAt::timestamptz
        UNION ALL
        SELECT credit, 0, minor, at
        FROM ledger_transfer
        WHERE at >= ${SINCE_SUMMED_UP}
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
      LEFT JOIN LATERAL (${SUMMED_UP}) AS c ON true
      LEFT JOIN moved AS m ON m.account = a.account_id
      WHERE :currency::text IS NULL OR a.currency = :currency
    )
    SELECT code AS account, kind, owner, currency, opening, debited AS debit, -credited AS credit,
      opening + debited - credited AS closing
    FROM held
    WHERE opening <> 0 OR debited <> 0 OR credited <> 0
    ORDER BY currency, code`,
};
