import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { start as startAdapterUnionPay } from '@tonle/adapter-unionpay';
import { adapterCalls, auditCall, legKeyOf, type LegCommand, type PaymentSubmit } from '@tonle/contracts';
import { readConsumerCode } from '@tonle/emvqr';
import { messageIdOf } from '@tonle/network-upi';
import type { RunningService } from '@tonle/platform';
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
import { codeOf as payersCode, issueCode, servePriceOfDrawings } from '../world/drawn-payments.js';
import { freePort } from '../world/free-port.js';
import { tell, type Made } from '../world/inbound.js';
import { PaidPayments } from '../world/paid-payments.js';
import { until } from '../world/until.js';

// Codes that our payers show at tills abroad: issued by UnionPay, asked for, answered and debited over its wire.

const SERVICE = 'adapter-unionpay';
const TUNING = { sweepMs: 100, enquiryTickMs: 50, enquiriesPerSecondMin: 50 };
const PAID: Made = { state: 'COMPLETED', isoStatus: 'ACCC' };
const REFUSED: Made = { state: 'REJECTED', isoStatus: 'RJCT', isoReason: 'AM04' };

let world: AdapterWorld;
let running: RunningService;
let payments: PaidPayments;
/** What routing makes of a payment; `pays`: its credit leg, and what becomes of that. */
let decide: (submit: PaymentSubmit) => Made | 'pays' | undefined;
/** What went wrong with legs that nobody waits for. */
const troubles: unknown[] = [];
/** How long a leg may be sent. */
let sendMs: number;

const start = async () =>
  startAdapterUnionPay(world.platform(SERVICE, await world.database.another()), TUNING);

beforeAll(async () => {
  world = await openAdapterWorld('unionpay_codes', `https://127.0.0.1:${await freePort()}`);
  world.settings['TONLE_UNIONPAY_DOOR_WAIT_MS'] = '1000';
  servePriceOfDrawings(world);
  payments = new PaidPayments(world);
  await world.transport.subscribe(
    'tonle.routing.inbox.v1',
    async (records) => {
      for (const { type, body } of records) {
        if (type !== 'payment.submit') continue;
        const submit = JSON.parse(body) as PaymentSubmit;
        const made = decide(submit);
        if (made === 'pays') paysOut(submit).catch((error: unknown) => troubles.push(error));
        else if (made !== undefined) await tell(world, submit, made);
      }
    },
    { group: 'routing-double' },
  );
  running = await start();
});
beforeEach(() => {
  decide = ({ refundOf }) => (refundOf === undefined ? 'pays' : PAID);
  sendMs = 30_000;
});
afterEach(() => clearFaults(world));
afterAll(async () => {
  await running.close();
  await world.close();
});

function legOf({
  paymentId,
  uetr,
  target,
  source,
  creditor,
  partnerTerms,
  ...submit
}: PaymentSubmit): LegCommand {
  return legCommandOf('credit', {
    ...{ paymentId, uetr, corridor: 'KH-UP', amount: target, otherAmount: source, creditor },
    sendBefore: new Date(clock.now() + sendMs).toISOString(),
    ...{ creditorAgent: 'UPI', debtor: submit.debtor, debtorAgent: submit.debtorAgent, partnerTerms },
  });
}

/** As routing does: the credit leg, and its end told to the door. */
async function paysOut(submit: PaymentSubmit): Promise<void> {
  const leg = legOf(submit);
  await command(world, SERVICE, leg);
  const ends = ['accepted', 'rejected', 'not_received'];
  const ended = await until('the end of the leg', () =>
    world.results.find(({ legKey, outcome }) => legKey === leg.legKey && ends.includes(outcome)),
  );
  if (ended.outcome === 'accepted') payments.keep(leg);
  else payments.keep(leg, { state: 'REJECTED', isoStatus: 'RJCT' });
  await tell(world, submit, ended.outcome === 'accepted' ? PAID : { ...REFUSED, isoReason: 'MS03' });
}

const codeOf = (mostRiel?: string) => payersCode(world, SERVICE, 'KH-UP', mostRiel);

interface Scanned {
  readonly reference: string;
  readonly payment?: string;
  readonly state: string;
  readonly reason?: string;
}
const HKD = { currency: 'HKD', amount: '80.00' };
const scan = (code: string, more: object = {}) =>
  world.control<Scanned>('POST', '/control/unionpay/scan', { code, amount: HKD, ...more });

