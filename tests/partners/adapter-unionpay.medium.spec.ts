import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { start as startAdapterBakong } from '@tonle/adapter-bakong';
import { start as startAdapterUnionPay } from '@tonle/adapter-unionpay';
import { adapterCalls, type LegCommand, type LookupAnswer, type PaymentSubmit } from '@tonle/contracts';
import type { RunningService } from '@tonle/platform';
import { PAID, playRouting, serveFx, type Made } from '../world/inbound.js';
import { freePort } from '../world/free-port.js';
import {
  clearFaults,
  clock,
  command,
  fault,
  legCommandOf,
  openAdapterWorld,
  outcomes,
  type AdapterWorld,
} from '../world/adapter-world.js';

// Real: PostgreSQL, transport, the UnionPay simulator over mutual TLS with UPI-JWS both ways, Bakong's for lookups.

const SERVICE = 'adapter-unionpay';
const SHOP = { account: 'shop00042@angkor', unionPayAccount: '3999011600020344SHOP00000000042' };
const TUNING = { sweepMs: 100, enquiryTickMs: 50, enquiriesPerSecondMin: 50 };
const calls = adapterCalls(SERVICE);
type Found = Extract<LookupAnswer, { kind: 'found' }>;

let world: AdapterWorld;
let running: RunningService[];
let decide: (submit: PaymentSubmit) => Made | undefined;
let counter = 0;

beforeAll(async () => {
  world = await openAdapterWorld('adapter_unionpay', `https://127.0.0.1:${await freePort()}`);
  world.settings['TONLE_UNIONPAY_DOOR_WAIT_MS'] = '1000';
  serveFx(world, 'USD');
  await playRouting(world, (submit) => decide(submit));
  const bakong = await startAdapterBakong(
    world.platform('adapter-bakong', await world.database.another('bakong')),
  );
  running = [await startAdapterUnionPay(world.platform(SERVICE), TUNING), bakong];
});
beforeEach(() => {
  decide = () => PAID;
});
afterEach(() => clearFaults(world));
afterAll(async () => {
  for (const service of running) await service.close();
  await world.close();
});

const qr = async (body: object): Promise<string> =>
  ((await world.control('POST', '/control/unionpay/qr', body)) as { qrText: string }).qrText;

async function lookUp(qrText: string): Promise<LookupAnswer> {
  counter += 1;
  const lookupId = `01900000-0000-7000-8000-${String(counter).padStart(12, '0')}`;
  const item = { lookupId, participant: 'KHMEKONG', corridor: 'KH-UP', qrText };
  return (await world.calls.call(calls.lookup, { items: [item] })).items[0]!;
}

/** A credit leg for a code, as its lookup makes it. */
async function credit(qrText: string, more: Partial<LegCommand> = {}): Promise<LegCommand> {
  const found = (await lookUp(qrText)) as Found;
  expect(found.kind).toBe('found');
  return legCommandOf('credit', {
    corridor: 'KH-UP',
    amount: found.amount ?? { currency: 'USD', minor: '1000' },
    otherAmount: { currency: 'KHR', minor: '4100000' },
    creditor: found.creditor,
    creditorAgent: 'UPI',
    qrText,
    partnerTerms: found.partnerTerms,
    ...more,
  });
}

describe('a code', () => {
  it('of a merchant abroad is priced in dollars at the rate of UnionPay, its own amount beside it', async () => {
    const answer = await lookUp(await qr({ amount: '80.00', name: 'Jade Garden' }));
    expect(answer).toMatchObject({
      kind: 'found',
      displayName: 'Jade Garden',
      creditorAgent: 'UPI',
      currency: 'USD',
      amount: { currency: 'USD', minor: '1023' },
      partnerTerms: {
        orderAmount: { currency: 'HKD', minor: '8000' },
        settlementRate: { unitCurrency: 'HKD', quotedCurrency: 'USD', rate: '0.12787500' },
      },
    });
  });

  it('of the mainland is asked about, and then priced', async () => {
    const answer = await lookUp(await qr({ url: true, amount: '100.00' }));
    expect(answer).toMatchObject({
      kind: 'found',
      amount: { currency: 'USD', minor: '1412' },
      partnerTerms: { orderAmount: { currency: 'CNY', minor: '10000' } },
    });
    expect((answer as Found).partnerTerms?.quote?.quoteId).toMatch(/^A39990116\d{40}$/);
  });

  it('that has expired, is for cash, or nobody knows is refused', async () => {
    expect(await lookUp(await qr({ url: true, expired: true }))).toMatchObject({ reason: 'qr_expired' });
    const cash = 'https://qr.95516.com/00010000/03000001000000000001';
    expect(await lookUp(cash)).toMatchObject({ reason: 'payee_not_eligible' });
    const unknown = 'https://qr.95516.com/00010000/99000001000000000001';
    expect(await lookUp(unknown)).toMatchObject({ reason: 'payee_unknown' });
  });

  it('of a network that says nothing is not found out', async () => {
    await fault(world, { network: 'unionpay', operation: 'EXCHANGE_RATE_INQUIRY', fault: 'http_5xx' });
    expect(await lookUp(await qr({ amount: '80.00' }))).toMatchObject({ reason: 'partner_silent' });
  });
});

