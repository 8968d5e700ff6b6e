import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { start as startAdapterBakong } from '@tonle/adapter-bakong';
import { start as startAdapterUnionPay } from '@tonle/adapter-unionpay';
import { adapterCalls, type PaymentSubmit } from '@tonle/contracts';
import type { RunningService } from '@tonle/platform';
import { serveFx, tell } from '../world/inbound.js';
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

// Real: PostgreSQL, transport, the ACP gateway of UnionPay by each way of signing; of 01 a root, an authority under it, certificates.

const SERVICE = 'adapter-unionpay';
const calls = adapterCalls(SERVICE);

describe.each(['01', '12'] as const)('signed by %s', (method) => {
  let world: AdapterWorld;
  let running: RunningService[];

  beforeAll(async () => {
    const door = `https://127.0.0.1:${await freePort()}`;
    world = await openAdapterWorld(`adapter_acp_${method}`, door, 'http', undefined, method);
    serveFx(world, 'USD');
    await world.transport.subscribe('tonle.routing.inbox.v1', complete, { group: 'routing-double' });
    const bakong = await startAdapterBakong(
      world.platform('adapter-bakong', await world.database.another('bakong')),
    );
    running = [await startAdapterUnionPay(world.platform(SERVICE), { enquiryTickMs: 50 }), bakong];
  });
  afterEach(() => clearFaults(world));
  afterAll(async () => {
    for (const service of running) await service.close();
    await world.close();
  });

  async function complete(records: readonly { type: string; body: string }[]): Promise<void> {
    for (const { type, body } of records)
      if (type === 'payment.submit')
        await tell(world, JSON.parse(body) as PaymentSubmit, { state: 'COMPLETED', isoStatus: 'ACCC' });
  }

  async function onlinePay() {
    const account = 'shop00042@angkor';
    const { qrText } = (await world.control('POST', '/control/qr/khqr', { account })) as { qrText: string };
    const amount = { currency: 'USD', amount: '10.50' };
    return (await world.control('POST', '/control/unionpay/online-pay', { qrText, amount })) as {
      state: string;
      queryId: string;
      notifications: number;
    };
  }
  const submitsOf = (queryId: string) => world.submits.filter(({ messageId }) => messageId === queryId);

  it('a payment is told, asked about, passed on, and given back in part', async () => {
    const { state, queryId } = await onlinePay();
    expect(state).toBe('completed');
    const leg = legCommandOf('credit', {
      corridor: 'KH-UP',
      amount: { currency: 'USD', minor: '400' },
      refundOf: { ...submitsOf(queryId)[0]!, partnerTerms: undefined },
    });
    await command(world, SERVICE, leg);
    expect(await outcomes(world, leg.legKey, 'accepted')).toHaveLength(1);
  });

  it.each(['bad_signature', ...(method === '01' ? ['other_certificate'] : [])])(
    'a notification, and an answer, with %s is none',
    async (kind) => {
      const once = { network: 'unionpay', count: 1, fault: kind };
      await fault(world, { ...once, operation: 'pay.UPOP' });
      const told = await onlinePay();
      expect(told).toMatchObject({ state: 'completed', notifications: 1 });
      await fault(world, { ...once, operation: 'UPOP_QUERY' });
      const asked = await onlinePay();
      expect(asked).toMatchObject({ state: 'completed', notifications: 2 });
      expect([...submitsOf(told.queryId), ...submitsOf(asked.queryId)]).toHaveLength(2);
    },
  );

  it('the files of the day have payments and disputes; a dispute is of no payment of ours', async () => {
    const { queryId } = await onlinePay();
    await world.control('POST', '/control/unionpay/dispute', { queryId, minor: '250' });
    const day = new Date(clock.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const { lines } = await world.calls.call(calls.statement, { day, currency: 'USD', pageMax: 500 });
    const { uetr, transactionId } = submitsOf(queryId)[0]!;
    expect(lines.find((line) => line.uetr === uetr)).toMatchObject({ leg: 'debit' });
    const disputes = lines.filter(({ lineId }) => lineId.startsWith('ZME '));
    expect(disputes).toMatchObject([{ amount: { currency: 'USD', minor: '250' }, status: 'booked' }]);
    expect(disputes[0]!.lineId).toContain(` of ${transactionId}`);
    expect(disputes[0]!.uetr).toBeUndefined();
    const kept = await world.database.database.query<{ kind: string; records: number }>(
      "SELECT kind, records FROM partner_file WHERE kind = 'ZME' AND taken_at IS NOT NULL",
      [],
    );
    expect(kept).toEqual([{ kind: 'ZME', records: 1 }]);
  });
});
