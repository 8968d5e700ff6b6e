import type { RecallView } from '@tonle/contracts';
import type { Database, Queryable } from '@tonle/persistence';

const COLUMNS = `payment_id, corridor, direction, asker, answerer, case_id, reason, iso_reason, currency, amount_minor, by_people, state,
  refusal, received_at, deadline, ended_at, money_due, money_missing`;

const VALUES = COLUMNS.replaceAll(/\w+/g, 'told.$&');
const LAST = COLUMNS.replaceAll(/\w+/g, 'last.$&');

const NOTE = `
  INSERT INTO recall_known (recall_id, known_from, ${COLUMNS})
  SELECT told.recall_id, $1::timestamptz, ${VALUES}
  FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
    $12::bigint[], $13::boolean[], $14::text[], $15::text[], $16::timestamptz[], $17::timestamptz[], $18::timestamptz[],
    $19::timestamptz[], $20::boolean[]) AS told (recall_id, ${COLUMNS})
  LEFT JOIN LATERAL (
    SELECT *
    FROM recall_known
    WHERE recall_id = told.recall_id
    ORDER BY known_from DESC
    LIMIT 1
  ) AS last ON true
  WHERE (${LAST}) IS DISTINCT FROM (${VALUES})
  ON CONFLICT DO NOTHING`;

/** Keeps how these recalls stand from now on, as far as that is new. */
export async function noteRecalls(
  database: Queryable,
  recalls: readonly RecallView[],
  now: Date,
): Promise<void> {
  if (recalls.length === 0) return;
  await database.query(NOTE, [
    now,
    recalls.map(({ recallId }) => recallId),
    recalls.map(({ paymentId }) => paymentId),
    recalls.map(({ corridor }) => corridor),
    recalls.map(({ direction }) => direction),
    recalls.map(({ asker }) => asker),
    recalls.map(({ answerer }) => answerer),
    recalls.map(({ caseId }) => caseId ?? null),
    recalls.map(({ reason }) => reason),
    recalls.map(({ isoReason }) => isoReason),
    recalls.map(({ amount }) => amount.currency),
    recalls.map(({ amount }) => amount.minor),
    recalls.map(({ byPeople }) => byPeople),
    recalls.map(({ state }) => state),
    recalls.map(({ answer }) => answer?.refusal ?? null),
    recalls.map(({ receivedAt }) => receivedAt),
    recalls.map(({ deadline }) => deadline),
    recalls.map(({ endedAt }) => endedAt ?? null),
    recalls.map(({ moneyDue }) => moneyDue ?? null),
    recalls.map(({ moneyMissing }) => moneyMissing ?? false),
  ]);
}

/** When the newest recall that is known here was received. */
export async function newestRecall(database: Database): Promise<Date | undefined> {
  const [row] = await database.query<{ at: Date | null }>('SELECT max(received_at) AS at FROM recall_known');
  return row?.at ?? undefined;
}

/** Those that may still change: not refused, and not ended for long. */
export async function movingRecalls(database: Database, endedAfter: Date): Promise<string[]> {
  const rows = await database.query<{ recallId: string }>(
    `SELECT recall_id AS "recallId"
     FROM (
       SELECT DISTINCT ON (recall_id) recall_id, state, ended_at
       FROM recall_known
       ORDER BY recall_id, known_from DESC
     ) AS last
     WHERE state <> 'REFUSED' AND (ended_at IS NULL OR ended_at > $1)
     ORDER BY recall_id`,
    [endedAfter],
  );
  return rows.map(({ recallId }) => recallId);
}
