import type { ReportDefinition } from '../report-definition.js';
import { POSITION_MOVES } from './participant-statement.view.js';

/** Names one credit of a position: what it was, its reference, and when. */
export const CREDIT_ENTRY = `line || ':' || reference || ':' || (extract(epoch FROM at) * 1000)::bigint`;

/** R34: one credit to a participant's position, as a bank would notify its customer of it. */
export const CREDIT_NOTIFICATION: ReportDefinition = {
  id: 'R34',
  title: 'Credit notification',
  version: 1,
  audience: 'participants',
  needed: ['day', 'currency', 'entry'],
  optional: [],
  formats: ['csv', 'camt.054'],
  columns: [
    { key: 'participant', label: 'Participant', type: 'text' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'line', label: 'Line', type: 'text' },
    { key: 'reference', label: 'Reference', type: 'text' },
    { key: 'day', label: 'Day', type: 'day' },
    { key: 'valueDate', label: 'Value date', type: 'day' },
    { key: 'at', label: 'Booked', type: 'instant' },
    { key: 'amount', label: 'Amount', type: 'amount', currency: 'currency' },
  ],
  sql: `
    SELECT participant, currency, line, reference, day, value_date AS "valueDate", at, minor AS amount
    FROM (${POSITION_MOVES}) AS every
    WHERE currency = :currency::text
      AND (:receiver::text = '' OR participant = :receiver)
      AND ${CREDIT_ENTRY} = :entry::text
      AND minor > 0
      AND at <= :knownAt::timestamptz
    ORDER BY participant, at, step, reference`,
  camt: ({ receiver, currency, period }) => ({
    account: { id: `POSITION-${receiver}`.slice(0, 34), scheme: 'TONLE', currency },
    from: period.from.toISOString(),
    to: period.to.toISOString(),
    amount: 'amount',
    reference: 'reference',
    bookedAt: 'at',
    valueDate: 'valueDate',
    information: 'line',
  }),
};
