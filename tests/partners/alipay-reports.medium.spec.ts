import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { adapterCalls, type LegCommand, type PaymentSubmit } from '@tonle/contracts';
import {
  clearFaults,
  clock,
  command,
  fault,
  legCommandOf,
  outcomes,
  type AdapterWorld,
} from '../world/adapter-world.js';
import { AlipayWorld, SERVICE, type Pushed } from '../world/alipay-world.js';

// The reports of Alipay+ on a real server of SFTP, as the statement of a day.

const calls = adapterCalls(SERVICE);
const DAY_MS = 86_400_000;

let alipay: AlipayWorld;
let world: AdapterWorld;

beforeAll(async () => {
  alipay = await AlipayWorld.open('alipay_reports');
  world = alipay.world;
});
afterEach(() => clearFaults(world));
afterAll(() => alipay.close());

const dayOf = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10);
const today = (): string => dayOf(clock.now());
const statement = (day: string) => world.calls.call(calls.statement, { day, currency: 'USD', pageMax: 500 });
const reports = (kind: string) => fault(world, { network: 'alipay', operation: 'reports', fault: kind });
const kept = () =>
  world.database.database.query<{ name: string; kind: string; taken: boolean }>(
    'SELECT name, kind, taken_at IS NOT NULL AS taken FROM partner_file WHERE day = $1::date',
    [today()],
  );

async function paid(leg: LegCommand, outcome: 'accepted' | 'rejected' = 'accepted'): Promise<LegCommand> {
  await command(world, SERVICE, leg);
  await outcomes(world, leg.legKey, outcome);
  return leg;
}

async function pushed(): Promise<{ readonly submit: PaymentSubmit; readonly told: Pushed }> {
  const told = await alipay.push(await alipay.khqr({ amount: '41000' }));
  return { told, submit: alipay.submitsOf(told.paymentId)[0]! };
}

/** Our merchant gives back what a push has paid. */
function refundOf({ paymentId, ...submit }: PaymentSubmit): LegCommand {
  const { uetr, messageId, endToEndId, quoteId, source, target, acceptedAt } = submit;
  const original = { paymentId, uetr, messageId, endToEndId, quoteId, source, target, acceptedAt };
  return legCommandOf('credit', {
    corridor: 'KH-AP',
    amount: source,
    otherAmount: target,
    creditor: submit.debtor,
    creditorAgent: 'APLUS',
    refundOf: original,
  });
}

describe('a day that is wrong', () => {
  beforeEach(async () => {
    await paid(await alipay.leg());
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
    const leg = await paid(await alipay.leg());
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
      amount: { currency: 'USD', minor: told.source!.minor },
      status: 'booked',
    });
  });

  it('tell what is settled together, each way, and it is what the lines come to', async () => {
    await paid(await alipay.leg());
    await pushed();
    const { lines, cycles = [], batches = [] } = await statement(today());
    const sum = (minors: readonly string[]) => minors.reduce((all, minor) => all + BigInt(minor), 0n);
    const net = sum(lines.map(({ leg, amount: { minor } }) => (leg === 'debit' ? minor : `-${minor}`)));
    expect(sum(cycles.map(({ netMinor }) => netMinor))).toBe(net);
    expect(cycles.reduce((all, { count }) => all + count, 0)).toBe(lines.length);
    expect(batches.map(({ cycles: own }) => own.map(({ cycleId }) => cycleId))).toEqual(
      cycles.map(({ cycleId }) => [cycleId]),
    );
    expect(sum(batches.map(({ netMinor }) => netMinor))).toBe(net);
    expect(new Set(batches.map(({ account }) => account)).size).toBe(2);
    const valueDate = dayOf(clock.now() + 3 * DAY_MS);
    for (const batch of batches) expect(batch).toMatchObject({ valueDate, reference: batch.batchId });
  });

  it('tell of a refund as a payment the other way', async () => {
    const { submit } = await pushed();
    const refund = await paid(refundOf(submit));
    const { lines } = await statement(today());
    expect(lines.find(({ uetr }) => uetr === refund.uetr)).toMatchObject({
      leg: 'credit',
      legKey: refund.legKey,
      amount: submit.source,
    });
    expect(lines.filter(({ uetr }) => uetr === submit.uetr)).toMatchObject([
      { leg: 'debit', amount: submit.source },
    ]);
  });

  it.each(['refund', 'cancel'])('tell of what a merchant abroad gives back by %s', async (how) => {
    const leg = await paid(await alipay.leg({ otherAmount: { currency: 'KHR', minor: '4988000' } }));
    alipay.known(leg, {});
    const asked = { paymentRequestId: leg.creditor.account };
    const returned = await world.control('POST', `/control/alipay/${how}`, asked);
    expect(returned).toMatchObject({ state: 'completed' });
    const back = world.submits.find(({ refundOf: original }) => original?.paymentId === leg.paymentId)!;
    const { lines } = await statement(today());
    expect(lines.filter(({ uetr }) => uetr === back.uetr)).toMatchObject([
      { leg: 'debit', amount: leg.amount },
    ]);
    expect(lines.filter(({ uetr }) => uetr === leg.uetr)).toMatchObject([
      { leg: 'credit', amount: leg.amount },
    ]);
  });

  it('are asked for again while the day goes on: what was told stays, what is new is added', async () => {
    const before = await statement(today());
    const leg = await paid(await alipay.leg());
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
    const first = await paid(await alipay.leg());
    await paid(await alipay.leg({ creditor: first.creditor }), 'rejected');
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
