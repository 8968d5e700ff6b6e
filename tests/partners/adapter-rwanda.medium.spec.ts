// Real: PostgreSQL, transport, eKash in the sandbox with FSPIOP-Signature and call-backs both ways, Bakong for lookups.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { start as startAdapterBakong } from '@tonle/adapter-bakong';
import { start } from '@tonle/adapter-rwanda';
import {
  adapterCalls,
  auditCall,
  legResult,
  routingCalls,
  type LegCommand,
  type PaymentSubmit,
} from '@tonle/contracts';
import { DirectCalls, InProcessTransport, TOPICS, type InboundRecord } from '@tonle/messaging';
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
import { freePort } from '../world/free-port.js';
import { serveFx, tell, type Made } from '../world/inbound.js';
import { until } from '../world/until.js';

const SERVICE = 'adapter-rwanda';
const TUNING = { orphanAfterMs: 900, sweepMs: 100, enquiryTickMs: 50, enquiriesPerSecondMin: 50 };
const SEND_MS = 1_500;
const PERSON = '250788123456';
const CLOSED = '250780123456';
const PAID: Made = { state: 'COMPLETED', isoStatus: 'ACCC' };

let world: AdapterWorld;
let adapter: RunningService;
let bakong: RunningService;
let decide: (submit: PaymentSubmit) => Made | undefined;

beforeAll(async () => {
  world = await openAdapterWorld('adapter_rwanda', `https://127.0.0.1:${await freePort()}`, 'http', SEND_MS);
  serveFx(world, 'RWF');
  const answer = async (records: readonly { type: string; body: string }[]): Promise<void> => {
    for (const { type, body } of records) {
      const submit = JSON.parse(body) as PaymentSubmit;
      const made = type === 'payment.submit' ? decide(submit) : undefined;
      if (made !== undefined) await tell(world, submit, made);
    }
  };
  await world.transport.subscribe('tonle.routing.inbox.v1', answer, { group: 'routing-double' });
  adapter = await start(world.platform(SERVICE), TUNING);
  bakong = await startAdapterBakong(world.platform('adapter-bakong', await world.database.another('bakong')));
});
beforeEach(() => {
  decide = () => PAID;
});
afterEach(() => clearFaults(world));
afterAll(async () => {
  await adapter.close();
  await bakong.close();
  await world.close();
});

const strike = (operation: string, what: object) =>
  fault(world, { network: 'rwanda', operation, count: 1, ...what });
const khqr = async (body: object) => {
  const asked = { account: 'shop00001@angkor', ...body };
  return (await world.control<{ qrText: string }>('POST', '/control/qr/khqr', asked)).qrText;
};

/** 12,000 francs to a person. */
function credit(account = PERSON, more: Partial<LegCommand> = {}): LegCommand {
  return legCommandOf('credit', {
    corridor: 'KH-RW',
    amount: { currency: 'RWF', minor: '12000' },
    otherAmount: { currency: 'KHR', minor: '3393100' },
    rate: '0.3536585366',
    creditor: { name: 'Keza Uwase', account, accountType: 'MBNO' },
    creditorAgent: 'EKASH',
    ...more,
  });
}
const rows = <Row extends object>(sql: string, ...values: unknown[]) =>
  world.database.database.query<Row>(sql, values);
const soon = () => ({ sendBefore: new Date(clock.now() + 5_000).toISOString() });

const transferIdOf = ({ paymentId }: LegCommand) => `${paymentId.slice(0, 14)}4${paymentId.slice(15)}`;
const booked = (leg: LegCommand) =>
  world.control<{ credit?: object }>('GET', `/control/rwanda/payments/${transferIdOf(leg)}`);
const isBooked = (leg: LegCommand) =>
  booked(leg).then(
    ({ credit: entry }) => entry !== undefined,
    () => false,
  );

const pay = (qrText: string, more: object = {}) =>
  world.control<{ uetr: string; state: string }>('POST', '/control/rwanda/pay', {
    qrText,
    waitMs: 20_000,
    ...more,
  });
const submitsOf = (transferId: string) => world.submits.filter(({ messageId }) => messageId === transferId);

