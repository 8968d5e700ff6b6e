import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

const STATEMENTS = [
  // Whose key decided was not kept: the key stands for it.
  `INSERT INTO approval_request
     (approval_id, kind, target, target_version, payload, after, warnings, evidence, reason, operator, participant,
      policy_version, approvals_required, state, proposed_at, expires_at, ended_at, detail)
   SELECT c.correction_id, 'statement.correction', concat_ws(' ', c.partner, c.currency, c.day), files.hashes,
     json_build_object('partner', c.partner, 'currency', c.currency, 'day', c.day, 'contents', c.contents),
     json_build_object('read', c.contents), '[]', files.hashes, c.reason, c.operator, c.participant, 1, 1,
     CASE c.verdict WHEN 'approve' THEN 'executed' WHEN 'reject' THEN 'rejected' ELSE 'pending' END,
     c.proposed_at, greatest(c.proposed_at, now()) + interval '3 days', c.decided_at,
     c.verdict || ' by ' || c.verdict_operator || ': ' || c.verdict_reason
   FROM statement_correction AS c
   CROSS JOIN LATERAL (
     SELECT coalesce(string_agg(file ->> 'sha256', ' ' ORDER BY n), '') AS hashes
     FROM json_array_elements(c.contents) WITH ORDINALITY AS one (file, n)
   ) AS files`,
  `INSERT INTO approval_vote (vote_id, approval_id, maker, participant, verdict, operator, reason, acknowledged, at)
   SELECT verdict_id, correction_id, participant, verdict_operator, verdict, verdict_operator, verdict_reason, '[]', decided_at
   FROM statement_correction
   WHERE verdict IS NOT NULL`,
  'DROP TABLE statement_correction',
];

/** Corrections of statements are approvals as all else that two operators decide; what waits still does. */
export class CorrectionsAreApprovals1775006000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}
