import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { start as startAdapterAlipay } from '@tonle/adapter-alipay';
import { start as startAdapterBakong } from '@tonle/adapter-bakong';
import { adapterCalls, type LegCommand, type PaymentSubmit } from '@tonle/contracts';
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
import { serveFx, tell } from '../world/inbound.js';

// Real: PostgreSQL, transport, Alipay+ in the sandbox with its reports on a server of SFTP, Bakong for lookups.

const SERVICE = 'adapter-alipay';
const TUNING = { orphanAfterMs: 900, sweepMs: 100, enquiryTickMs: 50, enquiriesPerSecondMin: 50 };
const calls = adapterCalls(SERVICE);
const DAY_MS = 86_400_000;

interface Pushed {
  readonly paymentId: string;
  readonly source: { readonly minor: string };
}

let world: AdapterWorld;
let running: RunningService[];

beforeAll(async () => {
  world = await openAdapterWorld('alipay_reports', `https://127.0.0.1:${await freePort()}`);
  world.settings['TONLE_ALIPAY_DOOR_WAIT_MS'] = '1000';
  serveFx(world, 'USD');
  await world.transport.subscribe('tonle.routing.inbox.v1', complete, { group: 'routing-double' });
  const bakong = world.platform('adapter-bakong', await world.database.another('bakong'));
  running = [await startAdapterAlipay(world.platform(SERVICE), TUNING), await startAdapterBakong(bakong)];
});
afterEach(() => clearFaults(world));
afterAll(async () => {
  for (const service of running) await service.close();
  await world.close();
});

/** Routing completes whatever comes in. */
async function complete(records: readonly { type: string; body: string }[]): Promise<void> {
  for (const { type, body } of records)
    if (type === 'payment.submit')
      await tell(world, JSON.parse(body) as PaymentSubmit, { state: 'COMPLETED', isoStatus: 'ACCC' });
}

const dayOf = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10);
const today = (): string => dayOf(clock.now());
const statement = (day: string) => world.calls.call(calls.statement, { day, currency: 'USD', pageMax: 500 });
const reports = (kind: string) => fault(world, { network: 'alipay', operation: 'reports', fault: kind });
const kept = () =>
  world.database.database.query<{ name: string; kind: string; taken: boolean }>(
    'SELECT name, kind, taken_at IS NOT NULL AS taken FROM partner_file WHERE day = $1::date',
    [today()],
  );

async function order(): Promise<(more?: Partial<LegCommand>) => LegCommand> {
  const { qrText } = await world.control<{ qrText: string }>('POST', '/control/alipay/qr', {
    amount: '88.50',
  });
  const item = { lookupId: crypto.randomUUID(), participant: 'KHMEKONG', corridor: 'KH-AP', qrText };
  const found = (await world.calls.call(calls.lookup, { items: [item] })).items[0]!;
  if (found.kind !== 'found') throw new Error(found.reason);
  const { amount, creditor } = found;
  return (more = {}) =>
    legCommandOf('credit', { corridor: 'KH-AP', amount: amount!, creditor, creditorAgent: 'APLUS', ...more });
}

async function paid(leg: LegCommand, outcome: 'accepted' | 'rejected' = 'accepted'): Promise<LegCommand> {
  await command(world, SERVICE, leg);
  await outcomes(world, leg.legKey, outcome);
  return leg;
}

async function pushed(): Promise<{ readonly submit: PaymentSubmit; readonly told: Pushed }> {
  const shop = { account: 'shop00046@angkor', amount: '41000' };
  const { qrText } = await world.control<{ qrText: string }>('POST', '/control/qr/khqr', shop);
  const told = await world.control<Pushed>('POST', '/control/alipay/pay', { qrText });
  return { told, submit: world.submits.find(({ messageId }) => messageId === told.paymentId)! };
}

describe('a day that is wrong', () => {
  beforeEach(async () => {
    await paid((await order())());
  });

  it.each([
    ['file_late', /^not_here: no acquirer transactionItems of .* in USD is there yet/],
    [
      'file_short',
      /^transactionItems_\d+_USD_.*: (cut_short|section_missing|column_missing|column_unknown|value_wrong)/,
    ],
    ['file_gap', /^sequence_gap: acquirer transactionItems .*: number 0 is missing, \d is here/],
    ['file_total', /^transactionItems_.*: total_wrong: netSettlementAmountValue is 1248, .* adds up to 1247/],
  ])('by %s is not taken, and says why', async (kind, why) => {
    await reports(kind);
    const told = await statement(today());
    expect(told.lines).toEqual([]);
    expect(told.missing).toMatch(why);
    expect((await kept()).some(({ taken }) => taken)).toBe(false);
  });
});

describe('the reports of a day', () => {
  it('tell of what was paid each way, under the UETR that it has here', async () => {
    const leg = await paid((await order())());
    const { submit, told } = await pushed();
    const { lines } = await statement(today());
    expect(lines.find(({ uetr }) => uetr === leg.uetr)).toMatchObject({
      leg: 'credit',
      legKey: leg.legKey,
      partnerRef: leg.creditor.account,
      amount: leg.amount,
      status: 'booked',
    });
    expect(lines.find(({ uetr }) => uetr === submit.uetr)).toMatchObject({
      leg: 'debit',
      partnerRef: told.paymentId,
      amount: { currency: 'USD', minor: told.source.minor },
      status: 'booked',
    });
  });

  it('are asked for again while the day goes on: what was told stays, what is new is added', async () => {
    const before = await statement(today());
    const leg = await paid((await order())());
    const { files } = await world.control<{ files: string[] }>('POST', '/control/alipay/files', {});
    const after = await statement(today());
    expect(after.lines).toHaveLength(before.lines.length + 1);
    expect(after.lines).toEqual(expect.arrayContaining([...before.lines]));
    expect(after.lines.map(({ uetr }) => uetr)).toContain(leg.uetr);
    const found = await kept();
    const named = found.map(({ name }) => name);
    expect(named).toEqual(expect.arrayContaining(files));
    const unread = found.filter(({ kind }) => kind === 'other');
    expect(new Set(unread.map(({ name }) => name.split('_')[0]))).toEqual(
      new Set(['transactionSummary', 'fee']),
    );
    expect(unread.some(({ taken }) => taken)).toBe(false);
    expect(named.filter((name) => name.startsWith('settlement_')).length).toBeGreaterThan(0);
  });

  it('name the payment that was accepted where an order was paid twice', async () => {
    const legOf = await order();
    const first = await paid(legOf());
    await paid(legOf(), 'rejected');
    const { lines } = await statement(today());
    const own = lines.filter(({ partnerRef }) => partnerRef === first.creditor.account);
    expect(own).toMatchObject([{ uetr: first.uetr, legKey: first.legKey }]);
  });

  it('are there for a day on which nothing was paid', async () => {
    expect(await statement(dayOf(clock.now() - 2 * DAY_MS))).toMatchObject({
      lines: [],
      totals: { count: 0, amountMinor: '0' },
    });
  });

  it('are not there before the day is', async () => {
    expect((await statement(dayOf(clock.now() + DAY_MS))).missing).toMatch(/^not_here: /);
  });
});