describe('a person in Rwanda', () => {
  it('is paid in whole francs, on terms that were kept before', async () => {
    const leg = credit();
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'accepted');
    expect(reports).toMatchObject([{ outcome: 'accepted', partnerRef: transferIdOf(leg) }]);
    expect(await booked(leg)).toMatchObject({ credit: { entry: { account: PERSON, minor: '12000' } } });
    const [row] = await rows<{ terms: object }>('SELECT terms FROM leg_terms WHERE leg_key = $1', leg.legKey);
    expect(row?.terms).toMatchObject({ fsp: 'INZOVUPAY' });
  });

  it.each<[string, string, object]>([
    ['the receipt comes after the call-back', 'transfers', { fault: 'call_back_first' }],
    ['it is called back five times', 'transfers', { fault: 'duplicate' }],
    ['nothing is told of the transfer', 'transfers', { fault: 'timeout_after' }],
    ['the call-back is signed wrongly', 'transfers', { fault: 'bad_signature' }],
    ['the call-back is signed by nobody', 'transfers', { fault: 'unknown_key' }],
    ['it is reserved first, and told later', 'transfers', { fault: 'late_callback', delayMs: 400 }],
    ['the receipt is an error of the server', 'transfers', { fault: 'reset', phase: 'after' }],
  ])('is paid once when %s', async (_name, operation, wrong) => {
    await strike(operation, wrong);
    const leg = credit();
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'accepted');
    expect(reports.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
    expect(reports.map(({ outcome }) => outcome)).not.toContain('conflicting');
  });

  it('that has no account any more is refused before money', async () => {
    const leg = credit(CLOSED);
    await command(world, SERVICE, leg);
    expect((await outcomes(world, leg.legKey, 'rejected'))[0]).toMatchObject({ reason: 'AC04' });
    expect(await isBooked(leg)).toBe(false);
  });

  it.each([
    ['parties', '3204', 'BE23'],
    ['quotes', '5200', 'AM14'],
    ['transfers', '5107', 'AC04'],
    ['transfers', '4001', 'AM04'],
  ])('is refused by %s with %s', async (operation, code, reason) => {
    await strike(operation, { fault: 'reject', code });
    const leg = credit();
    await command(world, SERVICE, leg);
    expect((await outcomes(world, leg.legKey, 'rejected')).at(-1)).toMatchObject({ reason });
  });

  it('is not paid on terms for another amount', async () => {
    await strike('quotes', { fault: 'wrong_amount', addMinor: '100' });
    const leg = credit();
    await command(world, SERVICE, leg);
    const [report] = await outcomes(world, leg.legKey, 'rejected');
    expect(report).toMatchObject({
      reason: 'AM09',
      reasonText: expect.stringContaining('another amount') as unknown,
    });
    expect(await isBooked(leg)).toBe(false);
  });

  it.each(['parties', 'quotes'])(
    'is not paid, and nothing was sent, when %s meets silence',
    async (operation) => {
      await strike(operation, { fault: 'timeout_after' });
      const leg = credit();
      await command(world, SERVICE, leg);
      const reports = await outcomes(world, leg.legKey, 'not_sent');
      expect(reports.map(({ outcome }) => outcome)).toEqual(['not_sent']);
      expect(await isBooked(leg)).toBe(false);
      await command(world, SERVICE, { ...leg, attempt: 2 });
      expect((await outcomes(world, leg.legKey, 'accepted')).at(-1)).toMatchObject({ attempt: 2 });
    },
  );

  it('whose transfer never came is not paid, by three answers of "not found" after its expiry', async () => {
    await strike('transfers', { fault: 'timeout_before' });
    const leg = credit(PERSON, soon());
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'not_received');
    expect(reports.map(({ outcome }) => outcome)).toEqual(['unknown', 'not_received']);
  });

  it('whose transfer expires at the switch is not paid', async () => {
    await strike('transfers', { fault: 'late_callback', delayMs: 20_000 });
    const leg = credit(PERSON, soon());
    await command(world, SERVICE, leg);
    expect((await outcomes(world, leg.legKey, 'rejected')).at(-1)).toMatchObject({ reason: 'TM01' });
  });

  it('is said to be paid by a fulfilment that is not of our condition: a contradiction', async () => {
    await strike('transfers', { fault: 'wrong_fulfilment' });
    const leg = credit();
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'conflicting');
    expect(reports.map(({ outcome }) => outcome)).not.toContain('accepted');
  });

  it('is paid though an FSP that has no part in it says that it failed', async () => {
    await strike('transfers', { fault: 'late_callback', delayMs: 800 });
    const leg = credit();
    await command(world, SERVICE, leg);
    await until('the transfer', () => isBooked(leg));
    await world.control('POST', '/control/rwanda/call', {
      method: 'PUT',
      path: `/transfers/${transferIdOf(leg)}/error`,
      source: 'UMURAGE',
      body: { errorInformation: { errorCode: '5107', errorDescription: 'closed' } },
    });
    const reports = await outcomes(world, leg.legKey, 'accepted');
    expect(reports.map(({ outcome }) => outcome)).not.toContain('rejected');
  });

  it('is paid though our process ends before the call-back comes', async () => {
    await strike('transfers', { fault: 'late_callback', delayMs: 700 });
    const leg = credit();
    await command(world, SERVICE, leg);
    await until('the transfer', () => isBooked(leg));
    await adapter.close();
    adapter = await start(world.platform(SERVICE, await world.database.another()), TUNING);
    expect((await outcomes(world, leg.legKey, 'accepted')).at(-1)).toMatchObject({ outcome: 'accepted' });
  });
});

