import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

// The version of a payment when it came to where it is: what left it there since does not count.
const ARRIVED = `
SELECT p.id, p.review_leg, p.version - coalesce((
    SELECT sum(coalesce((step.value ->> 'times')::int, 1))
    FROM jsonb_array_elements(p.history) WITH ORDINALITY AS step (value, n)
    WHERE step.n > coalesce((
      SELECT max(came.n)
      FROM jsonb_array_elements(p.history) WITH ORDINALITY AS came (value, n)
      WHERE came.value ->> 'from' IS DISTINCT FROM came.value ->> 'to'), 0)
  ), 0) AS version
FROM payment AS p`;

const KEY_OF = (action: string, participant: string) => `
coalesce((
  SELECT a.operator
  FROM operator_action AS a
  WHERE a.subject = r.payment_id::text AND a.evidence = r.evidence AND a.action LIKE '${action}'
  ORDER BY a.id DESC
  LIMIT 1), ${participant})`;

const STATEMENTS = [
  `INSERT INTO approval_request
     (approval_id, kind, target, target_version, payload, before, after, currency, amount_minor, warnings, evidence, reason,
      operator, participant, policy_version, approvals_required, state, proposed_at, expires_at, ended_at, detail)
   SELECT r.id, 'payment.review', r.payment_id::text, r.leg || ':' || coalesce(at.version, r.version),
     json_strip_nulls(json_build_object('paymentId', r.payment_id, 'leg', r.leg, 'decision', r.decision,
       'partnerRef', r.partner_ref,
       'amount', CASE WHEN r.currency IS NOT NULL THEN json_build_object('currency', r.currency, 'minor', r.minor::text) END)),
     NULL, json_build_object('decision', 'the ' || r.leg || ' is ' || replace(r.decision, '_', ' ')), r.currency, r.minor, '[]',
     r.evidence, r.reason, ${KEY_OF('review.propose.%', 'r.proposed_by')}, r.proposed_by, 1, 1,
     CASE r.state WHEN 'APPROVED' THEN 'executed' WHEN 'REJECTED' THEN 'rejected' WHEN 'SUPERSEDED' THEN 'stale'
       ELSE CASE WHEN at.version IS NULL THEN 'stale' ELSE 'pending' END END,
     r.proposed_at, greatest(r.proposed_at, now()) + interval '4 hours',
     CASE WHEN r.state <> 'OPEN' THEN coalesce(r.decided_at, now()) WHEN at.version IS NULL THEN now() END,
     CASE r.state WHEN 'APPROVED' THEN 'approve by ' || r.decided_by WHEN 'REJECTED' THEN 'reject by ' || r.decided_by
       ELSE CASE WHEN r.state = 'SUPERSEDED' OR at.version IS NULL THEN 'events overtook the proposal' END END
   FROM review_proposal AS r
   LEFT JOIN (${ARRIVED}) AS at
     ON at.id = r.payment_id AND at.review_leg = r.leg AND r.state = 'OPEN' AND r.version >= at.version`,
  `INSERT INTO approval_vote (vote_id, approval_id, maker, participant, verdict, operator, reason, acknowledged, at)
   SELECT coalesce(said.id, gen_random_uuid()), r.id, r.proposed_by, r.decided_by,
     CASE r.state WHEN 'APPROVED' THEN 'approve' ELSE 'reject' END, coalesce(said.operator, r.decided_by),
     coalesce(said.reason, 'not kept'), '[]', r.decided_at
   FROM review_proposal AS r
   LEFT JOIN LATERAL (
     SELECT a.id, a.operator, a.reason
     FROM operator_action AS a
     WHERE a.subject = r.payment_id::text AND a.at = r.decided_at AND a.action IN ('review.approve', 'review.reject')
     LIMIT 1
   ) AS said ON true
   WHERE r.state IN ('APPROVED', 'REJECTED')`,
  // They are told of as approvals now; the audit log keeps them as they were.
  `DELETE FROM operator_action
   WHERE action LIKE 'review.propose.%' OR action IN ('review.approve', 'review.reject')`,
  'DROP TABLE review_proposal',
];

/** Reviews are approvals as all else that two operators decide; what waits still does. */
export class ReviewsAreApprovals1775006100000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}
