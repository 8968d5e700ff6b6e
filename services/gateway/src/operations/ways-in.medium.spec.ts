import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PARTNER_HEALTH_CHANNEL, routingCalls, type DirectoryEntry } from '@tonle/contracts';
import { TOPICS } from '@tonle/messaging';
import { readIso, writeIso } from '@tonle/iso20022';
import { isoPayment, MEKONG } from '../iso20022/iso.testing.js';
import { GatewayWorld, type HttpAnswer } from '../testing/gateway-world.js';
import { networkTo } from '../testing/directory-entries.js';

// Real: the gateway with PostgreSQL and HTTP. Every way in is tried with everything that may be off; routing, fx and the adapter are
// played by the test, and refuse nothing of it themselves.

let world: GatewayWorld;
let untouched: readonly DirectoryEntry[];
let version = 1;
let count = 0;
const ops = { participant: 'OPERATOR' };

beforeAll(async () => {
  // Who stands for the Thai network, which the small directory lacks.
  const [network] = networkTo('thai', { participant: 'THSWITCH' });
  world = await GatewayWorld.start('gateway_ways_in', {}, [network!]);
  untouched = (await world.platform.calls.call(routingCalls.directory, {})).entries;
});
afterAll(() => world.close());
beforeEach(async () => {
  world.behaviour = 'silent';
  await become({});
});

type Changes = Readonly<Record<string, object>>;

/** The directory as it was, with some entries in another form, as everybody sees it now. */
async function become(changes: Changes): Promise<void> {
  version += 1;
  const entries = untouched.map((entry) => {
    const more = changes[`${entry.kind}:${entry.id}`] ?? {};
    return { ...entry, version, body: { ...(entry.body as object), ...more } };
  });
  world.platform.calls.serve(routingCalls.directory, () => Promise.resolve({ entries }));
  const messageId = `directory:${version}`;
  await world.platform.transport.publish([
    { topic: TOPICS.directory, key: 'any', type: 'directory.entry', messageId, body: '{}' },
  ]);
}

const set = () => ({
  since: new Date(world.platform.clock.now()).toISOString(),
  by: 'OPERATOR-1',
  reason: 'a secret of operations',
});
const outbound = (kind: 'pause' | 'drain', more: object = {}) => ({
  switches: { outbound: { hold: { kind, ...set(), ...more } } },
});

/** What may be off, and what each way in says then. */
const OFF: readonly (readonly [
  string,
  () => Changes,
  { readonly offers: string; readonly payments: string },
])[] = [
  ['nothing', () => ({}), { offers: 'ok', payments: 'ok' }],
  [
    'the corridor is closed',
    () => ({ 'corridor:KH-TH': { open: { outbound: false, inbound: true } } }),
    { offers: 'corridor_closed', payments: 'corridor_closed' },
  ],
  [
    'the corridor is paused',
    () => ({ 'corridor:KH-TH': outbound('pause') }),
    { offers: 'corridor_closed', payments: 'corridor_closed' },
  ],
  [
    'the corridor is drained',
    () => ({ 'corridor:KH-TH': outbound('drain') }),
    { offers: 'corridor_closed', payments: 'ok' },
  ],
  [
    'the network is paused by an operator',
    () => ({ 'network:thailand': outbound('pause') }),
    { offers: 'corridor_closed', payments: 'corridor_closed' },
  ],
  [
    'the home network is paused by an operator',
    () => ({ 'network:bakong': outbound('pause') }),
    { offers: 'corridor_closed', payments: 'corridor_closed' },
  ],
  [
    'the network is paused in the directory',
    () => ({ 'network:thailand': { state: 'paused' } }),
    { offers: 'corridor_closed', payments: 'corridor_closed' },
  ],
  [
    'who stands for the network is paused',
    () => ({ 'participant:THSWITCH': { pause: set() } }),
    { offers: 'corridor_closed', payments: 'corridor_closed' },
  ],
  [
    'the bank is paused by an operator',
    () => ({ 'participant:KHMEKONG': { pause: set() } }),
    { offers: 'participant_paused', payments: 'participant_paused' },
  ],
  [
    'the bank may only receive',
    () => ({ 'participant:KHMEKONG': { state: 'receive_only' } }),
    { offers: 'participant_paused', payments: 'participant_paused' },
  ],
];

const codeOf = ({ status, json }: HttpAnswer): string => (status < 300 ? 'ok' : json.code);
const payee = { account: '0066812345678', accountType: 'MBNO', country: 'TH' };

