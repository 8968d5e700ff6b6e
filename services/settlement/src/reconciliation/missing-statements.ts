import type { MissingStatement } from '@tonle/contracts';
import type { Database, Transaction } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { Telemetry } from '@tonle/telemetry';
import { dueDays, type ReconciliationTarget } from './reconciliation-targets.js';

const CAUSE_MAX = 500;

type MissingRow = Omit<MissingStatement, 'since' | 'correction'> &
  Omit<NonNullable<MissingStatement['correction']>, 'proposedAt'> & {
    readonly since: Date;
    /** Null: nobody proposes anything. */
    readonly proposedAt: Date | null;
  };

/** A day of a network that is to be compared. */
export interface DueDay {
  readonly target: ReconciliationTarget;
  readonly day: string;
}

interface MissingDay {
  readonly target: Pick<ReconciliationTarget, 'partner' | 'currency'>;
  readonly day: string;
}

/** Days whose statement did not come, or was not whole: kept until one is, and told to people meanwhile. */
export class MissingStatements {
  private readonly missing;
  private told = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    telemetry: Telemetry,
  ) {
    this.missing = telemetry.gauge('tonle_statements_missing', 'Days whose statement is due and not here', [
      'partner',
      'currency',
    ]);
  }

  async note({ target: { partner, currency }, day }: MissingDay, cause: unknown): Promise<void> {
    await this.database.transaction((transaction) =>
      transaction.query(
        `INSERT INTO statement_missing (partner, currency, day, since, cause)
         VALUES ($1, $2, $3::date, $4, $5)
         ON CONFLICT (partner, currency, day) DO UPDATE SET cause = EXCLUDED.cause`,
        [partner, currency, day, new Date(this.clock.now()), String(cause).slice(0, CAUSE_MAX)],
      ),
    );
  }

  async came(missing: MissingDay, within?: Transaction): Promise<void> {
    if (within === undefined)
      return this.database.transaction((transaction) => this.came(missing, transaction));
    const transaction = within;
    const {
      target: { partner, currency },
      day,
    } = missing;
    await transaction.query(
      'DELETE FROM statement_missing WHERE partner = $1 AND currency = $2 AND day = $3::date',
      [partner, currency, day],
    );
  }

  /**
   * Days that became due since the last was asked for, the oldest first of each network: also those of a time when nothing ran.
   */
  async due(targets: readonly ReconciliationTarget[], nowMs: number): Promise<DueDay[]> {
    const rows = await this.database.query<{ partner: string; currency: string; day: string }>(
      'SELECT partner, currency, day::text AS day FROM statement_asked',
    );
    const asked = new Map(rows.map(({ partner, currency, day }) => [`${partner} ${currency}`, day]));
    return targets.flatMap((target) =>
      dueDays(target, asked.get(`${target.partner} ${target.currency}`), nowMs).map((day) => ({
        target,
        day,
      })),
    );
  }

  /** These were asked for: what did not come is missing. */
  async asked(days: readonly DueDay[]): Promise<void> {
    for (const { target, day } of days)
      await this.database.query(
        `INSERT INTO statement_asked (partner, currency, day)
         VALUES ($1, $2, $3::date)
         ON CONFLICT (partner, currency) DO UPDATE SET day = greatest(statement_asked.day, EXCLUDED.day)`,
        [target.partner, target.currency, day],
      );
  }

  /** Those of these networks, the oldest first. */
  async of(targets: readonly ReconciliationTarget[]): Promise<DueDay[]> {
    const rows = await this.database.query<{ partner: string; currency: string; day: string }>(
      'SELECT partner, currency, day::text AS day FROM statement_missing ORDER BY day',
    );
    return rows.flatMap(({ day, ...of }) => {
      const target = targets.find(
        ({ partner, currency }) => partner === of.partner && currency === of.currency,
      );
      return target === undefined ? [] : [{ target, day }];
    });
  }

  /** For people, the oldest first. */
  async all(): Promise<MissingStatement[]> {
    const rows = await this.database.query<MissingRow & object>(
      `SELECT m.partner, m.currency, m.day::text AS day, m.since, m.cause, 'settlement.' || a.approval_id AS "approvalId",
         a.payload -> 'contents' AS files, a.reason, a.participant AS "proposedBy", a.proposed_at AS "proposedAt"
       FROM statement_missing AS m
       LEFT JOIN approval_request AS a
         ON a.kind = 'statement.correction' AND a.target = concat_ws(' ', m.partner, m.currency, m.day) AND a.state = 'pending'
       ORDER BY m.day, m.partner, m.currency`,
    );
    return rows.map(({ partner, currency, day, since, cause, proposedAt, ...correction }) => ({
      ...{ partner, currency, day, cause, since: since.toISOString() },
      ...(proposedAt !== null && { correction: { ...correction, proposedAt: proposedAt.toISOString() } }),
    }));
  }

  readonly count = async (): Promise<void> => {
    const rows = await this.database.query<{ partner: string; currency: string; days: number }>(
      'SELECT partner, currency, count(*)::int AS days FROM statement_missing GROUP BY partner, currency',
    );
    const now = new Set(rows.map(({ partner, currency }) => `${partner} ${currency}`));
    for (const key of this.told) if (!now.has(key)) this.missing.set(labelsOf(key), 0);
    for (const { partner, currency, days } of rows) this.missing.set({ partner, currency }, days);
    this.told = new Set([...this.told, ...now]);
  };
}

function labelsOf(key: string): { partner: string; currency: string } {
  const [partner = '', currency = ''] = key.split(' ');
  return { partner, currency };
}
