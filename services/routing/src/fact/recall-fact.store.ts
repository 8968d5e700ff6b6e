import type { FactBody } from '@tonle/contracts';
import type { FactGatherer } from '@tonle/platform';
import { moneyMissing } from '../recall/recall.store.js';

const EVERY_MS = 60_000;
const RECALLS_MAX = 2_000;
/** Money that has not come so long after it was due is looked for by people. */
const AWAITED_MS = 90 * 86_400_000;

// Those that stand otherwise than was told: nothing of one that has ended changes but whether its money has come.
const RECALLS = `
SELECT recall.id AS "recallId", recall.payment_id AS "paymentId", p.corridor, recall.direction, recall.asker, recall.answerer,
  recall.case_id AS "caseId", recall.reason, recall.iso_reason AS "isoReason", recall.currency, recall.minor::text AS minor,
  now.by_people AS "byPeople", recall.state, recall.answer ->> 'refusal' AS refusal, recall.received_at AS "receivedAt",
  recall.deadline_at AS deadline, recall.ended_at AS "endedAt", recall.money_due_at AS "moneyDue", now.missing AS "moneyMissing"
FROM recall
JOIN payment AS p ON p.id = recall.payment_id
CROSS JOIN LATERAL (
  SELECT recall.direction = 'outbound' AND recall.carrier IS NULL AS by_people,
    coalesce(${moneyMissing('$1')}, false) AS missing
) AS now
LEFT JOIN told_fact AS told ON told.source = 'routing.recall' AND told.id = recall.id::text
WHERE told.body IS NULL
   OR told.body ->> 'state' <> recall.state
   OR (recall.ended_at IS NULL AND (
     told.body ->> 'currency' <> recall.currency
     OR told.body ->> 'minor' <> recall.minor::text
     OR told.body ->> 'byPeople' <> now.by_people::text
     OR (told.body ->> 'deadline')::timestamptz <> recall.deadline_at))
   OR (recall.money_due_at > $1::timestamptz - make_interval(secs => $2)
     AND told.body ->> 'moneyMissing' <> now.missing::text)
ORDER BY recall.id
LIMIT $3`;

type RecallFact = FactBody<'routing.recall'>;
type Instants = 'receivedAt' | 'deadline' | 'endedAt' | 'moneyDue';
type RecallFactRow = Omit<RecallFact, Instants> & {
  readonly receivedAt: Date;
  readonly deadline: Date;
  readonly endedAt: Date | null;
  readonly moneyDue: Date | null;
};

/** Recalls, each as it stands. */
export const RECALL_FACTS: FactGatherer = {
  source: 'routing.recall',
  everyMs: EVERY_MS,
  gather: async (transaction, nowMs) => {
    const values = [new Date(nowMs), AWAITED_MS / 1_000, RECALLS_MAX];
    const rows = await transaction.query<RecallFactRow>(RECALLS, values);
    const facts = rows.map((row) => ({ id: row.recallId, body: bodyOf(row) }));
    return { parts: [{ facts }], sealedMs: nowMs, isMore: rows.length === RECALLS_MAX };
  },
};

function bodyOf({ receivedAt, deadline, endedAt, moneyDue, ...row }: RecallFactRow): RecallFact {
  return {
    ...row,
    receivedAt: receivedAt.toISOString(),
    deadline: deadline.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    moneyDue: moneyDue?.toISOString() ?? null,
  };
}