interface Heard {
  readonly because?: string;
  readonly message?: {
    readonly trxInfo: Readonly<Record<string, string>>;
    readonly msgResponse: { readonly responseCode: string };
  };
}
async function call(type: string, trxInfo: object, msgID?: string) {
  const asked = { type, trxInfo, msgID };
  const { message, because } = await world.control<Heard>('POST', '/control/unionpay/call', asked);
  const { paymentStatus: status } = message?.trxInfo ?? {};
  return { code: message?.msgResponse.responseCode ?? because, status };
}
let ids = 0;
const newId = () => `U39990116${20261129000000 + (ids += 1)}000000000000`;
const asking = (emvCpqrcPayload: string, more: object = {}) => ({
  emvCpqrcPayload,
  ...{
    trxAmt: '80.00',
    trxCurrency: '344',
    settAmt: '10.23',
    settCurrency: '840',
    settConvRate: '0.1278459',
  },
  merchantInfo: { merchantName: 'Jade Garden', merchantCountry: 'HK' },
  ...more,
});
const statusOf = (origMsgID: string) => call('TRX_RESULT_INQUIRY', { origMsgID });
const drawnBy = (reference: string): PaymentSubmit[] =>
  world.submits.filter(({ creditor }) => creditor.account === reference);
const totals = async () => {
  type Books = Record<'unionpay', Record<string, { minor: string } | undefined>>;
  const { unionpay } = await world.control<Books>('GET', '/control/books');
  return (key: string) => BigInt(unionpay[key]?.minor ?? '0');
};
const faulty = (operation: string, kind: string, more: object = {}) =>
  fault(world, { network: 'unionpay', operation, fault: kind, ...more });

describe('a payer who shows a code', () => {
  it('pays the merchant that scans it, who is told by the debit', async () => {
    const before = await totals();
    const answer = await issueCode(world, SERVICE, 'KH-UP');
    if (answer.kind === 'refused') throw new Error(answer.reason);
    expect(readConsumerCode(answer.code)).toMatchObject({
      scheme: 'UNIONPAY',
      account: '6292010116000000017',
    });
    expect(Date.parse(answer.expiresAt) - clock.now()).toBeLessThanOrEqual(60_000);
    const scanned = await scan(answer.barcode!);
    expect(scanned).toMatchObject({ state: 'completed', cancels: 0 });
    expect((await scan(answer.code)).reason).toBe('02');
    const [submit, ...others] = drawnBy(scanned.reference);
    expect(others).toEqual([]);
    expect(submit).toMatchObject({
      direction: 'outbound',
      corridor: 'KH-UP',
      sender: 'KHMEKONG',
      debtor: { account: 'u0000001@mekong' },
      creditor: { name: expect.stringMatching(/\d$/), country: 'HK' },
      creditorAgent: 'UPI',
      target: { currency: 'USD', minor: '1023' },
      partnerTerms: { orderAmount: { currency: 'HKD', minor: '8000' } },
    });
    expect(scanned.payment).toBe(messageIdOf('39990116', submit!.paymentId));
    const report = (await outcomes(world, legKeyOf(submit!.paymentId, 'credit'), 'accepted')).at(-1);
    expect(report!.partnerTerms?.settlementAmount).toEqual({ currency: 'USD', minor: '1023' });
    expect((await totals())('credit:ACCC:USD') - before('credit:ACCC:USD')).toBe(1023n);
    await until('the end at the door', async () => (await statusOf(scanned.reference)).status === 'APPROVED');
    expect(await statusOf(scanned.payment!)).toEqual({ code: '00', status: 'APPROVED' });
    const byVoucher = { origMsgType: 'DEBIT_TRANSACTION', qrcVoucherNo: report!.partnerRef };
    expect(await call('TRX_RESULT_INQUIRY', byVoucher)).toEqual({ code: '00', status: 'APPROVED' });
  });

  it('pays nothing by a code that is unknown, used, expired, or not for so much', async () => {
    const used = await codeOf();
    expect((await scan(used)).state).toBe('completed');
    const expired = await codeOf();
    await world.database.database.query(
      "UPDATE payment_code SET expires_at = now() - interval '1 hour' WHERE name = $1",
      [expired],
    );
    const reasons = [
      (await scan('hQVDUFYwMWEA')).reason,
      (await scan(used)).reason,
      (await scan(expired)).reason,
      (await scan(await codeOf('1000'))).reason,
    ];
    expect(reasons).toEqual(['14', '02', '02', '61']);
  });

  it('without money: the till is told so by us', async () => {
    decide = () => REFUSED;
    const scanned = await scan(await codeOf());
    expect(scanned).toMatchObject({ state: 'rejected', reason: '51' });
    expect(await statusOf(scanned.reference)).toEqual({ code: '00', status: 'REJECTED' });
  });

  it('pays once though the till asks twice; with another amount it is refused', async () => {
    await faulty('pay.ADDITIONAL_PROCESSING', 'duplicate', { count: 1 });
    const twice = await scan(await codeOf());
    expect(twice.state).toBe('completed');
    expect(drawnBy(twice.reference)).toHaveLength(1);
    const [code, id] = [await codeOf(), newId()];
    expect(await call('ADDITIONAL_PROCESSING', asking(code), id)).toEqual({
      code: '00',
      status: 'CONTINUING',
    });
    const other = asking(code, { settAmt: '10.24' });
    expect((await call('ADDITIONAL_PROCESSING', other, id)).code).toBe('94');
    expect(drawnBy(id)).toHaveLength(1);
  });

  it.each([
    ['without a code', { emvCpqrcPayload: undefined }],
    ['without what is settled', { settAmt: undefined, settCurrency: undefined }],
    ['with an amount that is none', { settAmt: '10,23' }],
  ])('is not asked for %s', async (_what, more) => {
    const id = newId();
    expect((await call('ADDITIONAL_PROCESSING', asking(await codeOf(), more), id)).code).toBe('30');
    expect(drawnBy(id)).toEqual([]);
  });
});

