import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** Participants and recalls are facts like any other, rates that were replaced are past rows like any other: what was known when stays. */
export class KnownAsFacts1776106000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }
}

const iso = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const STATEMENTS = [
  `INSERT INTO fact (source, service, id, version, known_from, known_until, body)
   SELECT 'routing.participant', 'routing', participant, row_number() OVER versions, known_from, lead(known_from) OVER versions,
     jsonb_build_object('participant', participant, 'kind', kind, 'country', country, 'caps', caps)
   FROM participant_known
   WINDOW versions AS (PARTITION BY participant ORDER BY known_from)`,
  `INSERT INTO fact (source, service, id, version, known_from, known_until, body)
   SELECT 'routing.recall', 'routing', recall_id::text, row_number() OVER versions, known_from, lead(known_from) OVER versions,
     jsonb_build_object(
       'recallId', recall_id, 'paymentId', payment_id, 'corridor', corridor, 'direction', direction, 'asker', asker,
       'answerer', answerer, 'caseId', case_id, 'reason', reason, 'isoReason', iso_reason, 'currency', currency,
       'minor', amount_minor::text, 'byPeople', by_people, 'state', state, 'refusal', refusal,
       'receivedAt', ${iso('received_at')}, 'deadline', ${iso('deadline')}, 'endedAt', ${iso('ended_at')},
       'moneyDue', ${iso('money_due')}, 'moneyMissing', money_missing)
   FROM recall_known
   WINDOW versions AS (PARTITION BY recall_id ORDER BY known_from)`,
  // Since rows keep their past, a rate that was replaced is there already.
  `INSERT INTO row_past (relation, known_from, known_until, body)
   SELECT 'reference_rate', old.set_at, old.replaced_at, to_jsonb(old) - 'replaced_at' || jsonb_build_object('known_from', old.set_at)
   FROM reference_rate_past AS old
   WHERE old.set_at < old.replaced_at
     AND NOT EXISTS (
       SELECT
       FROM row_past AS kept
       WHERE kept.relation = 'reference_rate'
         AND kept.body ->> 'day' = old.day::text
         AND kept.body ->> 'source_currency' = old.source_currency
         AND kept.body ->> 'target_currency' = old.target_currency
         AND (kept.body ->> 'set_at')::timestamptz = old.set_at
     )`,
  'DROP TABLE participant_known, recall_known, reference_rate_past',
];
