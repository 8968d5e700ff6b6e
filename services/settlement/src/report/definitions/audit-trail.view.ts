import { trailFaults } from '../audit-trail.js';
import { logsAreCopied } from '../fact-readiness.js';
import type { ReportDefinition } from '../report-definition.js';

/** R26: what people, keys and the switch did, from the audit log of each service as settlement has copied it, and whether its chain holds. */
export const AUDIT_TRAIL: ReportDefinition = {
  id: 'R26',
  title: 'Audit trail',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['until'],
  formats: ['csv', 'xlsx', 'pdf'],
  section: 'section',
  columns: [
    { key: 'section', label: 'Section', type: 'text' },
    { key: 'service', label: 'Service', type: 'text' },
    { key: 'number', label: 'Number', type: 'count' },
    { key: 'at', label: 'At', type: 'instant' },
    { key: 'actor', label: 'Actor', type: 'text' },
    { key: 'role', label: 'Role', type: 'text' },
    { key: 'participant', label: 'Participant', type: 'text' },
    { key: 'action', label: 'Action', type: 'text' },
    { key: 'object', label: 'Object', type: 'text' },
    { key: 'before', label: 'Before', type: 'text' },
    { key: 'after', label: 'After', type: 'text' },
    { key: 'reason', label: 'Reason', type: 'text' },
    { key: 'evidence', label: 'Evidence', type: 'text' },
    { key: 'approver', label: 'Second approver', type: 'text' },
    { key: 'chain', label: 'Chain', type: 'text' },
    { key: 'fault', label: 'Fault', type: 'text' },
    { key: 'hash', label: 'Hash', type: 'text' },
    { key: 'previous', label: 'Previous hash', type: 'text' },
  ],
  isReady: logsAreCopied('switch.audit-entry'),
  given: trailFaults,
  // What was copied first is told: entries never change, and one that did is a fault. Of no letter is 0, which text cannot hold.
  sql: `
    WITH told AS (
      SELECT service, (body ->> 'number')::integer AS number, (body ->> 'at')::timestamptz AS at, (body ->> 'day')::date AS day,
        replace(body ->> 'entry', '\\u0000', '\\ufffd')::json AS entry
      FROM fact
      WHERE source = 'switch.audit-entry'
        AND version = 1
        AND (body ->> 'at')::timestamptz <= :knownAt::timestamptz
    ), stretch AS (
      SELECT *
      FROM told
      WHERE day BETWEEN :day::date AND coalesce(:until::date, :day::date)
    ), approved AS (
      SELECT service, entry -> 'decides' ->> 'proposal' AS proposal, string_agg(DISTINCT entry -> 'actor' ->> 'name', ' ') AS names
      FROM told
      WHERE entry -> 'decides' ->> 'proposal' IS NOT NULL
        AND entry ->> 'action' LIKE '%approve%'
      GROUP BY service, proposal
    ), faults AS (
      SELECT *
      FROM jsonb_to_recordset(:given::jsonb) AS f (service text, number integer, fault text)
    ), chains AS (
      SELECT service, count(*)::integer AS entries, min(number) AS first, max(number) AS last,
        (SELECT count(*) FROM faults AS f WHERE f.service = stretch.service) AS wrong
      FROM stretch
      GROUP BY service
    ), rows AS (
      SELECT 0 AS place, 'Chains' AS section, c.service, c.entries AS number, NULL::timestamptz AS at, NULL AS actor, NULL AS role, NULL AS participant,
        NULL AS action, c.first || '-' || c.last AS object, NULL AS before, NULL AS after, NULL AS reason, NULL AS evidence,
        NULL AS approver, CASE WHEN c.wrong = 0 THEN 'HOLDS' ELSE 'BROKEN' END AS chain,
        CASE WHEN c.wrong > 0 THEN c.wrong || ' entries' END AS fault, l.entry ->> 'hash' AS hash, f.entry ->> 'previous' AS previous
      FROM chains AS c
      JOIN stretch AS f ON f.service = c.service AND f.number = c.first
      JOIN stretch AS l ON l.service = c.service AND l.number = c.last
      UNION ALL
      SELECT 1, 'Deeds', s.service, s.number, s.at, entry -> 'actor' ->> 'name', entry -> 'actor' ->> 'kind', entry -> 'actor' ->> 'participant',
        entry ->> 'action', entry ->> 'object', (entry -> 'before')::text, (entry -> 'after')::text, entry ->> 'reason',
        entry ->> 'evidence', a.names, CASE WHEN w.fault IS NULL THEN 'HOLDS' ELSE 'BROKEN' END, w.fault, entry ->> 'hash',
        entry ->> 'previous'
      FROM stretch AS s
      LEFT JOIN approved AS a ON a.service = s.service AND a.proposal = coalesce(entry -> 'decides' ->> 'proposal', entry ->> 'object')
      LEFT JOIN faults AS w ON w.service = s.service AND w.number = s.number
    )
    SELECT section, service, number, at, actor, role, participant, action, object, before, after, reason, evidence, approver, chain, fault, hash,
      previous
    FROM rows
    ORDER BY place, service, number`,
};
