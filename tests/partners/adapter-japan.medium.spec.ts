// Real: PostgreSQL, transport, the aggregator in the sandbox with signatures both ways, Bakong for lookups.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { start as startAdapterBakong } from '@tonle/adapter-bakong';
import { start } from '@tonle/adapter-japan';
import { adapterCalls, auditCall, type LegCommand, type PaymentSubmit } from '@tonle/contracts';
import type { RunningService } from '@tonle/platform';
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
import { PAID, playRouting, serveFx, tell, type Made } from '../world/inbound.js';
import { until } from '../world/until.js';

const SERVICE = 'adapter-japan';
const TUNING = { sweepMs: 100, enquiryTickMs: 50, enquiriesPerSecondMin: 50 };
const SHOP = '00000000001010001000123000001';
const CLOSED = '00000000001019999000123000001';

let world: AdapterWorld;
const running: RunningService[] = [];
let decide: (submit: PaymentSubmit) => Made | undefined;
let begun: number;

beforeAll(async () => {
  world = await openAdapterWorld('adapter_japan', `https://127.0.0.1:${await freePort()}`);
  begun = clock.now();
  world.settings['TONLE_JAPAN_DOOR_WAIT_MS'] = '1000';
  serveFx(world, 'JPY');
  await playRouting(world, (submit) => decide(submit));
  running.push(await start(world.platform(SERVICE), TUNING));
  running.push(
    await startAdapterBakong(world.platform('adapter-bakong', await world.database.another('bakong'))),
  );
});
beforeEach(() => {
  decide = () => PAID;
});
afterEach(() => clearFaults(world));
afterAll(async () => {
  for (const service of running) await service.close();
  await world.close();
});

const strike = (operation: string, what: object) =>
  fault(world, { network: 'japan', operation, count: 1, ...what });
const code = async (body: object = {}) =>
  (await world.control<{ qrText: string }>('POST', '/control/japan/qr', body)).qrText;
const khqr = async (body: object) => {
  const asked = { account: 'shop00001@angkor', ...body };
  return (await world.control<{ qrText: string }>('POST', '/control/qr/khqr', asked)).qrText;
};

/** 1,200 yen to a merchant. */
function credit(account = SHOP, more: Partial<LegCommand> = {}): LegCommand {
  return legCommandOf('credit', {
    corridor: 'KH-JP',
    amount: { currency: 'JPY', minor: '1200' },
    otherAmount: { currency: 'KHR', minor: '3176000' },
    rate: '0.0378',
    creditor: { name: 'Sakura Books', account, accountType: 'JPQR' },
    creditorAgent: 'JPAGGR',
    ...more,
  });
}

interface Paid {
  readonly uetr: string;
  readonly state: string;
  readonly reason?: string;
  readonly enquiries: number;
}
const pay = (qrText: string, more: object = {}) =>
  world.control<Paid>('POST', '/control/japan/pay', { qrText, waitMs: 20_000, ...more });
const submitsOf = (requestId: string) => world.submits.filter(({ messageId }) => messageId === requestId);

