import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DirectoryEntry, PaymentView } from '@tonle/contracts';
import { writeIso, type Return, type StatusRequest } from '@tonle/iso20022';
import { amount } from '@tonle/money';
import { directoryEntries } from '../testing/directory-entries.js';
import { GatewayWorld } from '../testing/gateway-world.js';
import { eventOf } from '../testing/payment-event.js';
import { MEKONG, readStatus, TONLE } from './iso.testing.js';

// Real: the gateway with PostgreSQL and HTTP. Routing and fx answer from here.

const WAIT = { headers: { prefer: 'wait=10' } };
let world: GatewayWorld;
let count = 0;

beforeAll(async () => {
  const entry = directoryEntries(0).entries.find(({ id }) => id === 'KH-TH')!;
  const refunds = { days: 30, rate: 'original' };
  const body = { ...(entry.body as object), refunds };
  world = await GatewayWorld.start('gateway_return', {}, [
    { ...entry, version: 2, body } satisfies DirectoryEntry,
  ]);
  await world.pay(await world.payable(), 'first', WAIT);
});
afterAll(() => world.close());
beforeEach(() => {
  world.behaviour = { state: 'COMPLETED' };
});

/** 41,000 riel that a payer of Thailand has paid to a customer of KHMEKONG. */
function received(more: Partial<PaymentView> = {}): PaymentView {
  const { clock, random } = world.platform;
  const at = new Date(clock.now()).toISOString();
  const view: PaymentView = {
    ...eventOf(world.submits[0]!, 'COMPLETED', clock.now()),
    ...{
      paymentId: random.id(clock.now()),
      uetr: random.uuid(),
      quoteId: random.uuid(),
      direction: 'inbound',
    },
    ...{ sender: 'THSWITCH', messageId: 'TH-1', debtorAgent: 'THSWITCH', creditorAgent: 'KHMEKONG' },
    debtor: { name: 'Somsri Jaidee', account: '0066812345678', accountType: 'MBNO' },
    creditor: { name: 'Sok Dara', account: 'u0000123@mekong', accountType: 'bakong' },
    source: { currency: 'THB', minor: '33745' },
    target: { currency: 'KHR', minor: '4100000' },
    ...{ receivedAt: at, deadline: at },
    ...more,
  };
  world.received.push(view);
  return view;
}

function returnOf(originalUetr: string | undefined, more: Partial<Return> = {}): Return {
  const id = `RTR-${(count += 1)}`;
  return {
    kind: 'return',
    messageId: id,
    createdAt: new Date(world.platform.clock.now()).toISOString(),
    returnId: `${id}-TX`,
    settlementMethod: 'CLRG',
    originalEndToEndId: 'E2E-TH',
    originalUetr,
    returnedAmount: amount('KHR', 2_000_000n),
    settlementDate: '2026-11-29',
    instructingAgent: MEKONG,
    instructedAgent: TONLE,
    reason: 'MD06',
    reasonText: ['sold out'],
    ...more,
  };
}

const send = (message: Return, version = 'pacs.004.001.09', options: object = WAIT) =>
  world.postXml('/iso20022/pacs.004', writeIso(message, version), options);

describe('pacs.004', () => {
  it.each([
    ['pacs.004.001.09', 'pacs.002.001.10'],
    ['pacs.004.001.14', 'pacs.002.001.15'],
  ])('%s gives a part back, answered by %s', async (version, answered) => {
    const original = received();
    const message = returnOf(original.uetr);
    const answer = await send(message, version);
    expect([answer.status, readStatus(answer)]).toMatchObject([
      200,
      {
        version: answered,
        status: {
          status: 'ACCC',
          originalMessageId: message.messageId,
          originalMessageName: version,
          originalTransactionId: message.returnId,
          originalUetr: original.uetr,
        },
      },
    ]);
    expect(world.submits.at(-1)).toMatchObject({
      messageId: message.messageId,
      direction: 'outbound',
      source: { currency: 'KHR', minor: '2000000' },
      debtor: original.creditor,
      creditor: original.debtor,
      creditorAgent: 'THSWITCH',
      remittance: 'MD06 sold out',
      refundCause: { fault: 'payer_request', fxBearer: 'provider' },
      refundOf: { paymentId: original.paymentId, messageId: 'TH-1' },
    });
  });

  it('is one refund however often it comes, whatever is left by then', async () => {
    const original = received();
    const message = returnOf(original.uetr);
    await send(message);
    const made = world.submits.length;
    Object.assign(original, { refundedAmount: { currency: 'KHR', minor: '4100000' } });
    expect(readStatus(await send(message)).status.status).toBe('ACCC');
    expect(world.submits).toHaveLength(made);
    const other = { ...message, returnedAmount: amount('KHR', 100_000n) };
    expect(readStatus(await send(other)).status).toMatchObject({ status: 'RJCT', reason: 'DUPL' });
  });

  it.each<[string, string, string, (original: PaymentView) => Return, Partial<PaymentView>?]>([
    ['nothing of the bank', 'original_unknown', 'AG09', () => returnOf(world.platform.random.uuid())],
    ['another bank', 'original_unknown', 'AG09', ({ uetr }) => returnOf(uetr), { creditorAgent: 'KHANGKOR' }],
    [
      'more than is left',
      'refund_exceeds',
      'AM09',
      ({ uetr }) => returnOf(uetr, { returnedAmount: amount('KHR', 4_100_100n) }),
    ],
    [
      'a payment under way',
      'original_not_completed',
      'AG09',
      ({ uetr }) => returnOf(uetr),
      { state: 'CREDIT_SENT' },
    ],
    [
      'the other currency',
      'unknown_currency',
      'AM03',
      ({ uetr }) => returnOf(uetr, { returnedAmount: amount('THB', 100n) }),
    ],
    [
      'nothing that it names',
      'element_missing',
      'CH21',
      () => returnOf(undefined, { originalEndToEndId: undefined }),
    ],
    [
      'a return of another institution',
      'participant_unknown',
      'RC04',
      ({ uetr }) => returnOf(uetr, { instructingAgent: { bic: 'NOBOKHPPXXX' } }),
    ],
  ])('of %s is refused: %s', async (_what, code, iso, message, more = {}) => {
    const made = world.submits.length;
    const { status } = readStatus(await send(message(received(more))));
    expect(status).toMatchObject({ status: 'RJCT', reason: iso });
    expect(status.reasonText?.[0]).toBe(code);
    expect(world.submits).toHaveLength(made);
  });

  it('is asked about by its own id', async () => {
    const original = received();
    const message = returnOf(original.uetr);
    await send(message);
    const question: StatusRequest = {
      kind: 'status_request',
      messageId: `Q-${(count += 1)}`,
      createdAt: new Date(world.platform.clock.now()).toISOString(),
      originalMessageId: message.messageId,
      originalMessageName: 'pacs.004.001.09',
      originalTransactionId: message.returnId,
      originalUetr: original.uetr,
      instructingAgent: MEKONG,
      instructedAgent: TONLE,
    };
    const asked = await world.postXml('/iso20022/pacs.028', writeIso(question, 'pacs.028.001.03'));
    expect(readStatus(asked).status).toMatchObject({
      status: 'ACCC',
      originalMessageId: message.messageId,
      originalUetr: original.uetr,
    });
  });
});
