import { BREAK_ESCALATIONS, type BreakEscalation } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { Telemetry } from '@tonle/telemetry';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Domain 7.6: severity 1 nobody has taken, then by age. The last that applies counts. */
const ESCALATE = `
  WITH due AS (
    SELECT break_id, CASE
      WHEN opened_at <= $4 THEN 'risk_report'
      WHEN opened_at <= $3 THEN 'head_of_operations'
      WHEN opened_at <= $2 OR (severity = 1 AND state = 'OPEN' AND opened_at <= $1) THEN 'team_lead'
      ELSE 'none' END AS level
    FROM settlement_break
    WHERE state NOT IN ('RESOLVED', 'AUTO_RESOLVED')
  ), raised AS (
    UPDATE settlement_break AS b
    SET escalation = due.level
    FROM due
    WHERE b.break_id = due.break_id
      AND array_position($5::text[], due.level) > array_position($5::text[], b.escalation)
    RETURNING b.break_id, due.level
  )
  INSERT INTO break_event (break_id, at, event, detail)
  SELECT break_id, $6, 'escalate', level
  FROM raised`;

/** Brings open breaks to more people as they grow older, and tells how many stand where. */
export class BreakEscalationJob {
  private readonly escalated;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    telemetry: Telemetry,
  ) {
    this.escalated = telemetry.gauge(
      'tonle_breaks_escalated',
      'Open breaks that were brought to more people',
      ['escalation'],
    );
  }

  readonly run = async (): Promise<void> => {
    const nowMs = this.clock.now();
    const before = (ms: number): Date => new Date(nowMs - ms);
    await this.database.transaction((transaction) =>
      transaction.query(ESCALATE, [
        ...[before(15 * MINUTE_MS), before(DAY_MS), before(4 * DAY_MS), before(7 * DAY_MS)],
        ...[BREAK_ESCALATIONS, new Date(nowMs)],
      ]),
    );
    const rows = await this.database.query<{ escalation: BreakEscalation; n: number }>(
      `SELECT escalation, count(*)::int AS n
       FROM settlement_break
       WHERE state NOT IN ('RESOLVED', 'AUTO_RESOLVED')
       GROUP BY escalation`,
    );
    for (const escalation of BREAK_ESCALATIONS.slice(1))
      this.escalated.set({ escalation }, rows.find((row) => row.escalation === escalation)?.n ?? 0);
  };
}
