import type { ReportParameters } from '@tonle/contracts';
import type { Directory, ParticipantBody } from '@tonle/directory';
import type { Platform } from '@tonle/platform';
import { homeOffsetMinutes } from './report-clock.js';
import { planRun } from './report-request.decide.js';
import type { RequestedRun } from './report-run.js';
import { insertRuns } from './report-run.store.js';
import { creditsToTell } from './report-wish.store.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Credits that were missed for longer are in the statement of their day. */
const BACK_MS = 24 * HOUR_MS;
const AT_ONCE = 500;
const OPERATOR = 'tonle';
const REASON = 'wished in the directory';

type Wishes = NonNullable<ParticipantBody['reports']>;

/** A run that a wish asks for. */
interface Wished {
  readonly report: string;
  readonly receiver: string;
  readonly occasion: string;
  readonly parameters: ReportParameters;
  readonly format: string;
  readonly basis: RequestedRun['basis'];
  readonly knownAtMs: number;
}

/**
 * Asks for what participants wish in the directory, unasked from then on: an account report (camt.052) of each full hour of the day so far, and a
 * notification (camt.054) of each credit. An occasion is noted once, whoever looks and how often.
 */
export class ReportWishJob {
  constructor(
    private readonly platform: Platform,
    private readonly directory: Directory,
    private readonly places: readonly string[],
  ) {}

  readonly run = async (): Promise<void> => {
    if (!this.directory.isLoaded) return;
    for (const { participantId, reports } of this.directory.participants())
      if (reports !== undefined) await this.plan(participantId, reports);
  };

  private async plan(receiver: string, wishes: Wishes): Promise<void> {
    const { database, clock } = this.platform;
    const nowMs = clock.now();
    const wished = [
      ...wishes.accountReports.map((currency) => this.hourly(receiver, currency, nowMs)),
      ...(await this.credits(receiver, wishes.creditNotifications, nowMs)),
    ];
    const runs = wished.flatMap((wish) => this.runOf(wish, wishes, nowMs));
    await insertRuns(database, runs);
  }

  /** The last full hour; those before it are in it. */
  private hourly(receiver: string, currency: string, nowMs: number): Wished {
    const knownAtMs = nowMs - (nowMs % HOUR_MS);
    return {
      ...{ report: 'R2', receiver, format: 'camt.052', basis: 'now', knownAtMs },
      // At midnight it is the day that is over.
      parameters: { day: this.dayOf(knownAtMs - 1), currency },
      occasion: `${currency} ${new Date(knownAtMs).toISOString()}`,
    };
  }

  private async credits(receiver: string, currencies: readonly string[], nowMs: number): Promise<Wished[]> {
    if (currencies.length === 0) return [];
    const since = new Date(nowMs - BACK_MS);
    const credits = await creditsToTell(this.platform.database, { receiver, currencies, since }, AT_ONCE);
    return credits.map(({ entry, currency, at }) => ({
      ...{ report: 'R34', receiver, format: 'camt.054', basis: 'then', knownAtMs: nowMs, occasion: entry },
      parameters: { day: this.dayOf(at.getTime()), currency, entry },
    }));
  }

  private runOf(wish: Wished, { deliver }: Wishes, nowMs: number): RequestedRun[] {
    const { random, telemetry } = this.platform;
    const { report, receiver, parameters, basis, format, occasion } = wish;
    const planned = planRun(
      {
        ...{ report, receiver, parameters, basis, formats: [format], language: 'en', isOwn: false },
        ...{ knownAt: new Date(wish.knownAtMs).toISOString(), deliver },
      },
      {
        ...{ nowMs, utcOffsetMinutes: homeOffsetMinutes(this.directory), places: this.places },
        participants: new Set([receiver]),
      },
    );
    if (planned.kind === 'refused') {
      // The next round finds it again: a place that the settings lack may come.
      const { reason: because, detail, errors } = planned;
      telemetry.log.warn({ receiver, because, detail, errors }, 'a report that is wished cannot be made');
      return [];
    }
    const by = { operator: OPERATOR, participant: receiver, reason: REASON };
    return [{ ...planned.run, runId: random.id(nowMs), occasion, requestedAt: new Date(nowMs), ...by }];
  }

  private dayOf(ms: number): string {
    return new Date(ms + homeOffsetMinutes(this.directory) * MINUTE_MS).toISOString().slice(0, 10);
  }
}
