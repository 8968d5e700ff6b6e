import type { Queryable } from '@tonle/persistence';
import type { StandingSchedule } from './report-schedule.js';

export async function insertSchedule(database: Queryable, schedule: StandingSchedule): Promise<void> {
  await database.query(
    `INSERT INTO report_schedule (schedule_id, report, body, operator, participant, reason, made_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      schedule.scheduleId,
      schedule.body.report,
      JSON.stringify(schedule.body),
      schedule.operator,
      schedule.participant,
      schedule.reason,
      schedule.madeAt,
    ],
  );
}

/** Those that have not ended, the first first. */
export async function standingSchedules(database: Queryable): Promise<StandingSchedule[]> {
  return database.query<StandingSchedule>(
    `SELECT schedule_id AS "scheduleId", body, operator, participant, reason, made_at AS "madeAt"
     FROM report_schedule
     WHERE ended_at IS NULL
     ORDER BY schedule_id`,
  );
}

/** False when there is none that has not ended. */
export async function endSchedule(database: Queryable, scheduleId: string, at: Date): Promise<boolean> {
  const rows = await database.query(
    `UPDATE report_schedule
     SET ended_at = $2
     WHERE schedule_id = $1 AND ended_at IS NULL
     RETURNING schedule_id`,
    [scheduleId, at],
  );
  return rows.length > 0;
}

/** Of a schedule's occasions those that have runs. */
export async function occasionsMade(database: Queryable, scheduleId: string): Promise<Set<string>> {
  const rows = await database.query<{ occasion: string }>(
    'SELECT DISTINCT occasion FROM report_run WHERE schedule_id = $1 AND occasion IS NOT NULL',
    [scheduleId],
  );
  return new Set(rows.map(({ occasion }) => occasion));
}
