import { fxCalls } from '@tonle/contracts';
import { ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';
import type { Queryable } from '@tonle/persistence';
import type { Platform } from '@tonle/platform';
import type { z } from 'zod';
import { accountingDayOf, previousDay } from '../close/accounting-day.js';
import { isClosed } from '../close/close.store.js';
import { flowsBetween } from './fx-flow.store.js';
import type { PositionDay, ReferenceRate } from './fx-position.js';
import { hasRates, keepRates, keptBefore, ratesUntil } from './fx-position.store.js';
import { positionsOn } from './position-run.decide.js';

/** Before everything. */
const NEVER = '0001-01-01';
const MID = 'mid';

/** FX positions of any day, and the rates that they are valued by. */
export class FxPositionService {
  constructor(
    private readonly platform: Pick<Platform, 'database' | 'clock'>,
    private readonly calls: ServiceCalls,
  ) {}

  /**
   * Every position on a day, zero or not; as known now, or as it was kept when the day before was closed and all that came since.
   * `instead`: with another rate of a pair.
   */
  async positions(database: Queryable, day: string, instead?: ReferenceRate): Promise<PositionDay[]> {
    const kept = await keptBefore(database, day);
    const after = kept?.day ?? NEVER;
    const [flows, rates] = [await flowsBetween(database, after, day), await ratesUntil(database, day)];
    return positionsOn(day, kept?.positions ?? [], flows, withInstead(rates, instead), after);
  }

  /** How far providers are exposed now; nothing is known while fx is away. */
  async exposures(): Promise<z.infer<typeof fxCalls.market.response>['exposures']> {
    try {
      const { exposures } = await this.calls.call(fxCalls.market, {});
      return exposures;
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      return [];
    }
  }

  /**
   * Takes the mid rates of fx for the day that has just ended, once; for older days, whose rates nobody knows any more, a person sets
   * them. Throws ServiceUnavailable while fx is away.
   */
  readonly takeRates = async (): Promise<void> => {
    const { database, clock } = this.platform;
    const nowMs = clock.now();
    const day = previousDay(accountingDayOf(nowMs));
    if ((await hasRates(database, day)) || (await isClosed(database, day))) return;
    const { midRates } = await this.calls.call(fxCalls.market, {});
    await database.transaction((transaction) => keepRates(transaction, day, MID, midRates, new Date(nowMs)));
  };
}

/** Rates in the order of their days, with another one of a pair and day. */
function withInstead(
  rates: readonly ReferenceRate[],
  instead: ReferenceRate | undefined,
): readonly ReferenceRate[] {
  if (instead === undefined) return rates;
  const pair = [instead.sourceCurrency, instead.targetCurrency];
  const others = rates.filter(
    ({ day, sourceCurrency, targetCurrency }) =>
      day !== instead.day || !pair.includes(sourceCurrency) || !pair.includes(targetCurrency),
  );
  return [...others, instead].sort((a, b) => Number(a.day > b.day) - Number(a.day < b.day));
}
