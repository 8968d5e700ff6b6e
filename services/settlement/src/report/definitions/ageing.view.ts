import type { ReportDefinition } from '../report-definition.js';
import { INVOICES_KNOWN } from './invoices-known.view.js';
import { bandOf, STANDING_BREAKS, STANDING_SUSPENSE } from './standing-breaks.view.js';
import { LEDGER_IS_COPIED } from './trial-balance.view.js';

const { band, place } = bandOf('days');

/** Of invoices: by how many days they are past due. */
const OVERDUE = [
  { upTo: 0, band: 'not due' },
  { upTo: 30, band: '1-30 overdue' },
  { upTo: 60, band: '31-60 overdue' },
  { upTo: 90, band: '61-90 overdue' },
] as const;

const overdue = (shown: (at: number) => string, last: string): string =>
  `CASE ${OVERDUE.map(({ upTo }, at) => `WHEN days <= ${upTo} THEN ${shown(at)}`).join(' ')} ELSE ${last} END`;
const OVERDUE_BAND = overdue((at) => `'${OVERDUE[at]!.band}'`, `'over 90 overdue'`);
const OVERDUE_PLACE = overdue((at) => at.toString(), OVERDUE.length.toString());

/** R32: what is open, by its age: breaks, money in suspense, and what is owed on invoices both ways. */
export const AGEING: ReportDefinition = {
  id: 'R32',
  title: 'Ageing',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['currency'],
  formats: ['csv', 'xlsx', 'pdf'],
  section: 'section',
  columns: [
    { key: 'section', label: 'Section', type: 'text' },
    { key: 'with', label: 'With', type: 'text' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'band', label: 'Age band', type: 'text' },
    { key: 'count', label: 'Count', type: 'count' },
    { key: 'amount', label: 'Amount', type: 'amount', currency: 'currency' },
    { key: 'oldest', label: 'Oldest', type: 'day' },
  ],
  isReady: LEDGER_IS_COPIED,
  // Breaks by what they differ, suspense by its size, whichever way; invoices by what is not paid of them.
  sql: `
    WITH ${INVOICES_KNOWN}, every AS (
      SELECT 1 AS section, 'Breaks' AS name, partner AS counterparty, currency, ${place} AS place, ${band} AS band, minor, day
      FROM (${STANDING_BREAKS}) AS broken
      UNION ALL
      SELECT 2, 'Suspense', bank, currency, ${place}, ${band}, abs(minor), day
      FROM (${STANDING_SUSPENSE}) AS held
      UNION ALL
      SELECT CASE side WHEN 'receivable' THEN 3 ELSE 4 END, CASE side WHEN 'receivable' THEN 'Receivables' ELSE 'Payables' END, counterparty,
        currency, ${OVERDUE_PLACE}, ${OVERDUE_BAND}, minor, due_on
      FROM (
        SELECT *, amount_minor - paid_minor AS minor, :day::date - due_on AS days
        FROM invoice_known
        WHERE amount_minor <> paid_minor
      ) AS owed
    )
    SELECT name AS section, counterparty AS with, currency, band, count(*) AS count, sum(minor)::bigint AS amount, min(day) AS oldest
    FROM every
    WHERE :currency::text IS NULL OR currency = :currency
    GROUP BY section, name, counterparty, currency, place, band
    ORDER BY every.section, counterparty, currency, place`,
};
