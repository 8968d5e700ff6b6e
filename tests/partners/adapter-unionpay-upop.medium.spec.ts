import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { start as startAdapterBakong } from '@tonle/adapter-bakong';
import { start as startAdapterUnionPay } from '@tonle/adapter-unionpay';
import { adapterCalls, type LegCommand, type PaymentSubmit } from '@tonle/contracts';
import type { RunningService } from '@tonle/platform';
import { PAID, playRouting, serveFx, tell, type Made } from '../world/inbound.js';
import { freePort } from '../world/free-port.js';
import { until } from '../world/until.js';
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

// Real: PostgreSQL, transport, UnionPay's payment page and gateway over mutual TLS with signed forms, Bakong's for lookups.

const SERVICE = 'adapter-unionpay';
const TUNING = {
  hintAfterMs: 200,
  hintsMs: 100,
  sweepMs: 100,
  enquiryTickMs: 50,
  enquiriesPerSecondMin: 50,
};
const calls = adapterCalls(SERVICE);

let world: AdapterWorld;
let running: RunningService[];
let decide: (submit: PaymentSubmit) => Made | undefined;

beforeAll(async () => {
  world = await openAdapterWorld('adapter_upop', `https://127.0.0.1:${await freePort()}`);
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

interface Paid {
  readonly state: 'completed' | 'given_back' | 'open';
  readonly orderId: string;
  readonly txnTime: string;
  readonly queryId: string;
  readonly notifications: number;
}

async function onlinePay(more: object = {}, account = 'shop00042@angkor'): Promise<Paid> {
  const { qrText } = (await world.control('POST', '/control/qr/khqr', { account })) as { qrText: string };
  const amount = { currency: 'USD', amount: '10.50' };
  return (await world.control('POST', '/control/unionpay/online-pay', { qrText, amount, ...more })) as Paid;
}

const troubled = (kind: object) =>
  fault(world, { network: 'unionpay', operation: 'pay.UPOP', count: 1, ...kind });
async function notifications(queryId: string): Promise<number> {
  const [row] = await world.database.database.query<{ count: string }>(
    "SELECT count(*) FROM evidence WHERE subject = $1 AND operation = 'UPOP_NOTIFICATION' AND direction = 'out'",
    [queryId],
  );
  return Number(row!.count);
}
/** Cents, from the books of the simulator. */
async function givenBack(): Promise<bigint> {
  const { unionpay } = (await world.control('GET', '/control/books')) as {
    unionpay: Record<string, { minor: string }>;
  };
  return BigInt(unionpay['credit:ACCC:USD']?.minor ?? 0);
}
const submitsOf = ({ queryId }: Paid) => world.submits.filter(({ messageId }) => messageId === queryId);

describe('an online payment', () => {
  it('is passed on after the query: what is settled, under the order and the queryId', async () => {
    const paid = await onlinePay();
    expect(paid).toMatchObject({ state: 'completed', notifications: 1 });
    expect(submitsOf(paid)).toMatchObject([
      {
        direction: 'inbound',
        corridor: 'KH-UP',
        sender: 'UPI',
        endToEndId: paid.orderId,
        source: { currency: 'USD', minor: '1050' },
        target: { currency: 'KHR' },
        creditor: { account: 'shop00042@angkor' },
        debtor: { accountType: 'CARD', country: 'CN' },
        partnerTerms: { orderAmount: { currency: 'USD', minor: '1050' } },
      },
    ]);
  });

  it('ordered in another currency is priced by what UnionPay settles', async () => {
    const paid = await onlinePay({ amount: { currency: 'CNY', amount: '88.50' } });
    expect(paid.state).toBe('completed');
    const [submit] = submitsOf(paid);
    expect(submit).toMatchObject({
      source: { currency: 'USD', minor: '1250' },
      partnerTerms: { orderAmount: { currency: 'CNY', minor: '8850' } },
    });
  });

  it.each([
    ['told five times at once', { fault: 'call_back_often' }],
    ['told before anybody can find it', { fault: 'call_back_first' }],
    ['told with a wrong signature first', { fault: 'bad_signature' }],
    ['told with another amount first', { fault: 'wrong_amount', addMinor: '100' }],
  ])('%s is passed on once', async (_name, kind) => {
    await troubled(kind);
    const paid = await onlinePay();
    expect(paid.state).toBe('completed');
    expect(submitsOf(paid)).toHaveLength(1);
    expect(submitsOf(paid)[0]!.source.minor).toBe('1050');
  });

  it('that a query calls open is passed on when it no longer does', async () => {
    await troubled({ fault: 'late_callback', delayMs: 300 });
    const paid = await onlinePay();
    expect(paid.state).toBe('completed');
    expect(paid.notifications).toBeGreaterThan(1);
    expect(submitsOf(paid)).toHaveLength(1);
  });

  it.each([
    ['says nothing', { fault: 'http_5xx', count: 1 }],
    ['has a wrong signature', { fault: 'bad_signature', count: 1 }],
    ['tells another amount', { fault: 'wrong_amount', count: 1 }],
    ['says that nobody knows yet', { fault: 'reject', code: '05', count: 1 }],
    ['has a code that nobody has', { fault: 'reject', code: 'ZZ', count: 1 }],
  ])('whose query %s waits for the next notification', async (_name, kind) => {
    await fault(world, { network: 'unionpay', operation: 'UPOP_QUERY', ...kind });
    const paid = await onlinePay();
    expect(paid).toMatchObject({ state: 'completed', notifications: 2 });
    expect(submitsOf(paid)).toHaveLength(1);
  });

  it('that routing rejects is cancelled at UnionPay, once', async () => {
    decide = () => ({ state: 'REJECTED', isoStatus: 'RJCT', isoReason: 'AC04' });
    await troubled({ fault: 'call_back_often' });
    const before = await givenBack();
    expect(await onlinePay()).toMatchObject({ state: 'given_back' });
    expect(await givenBack()).toBe(before + 1050n);
  });

  it('for a payee that nobody knows is cancelled and never passed on', async () => {
    const paid = await onlinePay({}, 'nobody00001@angkor');
    expect(paid.state).toBe('given_back');
    expect(submitsOf(paid)).toEqual([]);
  });

  it('is told again until the money is back', async () => {
    decide = () => ({ state: 'REJECTED', isoStatus: 'RJCT', isoReason: 'AC04' });
    await fault(world, {
      network: 'unionpay',
      operation: 'UPOP_31',
      fault: 'timeout_before',
      delayMs: 20,
      count: 1,
    });
    const paid = await onlinePay();
    expect(paid).toMatchObject({ state: 'given_back', notifications: 2 });
  });

  it('whose end is not known yet is told again', async () => {
    decide = () => undefined;
    const before = world.submits.length;
    const open = onlinePay({ waitMs: 60_000 });
    const submit = await until('a payment that nobody decides', () => world.submits[before]);
    // Its caller is let go after a second, and comes again.
    await until('another notification', async () => (await notifications(submit.messageId)) > 1);
    await tell(world, submit, PAID);
    const paid = await open;
    expect(paid.state).toBe('completed');
    expect(submitsOf(paid)).toHaveLength(1);
  });
});

describe('an online payment that UnionPay tells of once', () => {
  beforeEach(() => troubled({ fault: 'call_back_once' }));

  it('is passed on though its query said nothing at first', async () => {
    await fault(world, { network: 'unionpay', operation: 'UPOP_QUERY', fault: 'http_5xx', count: 1 });
    const paid = await onlinePay();
    expect(paid).toMatchObject({ state: 'open', notifications: 1 });
    await until('the payment', () => submitsOf(paid).length === 1);
  });

  it('is given back though the first request was lost', async () => {
    decide = () => ({ state: 'REJECTED', isoStatus: 'RJCT', isoReason: 'AC04' });
    const before = await givenBack();
    await fault(world, { network: 'unionpay', operation: 'UPOP_31', fault: 'reset', count: 1 });
    expect(await onlinePay()).toMatchObject({ state: 'open', notifications: 1 });
    await until('the money to be back', async () => (await givenBack()) === before + 1050n);
  });

  it('is given back when routing rejects it after its caller has gone', async () => {
    decide = () => undefined;
    const from = world.submits.length;
    const before = await givenBack();
    expect(await onlinePay()).toMatchObject({ state: 'open' });
    await tell(world, world.submits[from]!, { state: 'REJECTED', isoStatus: 'RJCT', isoReason: 'AC04' });
    await until('the money to be back', async () => (await givenBack()) === before + 1050n);
  });
});

describe('a refund', () => {
  /** Of a payment by UPOP: the credit leg of the payment that gives it back. */
  async function refundOf(paid: Paid, minor: string, more: Partial<LegCommand> = {}): Promise<LegCommand> {
    const original = submitsOf(paid)[0]!;
    const { paymentId, uetr, messageId, endToEndId, quoteId, source, target, acceptedAt, partnerTerms } =
      original;
    return legCommandOf('credit', {
      corridor: 'KH-UP',
      amount: { currency: 'USD', minor },
      otherAmount: target,
      debtor: original.creditor,
      debtorAgent: original.creditorAgent,
      creditor: original.debtor,
      creditorAgent: 'UPI',
      refundOf: {
        ...{ paymentId, uetr, messageId, endToEndId, quoteId, source, target, acceptedAt },
        ...(partnerTerms && { partnerTerms }),
      },
      ...more,
    });
  }

  async function give(leg: LegCommand) {
    await command(world, SERVICE, leg);
    return leg;
  }

  it.each([
    ['1050', 'UPOP_31', 'all of it on its day'],
    ['400', 'UPOP_04', 'a part'],
  ])('of %s goes by %s: %s', async (minor, operation) => {
    const leg = await give(await refundOf(await onlinePay(), minor));
    const [report] = await outcomes(world, leg.legKey, 'accepted');
    expect(report!.partnerRef).toMatch(/^\d{21}$/);
    expect(report!.amount).toEqual({ currency: 'USD', minor });
    const sent = await world.database.database.query<{ operation: string }>(
      "SELECT operation FROM evidence WHERE subject = $1 AND direction = 'out' ORDER BY at",
      [leg.legKey],
    );
    expect(sent.map((each) => each.operation)).toEqual([operation, 'UPOP_QUERY']);
  });

  it.each([
    // 1250 cents were settled for 88.50 yuan: 400 of them are 28.32.
    ['1250', '8850', '1250'],
    ['400', '2832', '400'],
    // A part of a fen is not given back, and UnionPay settles what was.
    ['333', '2357', '332'],
  ])('of %s cents of an order in yuan is of %s fen', async (minor, fen, settled) => {
    const paid = await onlinePay({ amount: { currency: 'CNY', amount: '88.50' } });
    const leg = await give(await refundOf(paid, minor));
    expect((await outcomes(world, leg.legKey, 'accepted'))[0]!.amount).toEqual({
      currency: 'USD',
      minor: settled,
    });
    const [asked] = await world.database.database.query<{ bytes: Buffer }>(
      "SELECT bytes FROM evidence WHERE subject = $1 AND direction = 'out' ORDER BY at LIMIT 1",
      [leg.legKey],
    );
    expect(new URLSearchParams(asked!.bytes.toString('utf8')).get('txnAmt')).toBe(fen);
  });

  it('of more than is left is refused with the reason of UnionPay', async () => {
    const paid = await onlinePay();
    const first = await give(await refundOf(paid, '1000'));
    await outcomes(world, first.legKey, 'accepted');
    const second = await give(await refundOf(paid, '51'));
    expect(await outcomes(world, second.legKey, 'rejected')).toMatchObject([{ reason: 'AM09' }]);
    const third = await give(await refundOf(paid, '50'));
    await outcomes(world, third.legKey, 'accepted');
  });

  it.each([
    ['is gone after doing it', { fault: 'timeout_after', delayMs: 50 }],
    ['has a bad signature', { fault: 'bad_signature' }],
    ['is garbage', { fault: 'garbage' }],
    ['is lost before it arrives', { fault: 'timeout_before', delayMs: 50 }],
    ['says that it is accepted, and a query 05 for a while', { fault: 'late_callback', delayMs: 400 }],
  ])('whose answer %s is unknown first, then accepted once', async (_name, kind) => {
    const paid = await onlinePay();
    const before = await givenBack();
    await fault(world, { network: 'unionpay', operation: 'UPOP_04', count: 1, ...kind });
    const leg = await give(await refundOf(paid, '400'));
    const reports = await outcomes(world, leg.legKey, 'accepted');
    expect(reports.map((each) => each.outcome)).toEqual(['unknown', 'accepted']);
    expect(await givenBack()).toBe(before + 400n);
  });

  it('that was refused, though nobody heard it, is found out', async () => {
    const paid = await onlinePay();
    await fault(world, {
      network: 'unionpay',
      operation: 'UPOP_04',
      fault: 'timeout_after',
      code: '38',
      delayMs: 50,
      count: 1,
    });
    const leg = await give(await refundOf(paid, '400'));
    expect((await outcomes(world, leg.legKey, 'rejected')).at(-1)).toMatchObject({ reason: 'FR01' });
  });

  it('of another amount than asked for is told as it is: routing compares', async () => {
    const paid = await onlinePay();
    await fault(world, {
      network: 'unionpay',
      operation: 'UPOP_04',
      fault: 'wrong_amount',
      addMinor: '-100',
      count: 1,
    });
    const leg = await give(await refundOf(paid, '400'));
    expect((await outcomes(world, leg.legKey, 'accepted'))[0]!.amount).toEqual({
      currency: 'USD',
      minor: '300',
    });
  });

  it('of a payment that UnionPay does not know is refused', async () => {
    const leg = await refundOf(await onlinePay(), '400');
    await give({ ...leg, refundOf: { ...leg.refundOf!, messageId: '202601010000001234567' } });
    expect(await outcomes(world, leg.legKey, 'rejected')).toMatchObject([{ reason: 'AG09' }]);
  });
});

describe('the file of the day', () => {
  const today = (): string => new Date(clock.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const linesOf = async () =>
    (await world.calls.call(calls.statement, { day: today(), currency: 'USD', pageMax: 500 })).lines;

  it('has a payment, what was refunded of it, and what was cancelled at once', async () => {
    const paid = await onlinePay();
    const { uetr, source } = submitsOf(paid)[0]!;
    const leg = legCommandOf('credit', {
      corridor: 'KH-UP',
      amount: { currency: 'USD', minor: '400' },
      refundOf: {
        ...submitsOf(paid)[0]!,
        partnerTerms: undefined,
      },
    });
    await command(world, SERVICE, leg);
    await outcomes(world, leg.legKey, 'accepted');
    const rejected = await onlinePay({}, 'nobody00001@angkor');
    const lines = await linesOf();
    expect(lines.filter((line) => line.uetr === uetr)).toMatchObject([
      { leg: 'debit', amount: source, partnerRef: paid.queryId },
    ]);
    expect(lines.filter((line) => line.uetr === leg.uetr)).toMatchObject([
      { leg: 'credit', amount: { currency: 'USD', minor: '400' } },
    ]);
    const { uetr: own } = lines.find((line) => line.partnerRef === rejected.queryId)!;
    expect(lines.filter((line) => line.uetr === own).map((line) => line.leg)).toEqual(['debit', 'credit']);
  });
});
