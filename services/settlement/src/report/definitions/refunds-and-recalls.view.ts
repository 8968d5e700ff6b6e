import { bothReady, factsAreCopied, knownFacts } from '../fact-readiness.js';
import type { ReportDefinition } from '../report-definition.js';
import { LEDGER_IS_COPIED } from './trial-balance.view.js';

/** Recalls as they stood at `:knownAt`. */
export const RECALLS_KNOWN = `
  SELECT id::uuid AS recall_id, (body ->> 'paymentId')::uuid AS payment_id, body ->> 'corridor' AS corridor,
    body ->> 'direction' AS direction, body ->> 'asker' AS asker, body ->> 'answerer' AS answerer, body ->> 'caseId' AS case_id,
    body ->> 'reason' AS reason, body ->> 'currency' AS currency, (body ->> 'minor')::bigint AS amount_minor,
    (body ->> 'byPeople')::boolean AS by_people, body ->> 'state' AS state, body ->> 'refusal' AS refusal,
    (body ->> 'receivedAt')::timestamptz AS received_at, (body ->> 'deadline')::timestamptz AS deadline,
    (body ->> 'endedAt')::timestamptz AS ended_at, (body ->> 'moneyMissing')::boolean AS money_missing
  FROM ${knownFacts('routing.recall')} AS told`;

/** By when a recall has to be answered, and the money of an accepted one to come: has it not been? */
export const RECALL_IS_LATE = `
  CASE
    WHEN coalesce(c.ended_at, :knownAt::timestamptz) > c.deadline OR c.state = 'EXPIRED' THEN 'yes'
    WHEN c.money_missing THEN 'money missing'
    ELSE 'no'
  END`;

/**
 * R15: refunds and returns that ended in the period, with whose fault they were and what the ledger says that they cost beside their
 * amounts, and recalls that were received in it.
 */
