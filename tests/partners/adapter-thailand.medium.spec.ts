import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { start as startAdapterBakong } from '@tonle/adapter-bakong';
import { start as startAdapterThailand } from '@tonle/adapter-thailand';
import type { RunningService } from '@tonle/platform';
import {
  adapterCalls,
  auditCall,
  REASON_TEXT_MAX,
  reasonWords,
  routingCalls,
  type PaymentSubmit,
} from '@tonle/contracts';
import { PAID, playRouting, serveFx, tell, type Made } from '../world/inbound.js';
import {
  clearFaults,
  clock,
  command,
  fault,
  legCommandOf,
  linesSince,
  openAdapterWorld,
  outcomes,
  type AdapterWorld,
} from '../world/adapter-world.js';
import { freePort } from '../world/free-port.js';
import { until } from '../world/until.js';

// Real: PostgreSQL, transport, Thai simulator over mutual TLS with signatures both ways, Bakong simulator for lookups.

const SERVICE = 'adapter-thailand';
const TUNING = { sweepMs: 100, enquiryTickMs: 50, enquiriesPerSecondMin: 50 };
const calls = adapterCalls(SERVICE);

let world: AdapterWorld;
let running: RunningService[];
/** What routing makes of an inbound payment; undefined: nothing yet. */
let decide: (submit: PaymentSubmit) => Made | undefined;

beforeAll(async () => {
  world = await openAdapterWorld('adapter_thailand', `https://127.0.0.1:${await freePort()}`);
  // Payers whose answer was lost do not wait long for ours.
  world.settings['TONLE_THAI_DOOR_WAIT_MS'] = '1000';
  serveFx(world);
  await playRouting(world, (submit) => decide(submit));
  const bakong = await startAdapterBakong(
    world.platform('adapter-bakong', await world.database.another('bakong')),
  );
  const thailand = await startAdapterThailand(world.platform(SERVICE), TUNING);
  running = [thailand, bakong];
});
beforeEach(() => {
  decide = () => PAID;
});
afterEach(() => clearFaults(world));
afterAll(async () => {
  for (const service of running) await service.close();
  await world.close();
});

