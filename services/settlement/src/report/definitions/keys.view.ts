import { factsAreCopied, knownFacts } from '../fact-readiness.js';
import type { ReportDefinition } from '../report-definition.js';

/** R28: public keys of participants as the directory had them, those that end first on top. */
export const KEYS: ReportDefinition = {
  id: 'R28',
  title: 'Certificates and keys',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['partner'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'participant', label: 'Participant', type: 'text' },
    { key: 'keyId', label: 'Key', type: 'text' },
    { key: 'algorithm', label: 'Algorithm', type: 'text' },
    { key: 'uses', label: 'Use', type: 'text' },
    { key: 'sha256', label: 'SHA-256', type: 'text' },
    { key: 'validFrom', label: 'Valid from', type: 'instant' },
    { key: 'validTo', label: 'Valid until', type: 'instant' },
    { key: 'daysLeft', label: 'Days left', type: 'count' },
    { key: 'state', label: 'State', type: 'text' },
    { key: 'rotatedAt', label: 'Last rotated', type: 'instant' },
  ],
  isReady: factsAreCopied('routing.key'),
  sql: `
    WITH standing AS (
      SELECT body ->> 'participant' AS participant, body ->> 'keyId' AS key_id, body ->> 'algorithm' AS algorithm,
        (SELECT string_agg(use, ' ' ORDER BY use) FROM jsonb_array_elements_text(body -> 'uses') AS use) AS uses,
        body ->> 'sha256' AS sha256,
        (body ->> 'validFrom')::timestamptz AS valid_from,
        (body ->> 'validTo')::timestamptz AS valid_to
      FROM ${knownFacts('routing.key')} AS fact
    )
    SELECT participant, key_id AS "keyId", algorithm, uses, sha256, valid_from AS "validFrom", valid_to AS "validTo",
      greatest(0, floor(extract(epoch FROM valid_to - :knownAt::timestamptz) / 86400))::integer AS "daysLeft",
      CASE
        WHEN valid_to <= :knownAt THEN 'ENDED'
        WHEN valid_from > :knownAt THEN 'TO_COME'
        WHEN valid_to < :knownAt + interval '30 days' THEN 'ENDS_SOON'
        ELSE 'VALID'
      END AS state,
      max(valid_from) FILTER (WHERE valid_from <= :knownAt) OVER (PARTITION BY participant) AS "rotatedAt"
    FROM standing
    WHERE :day::date IS NOT NULL
      AND (:partner::text IS NULL OR participant = :partner)
    ORDER BY valid_to, participant, key_id`,
};
