import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { FACT_SOURCES } from '@tonle/contracts';
import { amount, magnitude, parseRate } from '@tonle/money';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import type { FactGatherer } from '@tonle/platform';
import fc from 'fast-check';
import { FX_DATABASE } from '../fx.service.js';
import { decideQuote } from '../quote/quote.decide.js';
import { totalCostPercent } from '../quote/quote-cost.js';
import { insertQuotes } from '../quote/quote.store.js';
import { market, NOW, request, standing } from '../testing/market.js';
import { COST_HOURS, QUOTE_HOURS } from './quote-hour.store.js';

// Real: PostgreSQL.

const HOUR_MS = 3_600_000;

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase('fx_facts');
  await test.database.openOrm(FX_DATABASE);
});
afterAll(() => test.drop());

const RATES = [standing('FXNAGA', 'KHR>THB', '0.00816000'), standing('FXGARUDA', 'KHR>THB', '0.00812000')];
let quotes = 0;

/** Quotes so many baht, from two providers; returns the id. */
async function quote(baht: string, state: 'open' | 'used' | 'expired', atMs = NOW): Promise<string> {
  quotes += 1;
  const quoteId = `00000000-0000-4000-8000-${quotes.toString(16).padStart(12, '0')}`;
  const asked = request({ amount: { currency: 'THB', minor: baht }, direction: 'outbound' });
  const decision = decideQuote({ quoteId, request: asked }, market({ rates: RATES }), atMs);
  if (decision.kind !== 'issued') throw new Error(JSON.stringify(decision));
  await test.database.transaction((transaction) => insertQuotes(transaction, [decision.issued]));
  await test.database.query('UPDATE quote SET state = $2 WHERE quote_id = $1', [quoteId, state]);
  return quoteId;
}

async function gathered(gatherer: FactGatherer): Promise<Record<string, unknown>[]> {
  await test.database.query('DELETE FROM told_fact_hour');
  const { parts } = await test.database.transaction((transaction) =>
    gatherer.gather(transaction, NOW + 2 * HOUR_MS),
  );
  return parts
    .flatMap(({ facts }) => facts)
    .map(({ body }) => FACT_SOURCES[gatherer.source].body.parse(body) as Record<string, unknown>);
}

it('an hour of quotes says who won, by how much, and what the others lost by', async () => {
  await quote('82000', 'used');
  await quote('41000', 'expired');
  await quote('20500', 'open');
  expect(await gathered(QUOTE_HOURS)).toMatchObject([
    {
      ...{ provider: 'FXGARUDA', corridor: 'KH-TH', asked: 3, offered: 3, won: 0, used: 0, expired: 0 },
      lost: [{ because: 'dearer', count: 3 }],
      // 0.00812 is 80 of 8,200 from the mid: 9,756 millionths each.
      ...{ compared: 3, distance: `${3 * 9_756}` },
    },
    {
      ...{ provider: 'FXNAGA', asked: 3, offered: 3, won: 3, used: 1, expired: 1, lost: [] },
      ...{ compared: 3, distance: `${3 * 4_878}` },
    },
  ]);
});

it('what payments cost is what their quotes said, and fees and rate add up to it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 10_000, max: 900_000 }), { minLength: 1, maxLength: 5 }),
      async (bahts) => {
        await test.database.query('DELETE FROM quote');
        for (const baht of bahts) await quote(baht.toString(), 'used');
        await quote('30000', 'expired');
        const [told] = await gathered(COST_HOURS);
        const rows = await test.database.query<{
          source: bigint;
          target: bigint;
          fees: { amount: { minor: string } }[];
        }>(`SELECT source_minor AS source, target_minor AS target, fees FROM quote WHERE state = 'used'`);
        const mid = parseRate('KHR', 'THB', '0.00820000')!;
        const percents = rows.map(({ source, target, fees }) => {
          const fee = fees.reduce((sum, each) => sum + BigInt(each.amount.minor), 0n);
          return totalCostPercent(amount('KHR', source), fee, amount('THB', target), mid);
        });
        const hundredths = percents.reduce((sum, percent) => sum + BigInt(percent.replace('.', '')), 0n);
        const { payments, cost, margin, fees } = told as Record<'cost' | 'margin' | 'fees', string> & {
          payments: number;
        };
        expect(payments).toBe(bahts.length);
        // Each was rounded to a hundredth of a per cent there, to a millionth here.
        const apart = BigInt(cost) - hundredths * 100n;
        expect(magnitude(apart)).toBeLessThanOrEqual(51n * BigInt(payments));
        expect(BigInt(margin) + BigInt(fees)).toBe(BigInt(cost));
        expect(told).toMatchObject({ corridor: 'KH-TH', currency: 'KHR', notCompared: 0 });
      },
    ),
    { numRuns: 15 },
  );
});
