import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { auditCall, fxCalls, routingCalls, type DirectoryEntry } from '@tonle/contracts';
import { createTestDatabase, type Database, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type RunningService, type TestPlatform } from '@tonle/platform';
import { until } from '../../../../tests/world/until.js';
import { startFx } from '../fx.service.js';
import { request, sandboxEntries } from '../testing/market.js';
import { paymentEventOf } from '../testing/payment-event.js';

// Real: PostgreSQL, the whole service. The Thai corridor again, as one that settles dollars.

const TERMS = new URL('../../../../deploy/sandbox/fx.json', import.meta.url).pathname;

function like(kind: string, id: string, newId: string, more: object): DirectoryEntry {
  const entry = sandboxEntries().find((each) => each.kind === kind && each.id === id)!;
  return { ...entry, id: newId, version: 1, body: { ...(entry.body as object), ...more } };
}
const DOLLARS = { networkId: 'dollars', adapter: 'adapter-dollars', currencies: ['USD'] };
const entries = sandboxEntries(
  like('network', 'thailand', 'dollars', DOLLARS),
  like('corridor', 'KH-TH', 'KH-US', {
    corridorId: 'KH-US',
    partner: 'dollars',
    limits: { perPayment: {}, perDebtorDay: {} },
    settlementBanks: { USD: 'KHSETTLE' },
  }),
);

let test: TestDatabase;
let platform: TestPlatform;
let service: RunningService;
let other: Database;
beforeAll(async () => {
  test = await createTestDatabase('fx_one_currency');
  platform = createTestPlatform('fx', test.database, { settings: { TONLE_FX_FILE: TERMS } });
  platform.calls.serve(routingCalls.directory, () => Promise.resolve({ entries }));
  service = await startFx(platform);
  other = await test.another();
  await until('the directory', async () => (await quoted()).kind === 'quoted');
});
afterAll(async () => {
  await service.close();
  await platform.transport.close();
  await test.drop();
});

const partnerTerms = { orderAmount: { currency: 'CNY', minor: '17700' } };
async function quoted() {
  const usd = {
    sourceCurrency: 'USD',
    targetCurrency: 'USD',
    corridor: 'KH-US',
    direction: 'inbound' as const,
  };
  const asked = request({ ...usd, amount: { currency: 'USD', minor: '2500' }, partnerTerms });
  return (await platform.calls.call(fxCalls.quote, { items: [asked] })).items[0]!;
}

it('quotes keep which way they pay and what the partner said', async () => {
  const answer = await quoted();
  if (answer.kind !== 'quoted') throw new Error(answer.reason);
  const { quoteId } = answer.quote;
  expect(answer.quote).toMatchObject({ provider: 'KHSETTLE', rate: '1', direction: 'inbound', partnerTerms });
  const { quotes } = await platform.calls.call(fxCalls.quotesById, { quoteIds: [quoteId] });
  expect(quotes).toEqual([answer.quote]);
});

it('in one currency nobody is exposed, before or after, and the audit knows', async () => {
  const answer = await quoted();
  if (answer.kind !== 'quoted') throw new Error(answer.reason);
  await platform.transport.publish([paymentEventOf(platform, answer.quote, 'COMPLETED')]);
  const states = await other.query('SELECT state FROM quote WHERE quote_id = $1', [answer.quote.quoteId]);
  expect(states).toEqual([{ state: 'used' }]);
  const figures = await other.query(
    "SELECT provider FROM fx_position UNION SELECT provider FROM exposure WHERE provider = 'KHSETTLE'",
  );
  expect(figures).toEqual([]);
  const { findings } = await platform.calls.call(auditCall('fx'), {});
  expect(findings.filter(({ ok }) => !ok)).toEqual([]);
});