describe('a payment', () => {
  it.each([{ amount: '80.00' }, { url: true, amount: '100.00' }, {}, { url: true }])(
    'of the code %j is accepted under its voucher',
    async (code) => {
      const leg = await credit(await qr(code));
      await command(world, SERVICE, leg);
      const [report] = await outcomes(world, leg.legKey, 'accepted');
      expect(report!.partnerRef).toMatch(/^\d{20}$/);
      expect(report!.partnerTerms?.settlementAmount?.currency).toBe('USD');
    },
  );

  it('is refused with the reason of UnionPay', async () => {
    const codes = [
      ['61', 'AM14'],
      ['51', 'AM04'],
      ['34', 'FR01'],
    ];
    for (const [code, reason] of codes) {
      const leg = await credit(await qr({ amount: '80.00' }));
      await fault(world, {
        network: 'unionpay',
        operation: 'MPQRC_PAYMENT_EMV',
        fault: 'reject',
        code,
        count: 1,
      });
      await command(world, SERVICE, leg);
      expect(await outcomes(world, leg.legKey, 'rejected')).toMatchObject([{ reason }]);
    }
  });

  it.each([
    ['gone after doing it', { fault: 'timeout_after', delayMs: 100 }],
    ['garbage', { fault: 'garbage' }],
    ['a bad signature', { fault: 'bad_signature' }],
    ['5xx after doing it', { fault: 'http_5xx', phase: 'after' }],
  ])('%s: unknown first, then accepted by enquiry under the same message id', async (_name, kind) => {
    const leg = await credit(await qr({ amount: '80.00' }));
    await fault(world, { network: 'unionpay', operation: 'MPQRC_PAYMENT_EMV', count: 1, ...kind });
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'accepted');
    expect(reports.map((each) => each.outcome)).toEqual(['unknown', 'accepted']);
  });

  it('that is not known was not received', async () => {
    const leg = await credit(await qr({ amount: '80.00' }), {
      sendBefore: new Date(clock.now() + 5_000).toISOString(),
    });
    await fault(world, {
      network: 'unionpay',
      operation: 'MPQRC_PAYMENT_EMV',
      fault: 'timeout_before',
      delayMs: 50,
    });
    await command(world, SERVICE, leg);
    expect((await outcomes(world, leg.legKey, 'not_received')).at(-1)).toMatchObject({
      outcome: 'not_received',
    });
  });

  it('with a discount is accepted, and tells the original, the discount and what is settled', async () => {
    const leg = await credit(await qr({ amount: '80.00' }));
    await fault(world, { network: 'unionpay', operation: 'MPQRC_PAYMENT_EMV', fault: 'discount', count: 1 });
    await command(world, SERVICE, leg);
    const [report] = await outcomes(world, leg.legKey, 'accepted');
    expect(report!.amount).toEqual({ currency: 'USD', minor: '1015' });
    expect(report!.partnerTerms).toMatchObject({
      orderAmount: { currency: 'HKD', minor: '8000' },
      discountAmount: { currency: 'HKD', minor: '63' },
      settlementAmount: { currency: 'USD', minor: '1015' },
    });
  });

  it('of another amount without a word of discount is told with what is settled: routing compares', async () => {
    const leg = await credit(await qr({ amount: '80.00' }));
    const wrong = { fault: 'wrong_amount', addMinor: '-100', count: 1 };
    await fault(world, { network: 'unionpay', operation: 'MPQRC_PAYMENT_EMV', ...wrong });
    await command(world, SERVICE, leg);
    const [report] = await outcomes(world, leg.legKey, 'accepted');
    expect(report!.amount).toEqual({ currency: 'USD', minor: '1010' });
  });

  it.each(['call_back_first', 'call_back_often', 'duplicate'])('with %s is accepted once', async (kind) => {
    const leg = await credit(await qr({ amount: '80.00' }));
    await fault(world, { network: 'unionpay', operation: 'MPQRC_PAYMENT_EMV', fault: kind, count: 1 });
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'accepted');
    expect(reports.map((each) => each.outcome)).toEqual(['accepted']);
  });

  it('in progress, then a late notification ends it', async () => {
    const leg = await credit(await qr({ amount: '80.00' }));
    const late = { fault: 'late_callback', delayMs: 300, count: 1 };
    await fault(world, { network: 'unionpay', operation: 'MPQRC_PAYMENT_EMV', ...late });
    await fault(world, { network: 'unionpay', operation: 'TRX_RESULT_INQUIRY', fault: 'http_5xx' });
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'accepted');
    expect(reports.map((each) => each.outcome)).toEqual(['unknown', 'accepted']);
  });

  it('goes on while the certificate is rolled over', async () => {
    for (let time = 0; time < 2; time += 1) {
      await world.control('POST', '/control/unionpay/rollover', {});
      const leg = await credit(await qr({ amount: '80.00' }));
      await command(world, SERVICE, leg);
      expect(await outcomes(world, leg.legKey, 'accepted')).toHaveLength(1);
    }
  });
});