describe('our result', () => {
  it('that is not answered is not told again: the debit shows that it came', async () => {
    await faulty('ADDITIONAL_PROCESSING_RESULT', 'timeout_after', { delayMs: 2_000, count: 1 });
    const scanned = await scan(await codeOf());
    expect(scanned.state).toBe('completed');
    expect(drawnBy(scanned.reference)).toHaveLength(1);
  });

  it('that never came: the till gives up, and the payer keeps the money', async () => {
    const before = await totals();
    sendMs = 5_000;
    await faulty('ADDITIONAL_PROCESSING_RESULT', 'timeout_before', { delayMs: 50 });
    const scanned = await scan(await codeOf(), { patienceMs: 1_000 });
    expect(scanned).toMatchObject({ state: 'cancelled' });
    const [submit] = drawnBy(scanned.reference);
    const reports = await outcomes(world, legKeyOf(submit!.paymentId, 'credit'), 'not_received');
    expect(reports.map(({ outcome }) => outcome)).not.toContain('accepted');
    expect((await totals())('credit:ACCC:USD')).toBe(before('credit:ACCC:USD'));
    const debit = { ...asking(''), origMsgID: messageIdOf('39990116', submit!.paymentId) };
    expect((await call('DEBIT_TRANSACTION', debit)).status).toBe('REJECTED');
  });

  it('that is refused gives the payer the money back', async () => {
    await faulty('ADDITIONAL_PROCESSING_RESULT', 'reject', { code: '34', count: 1 });
    const scanned = await scan(await codeOf(), { patienceMs: 1_000 });
    const [submit] = drawnBy(scanned.reference);
    expect(await outcomes(world, legKeyOf(submit!.paymentId, 'credit'), 'rejected')).toMatchObject([
      { reason: 'FR01' },
    ]);
    expect(scanned.state).not.toBe('completed');
  });

  it('goes out though we stopped between taking the payment and telling', async () => {
    decide = () => undefined;
    const { length } = world.submits;
    const scanned = scan(await codeOf());
    const submit = await until('the submit', () => world.submits[length]);
    await running.close();
    running = await start();
    await paysOut(submit);
    expect((await scanned).state).toBe('completed');
  });
});

describe('a debit', () => {
  it.each(['duplicate', 'timeout_after'])('with %s is taken once', async (kind) => {
    const before = await totals();
    await faulty('pay.DEBIT_TRANSACTION', kind, { count: 1 });
    const scanned = await scan(await codeOf());
    expect(scanned.state).toBe('completed');
    const [submit] = drawnBy(scanned.reference);
    const reports = await outcomes(world, legKeyOf(submit!.paymentId, 'credit'), 'accepted');
    expect(reports.map(({ outcome }) => outcome)).not.toContain('conflicting');
    expect((await totals())('credit:ACCC:USD') - before('credit:ACCC:USD')).toBe(1023n);
  });

  it('of another amount is refused, and the payer has the money back', async () => {
    await faulty('pay.DEBIT_TRANSACTION', 'wrong_amount', { count: 1 });
    const scanned = await scan(await codeOf());
    expect(scanned).toMatchObject({ state: 'rejected', reason: '13' });
    const [submit] = drawnBy(scanned.reference);
    await outcomes(world, legKeyOf(submit!.paymentId, 'credit'), 'rejected');
    const late = { ...asking(''), origMsgID: scanned.payment };
    expect(await call('DEBIT_TRANSACTION', late)).toEqual({ code: '25', status: 'REJECTED' });
  });

  it('counts however late, while nothing was given back', async () => {
    await faulty('pay.DEBIT_TRANSACTION', 'delay', { delayMs: 1_500, count: 1 });
    const scanned = scan(await codeOf());
    await until('the result', async () => (await totals())('credit:PDNG:USD') > 0n);
    clock.advance(120_000);
    const { state } = await scanned.finally(() => clock.advance(-120_000));
    expect(state).toBe('completed');
  });

  it('of what was never asked for is not known', async () => {
    expect((await call('DEBIT_TRANSACTION', { ...asking(''), origMsgID: newId() })).code).toBe('25');
  });

  it('that is never heard of again: what was taken is given back when the till cancels', async () => {
    await faulty('pay.DEBIT_TRANSACTION', 'timeout_before');
    const scanned = await scan(await codeOf());
    expect(scanned).toMatchObject({ state: 'cancelled' });
    const [submit] = drawnBy(scanned.reference);
    await outcomes(world, legKeyOf(submit!.paymentId, 'credit'), 'rejected');
  });
});

