import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keepRates } from '../../fx-position/fx-position.store.js';
import { DAY_END, minorsOf, paymentOf, reportWorld, THAI, type ReportWorld } from '../report.testing.js';

// Real: PostgreSQL, the payments' handler.

const RATES = [
  { sourceCurrency: 'KHR', targetCurrency: 'USD', rate: '0.00025' },
  { sourceCurrency: 'USD', targetCurrency: 'KHR', rate: '4000' },
  { sourceCurrency: 'KHR', targetCurrency: 'VND', rate: '6.5' },
];
const asked = { report: 'R19', parameters: { day: THAI.day }, basis: 'now' } as const;

describe('R19, regulatory volumes', () => {
  let world: ReportWorld;
  const riel = (minor: string, purpose?: string) =>
    paymentOf('82000', {
      source: { currency: 'KHR', minor },
      ...(purpose !== undefined && { purpose }),
    });

  beforeAll(async () => {
    world = await reportWorld('report_regulatory');
    await world.take(
      riel('4000000', 'GDDS'),
      riel('3900000', 'GDDS'),
      riel('40000000', 'SALA'),
      paymentOf('82000', { source: { currency: 'USD', minor: '2500' }, fees: [] }),
      { ...riel('100'), state: 'REJECTED' },
    );
    world.platform.clock.set(DAY_END + 1);
    const at = new Date(world.platform.clock.now());
    await world.test.database.transaction((transaction) =>
      keepRates(transaction, THAI.day, 'mid', RATES, at),
    );
    world.platform.clock.advance(1000);
  });
  afterAll(() => world.close());

  it('tells what was paid for what, in riel and in dollars by the rate of the day', async () => {
    const rows = await world.rows(asked);
    const shown = rows.map(
      ({ month, purpose, size, count, homeCurrency, home, foreign, riel: khr, dollars, notValued }) =>
        [month, purpose, size, count, homeCurrency, home, foreign, khr, dollars, notValued].join(' '),
    );
    expect(shown).toEqual([
      '2026-11  10-100 1 USD 25.00 820.00 100000.00 25.00 0',
      '2026-11 GDDS up to 10 2 KHR 79000.00 1640.00 79000.00 19.75 0',
      '2026-11 SALA 10-100 1 KHR 400000.00 820.00 400000.00 100.00 0',
    ]);
  });

  it('says which have no rate, and of a quiet day nothing', async () => {
    expect(await world.rows({ ...asked, basis: 'then' })).toMatchObject([
      { homeCurrency: 'USD', size: '10-100', riel: '', dollars: '25.00', notValued: '0' },
      { homeCurrency: 'KHR', purpose: 'GDDS', size: 'not valued', dollars: '', notValued: '2' },
      { homeCurrency: 'KHR', purpose: 'SALA', notValued: '1' },
    ]);
    expect(await world.rows({ ...asked, parameters: { day: '2026-11-19' } })).toEqual([]);
  });

  it('leaves no payment out and none in twice, whatever is paid', async () => {
    const one = fc.record({
      minor: fc.bigInt(1n, 10n ** 12n),
      currency: fc.constantFrom('KHR', 'USD'),
      purpose: fc.constantFrom(undefined, 'GDDS', 'SALA', 'SUPP'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 8 }), async (drawn) => {
        await world.take(
          ...drawn.map(({ minor, currency, purpose }) =>
            paymentOf('1', {
              source: { currency, minor: minor.toString() },
              fees: [],
              ...(purpose !== undefined && { purpose }),
            }),
          ),
        );
        world.platform.clock.advance(1000);
        const rows = await world.rows(asked);
        for (const currency of ['KHR', 'USD']) {
          const own = rows.filter(({ homeCurrency }) => homeCurrency === currency);
          const [paid] = await world.test.database.query<{ n: bigint; minor: bigint; dollars: bigint }>(
            `SELECT count(*) AS n, sum(source_minor)::bigint AS minor,
               sum(CASE source_currency WHEN 'USD' THEN source_minor ELSE round(source_minor * 0.00025) END)::bigint AS dollars
             FROM payment_record WHERE state = 'COMPLETED' AND source_currency = $1`,
            [currency],
          );
          const counted = own.reduce((sum, { count }) => sum + BigInt(count!), 0n);
          expect([counted, minorsOf(own, 'home'), minorsOf(own, 'dollars')]).toEqual([
            BigInt(paid!.n),
            paid!.minor,
            paid!.dollars,
          ]);
        }
      }),
      { numRuns: 8 },
    );
  });
});
