import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CommandContext } from './command-context.js';
import { GatewayProblem, GatewayUnreachable, type GatewayClient } from './gateway-client.js';
import { paymentTable, paymentTimeLine, type ShownPayment } from './payment-show.js';
import { runRefund, type RefundFlags } from './refund.js';

// The gateway is made up.

const customer = { name: 'Sok Dara', account: 'u0000001@mekong', accountType: 'bakong', agent: 'KHMEKONG' };
const ORIGINAL: ShownPayment = {
  paymentId: '0199a0b0-0000-7000-8000-000000000002',
  uetr: '1a2b3c4d-0000-4000-8000-000000000002',
  state: 'completed',
  step: 'COMPLETED',
  isoStatus: 'ACCC',
  direction: 'inbound',
  corridor: 'KH-TH',
  messageId: 'TH-1',
  endToEndId: 'NOTPROVIDED',
  source: { currency: 'THB', amount: '337.45' },
  target: { currency: 'KHR', amount: '41000.00' },
  fees: [],
  debtor: { ...customer, name: 'Somsri', account: '***5678', agent: 'THSWITCH' },
  creditor: customer,
  partnerReferences: {},
  receivedAt: '2026-11-22T10:00:00.000Z',
  history: [],
};
const REFUND = {
  ...ORIGINAL,
  paymentId: ORIGINAL.paymentId.replace(/.$/, '3'),
  refundOf: ORIGINAL.paymentId,
};

const NOT_FOUND = new GatewayProblem({ title: 'Not found', status: 404, code: 'not_found' });

let asked: [path: string, options: unknown][];
let said: string[];
let answer: ShownPayment | Error;
let found: readonly ShownPayment[];

const ask = (_method: string, path: string, options?: unknown): Promise<unknown> => {
  asked.push([path, options]);
  if (path === '/v1/refunds')
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  if (path.includes('?')) return Promise.resolve({ payments: found });
  return path.endsWith(ORIGINAL.paymentId) ? Promise.resolve(ORIGINAL) : Promise.reject(NOT_FOUND);
};
const keep = (text: string) => void said.push(text);
const context = {
  output: { json: false, out: keep, err: keep },
  gateway: () => ({ ask }) as unknown as GatewayClient,
  participant: 'KHMEKONG',
  again: './tonle --as KHMEKONG',
} as unknown as CommandContext;

const refund = (options: Partial<RefundFlags> = {}, id = ORIGINAL.paymentId) =>
  runRefund(context, id, { wait: '20', ...options });

beforeEach(() => {
  [asked, said, answer, found] = [[], [], REFUND, []];
});

describe('tonle refund', () => {
  it("gives back of a payment what it is told, in the payee's currency, under one key", async () => {
    const code = await refund({ amount: '20000', reason: 'Sold out', key: 'r1', wait: '5' });
    const amount = { currency: 'KHR', amount: '20000' };
    expect(asked[1]).toEqual([
      '/v1/refunds',
      {
        body: { paymentId: ORIGINAL.paymentId, amount, reason: 'Sold out' },
        idempotencyKey: 'r1',
        waitS: 5,
      },
    ]);
    expect([code, said.join()]).toEqual([0, expect.stringMatching(`refund of +${ORIGINAL.paymentId}`)]);
  });

  it('asks for all that is left without an amount, of a payment by any of its ids', async () => {
    found = [ORIGINAL];
    expect(await refund({}, 'TH-REF')).toBe(0);
    expect(asked[1]).toMatchObject(['/v1/refunds', { body: { paymentId: ORIGINAL.paymentId } }]);
  });

  it.each(['NONE', ORIGINAL.paymentId.replace(/.$/, '9')])(
    'asks for nothing of a payment that is not there, or of others, and says whose to ask for (%s)',
    async (id) => {
      expect([await refund({ amount: '5' }, id), asked.length]).toEqual([1, 1]);
      expect(said).toEqual([
        `No payment ${id} of KHMEKONG found. A payment is given back by the bank of its payee: refund it as that bank, --as <bank>.`,
      ]);
    },
  );

  it('exits 1 when it failed or is still under way, and passes on why it is refused', async () => {
    answer = { ...REFUND, state: 'failed' };
    expect(await refund()).toBe(1);
    answer = { ...REFUND, state: 'processing' };
    expect([await refund(), await refund({ wait: '0' })]).toEqual([1, 0]);
    answer = new GatewayProblem({ title: 'More than is left', status: 422, code: 'refund_exceeds' });
    await expect(refund()).rejects.toBe(answer);
  });

  it('says how to ask again when nobody answered: under the same key it remains one', async () => {
    answer = new GatewayUnreachable('http://gateway', new Error('gone'));
    await expect(refund({ amount: '5', key: 'r2' })).rejects.toBe(answer);
    expect(said.join()).toContain(
      `./tonle --as KHMEKONG refund ${ORIGINAL.paymentId} --wait 20 --amount 5 --key r2`,
    );
  });
});

it('a payment tells what came back of it', () => {
  const refundedAmount = { currency: 'KHR', amount: '20000.00' };
  const refundableAmount = { currency: 'KHR', amount: '21000.00' };
  expect(paymentTimeLine({ ...ORIGINAL, refundedAmount, refundableAmount })).toMatch(
    /refunded +20,000 KHR, 21,000 KHR is left/,
  );
  const nothing = { currency: 'KHR', amount: '0.00' };
  expect(paymentTimeLine({ ...ORIGINAL, refundedAmount, refundableAmount: nothing })).toMatch(
    /20,000 KHR, nothing is left/,
  );
  expect(paymentTimeLine(ORIGINAL)).not.toContain('refunded');
});

it('a list marks refunds, and what they gave back', () => {
  const refundedAmount = { currency: 'KHR', amount: '20000.00' };
  const lines = paymentTable([REFUND, { ...ORIGINAL, refundedAmount }, ORIGINAL]).split('\n');
  expect(lines.map((line) => line.split('2026-11-22T10:00:00.000Z')[1] ?? line.split('  ').at(-1))).toEqual([
    'REFUND',
    `  of ${ORIGINAL.paymentId}`,
    '  20,000 KHR back',
    '',
  ]);
});
