import { factsAreCopied, knownFacts } from '../fact-readiness.js';
import type { ReportDefinition } from '../report-definition.js';

/** R30: of each day and network whether banks work, until when, by which version of its calendar, and the windows of that day. */
export const CALENDARS: ReportDefinition = {
  id: 'R30',
  title: 'Calendars and cut-offs',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['until', 'currency', 'partner'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'network', label: 'Network', type: 'text' },
    { key: 'countries', label: 'Countries', type: 'text' },
    { key: 'currencies', label: 'Currencies', type: 'text' },
    { key: 'day', label: 'Day', type: 'day' },
    { key: 'state', label: 'State', type: 'text' },
    { key: 'cutOffAt', label: 'Cut-off', type: 'instant' },
    { key: 'calendar', label: 'Calendar', type: 'text' },
    { key: 'version', label: 'Version', type: 'count' },
    { key: 'source', label: 'Source', type: 'text' },
    { key: 'windows', label: 'Windows', type: 'text' },
  ],
  isReady: factsAreCopied('routing.calendar'),
  // A day behind what the calendar covers is not known to be a banking day.
  sql: `
    WITH standing AS (
      SELECT body
      FROM ${knownFacts('routing.calendar')} AS fact
    )
    SELECT body ->> 'network' AS network,
      (SELECT string_agg(country, ' ' ORDER BY country) FROM jsonb_array_elements_text(body -> 'countries') AS country) AS countries,
      (SELECT string_agg(code, ' ' ORDER BY code) FROM jsonb_array_elements_text(body -> 'currencies') AS code) AS currencies,
      date.day,
      CASE
        WHEN extract(isodow FROM date.day) > 5 THEN 'WEEKEND'
        WHEN (body -> 'holidays') ? date.day::text THEN 'HOLIDAY'
        WHEN date.day > (body ->> 'holidaysUntil')::date THEN 'NOT_COVERED'
        ELSE 'BANKING_DAY'
      END AS state,
      ((date.day + (body ->> 'cutOff')::time) - make_interval(mins => (body ->> 'utcOffsetMinutes')::integer)) AT TIME ZONE 'UTC'
        AS "cutOffAt",
      body ->> 'calendar' AS calendar,
      (body ->> 'version')::integer AS version,
      body ->> 'holidaysSource' AS source,
      (SELECT string_agg(w.window_id || ' v' || w.calendar_version, ' ' ORDER BY w.window_id)
       FROM settlement_window AS w
       WHERE w.partner = body ->> 'participant' AND w.day = date.day) AS windows
    FROM standing
    CROSS JOIN LATERAL (
      SELECT each::date AS day
      FROM generate_series(:day::date, coalesce(:until::date, :day::date), interval '1 day') AS each
    ) AS date
    WHERE (:currency::text IS NULL OR (body -> 'currencies') ? :currency)
      AND (:partner::text IS NULL OR :partner IN (body ->> 'network', body ->> 'participant'))
    ORDER BY date.day, body ->> 'network'`,
};