describe('a till that cancels', () => {
  it('before it asked: it is never paid, and the code is good for another', async () => {
    const [code, id] = [await codeOf(), newId()];
    expect((await statusOf(id)).code).toBe('25');
    expect((await call('CANCELLATION', { origMsgID: id })).code).toBe('00');
    expect((await call('ADDITIONAL_PROCESSING', asking(code), id)).code).toBe('12');
    expect(await statusOf(id)).toEqual({ code: '00', status: 'REJECTED' });
    expect(drawnBy(id)).toEqual([]);
    expect((await scan(code)).state).toBe('completed');
  });

  it('while it is under way is told to come again, until it has an end', async () => {
    decide = () => undefined;
    const [id, cancellation] = [newId(), newId()];
    expect((await call('ADDITIONAL_PROCESSING', asking(await codeOf()), id)).code).toBe('00');
    expect(await call('CANCELLATION', { origMsgID: id }, cancellation)).toEqual({ code: 'HTTP 409' });
    expect(await statusOf(id)).toEqual({ code: '00', status: 'CONTINUING' });
    const [submit] = drawnBy(id);
    payments.keep(legOf(submit!), { state: 'REJECTED', isoStatus: 'RJCT' });
    await tell(world, submit!, REFUSED);
    await until('the end', async () => {
      const { code } = await call('CANCELLATION', { origMsgID: id }, cancellation);
      return code === '00';
    });
    expect(await statusOf(id)).toEqual({ code: '00', status: 'REJECTED' });
  });

  it('when it has been paid: all of it goes back, by whichever name', async () => {
    const [first, second] = [await scan(await codeOf()), await scan(await codeOf())];
    const again = { payment: first.payment, cancel: true, waitMs: 20_000 };
    expect(await world.control('POST', '/control/unionpay/refund', again)).toMatchObject({
      state: 'completed',
    });
    const [submit] = drawnBy(second.reference);
    await until('the end at the door', async () => (await statusOf(second.reference)).status === 'APPROVED');
    expect(await call('CANCELLATION', { origMsgID: second.reference })).toEqual({
      code: '00',
      status: 'APPROVED',
    });
    expect(world.submits.at(-1)).toMatchObject({
      direction: 'inbound',
      source: { currency: 'USD', minor: '1023' },
      creditor: { account: 'u0000001@mekong' },
      refundOf: { paymentId: submit!.paymentId },
    });
  });
});

describe('a code that UnionPay does not give', () => {
  it.each([
    [{ fault: 'reject', code: '57' }, 'payment_codes_not_served'],
    [{ fault: 'reject', code: '96' }, 'partner_silent'],
    [{ fault: 'http_5xx' }, 'partner_silent'],
    [{ fault: 'bad_signature' }, 'partner_silent'],
  ])('%j', async (kind, reason) => {
    await fault(world, { network: 'unionpay', operation: 'QRC_GENERATION', count: 1, ...kind });
    expect(await issueCode(world, SERVICE, 'KH-UP')).toMatchObject({ kind: 'refused', reason });
  });
});

it('the file of the day has what was debited, and nothing is left without an end', async () => {
  const { reference } = await scan(await codeOf());
  const day = new Date(clock.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const asked = { day, currency: 'USD', pageMax: 500 };
  const { lines } = await world.calls.call(adapterCalls(SERVICE).statement, asked);
  const { uetr } = drawnBy(reference)[0]!;
  expect(lines.find((line) => line.uetr === uetr)).toMatchObject({
    leg: 'credit',
    amount: { currency: 'USD', minor: '1023' },
    status: 'booked',
  });
  const report = await world.calls.call(auditCall(SERVICE), {});
  expect(report.findings.filter(({ ok }) => !ok)).toEqual([]);
  expect(troubles).toEqual([]);
});
