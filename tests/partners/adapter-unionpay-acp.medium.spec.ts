import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { start as startAdapterBakong } from '@tonle/adapter-bakong';
import { start as startAdapterUnionPay } from '@tonle/adapter-unionpay';
import { adapterCalls } from '@tonle/contracts';
import type { RunningService } from '@tonle/platform';
import { signParameters } from '@tonle/security';
import { Pool } from 'undici';
import { PAID, playRouting, serveFx } from '../world/inbound.js';
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
    await playRouting(world, () => PAID);
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
  /** What a customer's browser posts to the payment page. */
  async function page(form: Record<string, string>) {
    const pem = (name: string) => readFileSync(`${world.settings['TONLE_PKI_DIR']}/${name}`);
    const connect = { ca: pem('ca.crt'), key: pem('tonle-client.key'), cert: pem('tonle-client.crt') };
    const pool = new Pool(world.settings['TONLE_UNIONPAY_URL']!, { connect });
    const path = '/gateway/api/frontTransReq.do';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams(form).toString();
    const answer = await pool.request({ method: 'POST', path, headers, body });
    const said = { status: answer.statusCode, text: await answer.body.text() };
    await pool.close();
    return said;
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

  // The simulator has no key of Tonle's merchant, with which a shop signs by 01.
  if (method === '12')
    it('a shop of its own sends its customer to the payment page with a signed order', async () => {
      const { qrText } = (await world.control('POST', '/control/qr/khqr', {
        account: 'shop00042@angkor',
      })) as { qrText: string };
      const now = new Date(clock.now() + 8 * 3_600_000).toISOString().replaceAll(/\D/g, '');
      const order = {
        version: '5.1.0',
        encoding: 'UTF-8',
        signMethod: method,
        txnType: '01',
        txnSubType: '01',
        bizType: '000201',
        channelType: '07',
        accessType: '0',
        merId: '777290058110048',
        orderId: 'OWNSHOP1',
        txnTime: now.slice(0, 14),
        txnAmt: '1050',
        currencyCode: '840',
        frontUrl: 'https://shop.example/paid?a=1&b=2',
        backUrl: world.settings['TONLE_UNIONPAY_ACP_BACK_URL']!,
        reqReserved: Buffer.from(qrText).toString('base64'),
      };
      const signature = signParameters(order, { method, secret: 'sandbox' });
      const { status, text } = await page({ ...order, signature });
      expect(status).toBe(200);
      expect(text).toContain('action="https://shop.example/paid?a=1&amp;b=2"');
      await until('the payment', () => world.submits.find(({ endToEndId }) => endToEndId === 'OWNSHOP1'));
      expect((await page({ ...order, signature })).text).toBe('respCode=12');
      expect((await page({ ...order, txnAmt: '1', signature })).status).toBe(401);
    });

  it('the files of the day have payments and disputes; a dispute is of no payment of ours', async () => {
    const { queryId } = await onlinePay();
    await world.control('POST', '/control/unionpay/dispute', { queryId, minor: '250' });
    const day = new Date(clock.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const { lines, cycles, batches } = await world.calls.call(calls.statement, {
      ...{ day, currency: 'USD', pageMax: 500 },
    });
    const signed = ({ leg, amount: { minor } }: (typeof lines)[number]): bigint =>
      leg === 'debit' ? BigInt(minor) : -BigInt(minor);
    const net = lines.reduce((sum, line) => sum + signed(line), 0n).toString();
    // The dispute is taken from us.
    expect(cycles).toMatchObject([{ cycleId: day, day, count: lines.length, netMinor: net }]);
    expect(batches).toMatchObject([{ batchId: day, netMinor: net, cycles }]);
    expect(batches![0]).not.toHaveProperty('reference');
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