describe('a card holder', () => {
  const khqr = async (amount = '41000'): Promise<string> =>
    (
      (await world.control('POST', '/control/qr/khqr', { ...SHOP, amount })) as {
        qrText: string;
      }
    ).qrText;
  const pay = async (more: object = {}) =>
    (await world.control('POST', '/control/unionpay/pay', {
      qrText: await khqr(),
      waitMs: 20_000,
      ...more,
    })) as Record<string, unknown>;

  it('pays a KHQR code: verified, credited, told', async () => {
    const before = world.submits.length;
    expect(await pay()).toMatchObject({ state: 'completed' });
    expect(world.submits.length).toBe(before + 1);
    expect(world.submits.at(-1)).toMatchObject({
      direction: 'inbound',
      corridor: 'KH-UP',
      sender: 'UPI',
      source: { currency: 'USD' },
      target: { currency: 'KHR', minor: '4100000' },
      debtor: { name: 'Card Holder 1', account: '6292000000000001', accountType: 'TOKEN', country: 'CN' },
      partnerTerms: { billingAmount: { currency: 'CNY' } },
    });
  });

  it('cannot pay a code in riel without an account of UnionPay', async () => {
    const { qrText } = (await world.control('POST', '/control/qr/khqr', {
      account: SHOP.account,
      amount: '41000',
    })) as { qrText: string };
    const refused = world.control('POST', '/control/unionpay/pay', { qrText });
    await expect(refused).rejects.toThrow(/"responseCode":"40"/);
  });

  it('is told why it cannot be paid, and has the money back', async () => {
    decide = () => ({ state: 'REJECTED', isoStatus: 'RJCT', isoReason: 'AC04' });
    expect(await pay()).toMatchObject({ state: 'rejected', reason: '21' });
  });

  it('that hears nothing asks by the message id', async () => {
    await fault(world, {
      network: 'unionpay',
      operation: 'pay.CREDIT_TRANSACTION',
      fault: 'timeout_after',
      count: 1,
    });
    expect(await pay()).toMatchObject({ state: 'completed', enquiries: 1 });
  });

  it('whose message never came has the money back after three answers', async () => {
    await fault(world, {
      network: 'unionpay',
      operation: 'pay.CREDIT_TRANSACTION',
      fault: 'timeout_before',
      count: 1,
    });
    expect(await pay()).toMatchObject({ state: 'rejected', enquiries: 3 });
  });

  it('that sends twice pays once; with another amount than verified not at all', async () => {
    const before = world.submits.length;
    await fault(world, {
      network: 'unionpay',
      operation: 'pay.CREDIT_TRANSACTION',
      fault: 'duplicate',
      count: 1,
    });
    expect(await pay()).toMatchObject({ state: 'completed' });
    expect(world.submits.length).toBe(before + 1);
    await fault(world, {
      network: 'unionpay',
      operation: 'pay.CREDIT_TRANSACTION',
      fault: 'wrong_amount',
      count: 1,
    });
    expect(await pay()).toMatchObject({ state: 'rejected', reason: '13' });
  });
});

describe('the file of the day', () => {
  const statement = (day: string) =>
    world.calls.call(calls.statement, { day, currency: 'USD', pageMax: 500 });
  const today = (): string => new Date(clock.now() + 8 * 3_600_000).toISOString().slice(0, 10);

  it('has what was paid each way, by UETR', async () => {
    const leg = await credit(await qr({ amount: '80.00' }));
    await command(world, SERVICE, leg);
    await outcomes(world, leg.legKey, 'accepted');
    const qrText = (
      (await world.control('POST', '/control/qr/khqr', { ...SHOP, amount: '41000' })) as {
        qrText: string;
      }
    ).qrText;
    const paid = (await world.control('POST', '/control/unionpay/pay', { qrText })) as {
      source: { minor: string };
    };
    const { lines } = await statement(today());
    expect(lines.find(({ uetr }) => uetr === leg.uetr)).toMatchObject({
      leg: 'credit',
      amount: { currency: 'USD', minor: '1023' },
      status: 'booked',
    });
    const own = world.submits.at(-1)!;
    expect(lines.find(({ uetr }) => uetr === own.uetr)).toMatchObject({
      leg: 'debit',
      amount: { currency: 'USD', minor: paid.source.minor },
    });
  });

  it('is not there yet while UnionPay says so', async () => {
    await fault(world, { network: 'unionpay', operation: 'FILE_TRANSFER', fault: 'file_late' });
    expect((await statement('2026-01-06')).missing).toContain('98');
  });

  it('is empty for a day on which nothing was paid', async () => {
    expect((await statement('2026-01-05')).lines).toEqual([]);
  });

  it.each([
    [{ fault: 'file_short' }, /ZM_/],
    [{ fault: 'file_gap' }, /ZM/],
  ])('is not taken with %j, and says why', async (kind, why) => {
    await fault(world, { network: 'unionpay', operation: 'FILE_TRANSFER', ...kind });
    const told = await statement(today());
    expect(told.lines).toEqual([]);
    expect(told.missing).toMatch(why);
  });
});
