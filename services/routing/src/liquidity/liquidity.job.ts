import type { LiquidityAccount } from '@tonle/contracts';
import type { Platform } from '@tonle/platform';
import type { CurrentDirectory } from '../directory/current-directory.js';
import type { DirectoryService } from '../directory/directory.service.js';
import { deleteStop, insertPoints, insertStop, madeStops, stopKey } from './liquidity-point.store.js';
import { alertOf } from './liquidity-use.decide.js';
import type { LiquidityService } from './liquidity.service.js';

const SLOT_MS = 600_000;
const KEPT_MS = 8 * 86_400_000;
const WEEK_S = 7 * 86_400;
const WATCH = 'liquidity';

/** Notes how much is used, tells when it nears its limit, and stops what is to be stopped then. */
export class LiquidityJob {
  private readonly used;
  private readonly breach;
  /** Of each participant and currency the alert that was told. */
  private readonly told = new Map<string, number>();

  constructor(
    private readonly platform: Pick<Platform, 'database' | 'clock' | 'telemetry'>,
    private readonly liquidity: LiquidityService,
    private readonly current: CurrentDirectory,
    private readonly directory: Pick<DirectoryService, 'stop'>,
  ) {
    const { telemetry } = platform;
    const labels = ['participant', 'currency'];
    this.used = telemetry.gauge(
      'tonle_liquidity_used_percent',
      'Share of prefund and cap that is used',
      labels,
    );
    this.breach = telemetry.gauge(
      'tonle_liquidity_left_seconds',
      'Until nothing is left, by the last hour or the same weekday, whichever is sooner; a week when it is not sooner',
      labels,
    );
  }

  readonly run = async (): Promise<void> => {
    const watched = await this.liquidity.accounts();
    const nowMs = this.platform.clock.now();
    for (const { account, use } of watched) if (use !== undefined) this.tell(account, nowMs);
    const slot = new Date(Math.floor(nowMs / SLOT_MS) * SLOT_MS);
    const points = watched.flatMap(({ account: { participant, currency }, use }) =>
      use === undefined ? [] : [{ participant, currency, usedMinor: use.usedMinor }],
    );
    await this.platform.database.transaction((transaction) =>
      insertPoints(transaction, points, slot, new Date(nowMs - KEPT_MS)),
    );
    await this.stop(watched.map(({ account }) => account));
  };

  private tell({ participant, currency, usedPercent, ...account }: LiquidityAccount, nowMs: number): void {
    const labels = { participant, currency };
    if (usedPercent !== undefined) this.used.set(labels, usedPercent);
    const breaches = [account.breachByLastHour, account.breachByWeekday].flatMap((at) =>
      at === undefined ? [] : [(Date.parse(at) - nowMs) / 1_000],
    );
    this.breach.set(labels, Math.min(WEEK_S, ...breaches));
    const key = `${participant} ${currency}`;
    const alert = alertOf(usedPercent);
    if (alert > (this.told.get(key) ?? 0))
      this.platform.telemetry.log.warn(
        { participant, currency, usedPercent, alert },
        'a participant has used much of what it may owe',
      );
    this.told.set(key, alert);
  }

  /** Once for each time that the use reaches what the directory says: whoever lets it go on then is not overruled. */
  private async stop(accounts: readonly LiquidityAccount[]): Promise<void> {
    const { database, clock } = this.platform;
    const directory = this.current.get();
    const made = await madeStops(database);
    for (const { participant, currency, usedPercent = 0 } of accounts)
      for (const { currency: of, percent, corridor, direction } of directory.participant(participant)
        ?.stopsAt ?? []) {
        if (of !== currency) continue;
        const stop = { participant, currency, corridor, direction };
        const isMade = made.has(stopKey(stop));
        if (usedPercent < percent) {
          if (isMade) await deleteStop(database, stop);
          continue;
        }
        if (isMade) continue;
        const reason = `${participant} has used ${usedPercent} % of what it may owe in ${currency}`;
        // Should this end here, it is found paused, and noted.
        if (directory.corridor(corridor)?.switches?.[direction]?.hold === undefined)
          await this.directory.stop(
            { on: 'corridor', id: corridor, directions: [direction] },
            { operator: WATCH, reason },
          );
        await insertStop(database, stop, new Date(clock.now()));
      }
  }
}
