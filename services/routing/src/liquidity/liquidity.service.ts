import type { LiquidityAccount } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { Platform } from '@tonle/platform';
import type { CurrentDirectory } from '../directory/current-directory.js';
import { listLiquidity } from '../reservation/liquidity.view.js';
import { holderKey, pointsBetween } from './liquidity-point.store.js';
import { breachByDay, breachByTrend, percentOf, useOf, type LiquidityUse } from './liquidity-use.decide.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

/** What a participant holds and may owe in a currency, with what it has used of it. */
export interface WatchedAccount {
  readonly account: LiquidityAccount;
  /** Undefined where nothing limits it. */
  readonly use: LiquidityUse | undefined;
}

/** What participants hold and may owe, how much of it is used, and when nothing will be left. */
export class LiquidityService {
  constructor(
    private readonly platform: Pick<Platform, 'database' | 'clock'>,
    private readonly directory: CurrentDirectory,
  ) {}

  /** One of each participant and currency. */
  async accounts(): Promise<WatchedAccount[]> {
    const { database, clock } = this.platform;
    const nowMs = clock.now();
    const before = (ms: number) => new Date(nowMs - ms);
    const directory = this.directory.get();
    const [accounts, lastHour, weekAgo] = await Promise.all([
      listLiquidity(database, directory),
      pointsBetween(database, before(HOUR_MS), new Date(nowMs)),
      pointsBetween(database, before(WEEK_MS), before(WEEK_MS - DAY_MS)),
    ]);
    const net = netCurrencies(directory);
    return accounts.map((account) => {
      const use = useOf(account, net.has(account.currency));
      if (use === undefined) return { account, use };
      const usedPercent = percentOf(use);
      const now = { atMs: nowMs, usedMinor: use.usedMinor };
      const key = holderKey(account);
      const byHour = breachByTrend(lastHour.get(key) ?? [], now, use.limitMinor);
      const byWeekday = breachByDay(weekAgo.get(key) ?? [], now, use.limitMinor);
      // Who may owe nothing, and has no rail, is not about to run out of it.
      const isLimited = usedPercent !== undefined || account.railMinor !== undefined;
      const told = {
        ...account,
        ...(usedPercent !== undefined && { usedPercent }),
        ...(isLimited && byHour !== undefined && { breachByLastHour: new Date(byHour).toISOString() }),
        ...(isLimited && byWeekday !== undefined && { breachByWeekday: new Date(byWeekday).toISOString() }),
      };
      return { account: told, use };
    });
  }
}

/** Currencies that some network settles net: only there are positions limited. */
function netCurrencies(directory: Directory): Set<string> {
  return new Set(
    directory
      .networks()
      .flatMap(({ settlementMode, currencies }) => (settlementMode === 'DEFERRED_NET' ? currencies : [])),
  );
}
