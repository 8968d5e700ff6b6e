import { factsAreCopied, knownFacts } from '../fact-readiness.js';
import type { ReportDefinition } from '../report-definition.js';

/** R9: payments whose outcome was not known, for how long (domain 6.12), the oldest first. */
export const UNKNOWN_AGEING: ReportDefinition = {
  id: 'R9',
  title: 'Unknown outcomes by age',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['currency', 'partner'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'paymentId', label: 'Payment', type: 'text' },
    { key: 'partner', label: 'Partner', type: 'text' },
    { key: 'corridor', label: 'Corridor', type: 'text' },
    { key: 'leg', label: 'Leg', type: 'text' },
    { key: 'state', label: 'State', type: 'text' },
    { key: 'since', label: 'Since', type: 'instant' },
    { key: 'ageMinutes', label: 'Age in minutes', type: 'count' },
    { key: 'ageBand', label: 'Age band', type: 'text' },
    { key: 'attempts', label: 'Attempts', type: 'count' },
    { key: 'lastAnswer', label: 'Last answer', type: 'text' },
    { key: 'lastAnswerAt', label: 'Last answer at', type: 'instant' },
    { key: 'nextAt', label: 'Next step at', type: 'instant' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'value', label: 'Value', type: 'amount', currency: 'currency' },
    { key: 'owner', label: 'Owner', type: 'text' },
  ],
  isReady: factsAreCopied('routing.unknown'),
  sql: `
    SELECT u."paymentId", u.partner, u.corridor, u.leg, u.state, u.since, age.minutes AS "ageMinutes",
      CASE
        WHEN age.minutes < 1 THEN 'under 1 min'
        WHEN age.minutes < 5 THEN '1-5 min'
        WHEN age.minutes < 30 THEN '5-30 min'
        WHEN age.minutes < 240 THEN '30 min-4 h'
        WHEN age.minutes < 1440 THEN '4 h-1 day'
        ELSE 'over 1 day'
      END AS "ageBand",
      u.attempts, u."lastAnswer", u."lastAnswerAt", u."nextAt", u.currency, u.minor AS value, u.owner
    FROM ${knownFacts('routing.unknown')} AS f
    CROSS JOIN LATERAL jsonb_to_record(f.body) AS u ("paymentId" text, partner text, corridor text, leg text, state text,
      since timestamptz, attempts integer, "lastAnswer" text, "lastAnswerAt" timestamptz, "nextAt" timestamptz,
      currency text, minor bigint, owner text)
    CROSS JOIN LATERAL (
      SELECT greatest(0, floor(extract(epoch FROM least(:knownAt::timestamptz, :to::timestamptz) - u.since) / 60))::integer AS minutes
    ) AS age
    WHERE u.since < :to
      AND (:currency::text IS NULL OR u.currency = :currency)
      AND (:partner::text IS NULL OR u.partner = :partner)
    ORDER BY u.since, u."paymentId"`,
};