describe('a merchant of a brand', () => {
  it('is paid in yen without decimals, under the id of the payment', async () => {
    const leg = credit();
    await command(world, SERVICE, leg);
    const [report] = await outcomes(world, leg.legKey, 'accepted');
    expect(report).toMatchObject({ amount: leg.amount, partnerRef: expect.stringMatching(/^JP\d{8}/) });
    const booked = await world.control('GET', `/control/japan/payments/${leg.paymentId}`);
    expect(booked).toMatchObject({
      credit: { entry: { account: SHOP, minor: '1200', endToEndId: leg.uetr } },
    });
  });

  it('that has shut is refused, with its code in ISO', async () => {
    const leg = credit(CLOSED);
    await command(world, SERVICE, leg);
    expect((await outcomes(world, leg.legKey, 'rejected'))[0]).toMatchObject({ reason: 'AC04' });
  });

  it.each<[string, object]>([
    ['nothing comes back', { fault: 'timeout_after', delayMs: 50 }],
    ['it is pending first, and told later', { fault: 'late_callback', delayMs: 300 }],
    ['the answer is not signed well', { fault: 'bad_signature' }],
    ['the answer is signed by a key of nobody', { fault: 'unknown_key' }],
    ['the answer is garbage', { fault: 'garbage' }],
    ['the end is told three times', { fault: 'duplicate' }],
    ['the answer is cut off', { fault: 'reset', phase: 'after' }],
  ])('is paid once when %s', async (_name, wrong) => {
    await strike('payment', wrong);
    const leg = credit();
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'accepted');
    expect(reports.at(-1)).toMatchObject({ outcome: 'accepted', amount: leg.amount });
    expect(reports.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
  });

  it('that was never told of is not paid: the payer has the money back, by three answers of "unknown"', async () => {
    await strike('payment', { fault: 'timeout_before', delayMs: 50 });
    const leg = credit(SHOP, { sendBefore: new Date(clock.now() + 5_000).toISOString() });
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'not_received');
    expect(reports.map(({ outcome }) => outcome)).toEqual(['unknown', 'not_received']);
  });

  it('gets more than was asked for: the amount is told as it is', async () => {
    await strike('payment', { fault: 'wrong_amount', addMinor: '5' });
    const leg = credit();
    await command(world, SERVICE, leg);
    const [report] = await outcomes(world, leg.legKey, 'accepted');
    expect(report).toMatchObject({ amount: { currency: 'JPY', minor: '1205' } });
  });

  it.each([
    ['RISK_REFUSED', 'rejected', 'FR01'],
    ['NEVER_HEARD_OF', 'rejected', 'MS03'],
  ] as const)('is refused by %s', async (codeOfTheirs, outcome, reason) => {
    await strike('payment', { fault: 'reject', code: codeOfTheirs });
    const leg = credit();
    await command(world, SERVICE, leg);
    expect((await outcomes(world, leg.legKey, outcome))[0]).toMatchObject({ reason });
  });
});

describe('lookups', () => {
  const lookup = async (more: object) => {
    const { paymentId: lookupId } = legCommandOf('debit');
    const items = [{ lookupId, participant: 'KHMEKONG', corridor: 'KH-JP', ...more }];
    return (await world.calls.call(adapterCalls(SERVICE).lookup, { items })).items[0]!;
  };
  const fields = { level3: '000123' };

  it('show the name in Latin letters and in Japanese, and the brand; yen are whole', async () => {
    expect(await lookup({ qrText: await code({ fields, amount: '1200' }) })).toMatchObject({
      kind: 'found',
      creditor: { account: SHOP, accountType: 'JPQR', country: 'JP' },
      displayName: expect.stringMatching(/^[A-Z][A-Za-z ]+ \p{Script=Han}.* \(Hanami Pay\)$/u) as unknown,
      creditorAgent: 'JPAGGR',
      currency: 'JPY',
      amount: { currency: 'JPY', minor: '1200' },
    });
  });

  it('find a merchant by the id that a payer writes', async () => {
    expect(await lookup({ account: '0000000000101 0001 000123 000001' })).toMatchObject({
      kind: 'found',
      creditor: { account: SHOP },
    });
  });

  it.each<[string, object, string]>([
    ['a brand that nobody knows', { fields: { level1: '9999999999999' } }, 'qr_not_served'],
    ['a brand that is suspended', { fields: { level1: '0000000000901' } }, 'payee_not_eligible'],
    ['a store that has shut', { fields: { level2: '9999' } }, 'account_closed'],
    ['a store that never was', { fields: { level2: '0000' } }, 'payee_unknown'],
  ])('refuse %s', async (_name, body, reason) => {
    expect(await lookup({ qrText: await code(body) })).toMatchObject({ kind: 'refused', reason });
  });

  it('say whose code it is that is of no brand', async () => {
    expect(await lookup({ qrText: await code({ fields: { level1: '9999999999999' } }) })).toMatchObject({
      detail: 'The issuing body 9999999999999 is of no brand that can be paid here.',
    });
  });

  it('end in silence when nothing that counts is said', async () => {
    await fault(world, { network: 'japan', operation: 'lookup', fault: 'bad_signature' });
    expect(await lookup({ account: SHOP })).toMatchObject({ kind: 'refused', reason: 'partner_silent' });
  });
});

