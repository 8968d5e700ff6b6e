import { factsAreCopied, knownFacts } from '../fact-readiness.js';
import type { ReportDefinition } from '../report-definition.js';

/** R29: records that no service could handle or send, open on the days or decided on them: no word of what they say. */
export const DEAD_LETTERS: ReportDefinition = {
  id: 'R29',
  title: 'Dead letters and replays',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['until'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'service', label: 'Service', type: 'text' },
    { key: 'topic', label: 'Topic', type: 'text' },
    { key: 'type', label: 'Type', type: 'text' },
    { key: 'key', label: 'Key', type: 'text' },
    { key: 'reader', label: 'Reader', type: 'text' },
    { key: 'errorClass', label: 'Error class', type: 'text' },
    { key: 'firstAt', label: 'First seen', type: 'instant' },
    { key: 'lastAt', label: 'Last at', type: 'instant' },
    { key: 'attempts', label: 'Attempts', type: 'count' },
    { key: 'replayedBy', label: 'Replayed by', type: 'text' },
    { key: 'replayedAt', label: 'Decided', type: 'instant' },
    { key: 'result', label: 'Result', type: 'text' },
  ],
  isReady: factsAreCopied('switch.dead-letter'),
  sql: `
    SELECT f.service, l.topic, l.type, l.key, l.reader, l."errorClass", l."firstAt", l."lastAt", l.attempts, l.by AS "replayedBy",
      l.at AS "replayedAt", l.result
    FROM ${knownFacts('switch.dead-letter')} AS f
    CROSS JOIN LATERAL jsonb_to_record(f.body) AS l (reader text, topic text, type text, key text, "errorClass" text,
      "firstAt" timestamptz, "lastAt" timestamptz, attempts integer, result text, by text, at timestamptz)
    WHERE l."firstAt" < :to::timestamptz
      AND (l.result IN ('OPEN', 'FAILED_AGAIN') OR coalesce(l.at, l."lastAt") >= :from::timestamptz)
      AND :day::date <= coalesce(:until::date, :day::date)
    ORDER BY f.service, l."firstAt", f.id`,
};