describe('a second instance, which the switch does not call', () => {
  const transport = new InProcessTransport({ lingerMs: 0 });
  const calls = new DirectCalls();
  let second: RunningService;
  beforeAll(async () => {
    calls.serve(routingCalls.directory, () => Promise.resolve({ entries: [...world.entries] }));
    const hear = (records: readonly InboundRecord[]) => {
      for (const { body } of records) world.results.push(legResult.parse(JSON.parse(body)));
      return Promise.resolve();
    };
    await transport.subscribe(TOPICS.routing, hear, { group: 'routing' });
    const settings = { ...world.settings, TONLE_RWANDA_DOOR_PORT: '0' };
    const more = { settings, transport, calls, instance: 'second', lane: 'second' };
    second = await start(world.platform(SERVICE, await world.database.another(), more), TUNING);
  });
  afterAll(async () => {
    await second.close();
    await transport.close();
  });

  it('hears what it has asked for, and pays', async () => {
    const leg = credit();
    await command({ ...world, transport }, SERVICE, leg);
    expect((await outcomes(world, leg.legKey, 'accepted')).at(-1)).toMatchObject({ outcome: 'accepted' });
    const keys = (await rows<{ key: string }>('SELECT key FROM call_back')).map(
      ({ key }) => key.split('/')[0],
    );
    expect(new Set(keys)).toEqual(new Set(['parties', 'quotes', 'transfers']));
  });
});

async function lookup(more: object) {
  const { paymentId: lookupId } = legCommandOf('debit');
  const items = [{ lookupId, participant: 'KHMEKONG', corridor: 'KH-RW', ...more }];
  return (await world.calls.call(adapterCalls(SERVICE).lookup, { items })).items[0]!;
}

describe('lookups', () => {
  it.each([
    ['0788 123 456', 'MBNO', PERSON],
    ['123456', 'BUSINESS', '123456'],
    ['4001234567890', 'bank_account', '4001234567890'],
  ])('find %s', async (account, accountType, written) => {
    expect(await lookup({ account, accountType })).toMatchObject({
      kind: 'found',
      creditor: { account: written, accountType, country: 'RW' },
      creditorAgent: 'EKASH',
      currency: 'RWF',
    });
  });

  it.each([
    [CLOSED, 'MBNO', 'account_closed'],
    ['900000', 'BUSINESS', 'account_closed'],
    ['12345', 'BUSINESS', 'account_unknown'],
  ])('refuse %s', async (account, accountType, reason) => {
    expect(await lookup({ account, accountType })).toMatchObject({ kind: 'refused', reason });
  });

  it('end in silence when nothing that counts is said', async () => {
    await fault(world, { network: 'rwanda', operation: 'parties', fault: 'bad_signature' });
    expect(await lookup({ account: PERSON })).toMatchObject({ kind: 'refused', reason: 'partner_silent' });
  });
});

