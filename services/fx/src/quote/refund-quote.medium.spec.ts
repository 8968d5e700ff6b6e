import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { auditCall, fxCalls, routingCalls, type Quote, type QuoteRequest } from '@tonle/contracts';
import { createTestDatabase, type Database, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type RunningService, type TestPlatform } from '@tonle/platform';
import { until } from '../../../../tests/world/until.js';
import { startFx } from '../fx.service.js';
import { request, sandboxEntries } from '../testing/market.js';
import { paymentEventOf } from '../testing/payment-event.js';

// Real: PostgreSQL, the whole service. A year after a payment by Alipay+, with other rates and none of its provider's.

const TERMS = new URL('../../../../deploy/sandbox/fx.json', import.meta.url).pathname;
const YEAR_MS = 365 * 86_400_000;

let test: TestDatabase;
let platform: TestPlatform;
let service: RunningService;
let other: Database;
let original: Quote;

const usd = (minor: string) => ({ currency: 'USD', minor });
const ask = async (...items: QuoteRequest[]) => (await platform.calls.call(fxCalls.quote, { items })).items;
const push = async (provider: string, sourceCurrency: string, targetCurrency: string, rate: string) =>
  (
    await platform.calls.call(fxCalls.pushRates, {
      provider,
      rates: [{ sourceCurrency, targetCurrency, rate }],
    })
  ).items[0]!;

beforeAll(async () => {
  test = await createTestDatabase('fx_refund');
  platform = createTestPlatform('fx', test.database, { settings: { TONLE_FX_FILE: TERMS } });
  platform.calls.serve(routingCalls.directory, () => Promise.resolve({ entries: sandboxEntries() }));
  service = await startFx(platform);
  other = await test.another();
  const pushed = () => push('FXNAGA', 'KHR', 'USD', '0.0002439024');
  await until('the directory', async () => (await pushed()).kind === 'accepted');
  const paid = {
    corridor: 'KH-AP',
    sourceCurrency: 'KHR',
    targetCurrency: 'USD',
    direction: 'outbound' as const,
  };
  original = await quoted(request({ ...paid, amount: usd('2500') }));
  await platform.transport.publish([paymentEventOf(platform, original, 'COMPLETED')]);
  platform.clock.advance(YEAR_MS);
  await platform.calls.call(fxCalls.withdrawRates, { provider: 'FXNAGA' });
  await push('FXSINGHA', 'USD', 'KHR', '3900');
  // It may owe no riel any more, as its terms have it; what it was paid it gives back.
  await other.query(`DELETE FROM exposure WHERE provider = 'FXNAGA' AND currency = 'KHR'`);
});
afterAll(async () => {
  await service.close();
  await platform.transport.close();
  await test.drop();
});

async function quoted(asked: QuoteRequest): Promise<Quote> {
  const [answer] = await ask(asked);
  if (answer?.kind !== 'quoted') throw new Error(JSON.stringify(answer));
  return answer.quote;
}

const refund = (minor: string, more: Partial<QuoteRequest> = {}) =>
  request({
    ...{ participant: 'APLUS', corridor: 'KH-AP', sourceCurrency: 'USD', targetCurrency: 'KHR' },
    ...{ direction: 'inbound', fixed: 'source', amount: usd(minor), refundOf: original.quoteId },
    ...more,
  });
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

it('a payment is quoted back at its own rate, in parts that come to the whole, and kept as that', async () => {
  const [whole, half, rest] = await Promise.all(
    ['2500', '1250', '1250'].map((minor) => quoted(refund(minor))),
  );
  expect(whole).toMatchObject({
    provider: 'FXNAGA',
    target: original.source,
    refundOf: original.quoteId,
    fees: [],
  });
  expect(BigInt(half!.target.minor) + BigInt(rest!.target.minor)).toBeLessThanOrEqual(
    BigInt(original.source.minor),
  );
  const ids = [whole, half].map((each) => each!.quoteId);
  const { quotes } = await platform.calls.call(fxCalls.quotesById, { quoteIds: ids });
  expect(quotes).toEqual(expect.arrayContaining([whole, half]));
});

it('a batch holds refunds of payments that are known and of others', async () => {
  const answers = await ask(refund('100'), refund('100', { refundOf: UNKNOWN }), refund('2501'));
  expect(answers).toMatchObject([
    { kind: 'quoted' },
    { kind: 'refused', reason: 'original_unknown' },
    { kind: 'refused', reason: 'refund_exceeds' },
  ]);
});

it('a price says the same, and keeps nothing', async () => {
  const count = () => other.query('SELECT count(*)::int AS n FROM quote');
  const before = await count();
  const { items } = await platform.calls.call(fxCalls.price, { items: [refund('2500')] });
  expect(items).toEqual([{ kind: 'priced', source: usd('2500'), target: original.source }]);
  expect(await count()).toEqual(before);
});

it('a refund takes the position of its payment back, and the audit knows', async () => {
  const quote = await quoted(refund('2500'));
  await platform.transport.publish([paymentEventOf(platform, quote, 'COMPLETED')]);
  const positions = await other.query(
    `SELECT currency, sum(sold_minor - bought_minor)::bigint AS minor
     FROM fx_position WHERE provider = 'FXNAGA' GROUP BY currency ORDER BY currency`,
  );
  expect(positions).toEqual([
    { currency: 'KHR', minor: 0n },
    { currency: 'USD', minor: 0n },
  ]);
  const { findings } = await platform.calls.call(auditCall('fx'), {});
  expect(findings.filter(({ ok }) => !ok)).toEqual([]);
});
