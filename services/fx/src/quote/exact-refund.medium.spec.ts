import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { auditCall, fxCalls, routingCalls, type Quote, type QuoteRequest } from '@tonle/contracts';
import { createTestDatabase, type Database, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type RunningService, type TestPlatform } from '@tonle/platform';
import { until } from '../../../../tests/world/until.js';
import { startFx } from '../fx.service.js';
import { request, sandboxEntries } from '../testing/market.js';
import { paymentEventOf } from '../testing/payment-event.js';

// Real: PostgreSQL, the whole service. A corridor that gives refunds at the rate of the day, whose rate has moved.

const TERMS = new URL('../../../../deploy/sandbox/fx.json', import.meta.url).pathname;

let test: TestDatabase;
let platform: TestPlatform;
let service: RunningService;
let other: Database;

const thb = (minor: string) => ({ currency: 'THB', minor });

async function quoted(asked: QuoteRequest): Promise<Quote> {
  const { items } = await platform.calls.call(fxCalls.quote, { items: [asked] });
  const [answer] = items;
  if (answer?.kind !== 'quoted') throw new Error(JSON.stringify(answer));
  return answer.quote;
}
const push = async (sourceCurrency: string, targetCurrency: string, rate: string) =>
  (
    await platform.calls.call(fxCalls.pushRates, {
      provider: 'FXNAGA',
      rates: [{ sourceCurrency, targetCurrency, rate }],
    })
  ).items[0]!.kind;

beforeAll(async () => {
  test = await createTestDatabase('fx_exact_refund');
  platform = createTestPlatform('fx', test.database, { settings: { TONLE_FX_FILE: TERMS } });
  const entries = sandboxEntries().map((entry) =>
    entry.id === 'KH-TH' && entry.kind === 'corridor'
      ? { ...entry, body: { ...(entry.body as object), refunds: { days: 180, rate: 'today' } } }
      : entry,
  );
  platform.calls.serve(routingCalls.directory, () => Promise.resolve({ entries }));
  service = await startFx(platform);
  other = await test.another();
  await until('the directory', async () => (await push('KHR', 'THB', '0.0080')) === 'accepted');
  await push('THB', 'KHR', '110');
});
afterAll(async () => {
  await service.close();
  await platform.transport.close();
  await test.drop();
});

it('gives the payer its exact part, moves the provider by what it got, and is kept as that', async () => {
  const original = await quoted(request({ corridor: 'KH-TH', fixed: 'target', amount: thb('82000') }));
  await platform.transport.publish([paymentEventOf(platform, original, 'COMPLETED')]);
  const refundCause = { fault: 'receiving_side', fxBearer: 'receiving_side' } as const;
  const exact = await quoted(
    request({
      ...{ participant: 'THSWITCH', corridor: 'KH-TH', sourceCurrency: 'THB', targetCurrency: 'KHR' },
      ...{ direction: 'inbound', fixed: 'source', amount: thb('82000') },
      ...{ refundOf: original.quoteId, refundCause },
    }),
  );
  const { conversion } = exact.refundCause!;
  expect(exact).toMatchObject({ source: thb('82000'), target: original.source });
  expect(BigInt(conversion!.source.minor)).toBeGreaterThan(82_000n);
  const { quotes } = await platform.calls.call(fxCalls.quotesById, { quoteIds: [exact.quoteId] });
  expect(quotes).toEqual([exact]);
  await platform.transport.publish([paymentEventOf(platform, exact, 'COMPLETED')]);
  const [bought] = await other.query<{ minor: bigint }>(
    `SELECT sum(bought_minor)::bigint AS minor FROM fx_position WHERE currency = 'THB'`,
  );
  expect(bought!.minor).toBe(BigInt(conversion!.source.minor));
  const { findings } = await platform.calls.call(auditCall('fx'), {});
  expect(findings.filter(({ ok }) => !ok)).toEqual([]);
  await other.query(`UPDATE quote SET refund_cause = jsonb_set(refund_cause, '{conversion,rate}', '"111"')`);
  const broken = await platform.calls.call(auditCall('fx'), {});
  expect(broken.findings.filter(({ ok }) => !ok)).toMatchObject([
    { invariant: 'I9', violations: [`quote ${exact.quoteId}`] },
  ]);
});
