import { UNKNOWN_STATES, type FactBody } from '@tonle/contracts';
import { sidesOf, type Directory } from '@tonle/directory';
import type { Queryable } from '@tonle/persistence';

const STATES = UNKNOWN_STATES.map((state) => `'${state}'`).join(', ');

// Of steps that leave the payment where it is only the last of each kind is kept: it has the time of the last answer.
const UNKNOWN = `
SELECT p.id AS "paymentId", p.corridor, p.direction, p.state, doubt.leg,
  coalesce(steps.since, p.entered_at) AS since,
  CASE doubt.leg WHEN 'credit' THEN p.target_currency ELSE p.source_currency END AS currency,
  (CASE doubt.leg WHEN 'credit' THEN p.target_minor ELSE p.source_minor END)::text AS minor,
  CASE doubt.leg
    WHEN 'credit' THEN p.credit_attempt
    WHEN 'reversal' THEN p.reversal_attempt
    ELSE p.debit_attempt
  END::integer AS attempts,
  last.event AS "lastAnswer", last.at AS "lastAnswerAt",
  p.due_at AS "nextAt", proposal.participant AS owner
FROM payment AS p
CROSS JOIN LATERAL (
  SELECT coalesce(p.review_leg, CASE p.state WHEN 'DEBIT_UNKNOWN' THEN 'debit' ELSE 'credit' END) AS leg
) AS doubt
CROSS JOIN LATERAL (
  SELECT min((step ->> 'at')::timestamptz) AS since
  FROM jsonb_array_elements(p.history) AS step
  WHERE step ->> 'to' IN (${STATES})
) AS steps
LEFT JOIN LATERAL (
  SELECT step ->> 'event' AS event, step ->> 'at' AS at
  FROM jsonb_array_elements(p.history) WITH ORDINALITY AS told (step, number)
  WHERE step ->> 'event' LIKE 'leg_%:' || doubt.leg
  ORDER BY number DESC
  LIMIT 1
) AS last ON true
LEFT JOIN approval_request AS proposal ON proposal.kind = 'payment.review'
  AND proposal.target = p.id::text
  AND proposal.state = 'pending'
  AND proposal.payload ->> 'leg' = doubt.leg
WHERE p.due_at IS NOT NULL
  AND p.state IN (${STATES})
ORDER BY p.id
LIMIT $1`;

/** As many as people ever look at; more are counted by metrics. */
const TOLD_MAX = 20_000;

type UnknownFact = FactBody<'routing.unknown'>;
type UnknownFactRow = Omit<UnknownFact, 'partner' | 'since' | 'lastAnswerAt' | 'nextAt'> & {
  readonly since: Date;
  readonly lastAnswerAt: string | null;
  readonly nextAt: Date | null;
};

/** Payments whose outcome is not known, with what was heard of them. */
export async function unknownFacts(
  database: Queryable,
  directory: Directory,
): Promise<{ id: string; body: UnknownFact }[]> {
  const rows = await database.query<UnknownFactRow>(UNKNOWN, [TOLD_MAX]);
  return rows.map((row) => ({
    id: row.paymentId,
    body: {
      ...row,
      partner: partnerOf(directory, row),
      since: row.since.toISOString(),
      nextAt: row.nextAt?.toISOString() ?? null,
    },
  }));
}

function partnerOf(
  directory: Directory,
  { corridor, direction, leg }: Pick<UnknownFactRow, 'corridor' | 'direction' | 'leg'>,
): string {
  const known = directory.corridorIncludingEnded(corridor);
  if (known === undefined) return corridor;
  const { source, target } = sidesOf(known, direction);
  return (leg === 'credit' ? target : source).participant;
}
