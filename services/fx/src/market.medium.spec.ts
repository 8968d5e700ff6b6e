import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { FX_DATABASE } from './fx.service.js';
import { showMarket } from './market.view.js';
import { seedTerms } from './terms/terms.store.js';

// Real: PostgreSQL.

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase('fx_market', 'fx');
  await test.database.openOrm(FX_DATABASE);
});
afterAll(() => test.drop());

it('the market is told: reference rates, and how far each provider is exposed by quotes and positions', async () => {
  const nowMs = Date.parse('2026-11-28T05:00:00Z');
  const [sourceCurrency, targetCurrency, rate] = ['THB', 'KHR', '121.95121951'];
  const provider = { provider: 'FXNAGA', relationships: [], tiers: [], participants: [] };
  const exposureLimits = { THB: '5000', KHR: '900' };
  const midRates = [{ sourceCurrency, targetCurrency, rate }];
  const file = { providers: [{ ...provider, exposureLimits }], midRates, sanityBands: [] };
  await seedTerms(test.database, file, nowMs);
  await test.database.query(`UPDATE exposure SET open_minor = 300 WHERE currency = 'THB'`);
  await test.database.query(
    `INSERT INTO fx_position (provider, currency, day, bought_minor, sold_minor)
     VALUES ('FXNAGA', 'THB', '2026-11-27', 100, 1100), ('FXNAGA', 'KHR', '2026-11-27', 500, 0)`,
  );
  expect(await showMarket(test.database, nowMs)).toEqual({
    midRates,
    exposures: [
      { provider: 'FXNAGA', currency: 'KHR', limitMinor: '900', usedMinor: '0' },
      { provider: 'FXNAGA', currency: 'THB', limitMinor: '5000', usedMinor: '1300' },
    ],
  });
});
