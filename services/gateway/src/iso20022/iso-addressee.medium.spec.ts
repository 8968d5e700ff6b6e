import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readIso, writeIso, type BusinessHeader, type CustomerPayment } from '@tonle/iso20022';
import { GatewayWorld } from '../testing/gateway-world.js';
import { isoHeader, isoPayment, MEKONG, readStatus as read, TONLE } from './iso.testing.js';

// A participant's messages to another switch, as they come to this one.

const OTHER = { bic: 'OTHRSGSGXXX' };
const VERSION = 'pacs.008.001.08';
const wait = { headers: { prefer: 'wait=10' } };

let world: GatewayWorld;
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_addressee');
});
afterAll(() => world.close());

let count = 0;
const payment = (more: Partial<CustomerPayment> = {}) => isoPayment(world, (count += 1), more);
const send = (message: CustomerPayment, header?: BusinessHeader, options = {}) =>
  world.postXml('/iso20022/pacs.008', writeIso(message, VERSION, header), options);
const toOther = ({ messageId }: CustomerPayment) => ({ ...isoHeader(world, VERSION, messageId), to: OTHER });

it('are no payments, wherever they say so', async () => {
  const before = await world.count();
  const named = await send(await payment({ instructedAgent: OTHER }));
  expect(read(named).status).toMatchObject({
    status: 'RJCT',
    reason: 'AGNT',
    reasonText: [
      'wrong_recipient',
      '/FIToFICstmrCdtTrf/CdtTrfTxInf[1]/InstdAgt: OTHRSGSGXXX is not us; we are TONLKHPPXXX.',
    ],
  });
  const message = await payment();
  expect(read(await send(message, toOther(message))).status).toMatchObject({
    status: 'RJCT',
    reason: 'AGNT',
  });
  expect(await world.count()).toBe(before);
});

it('are the payment that was taken when they repeat one', async () => {
  const message = await payment();
  await send(message, undefined, wait);
  const repeat = await send(message, toOther(message), wait);
  expect(read(repeat).status).toMatchObject({ status: 'ACCC', originalUetr: message.uetr });
});

it('are no questions', async () => {
  const message = await payment();
  await send(message, undefined, wait);
  const question = {
    kind: 'status_request' as const,
    messageId: 'ASK-1',
    createdAt: message.createdAt,
    originalUetr: message.uetr!,
    instructedAgent: OTHER,
  };
  const { status } = read(await world.postXml('/iso20022/pacs.028', writeIso(question, 'pacs.028.001.06')));
  expect(status.reason).toBe('AGNT');
  expect(status.status).toBeUndefined();
});

it('an acmt.023 is asked of us, or of somebody where we ask', async () => {
  const answerTo = async (assignee: object) => {
    const question = {
      kind: 'proxy_request' as const,
      messageId: `VER-${(count += 1)}`,
      createdAt: new Date(world.platform.clock.now()).toISOString(),
      verificationId: 'V1',
      assigner: MEKONG,
      assignee,
      account: { proxy: { type: 'MBNO', id: '0066812345678' } },
    };
    const answer = await world.postXml('/iso20022/acmt.023', writeIso(question, 'acmt.023.001.03'));
    return readIso(Buffer.from(answer.text));
  };
  expect(await answerTo(TONLE)).toMatchObject({ message: { verified: true } });
  expect(await answerTo({ bic: 'THSWTHBKXXX' })).toMatchObject({ message: { verified: true } });
  expect(await answerTo(OTHER)).toMatchObject({ message: { verified: false, reason: 'AGNT' } });
});
