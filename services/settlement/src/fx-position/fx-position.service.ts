import { fxCalls, refused, refusedField, type Deed, type Refusal } from '@tonle/contracts';
import { ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';
import { findCurrency, parseRate } from '@tonle/money';
import type { Queryable } from '@tonle/persistence';
import { recordDeeds, type Platform } from '@tonle/platform';
import type { z } from 'zod';
import { accountingDayOf, previousDay } from '../close/accounting-day.js';
import { isClosed, lockPeriods } from '../close/close.store.js';
import { flowsBetween } from './fx-flow.store.js';
import type { PositionDay, ReferenceRate } from './fx-position.js';
import { hasRates, keepRates, keptBefore, ratesUntil, replaceRate } from './fx-position.store.js';
import { positionsOn } from './position-run.decide.js';

/** Before everything. */
const NEVER = '0001-01-01';
const MID = 'mid';

interface RateRequest {
  readonly day: string;
  readonly sourceCurrency: string;
  readonly targetCurrency: string;
  readonly rate: string;
  readonly operator: string;
  readonly participant: string;
  readonly reason: string;
}

/** FX positions of any day, and the rates that they are valued by. */
export class FxPositionService {
  constructor(
    private readonly platform: Pick<Platform, 'database' | 'clock'>,
    private readonly calls: ServiceCalls,
  ) {}

  /** Every position on a day, zero or not; as known now, or as it was kept when the day before was closed and all that came since. */
  async positions(database: Queryable, day: string): Promise<PositionDay[]> {
    const kept = await keptBefore(database, day);
    const after = kept?.day ?? NEVER;
    const [flows, rates] = [await flowsBetween(database, after, day), await ratesUntil(database, day)];
    return positionsOn(day, kept?.positions ?? [], flows, rates, after);
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
    await keepRates(database, day, MID, midRates, new Date(nowMs));
  };

  /** An operator says what a pair was worth. Refuses `schema_invalid` for a rate that is none, and `period_closed`. */
  async setRate({ operator, participant, reason, ...asked }: RateRequest): Promise<Refusal | undefined> {
    const { database, clock } = this.platform;
    const { day, sourceCurrency, targetCurrency, rate } = asked;
    if (findCurrency(sourceCurrency) === undefined) return unknownCurrency('/sourceCurrency', sourceCurrency);
    if (findCurrency(targetCurrency) === undefined) return unknownCurrency('/targetCurrency', targetCurrency);
    if (sourceCurrency === targetCurrency || parseRate(sourceCurrency, targetCurrency, rate) === undefined)
      return refusedField(
        'schema_invalid',
        '/rate',
        'Write digits above zero, at most 11, of which 10 after the point, between two currencies.',
      );
    const atMs = clock.now();
    return database.transaction(async (transaction) => {
      await lockPeriods(transaction);
      if (await isClosed(transaction, day)) return refused('period_closed', `${day} is closed.`);
      const set: ReferenceRate = { ...asked, source: operator };
      const before = await replaceRate(transaction, set, new Date(atMs));
      const deed: Deed = {
        atMs,
        actor: { kind: 'operator', name: operator, participant },
        action: 'reference-rate.set',
        object: `${day} ${sourceCurrency} ${targetCurrency}`,
        before: { rates: before },
        after: { ...asked },
        reason,
      };
      await recordDeeds(transaction, 'settlement', [deed]);
      return undefined;
    });
  }
}

const unknownCurrency = (path: string, code: string): Refusal =>
  refusedField('schema_invalid', path, `${code} is no currency of ISO 4217.`);