describe('a visitor who pays a KHQR code', () => {
  it('sees the shop and a price in francs, and the shop is paid in riel', async () => {
    const paid = await pay(await khqr({ amount: '39000' }));
    expect(paid).toMatchObject({ state: 'completed', target: { currency: 'KHR', minor: '3900000' } });
    expect(submitsOf(paid.uetr)).toMatchObject([
      {
        corridor: 'KH-RW',
        direction: 'inbound',
        sender: 'EKASH',
        source: { currency: 'RWF' },
        creditor: { account: 'shop00001@angkor' },
        debtor: { accountType: 'MBNO' },
        deadline: expect.any(String) as unknown,
      },
    ]);
  });

  it('has one price for one quote, however often it is asked for', async () => {
    const party = (partyIdType: string, partyIdentifier: string) => ({
      partyIdInfo: { partyIdType, partyIdentifier },
    });
    const quoteId = crypto.randomUUID();
    const ask = (method: string, path: string, amount?: string) =>
      world.control('POST', '/control/rwanda/call', {
        method,
        path,
        source: 'INZOVUPAY',
        ...(amount !== undefined && {
          body: {
            quoteId,
            transactionId: quoteId,
            payee: party('ACCOUNT_ID', 'u0000005@angkor'),
            payer: party('MSISDN', PERSON),
            amountType: 'RECEIVE',
            amount: { currency: 'KHR', amount },
            transactionType: { scenario: 'TRANSFER', initiator: 'PAYER', initiatorType: 'CONSUMER' },
          },
        }),
      });
    const told = async (count: number) =>
      until(`${count} call-backs`, async () => {
        const sql = `SELECT bytes FROM evidence WHERE subject = $1 AND direction = 'out' ORDER BY at, evidence_id`;
        const kept = await rows<{ bytes: Buffer }>(sql, quoteId);
        return kept.length === count && kept.map(({ bytes }) => bytes.toString());
      });
    const path = `/quotes/${quoteId}`;
    await ask('POST', '/quotes', '41000');
    const [first] = await told(1);
    await ask('POST', '/quotes', '41000');
    await ask('GET', path);
    expect(await told(3)).toEqual([first, first, first]);
    await ask('POST', '/quotes', '42000');
    expect((await told(4))[3]).toContain('3106');
  });

  it('pays an account of Bakong in place of a code', async () => {
    const paid = await pay('u0000005@angkor', { amount: { currency: 'KHR', amount: '41000' } });
    expect(paid).toMatchObject({ state: 'completed' });
    expect(submitsOf(paid.uetr)).toMatchObject([{ creditor: { account: 'u0000005@angkor' } }]);
  });

  it.each<[string, object]>([
    ['sends five times', { fault: 'duplicate' }],
    ['does not hear how it ended', { fault: 'timeout_after' }],
  ])('that %s pays once', async (_name, wrong) => {
    await strike('pay.transfers', wrong);
    const paid = await pay(await khqr({ amount: '5000' }));
    expect(paid.state).toBe('completed');
    expect(submitsOf(paid.uetr)).toHaveLength(1);
  });

  it.each<[string, object]>([
    ['of another amount than quoted', { fault: 'wrong_amount', addMinor: '100' }],
    ['under another condition', { fault: 'wrong_fulfilment' }],
    ['that nobody has signed', { fault: 'bad_signature' }],
  ])('has a transfer refused %s', async (_name, wrong) => {
    await strike('pay.transfers', wrong);
    const paid = await pay(await khqr({ amount: '7000' }));
    expect(paid).toMatchObject({ state: 'rejected' });
    expect(submitsOf(paid.uetr)).toEqual([]);
  });

  it('hears that the shop could not be paid', async () => {
    decide = () => ({ state: 'REJECTED', isoStatus: 'RJCT', isoReason: 'AC06' });
    expect(await pay(await khqr({ amount: '8000' }))).toMatchObject({ state: 'rejected', reason: 'AC06' });
  });

  it('has the money back when the transfer expires before the shop is paid', async () => {
    decide = () => undefined;
    const open = pay(await khqr({ amount: '6000' }), { waitMs: 60_000 });
    const submit = await until('the submit', () =>
      world.submits.find(({ target }) => target.minor === '600000'),
    );
    expect(Date.parse(submit.deadline!) - Date.parse(submit.acceptedAt)).toBeGreaterThan(20_000);
    await tell(world, submit, { state: 'EXPIRED', isoStatus: 'RJCT', isoReason: 'TM01' });
    expect(await open).toMatchObject({ state: 'rejected', reason: 'TM01' });
  });

  it('is refused a code that has expired, by call-back', async () => {
    await expect(pay(await khqr({ amount: '7000', expired: true }))).rejects.toThrow();
  });
});

it('every rule of the audit holds', async () => {
  const { findings } = await world.calls.call(auditCall(SERVICE), {});
  expect(findings.filter(({ ok }) => !ok)).toEqual([]);
});
