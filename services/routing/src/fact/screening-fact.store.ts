import type { FactBody } from '@tonle/contracts';
import type { FactGatherer } from '@tonle/platform';

const EVERY_MS = 60_000;
/** What has been decided for so long does not change any more. */
const LOOKED_BACK_MS = 2 * 86_400_000;

// The name that matched stays in routing: reports go to more people than hold lists.
const HOLDS = `
SELECT h.payment_id AS "paymentId", h.party, h.list_entry AS "listEntry", h.since, h.until, h.decision,
  h.decided_at AS "decidedAt", deed.operator AS reviewer, deed.reason
FROM screening_hold AS h
LEFT JOIN LATERAL (
  SELECT operator, reason
  FROM operator_action
  WHERE subject = h.payment_id::text
    AND action IN ('hold.clear', 'hold.confirm')
  ORDER BY at DESC
  LIMIT 1
) AS deed ON true
WHERE h.decision IS NULL
   OR h.decided_at >= coalesce(
     (SELECT sealed_up_to FROM told_fact_source WHERE source = 'routing.screening') - make_interval(secs => $1),
     '-infinity')
ORDER BY h.payment_id`;

type ScreeningRow = Omit<FactBody<'routing.screening'>, 'since' | 'until' | 'decidedAt'> & {
  readonly since: Date;
  readonly until: Date;
  readonly decidedAt: Date | null;
};

/** Payments that screening holds, and what was decided about those that it has held. */
export const SCREENING_FACTS: FactGatherer = {
  source: 'routing.screening',
  everyMs: EVERY_MS,
  gather: async (transaction, nowMs) => {
    const rows = await transaction.query<ScreeningRow>(HOLDS, [LOOKED_BACK_MS / 1_000]);
    const facts = rows.map((row) => ({
      id: row.paymentId,
      body: {
        ...row,
        since: row.since.toISOString(),
        until: row.until.toISOString(),
        decidedAt: row.decidedAt?.toISOString() ?? null,
      },
    }));
    return { parts: [{ facts }], sealedMs: nowMs };
  },
};