describe('a credit to the Thai side', () => {
  it('is accepted under the Thai reference, with our amount', async () => {
    const leg = legCommandOf('credit');
    await command(world, SERVICE, leg);
    const [report] = await outcomes(world, leg.legKey, 'accepted');
    expect(report).toMatchObject({ attempt: 1, amount: leg.amount });
    expect(report!.partnerRef!.length).toBeGreaterThan(3);
    const evidence = await world.database.database.query(
      'SELECT direction, operation, headers FROM evidence WHERE subject = $1 ORDER BY evidence_id',
      [leg.legKey],
    );
    expect(evidence).toMatchObject([
      { direction: 'out', operation: 'pacs.008' },
      { direction: 'in', operation: 'pacs.008' },
    ]);
    expect(Object.keys((evidence[1] as { headers: object }).headers)).toContain('signature');
  });

  it('is rejected with the reason that the partner gave', async () => {
    const unknown = legCommandOf('credit', {
      creditor: { name: 'X', account: '099900000000001', accountType: 'BIID' },
    });
    const late = legCommandOf('credit', { acceptedAt: new Date(clock.now() - 61_000).toISOString() });
    await command(world, SERVICE, unknown, late);
    expect(await outcomes(world, unknown.legKey, 'rejected')).toMatchObject([{ reason: 'BE23' }]);
    expect(await outcomes(world, late.legKey, 'rejected')).toMatchObject([{ reason: 'TM01' }]);
  });

  it('is rejected with all words of the partner; what no record has room for is cut, and shows that it is', async () => {
    const sentences = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        `${index}. ${'The account has an owner. '.repeat(3)}`.trim(),
      );
    for (const texts of [sentences(12), sentences(300)]) {
      const leg = legCommandOf('credit');
      const kind = { fault: 'reject', code: 'AC04', texts, count: 1 };
      await fault(world, { network: 'thailand', operation: 'pacs.008', ...kind });
      await command(world, SERVICE, leg);
      const [report] = await outcomes(world, leg.legKey, 'rejected');
      const words = texts.join(' ');
      expect(reasonWords(report!)).toBe(
        words.length <= REASON_TEXT_MAX ? words : `${words.slice(0, REASON_TEXT_MAX - 3)}...`,
      );
    }
  });

  it('has no debit leg', async () => {
    const leg = legCommandOf('debit', { direction: 'inbound', amount: { currency: 'THB', minor: '100' } });
    await command(world, SERVICE, leg);
    expect(await outcomes(world, leg.legKey, 'rejected')).toMatchObject([{ reason: 'AG03' }]);
  });

  it.each([
    ['gone after doing it', { fault: 'timeout_after', delayMs: 100 }],
    ['reset after doing it', { fault: 'reset', phase: 'after' }],
    ['5xx after doing it', { fault: 'http_5xx', phase: 'after' }],
    ['garbage', { fault: 'garbage' }],
    ['a bad signature', { fault: 'bad_signature' }],
  ])('%s: unknown first, then accepted by enquiry', async (_name, kind) => {
    // It answers in between: whoever fails five times in a row, over two seconds, is taken for away.
    const well = legCommandOf('credit');
    await command(world, SERVICE, well);
    await outcomes(world, well.legKey, 'accepted');
    const leg = legCommandOf('credit');
    await fault(world, { network: 'thailand', operation: 'pacs.008', count: 1, ...kind });
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'accepted');
    expect(reports.map((each) => each.outcome)).toEqual(['unknown', 'accepted']);
    expect(reports[1]!.amount).toEqual(leg.amount);
  });

  it('in progress, then a late call-back at our door ends it', async () => {
    const leg = legCommandOf('credit');
    await fault(world, {
      network: 'thailand',
      operation: 'pacs.008',
      fault: 'late_callback',
      delayMs: 400,
      count: 1,
    });
    await fault(world, { network: 'thailand', operation: 'pacs.028', fault: 'http_5xx' });
    await command(world, SERVICE, leg);
    expect((await outcomes(world, leg.legKey, 'accepted')).map((each) => each.outcome)).toEqual([
      'unknown',
      'accepted',
    ]);
    const callBack = await world.database.database.query(
      `SELECT 1 FROM evidence WHERE subject = $1 AND operation = 'pacs.002'`,
      [leg.legKey],
    );
    expect(callBack).toHaveLength(1);
  });

  it('an answer and its call-backs in any order are one acceptance', async () => {
    const leg = legCommandOf('credit');
    await fault(world, { network: 'thailand', operation: 'pacs.008', fault: 'duplicate', count: 1 });
    await command(world, SERVICE, leg);
    await outcomes(world, leg.legKey, 'accepted');
    const [row] = await world.database.database.query<{ n: bigint }>(
      'SELECT count(*) AS n FROM leg_answer WHERE leg_key = $1',
      [leg.legKey],
    );
    expect(row!.n).toBe(1n);
  });

  it('gone before doing it: not received after the rule, then the same key and bytes go again', async () => {
    const leg = legCommandOf('credit', { sendBefore: new Date(clock.now() + 10_000).toISOString() });
    const gone = { operation: 'pacs.008', fault: 'timeout_before', delayMs: 100 };
    await fault(world, { network: 'thailand', ...gone });
    await command(world, SERVICE, leg);
    await outcomes(world, leg.legKey, 'unknown');
    clock.advance(10_000);
    expect((await outcomes(world, leg.legKey, 'not_received')).map((each) => each.outcome)).toEqual([
      'unknown',
      'not_received',
    ]);
    await clearFaults(world);
    await command(world, SERVICE, {
      ...leg,
      attempt: 2,
      sendBefore: new Date(clock.now() + 10_000).toISOString(),
    });
    expect((await outcomes(world, leg.legKey, 'accepted')).at(-1)).toMatchObject({
      outcome: 'accepted',
      attempt: 2,
    });
  });
});

describe('lookups, statement, audit', () => {
  const lookup = async (more: object) => {
    const items = [
      { lookupId: legCommandOf('debit').paymentId, participant: 'KHMEKONG', corridor: 'KH-TH', ...more },
    ];
    return (await world.calls.call(calls.lookup, { items })).items[0]!;
  };

  it('finds a merchant by its code, a person by a mobile number as people write it', async () => {
    const { qrText } = await world.control<{ qrText: string }>('POST', '/control/qr/thai', {
      billerId: '010555500000012',
      amount: '820.00',
    });
    expect(await lookup({ qrText })).toMatchObject({
      kind: 'found',
      creditorAgent: 'THSWITCH',
      currency: 'THB',
      amount: { currency: 'THB', minor: '82000' },
    });
    expect(await lookup({ account: '081-234-5678' })).toMatchObject({
      kind: 'found',
      creditor: { account: '0066812345678', accountType: 'MBNO' },
    });
    expect(await lookup({ account: '099900000000001' })).toMatchObject({
      kind: 'refused',
      reason: 'payee_unknown',
    });
    expect(await lookup({ account: '088800000000001' })).toMatchObject({
      kind: 'refused',
      reason: 'account_closed',
    });
    expect(await lookup({ qrText: `${qrText.slice(0, -4)}0000` })).toMatchObject({
      kind: 'refused',
      reason: 'qr_tampered',
    });
  });

  it('that the network does not answer are refused at once, payments go on, and people see it', async () => {
    const lookups = async () => (await world.calls.call(calls.health, {})).lookups!;
    const unserved = { kind: 'refused', reason: 'partner_silent' };
    await fault(world, { network: 'thailand', operation: 'acmt.023', fault: 'http_5xx' });
    // One payee's silence counts once.
    let payee = 811_000_000;
    await until('the breaker', async () => {
      payee += 1;
      expect(await lookup({ account: `0${payee}` })).toMatchObject(unserved);
      return (await lookups()).breaker === 'open';
    });
    expect(await lookups()).toMatchObject({
      failingSince: expect.any(String),
      because: expect.stringContaining('HTTP 503'),
    });
    expect(running[0]!.impaired?.()).toMatchObject([{ part: 'lookups of thailand' }]);
    const leg = legCommandOf('credit');
    await command(world, SERVICE, leg);
    await outcomes(world, leg.legKey, 'accepted');
    await clearFaults(world);
    await until('answers', async () => (await lookup({ account: '0812345678' })).kind === 'found');
    expect(await lookups()).toEqual({ breaker: 'closed', answeredAt: expect.any(String) });
  });

  it('tells the day by page, with leg keys and totals', async () => {
    const fromMs = Date.now();
    const leg = legCommandOf('credit');
    await command(world, SERVICE, leg);
    await outcomes(world, leg.legKey, 'accepted');
    const lines = await linesSince(world, SERVICE, fromMs, { currency: 'THB', pageMax: 2 });
    expect(lines.filter(({ legKey }) => legKey === leg.legKey)).toMatchObject([
      { uetr: leg.uetr, leg: 'credit', amount: leg.amount, status: 'booked' },
    ]);
  });

  it('passes its own audit', async () => {
    const report = await world.calls.call(auditCall(SERVICE), {});
    expect(report.findings.filter((finding) => !finding.ok)).toEqual([]);
  });
});