/** The words of a rejection begin with our code; a problem has it by name. */
function isoCode(answer: HttpAnswer): string {
  if (answer.json !== undefined) return codeOf(answer);
  const reading = readIso(Buffer.from(answer.text));
  if (reading.kind !== 'read') throw new Error(answer.text);
  if (reading.message.kind === 'proxy_reply') return reading.message.verified ? 'ok' : 'not verified';
  if (reading.message.kind !== 'status') throw new Error(answer.text);
  const { status, reasonText = [] } = reading.message;
  return status === 'RJCT' ? (/^\w+/.exec(reasonText.join(' '))?.[0] ?? 'RJCT') : 'ok';
}

describe.each(OFF)('while %s', (_what, changes, { offers, payments }) => {
  it('every way in says so, before anything is kept, and what was begun can still be asked for', async () => {
    const [payable, iso] = [await world.payable(), await isoPayment(world, (count += 1))];
    const question = {
      kind: 'proxy_request' as const,
      messageId: `VER-${count}`,
      createdAt: iso.createdAt,
      verificationId: 'V1',
      assigner: MEKONG,
      assignee: { bic: 'THSWTHBKXXX' },
      account: { proxy: { type: 'MBNO', id: '0066812345678' } },
    };
    await become(changes());
    const kept = await world.count();
    const asked = world.kindsAsked.length;
    const quote = { lookupId: payable.lookupId, amount: { currency: 'THB', amount: '820.00' } };
    const code = {
      corridor: 'KH-TH',
      debtor: payable.debtor,
      most: { currency: 'KHR', amount: '200000' },
    };
    const said = {
      lookup: codeOf(await world.post('/v1/lookups', payee)),
      quote: codeOf(await world.post('/v1/quotes', quote)),
      code: codeOf(await world.post('/v1/payment-codes', code)),
      verified: isoCode(await world.postXml('/iso20022/acmt.023', writeIso(question, 'acmt.023.001.03'))),
      payment: codeOf(await world.pay(payable, `way-${count}`)),
      iso: isoCode(await world.postXml('/iso20022/pacs.008', writeIso(iso, 'pacs.008.001.08'))),
    };
    expect(said).toEqual({
      lookup: offers,
      quote: offers,
      code: offers,
      verified: offers === 'corridor_closed' ? 'not verified' : offers,
      payment: payments,
      iso: payments,
    });
    expect(await world.count()).toBe(kept + (payments === 'ok' ? 2 : 0));
    expect(world.kindsAsked.length).toBe(asked + (offers === 'ok' ? 2 : 0));
    // What gives back is not stopped, and questions are answered.
    const refund = { paymentId: '01890000-0000-7000-8000-000000000000' };
    const headers = { 'idempotency-key': `refund-${count}` };
    expect(codeOf(await world.post('/v1/refunds', refund, { headers }))).toBe('original_unknown');
    expect((await world.get('/v1/payments')).status).toBe(200);
  });
});

