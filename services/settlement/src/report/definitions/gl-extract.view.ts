import type { ReportDefinition } from '../report-definition.js';
import { LEDGER_IS_COPIED } from './trial-balance.view.js';

/** R24: every transfer of the period, under ids that stay: chain and kind are of one transfer alone. */
export const GL_EXTRACT: ReportDefinition = {
  id: 'R24',
  title: 'General ledger extract',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['until', 'currency'],
  formats: ['csv', 'xlsx'],
  columns: [
    { key: 'journalId', label: 'Journal', type: 'text' },
    { key: 'kind', label: 'Kind', type: 'text' },
    { key: 'at', label: 'Booked', type: 'instant' },
    { key: 'debit', label: 'Debit', type: 'text' },
    { key: 'credit', label: 'Credit', type: 'text' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'amount', label: 'Amount', type: 'amount', currency: 'currency' },
    { key: 'reference', label: 'Source document', type: 'text' },
  ],
  isReady: LEDGER_IS_COPIED,
  sql: `
    SELECT t.chain_id::text AS "journalId", t.kind, t.at, d.code AS debit, c.code AS credit, d.currency, t.minor AS amount, t.reference
    FROM ledger_transfer AS t
    JOIN ledger_account AS d ON d.account_id = t.debit
    JOIN ledger_account AS c ON c.account_id = t.credit
    WHERE t.at >= :from::timestamptz
      AND t.at < :to::timestamptz
      AND t.at <= :knownAt::timestamptz
      AND (:currency::text IS NULL OR d.currency = :currency)
    ORDER BY t.at, t.chain_id, t.kind`,
};