describe('the inbound door', () => {
  interface Paid {
    state?: string;
    reason?: string;
    reference?: string;
    error?: string;
    answer?: unknown;
    uetr: string;
    enquiries: number;
  }
  const pay = async (more: object = {}): Promise<Paid> => {
    const { qrText } = await world.control<{ qrText: string }>('POST', '/control/qr/khqr', {
      account: 'shop00001@angkor',
    });
    return world.control<Paid>('POST', '/control/thailand/pay', {
      qrText,
      amount: { currency: 'KHR', amount: '41000' },
      waitMs: 10_000,
      ...more,
    });
  };
  const submitsOf = (uetr: string): PaymentSubmit[] => world.submits.filter((each) => each.uetr === uetr);

  it('resolves, quotes, takes and answers a payment', async () => {
    const paid = await pay();
    expect(paid).toMatchObject({ state: 'completed', reference: 'ab'.repeat(16) });
    expect(submitsOf(paid.uetr)).toMatchObject([
      {
        direction: 'inbound',
        sender: 'THSWITCH',
        payerSecured: true,
        source: { currency: 'THB', minor: '33745' },
        target: { currency: 'KHR', minor: '4100000' },
        creditor: { account: 'shop00001@angkor' },
        creditorAgent: 'KHANGKOR',
      },
    ]);
  });

  it('that completes is counted beside what the network asked', async () => {
    const [before] = (await world.calls.call(calls.lookupUse, {})).participants;
    await pay();
    const [after] = (await world.calls.call(calls.lookupUse, {})).participants;
    expect(after).toMatchObject({ participant: 'THSWITCH' });
    expect(after!.hour.paid - before!.hour.paid).toBe(1);
    expect(after!.hour.found).toBeGreaterThan(before!.hour.found);
  });

  it('tells a rejection with its reason', async () => {
    decide = () => ({ state: 'REJECTED', isoStatus: 'RJCT', isoReason: 'AM23' });
    expect(await pay()).toMatchObject({ state: 'rejected', reason: 'AM23' });
  });

  it('takes a request that comes twice once, and answers both', async () => {
    await fault(world, { network: 'thailand', operation: 'pay.pacs.008', fault: 'duplicate', count: 1 });
    const paid = await pay();
    expect(paid.state).toBe('completed');
    expect(submitsOf(paid.uetr)).toHaveLength(1);
  });

  it('answers an enquiry while the payment is open, from routing, then from its own row', async () => {
    decide = () => undefined;
    let asked = 0;
    world.calls.serve(routingCalls.payments, () => {
      asked += 1;
      return Promise.resolve({ payments: [] });
    });
    await fault(world, { network: 'thailand', operation: 'pay.pacs.008', fault: 'timeout_after', count: 1 });
    const paying = pay({ waitMs: 15_000 });
    const submit = await until('the submit', () =>
      world.submits.find((each) => !answered.has(each.uetr) && asked > 0 && each),
    );
    await tell(world, submit, PAID);
    expect(await paying).toMatchObject({ state: 'completed' });
  });

  it('refuses other amounts than quoted, and takes nothing', async () => {
    const before = world.submits.length;
    await fault(world, { network: 'thailand', operation: 'pay.pacs.008', fault: 'wrong_amount', count: 1 });
    expect(await pay()).toMatchObject({ state: 'rejected', reason: 'AM09' });
    expect(world.submits).toHaveLength(before);
  });

  it('refuses codes that must not be paid', async () => {
    const order = { qrText: 'hello', amount: { currency: 'KHR', amount: '100' } };
    await expect(world.control('POST', '/control/thailand/pay', order)).rejects.toThrow(
      '"code":"qr_unreadable"',
    );
  });

  const answered = new Set<string>();
  beforeEach(() => {
    for (const { uetr } of world.submits) answered.add(uetr);
  });
});