describe('what is stopped for a while', () => {
  it('says when to come again, and goes on by itself', async () => {
    const { clock } = world.platform;
    const until = new Date(clock.now() + 90_000).toISOString();
    const payable = await world.payable();
    await become({ 'corridor:KH-TH': outbound('pause', { until, notice: 'Maintenance.' }) });
    const refused = await world.pay(payable, 'timed-1');
    expect([refused.status, refused.json.detail, refused.headers.get('retry-after')]).toEqual([
      422,
      `Corridor KH-TH is paused for outbound payments until ${until}: Maintenance.`,
      expect.stringMatching(/^(?:89|90)$/),
    ]);
    const { json } = await world.get('/v1/corridors/KH-TH/status');
    expect(json.outbound).toMatchObject({
      status: 'paused',
      taking: false,
      by: 'operator',
      expectedUntil: until,
    });
    expect([json.inbound.status, JSON.stringify(json)]).toEqual([
      'open',
      expect.not.stringMatching(/secret/),
    ]);
    clock.advance(90_000);
    expect(codeOf(await world.pay(payable, 'timed-1'))).toBe('ok');
    expect((await world.get('/v1/corridors/KH-TH/status')).json.outbound.status).toBe('open');
  });

  it('is told to the banks here, once for each change', async () => {
    type Told = { readonly id: string; readonly data: { status: string; direction: string } };
    const told = async (): Promise<Told[]> =>
      (await world.get('/v1/events?types=corridor.status&limit=200', { participant: 'KHANGKOR' })).json
        .events;
    const next = async (status: string, before: number): Promise<Told> => {
      await world.until(async () => (await told()).length > before);
      const events = await told();
      expect([events.length, events.at(-1)!.data.status]).toEqual([before + 1, status]);
      return events.at(-1)!;
    };
    // As it stands has been written, and nobody was told of that.
    const stands = async (status: string) => {
      const [row] = await world.test.database.query<{ status: string }>(
        `SELECT status FROM corridor_status WHERE corridor = 'KH-TH' AND direction = 'outbound'`,
      );
      return row?.status === status;
    };
    await world.until(() => stands('open'));
    const before = (await told()).length;
    await become({ 'corridor:KH-TH': outbound('pause', { notice: 'Maintenance.' }) });
    expect((await next('paused', before)).data).toMatchObject({
      corridor: 'KH-TH',
      direction: 'outbound',
      taking: false,
      by: 'operator',
      words: 'Corridor KH-TH is paused for outbound payments: Maintenance.',
    });
    await become({});
    expect((await next('open', before + 1)).data).toMatchObject({ direction: 'outbound', taking: true });
  });

  it('is shown to operators with who did it, why, and what is under way', async () => {
    await become({
      'corridor:KH-TH': outbound('drain'),
      'participant:KHSMALL': { pause: set() },
    });
    world.platform.calls.serve(routingCalls.underWay, () =>
      Promise.resolve({ underWay: [{ corridor: 'KH-TH', direction: 'outbound' as const, payments: 3 }] }),
    );
    const { json } = await world.get('/v1/ops/switches', ops);
    const told = { setBy: 'OPERATOR-1', reason: 'a secret of operations' };
    expect(json.corridors).toMatchObject([
      { corridor: 'KH-TH', direction: 'outbound', status: 'draining', underWay: 3, ...told },
    ]);
    expect(json.participants).toMatchObject([
      { participant: 'KHPAUSED', words: 'KHPAUSED is paused.' },
      { participant: 'KHSMALL', words: 'KHSMALL is paused.', ...told },
    ]);
  });

  it('is throttled with a time to wait, in ISO 20022 too, and a repeat is answered even so', async () => {
    const throttle = { perSecond: 0.001, ...set() };
    const [first, second, iso] = [await world.payable(), await world.payable(), await isoPayment(world, 900)];
    await become({ 'corridor:KH-TH': { switches: { outbound: { throttle } } } });
    expect(codeOf(await world.pay(first, 'slow-1'))).toBe('ok');
    const kept = await world.count();
    const slowed = await world.pay(second, 'slow-2');
    expect([slowed.status, slowed.json.code]).toEqual([429, 'corridor_throttled']);
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(900);
    const xml = await world.postXml('/iso20022/pacs.008', writeIso(iso, 'pacs.008.001.08'));
    expect([xml.status, xml.json.code]).toEqual([429, 'corridor_throttled']);
    expect(codeOf(await world.pay(first, 'slow-1'))).toBe('ok');
    expect(await world.count()).toBe(kept);
  });
});

describe('a network that does not answer', () => {
  const tell = async (sends: object) => {
    const calls = { sends: { answered: 30, failed: 10, classes: [0, 0, 0, 30, 0, 0, 0, 0, 0, 0, 0, 0] } };
    const report = { network: 'thailand', instance: 'a', breakers: { sends }, calls };
    await world.platform.shared.publish(PARTNER_HEALTH_CHANNEL, JSON.stringify(report));
    await new Promise((done) => setImmediate(() => setImmediate(done)));
  };
  const status = async () => (await world.get('/v1/corridors/KH-TH/status')).json;

  it('is told, refuses payments early where the corridor says so, and lets them in by and by', async () => {
    const now = world.platform.clock.now();
    const payable = await world.payable();
    await become({ 'corridor:KH-TH': { whenDown: 'refuse' } });
    await tell({ state: 'open', downSinceMs: now - 1_000, hopeful: false });
    const kept = await world.count();
    const refused = await world.pay(payable, 'down-1');
    expect([refused.status, refused.json.code, refused.headers.get('retry-after')]).toEqual([
      503,
      'corridor_down',
      '5',
    ]);
    expect(await world.count()).toBe(kept);
    expect(await status()).toMatchObject({
      outbound: {
        status: 'degraded',
        taking: false,
        by: 'health',
        since: new Date(now - 1_000).toISOString(),
      },
      inbound: { status: 'open' },
      answers: [{ network: 'THSWITCH', call: 'sends', answeredShare: 0.75, p50Ms: 100, p95Ms: 100 }],
    });
    await tell({ state: 'closed', downSinceMs: now - 1_000, recoveredMs: now, hopeful: false });
    expect((await status()).outbound).toMatchObject({ status: 'degraded', taking: true });
    // The first beside the share.
    expect(codeOf(await world.pay(payable, 'down-1'))).toBe('ok');
    world.platform.clock.advance(30_000);
    expect((await status()).outbound.status).toBe('open');
  });
});
