import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { adapterCalls } from '@tonle/contracts';
import { readIso, writeIso } from '@tonle/iso20022';
import { ServiceUnavailable } from '@tonle/messaging';
import { GatewayWorld } from '../testing/gateway-world.js';

// Real: the gateway with PostgreSQL and HTTP. KHSMALL may look up 12 payees at once and 3 more for each payment.

const small = { participant: 'KHSMALL' };
const ops = { participant: 'OPERATOR' };
let world: GatewayWorld;
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_lookup_budget');
});
afterAll(() => world.close());

const lookUp = (account: string) =>
  world.post('/v1/lookups', { account, accountType: 'MBNO', country: 'TH' }, small);
const useOf = async (participant: string) => {
  const { json } = await world.get('/v1/ops/lookups', ops);
  return json.participants.find((each: { participant: string }) => each.participant === participant);
};

it('who collects names gets no more than its budget, over REST and ISO 20022, and is seen', async () => {
  const payable = await world.payable(small);
  const guesses = [];
  for (let n = 0; n < 3; n += 1) guesses.push((await lookUp(`0999${n}`)).json.code);
  expect(guesses).toEqual(['payee_unknown', 'payee_unknown', 'payee_unknown']);
  const names = [];
  for (let n = 0; n < 20; n += 1) names.push((await lookUp(`006681234567${n}`)).status);
  expect(names.filter((status) => status === 200)).toHaveLength(2);

  const refused = await lookUp('0066812345679');
  expect([refused.status, refused.json.code, refused.json.retry]).toEqual([
    429,
    'lookups_exhausted',
    'later',
  ]);
  expect(Number.parseInt(refused.headers.get('retry-after')!, 10)).toBeGreaterThan(1);
  expect(refused.json.detail).toMatch(
    /^KHSMALL may look up 12 at once, 0.01 a second, and 3 more for each payment/,
  );

  const question = {
    kind: 'proxy_request' as const,
    messageId: 'VER-1',
    createdAt: new Date(world.platform.clock.now()).toISOString(),
    verificationId: 'V1',
    assigner: { bic: 'SMALKHPPXXX' },
    assignee: { bic: 'THSWTHBKXXX' },
    account: { proxy: { type: 'MBNO', id: '0066812345678' } },
  };
  const iso = await world.postXml('/iso20022/acmt.023', writeIso(question, 'acmt.023.001.03'), small);
  expect(iso.status).toBe(429);
  expect(iso.headers.get('retry-after')).not.toBeNull();
  expect(readIso(Buffer.from(iso.text))).toMatchObject({
    message: { kind: 'rejection', reason: 'lookups_exhausted', relatedReference: 'VER-1' },
  });

  expect(await useOf('KHSMALL')).toMatchObject({
    door: 'gateway',
    budget: { burst: 12, perSecond: 0.01, perPayment: 3 },
    hour: { asked: 26, found: 3, notFound: 3, refused: 20, paid: 0 },
    day: { asked: 26 },
  });
  expect(
    (await world.post('/v1/lookups', { account: '0066812345678', accountType: 'MBNO', country: 'TH' }))
      .status,
  ).toBe(200);

  const paid = await world.pay(
    { ...payable, debtor: { name: 'Sok Dara', account: 'u1@small' } },
    'small-1',
    small,
  );
  expect(paid.status).toBeLessThan(300);
  await world.until(async () => (await useOf('KHSMALL')).hour.paid === 1);
  const more = [];
  for (let n = 0; n < 5; n += 1) more.push((await lookUp(`006681234567${n}`)).status);
  expect(more.filter((status) => status === 200)).toHaveLength(3);
});

it('operators see what networks ask at their doors, and which adapter does not say', async () => {
  const counts = { found: 5, notFound: 1, declined: 0, unanswered: 0, refused: 2, paid: 4 };
  const { calls } = world.platform;
  calls.serve(adapterCalls('adapter-thailand').lookupUse, () =>
    Promise.resolve({ participants: [{ participant: 'THSWITCH', hour: counts, day: counts }] }),
  );
  calls.serve(adapterCalls('adapter-bakong').lookupUse, () =>
    Promise.reject(new ServiceUnavailable('adapter-bakong', 'is away')),
  );
  expect(await useOf('THSWITCH')).toMatchObject({
    door: 'adapter-thailand',
    day: { asked: 8, paid: 4 },
  });
  expect((await world.get('/v1/ops/lookups', ops)).json.silentAdapters).toEqual(['adapter-bakong']);
  expect((await world.get('/v1/ops/lookups', small)).status).toBe(403);
});

it('metrics count by participant, without a word of whom they asked about', async () => {
  const metrics = await world.platform.telemetry.registry.getSingleMetricAsString('tonle_lookups_total');
  expect(metrics).toMatch(/participant="KHSMALL",outcome="refused"[^}]*\} \d+/);
  expect(metrics).toMatch(/participant="KHSMALL",outcome="not_found"[^}]*\} 3/);
  expect(metrics).not.toMatch(/6681234|Somchai/);
});
