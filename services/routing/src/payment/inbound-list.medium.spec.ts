import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routingCalls, type InboundSearch } from '@tonle/contracts';
import { feed, makeSubmit, openWorld, resultOf, type World } from './payment.testing.js';

// Real: PostgreSQL and routing. What comes in for customers of one bank.

let world: World;
let first: ReturnType<typeof makeSubmit>;
let second: ReturnType<typeof makeSubmit>;
beforeAll(async () => {
  world = await openWorld('routing_inbound_list');
  first = makeSubmit(world, { direction: 'inbound' });
  await feed(world, first, makeSubmit(world), makeSubmit(world, { direction: 'inbound', bank: 'KHANGKOR' }));
  await feed(world, resultOf(world, first.paymentId, 'credit', 'accepted', { partnerRef: 'hash-first' }));
  world.platform.clock.advance(5_000);
  second = makeSubmit(world, { direction: 'inbound', source: '33746' });
  const again = { ...makeSubmit(world, { direction: 'inbound' }), uetr: first.uetr };
  await feed(world, second, again);
});
afterAll(() => world.close());

const ask = (search: Partial<InboundSearch>) =>
  world.platform.calls.call(routingCalls.inboundPayments, {
    creditorAgent: 'KHMEKONG',
    limit: 10,
    ...search,
  });
const found = async (search: Partial<InboundSearch>) =>
  (await ask(search)).payments.map(({ paymentId }) => paymentId);

describe('payments that come in', () => {
  it("are those of the bank's customers, newest first, without refused repeats", async () => {
    expect(await found({})).toEqual([second.paymentId, first.paymentId]);
    expect(await found({ limit: 1 })).toEqual([second.paymentId]);
    expect(await found({ before: second.paymentId })).toEqual([first.paymentId]);
    expect(await found({ creditorAgent: 'THSWITCH' })).toEqual([]);
  });

  it('are found by ids', async () => {
    expect(await found({ uetr: first.uetr })).toEqual([first.paymentId]);
    expect(await found({ messageId: second.messageId })).toEqual([second.paymentId]);
    expect(await found({ partnerReference: 'hash-first' })).toEqual([first.paymentId]);
    expect(await found({ endToEndId: first.endToEndId })).toHaveLength(2);
    expect(await found({ uetr: first.uetr, creditorAgent: 'KHANGKOR' })).toEqual([]);
  });

  it('are found by state, time and settlement date', async () => {
    const [{ windows, receivedAt }] = (await ask({ uetr: first.uetr })).payments as never as [
      { windows: { day: string }[]; receivedAt: string },
    ];
    expect(await found({ states: ['COMPLETED'] })).toEqual([first.paymentId]);
    expect(await found({ settlementDate: windows[0]!.day })).toEqual([first.paymentId]);
    expect(await found({ settlementDate: '2001-01-01' })).toEqual([]);
    const next = new Date(Date.parse(receivedAt) + 1).toISOString();
    expect(await found({ from: receivedAt, until: next })).toEqual([first.paymentId]);
    expect(await found({ from: next })).toEqual([second.paymentId]);
  });

  it('are found by an amount of either side', async () => {
    const thb = (minMinor: string, maxMinor?: string) =>
      found({ amount: { currency: 'THB', minMinor, ...(maxMinor === undefined ? {} : { maxMinor }) } });
    expect(await thb('33745', '33745')).toEqual([first.paymentId]);
    expect(await thb('33746')).toEqual([second.paymentId]);
    expect(await found({ amount: { currency: 'KHR', maxMinor: '4100000' } })).toHaveLength(2);
    expect(await found({ amount: { currency: 'KHR', maxMinor: '4099999' } })).toEqual([]);
    expect(await found({ amount: { currency: 'USD' } })).toEqual([]);
  });

  it.each([
    ['', 'payment_inbound'],
    ["AND target_currency = 'KHR' AND target_minor = 1", 'payment_inbound_target'],
    ["AND source_currency = 'THB' AND source_minor = 1", 'payment_inbound_source'],
  ])('are read by an index: %s', async (condition, index) => {
    const plan = await world.test.database.transaction(async (transaction) => {
      // As if it were large: the planner goes by rows per page.
      await transaction.query(
        "UPDATE pg_class SET reltuples = 1e7, relpages = 1 WHERE oid = 'payment'::regclass",
      );
      return transaction.query(
        `EXPLAIN SELECT * FROM payment WHERE direction = 'inbound' AND creditor_agent = 'KHMEKONG' ${condition}`,
      );
    });
    expect(JSON.stringify(plan)).toContain(index);
  });
});