describe('a user of a wallet that pays a KHQR code', () => {
  it('sees a price in yen, pays it, and the merchant gets riel', async () => {
    const paid = await pay(await khqr({ amount: '41000' }));
    expect(paid).toMatchObject({ state: 'completed', target: { currency: 'KHR', minor: '4100000' } });
    expect(submitsOf(paid.uetr)).toMatchObject([
      {
        corridor: 'KH-JP',
        direction: 'inbound',
        sender: 'JPAGGR',
        source: { currency: 'JPY' },
        creditor: { account: 'shop00001@angkor' },
        debtor: { accountType: 'WALLET', country: 'JP' },
      },
    ]);
  });

  it.each<[string, object, number]>([
    ['sends five times', { fault: 'duplicate' }, 1],
    ['does not hear our answer', { fault: 'timeout_after' }, 1],
  ])('that %s pays once', async (_name, wrong, count) => {
    await strike('pay.payment', wrong);
    const paid = await pay(await khqr({ amount: '5000' }));
    expect(paid.state).toBe('completed');
    expect(submitsOf(paid.uetr)).toHaveLength(count);
  });

  it('comes one after the other, as under load, and each is paid', async () => {
    const run = { rate: 10, seconds: 1, payees: 5, payers: 50, leadMs: 0, domains: ['angkor'] };
    const response = await fetch(`${world.sandbox.addresses.control}/control/japan/run`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(run),
    });
    const lines = (await response.text()).trim().split('\n');
    const summary = JSON.parse(lines.at(-1)!) as { offered: number; completed: number; reasons: object };
    expect(summary).toMatchObject({ completed: summary.offered, rejected: 0, open: 0, reasons: {} });
    expect(summary.offered).toBeGreaterThan(0);
  });

  it('hears the end by our notice, told again while it is not taken', async () => {
    decide = () => undefined;
    // The fault is for its notice: those of the payments before are told first.
    await until('the notices before', async () => {
      const due = 'SELECT FROM request WHERE notice_due_at IS NOT NULL';
      return (await world.database.database.query(due)).length === 0;
    });
    await strike('result', { fault: 'http_5xx' });
    const open = pay(await khqr({ amount: '6000' }));
    const submit = await until('the submit', () =>
      world.submits.find(({ target }) => target.minor === '600000'),
    );
    await tell(world, submit, { state: 'REJECTED', isoStatus: 'RJCT', isoReason: 'AC06' });
    expect(await open).toMatchObject({ state: 'rejected', reason: 'MERCHANT_SUSPENDED' });
    await until('the second notice', async () => {
      clock.advance(1_000);
      const [row] = await world.database.database.query<{ notices: number }>(
        'SELECT notices FROM request WHERE message_id = $1 AND notice_due_at IS NULL',
        [submit.messageId],
      );
      return row?.notices === 2;
    });
  });

  it('is refused another amount than it was quoted, and a code that cannot be paid', async () => {
    await strike('pay.payment', { fault: 'wrong_amount' });
    const paid = await pay(await khqr({ amount: '7000' }));
    expect(paid).toMatchObject({ state: 'rejected', reason: 'AMOUNT_DIFFERS' });
    expect(submitsOf(paid.uetr)).toEqual([]);
    const expired = pay(await khqr({ amount: '7000', expired: true }));
    await expect(expired).rejects.toThrow('CODE_EXPIRED');
  });
});

describe('the statement', () => {
  it('has every payment of the day, each way, and ties', async () => {
    const leg = credit();
    await command(world, SERVICE, leg);
    await outcomes(world, leg.legKey, 'accepted');
    const paid = await pay(await khqr({ amount: '8000' }));
    const asked = { currency: 'JPY', pageMax: 5 };
    const lines = await linesSince(world, SERVICE, begun, asked, 540);
    expect(lines.find(({ externalRef }) => externalRef === leg.paymentId)).toMatchObject({
      leg: 'credit',
      legKey: leg.legKey,
      uetr: leg.uetr,
      amount: leg.amount,
    });
    expect(lines.find(({ messageId }) => messageId === paid.uetr)).toMatchObject({
      leg: 'debit',
      uetr: submitsOf(paid.uetr)[0]!.uetr,
    });
  });

  it.each(['garbage', 'http_5xx', 'bad_signature'])('is none when it is told by %s', async (wrong) => {
    await fault(world, { network: 'japan', operation: 'statement', fault: wrong });
    const asked = { day: '2026-11-22', currency: 'JPY', pageMax: 5 };
    const told = await world.calls.call(adapterCalls(SERVICE).statement, asked);
    expect(told).toMatchObject({ lines: [], missing: expect.stringContaining('no statement') as unknown });
  });
});

it('every rule of the audit holds', async () => {
  const { findings } = await world.calls.call(auditCall(SERVICE), {});
  expect(findings.filter(({ ok }) => !ok)).toEqual([]);
});
