import type { fxCalls } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import type { z } from 'zod';
import { readExposures } from './exposure/exposure.store.js';
import { readMidRates } from './terms/terms.store.js';

/** Reference rates, and how far each provider is exposed now. */
export async function showMarket(
  database: Queryable,
  nowMs: number,
): Promise<z.infer<typeof fxCalls.market.response>> {
  const { exposures } = await readExposures(database, nowMs);
  return {
    midRates: await readMidRates(database),
    exposures: exposures.map(({ provider, currency, limitMinor, openMinor, positionMinor }) => ({
      provider,
      currency,
      limitMinor: limitMinor.toString(),
      usedMinor: (openMinor + (positionMinor > 0n ? positionMinor : 0n)).toString(),
    })),
  };
}