export const REFUNDS_AND_RECALLS: ReportDefinition = {
  id: 'R15',
  title: 'Refunds, returns and recalls',
  version: 1,
  audience: 'participants',
  needed: ['day'],
  optional: ['until', 'currency'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'kind', label: 'Kind', type: 'text' },
    { key: 'originalId', label: 'Original', type: 'text' },
    { key: 'returnId', label: 'Refund or recall', type: 'text' },
    { key: 'corridor', label: 'Corridor', type: 'text' },
    { key: 'direction', label: 'Direction', type: 'text' },
    { key: 'from', label: 'From', type: 'text' },
    { key: 'to', label: 'To', type: 'text' },
    { key: 'state', label: 'State', type: 'text' },
    { key: 'reason', label: 'Reason', type: 'text' },
    { key: 'fault', label: 'Fault', type: 'text' },
    { key: 'fxBearer', label: 'FX bearer', type: 'text' },
    { key: 'sourceCurrency', label: 'Source currency', type: 'text' },
    { key: 'source', label: 'Source', type: 'amount', currency: 'sourceCurrency' },
    { key: 'targetCurrency', label: 'Target currency', type: 'text' },
    { key: 'target', label: 'Target', type: 'amount', currency: 'targetCurrency' },
    { key: 'fxAccount', label: 'FX difference, borne on', type: 'text' },
    { key: 'fxCurrency', label: 'FX difference, currency', type: 'text' },
    { key: 'fxDifference', label: 'FX difference', type: 'amount', currency: 'fxCurrency' },
    { key: 'feeCurrency', label: 'Fee currency', type: 'text' },
    { key: 'feeReturned', label: 'Fee returned', type: 'amount', currency: 'feeCurrency' },
    { key: 'requestedAt', label: 'Requested', type: 'instant' },
    { key: 'doneAt', label: 'Done', type: 'instant' },
    { key: 'deadline', label: 'Deadline', type: 'instant' },
    { key: 'late', label: 'Late', type: 'text' },
  ],
  isReady: bothReady(LEDGER_IS_COPIED, factsAreCopied('routing.recall')),
  // What a refund costs whom is told to whoever bears it, and to the scheme. A refund after its deadline is refused: none is late.
  sql: `
    WITH refund AS (
      SELECT p.*
      FROM payment_record AS p
      WHERE p.refund_of IS NOT NULL
        AND p.ended_at >= :from::timestamptz
        AND p.ended_at < :to::timestamptz
        AND coalesce(p.known_at, p.ended_at) <= :knownAt::timestamptz
        AND (:currency::text IS NULL OR :currency IN (p.source_currency, p.target_currency))
        AND (:receiver::text = '' OR :receiver IN (p.debtor_agent, p.creditor_agent))
    ), booked AS (
      SELECT t.chain_id, t.kind,
        CASE t.kind WHEN 'fee_return' THEN c.code WHEN 'fx_difference' THEN CASE WHEN d.kind = 'FX_PAYABLE' THEN c.code ELSE d.code END END
          AS account,
        CASE t.kind WHEN 'fee_return' THEN c.owner ELSE CASE WHEN d.kind = 'FX_PAYABLE' THEN c.owner ELSE d.owner END END AS owner,
        d.currency,
        CASE WHEN t.kind = 'fx_difference' AND d.kind = 'FX_PAYABLE' THEN -t.minor ELSE t.minor END AS minor
      FROM refund AS r
      JOIN ledger_transfer AS t ON t.chain_id = r.payment_id AND t.kind IN ('fx_difference', 'fee_return')
      JOIN ledger_account AS d ON d.account_id = t.debit
      JOIN ledger_account AS c ON c.account_id = t.credit
      WHERE t.at <= :knownAt
    ), every AS (
      SELECT 'refund' AS kind, r.refund_of AS original, r.payment_id AS id, r.corridor, r.direction, r.debtor_agent AS debtor,
        r.creditor_agent AS creditor, r.state, NULL::text AS reason, r.refund_cause ->> 'fault' AS fault,
        r.refund_cause ->> 'fxBearer' AS fx_bearer, r.source_currency, r.source_minor, r.target_currency, r.target_minor,
        fx.account AS fx_account, fx.currency AS fx_currency, fx.minor AS fx_minor, fee.currency AS fee_currency, fee.minor AS fee_minor,
        r.accepted_at AS requested_at, CASE WHEN r.state = 'COMPLETED' THEN r.ended_at END AS done_at,
        NULL::timestamptz AS deadline, NULL::text AS late, r.ended_at AS at
      FROM refund AS r
      LEFT JOIN booked AS fx ON fx.chain_id = r.payment_id AND fx.kind = 'fx_difference' AND (:receiver = '' OR fx.owner = :receiver)
      LEFT JOIN booked AS fee ON fee.chain_id = r.payment_id AND fee.kind = 'fee_return' AND (:receiver = '' OR fee.owner = :receiver)
      UNION ALL
      SELECT 'recall', c.payment_id, c.recall_id, c.corridor, c.direction, c.answerer, c.asker, c.state, c.reason, NULL, NULL,
        NULL, NULL, c.currency, c.amount_minor, NULL, NULL, NULL, NULL, NULL, c.received_at,
        CASE WHEN c.ended_at <= :knownAt THEN c.ended_at END, c.deadline, ${RECALL_IS_LATE}, c.received_at
      FROM (${RECALLS_KNOWN}) AS c
      WHERE c.received_at >= :from
        AND c.received_at < :to
        AND (:currency IS NULL OR c.currency = :currency)
        AND (:receiver = '' OR :receiver IN (c.asker, c.answerer))
    )
    SELECT kind, original::text AS "originalId", id::text AS "returnId", corridor, direction, debtor AS from, creditor AS to, state, reason,
      fault, fx_bearer AS "fxBearer", source_currency AS "sourceCurrency", source_minor AS source, target_currency AS "targetCurrency",
      target_minor AS target, fx_account AS "fxAccount", fx_currency AS "fxCurrency", fx_minor AS "fxDifference",
      fee_currency AS "feeCurrency", fee_minor AS "feeReturned", requested_at AS "requestedAt", done_at AS "doneAt", deadline, late
    FROM every
    ORDER BY at, kind, id`,
};
