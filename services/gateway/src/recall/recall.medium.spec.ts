import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  recallCalls,
  routingCalls,
  type DirectoryEntry,
  type PaymentView,
  type RecallSearch,
  type RecallView,
  type Reason,
} from '@tonle/contracts';
import { TOPICS } from '@tonle/messaging';
import { readIso, writeIso, type Recall, type RecallReply } from '@tonle/iso20022';
import type { z } from 'zod';
import { MEKONG, TONLE } from '../iso20022/iso.testing.js';
import { directoryEntries } from '../testing/directory-entries.js';
import { GatewayWorld, type HttpAnswer, type SendOptions } from '../testing/gateway-world.js';
import { eventOf } from '../testing/payment-event.js';
import { recallOf } from './recall.testing.js';

// Real: the gateway with PostgreSQL and HTTP. Routing's recalls are played: it has its own tests.

type CreateRequest = z.infer<typeof recallCalls.create.request>;
type AnswerRequest = z.infer<typeof recallCalls.answer.request>;

let world: GatewayWorld;
let created: CreateRequest[] = [];
let answered: AnswerRequest[] = [];
let searches: RecallSearch[] = [];
let recalls: RecallView[] = [];
let refusal: Reason | undefined;
let count = 0;

beforeAll(async () => {
  world = await GatewayWorld.start('gateway_recall', {}, [withRefunds()]);
  world.platform.calls.serve(recallCalls.create, (request) => {
    created.push(request);
    if (refusal !== undefined) return Promise.resolve({ kind: 'refused', reason: refusal });
    const { contentHash: _hash, ...shown } = request;
    return Promise.resolve({ kind: 'recall', recall: { ...recallOf(world.platform), ...shown } });
  });
  world.platform.calls.serve(recallCalls.list, (search) => {
    searches.push(search);
    const fits = ({ recallId, asker, answerer, caseId }: RecallView) =>
      (search.recallIds?.includes(recallId) ?? true) &&
      (search.answerer ?? answerer) === answerer &&
      (search.participant === undefined || [asker, answerer].includes(search.participant)) &&
      (search.caseId === undefined || search.caseId === caseId);
    return Promise.resolve({ recalls: recalls.filter(fits).slice(0, search.limit) });
  });
  world.platform.calls.serve(recallCalls.answer, (request) => {
    answered.push(request);
    const recall = recalls.find(({ recallId }) => recallId === request.recallId)!;
    const { answer } = request;
    return Promise.resolve({ kind: 'recall', recall: { ...recall, state: answer.state, answer } });
  });
});
afterAll(() => world.close());
beforeEach(() => {
  world.behaviour = { state: 'COMPLETED' };
  [created, answered, searches, recalls] = [[], [], [], []];
  refusal = undefined;
});

function withRefunds(): DirectoryEntry {
  const entry = directoryEntries(0).entries.find(({ id }) => id === 'KH-TH')!;
  const refunds = { days: 30, rate: 'original' };
  return { ...entry, version: 2, body: { ...(entry.body as object), refunds } };
}

/** An operator pauses a bank. */
async function pause(id: string): Promise<void> {
  const { calls, transport } = world.platform;
  const by = { since: '2026-11-01T00:00:00Z', by: 'OPERATOR-1', reason: 'many lookups' };
  const before = (await calls.call(routingCalls.directory, {})).entries;
  const entries = before.map((entry) =>
    entry.id === id ? { ...entry, version: 9, body: { ...(entry.body as object), pause: by } } : entry,
  );
  calls.serve(routingCalls.directory, () => Promise.resolve({ entries }));
  const record = { topic: TOPICS.directory, key: id, type: 'directory.entry', messageId: 'directory:9' };
  await transport.publish([{ ...record, body: '{}' }]);
}

/** A recall of what a payer of Thailand has paid to a customer of KHMEKONG. */
async function toAnswer(more: Partial<RecallView> = {}): Promise<RecallView> {
  const submit = await paid();
  const { clock, random } = world.platform;
  const at = new Date(clock.now()).toISOString();
  const payment: PaymentView = {
    ...eventOf(submit, 'COMPLETED', clock.now()),
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
  };
  world.received.push(payment);
  const recall = recallOf(world.platform, { paymentId: payment.paymentId, uetr: payment.uetr, ...more });
  recalls.push(recall);
  return recall;
}

async function paid() {
  await world.pay(await world.payable(), `pay-${(count += 1)}`, { headers: { prefer: 'wait=10' } });
  return world.submits.at(-1)!;
}
const recall = (
  body: object,
  key = `recall-${(count += 1)}`,
  options: SendOptions = {},
): Promise<HttpAnswer> =>
  world.post('/v1/recalls', body, { ...options, headers: { 'idempotency-key': key } });
const answer = ({ recallId }: RecallView, body: object, options: SendOptions = {}): Promise<HttpAnswer> =>
  world.post(`/v1/recalls/${recallId}/answer`, body, options);

describe('POST /v1/recalls', () => {
  it('asks for a payment, by its key', async () => {
    const { paymentId } = await paid();
    const body = { paymentId, reason: 'fraud', text: 'Not mine' };
    const { status, json } = await recall(body, 'K-1');
    expect([status, json]).toMatchObject([200, { state: 'received', reason: 'fraud', isoReason: 'FRAD' }]);
    await recall(body, 'K-1');
    expect(created[1]!.contentHash).toBe(created[0]!.contentHash);
    expect(created[0]).toMatchObject({ asker: 'KHMEKONG', messageId: 'K-1', paymentId, text: 'Not mine' });
    expect(created[0]!.keyId).toBe('KHMEKONG-1');
    await recall({ ...body, reason: 'duplicate' }, 'K-1');
    expect(created[2]!.contentHash).not.toBe(created[0]!.contentHash);
  });

  it('says why not', async () => {
    refusal = 'recall_too_late';
    const { json } = await recall({ paymentId: (await paid()).paymentId, reason: 'duplicate' });
    expect(json).toMatchObject({ status: 422, code: 'recall_too_late' });
  });
});

describe('the answer to a recall', () => {
  it('gives all back that is left, once, before it counts', async () => {
    const asked = await toAnswer();
    const { json } = await answer(asked, { answer: 'accepted' });
    expect(json).toMatchObject({ state: 'accepted', links: { self: `/v1/recalls/${asked.recallId}` } });
    await answer(asked, { answer: 'accepted' });
    const refunds = world.submits.filter(({ refundOf }) => refundOf?.paymentId === asked.paymentId);
    expect(refunds).toMatchObject([
      { messageId: `recall-${asked.recallId}`, sender: 'KHMEKONG', source: { minor: '4100000' } },
    ]);
    expect(answered).toMatchObject([{ by: 'KHMEKONG', answer: { state: 'ACCEPTED' } }, {}]);
  });

  it('may refuse, with why', async () => {
    const asked = await toAnswer();
    expect((await answer(asked, { answer: 'refused' })).json.code).toBe('schema_invalid');
    const said = { answer: 'refused', refusedBecause: 'customer_refuses', text: 'It was a sale.' };
    const { json } = await answer(asked, said);
    expect(json).toMatchObject({
      state: 'refused',
      answer: { refusedBecause: 'customer_refuses', text: 'It was a sale.' },
    });
  });

  it('is no answer when the money cannot go back', async () => {
    const asked = await toAnswer();
    Object.assign(world.received.at(-1)!, { refundedAmount: { currency: 'KHR', minor: '4100000' } });
    expect((await answer(asked, { answer: 'accepted' })).json.code).toBe('already_refunded');
    expect(answered).toEqual([]);
  });

  it('is no answer when the refund fails, and makes another one when it is said again', async () => {
    const asked = await toAnswer();
    world.behaviour = { state: 'REJECTED', reason: 'partner_rejected' };
    const { json } = await answer(asked, { answer: 'accepted' });
    const failed = world.submits.at(-1)!;
    expect(json).toMatchObject({
      code: 'partner_rejected',
      detail: expect.stringContaining(failed.paymentId),
    });
    expect(answered).toEqual([]);
    world.behaviour = { state: 'COMPLETED' };
    const { paymentId, source: amount } = failed;
    recalls = [{ ...asked, refunds: [{ paymentId, state: 'REJECTED', amount }] }];
    expect((await answer(asked, { answer: 'accepted' })).json.state).toBe('accepted');
    expect(world.submits.at(-1)!.messageId).toBe(`recall-${asked.recallId}-1`);
  });

  it('may be asked for and given by a bank that is paused', async () => {
    const paused = { participant: 'KHSMALL' };
    await pause('KHSMALL');
    const none = { recallId: world.platform.random.id(world.platform.clock.now()) } as RecallView;
    expect((await answer(none, { answer: 'pending' }, paused)).json.code).toBe('recall_unknown');
    refusal = 'original_unknown';
    const body = { paymentId: none.recallId, reason: 'fraud' };
    expect((await recall(body, 'P-1', paused)).json.code).toBe('original_unknown');
    for (const message of ['camt.056', 'camt.029'])
      expect((await world.postXml(`/iso20022/${message}`, '<Document/>', paused)).status).toBe(400);
    expect((await world.post('/v1/quotes', {}, paused)).json.code).toBe('participant_paused');
  });

  it("is nobody else's to give", async () => {
    const asked = await toAnswer();
    const other = { participant: 'KHANGKOR' };
    expect((await answer(asked, { answer: 'pending' }, other)).json.code).toBe('recall_unknown');
    expect((await world.get(`/v1/recalls/${asked.recallId}`, other)).json.code).toBe('recall_unknown');
  });
});

describe('what is said about a recall', () => {
  const keptOf = async (paymentId: string): Promise<string[]> => {
    const sql = 'SELECT operation, direction, bytes FROM evidence WHERE subject = $1 ORDER BY at, direction';
    const rows = await world.test.database.query<{ operation: string; direction: string; bytes: Buffer }>(
      sql,
      [paymentId],
    );
    return rows
      .filter(({ operation }) => /recall|camt/.test(operation))
      .map(({ operation, direction, bytes }) => `${operation} ${direction} ${bytes.length > 0}`);
  };

  it('is kept with its payment: asked and answered, also what was refused', async () => {
    refusal = 'recall_too_late';
    const { paymentId } = await paid();
    await recall({ paymentId, reason: 'duplicate' });
    const both = (operation: string) => [`${operation} in true`, `${operation} out true`];
    await world.until(async () => (await keptOf(paymentId)).length === 2);
    expect(await keptOf(paymentId)).toEqual(both('POST /v1/recalls'));
    const asked = await toAnswer();
    await answer(asked, { answer: 'pending' });
    await world.until(async () => (await keptOf(asked.paymentId)).length === 2);
    expect(await keptOf(asked.paymentId)).toEqual(both('POST /v1/recalls/answer'));
  });

  it('is not kept with the payment of somebody else', async () => {
    const { paymentId } = await paid();
    refusal = 'original_unknown';
    await recall({ paymentId, reason: 'duplicate' }, 'K-other', { participant: 'KHANGKOR' });
    const asked = await toAnswer();
    await answer(asked, { answer: 'pending' }, { participant: 'KHANGKOR' });
    // What is kept is written in its order: the last would be there after the others.
    refusal = undefined;
    await recall({ paymentId, reason: 'duplicate' });
    await world.until(async () => (await keptOf(paymentId)).length > 0);
    expect(await keptOf(paymentId)).toHaveLength(2);
    expect(await keptOf(asked.paymentId)).toEqual([]);
  });
});

it('recalls are listed to both sides, without who of us did what', async () => {
  const asked = await toAnswer();
  const { json } = await world.get('/v1/recalls?role=to_answer&state=received&limit=1');
  expect(json.recalls[0]).toMatchObject({
    recallId: asked.recallId,
    asker: 'THSWITCH',
    amount: { amount: '41000.00' },
  });
  expect(json.recalls[0].history.map(({ by }: { by: string }) => by)).toEqual(['THSWITCH', 'switch']);
  expect(searches.at(-1)).toMatchObject({ answerer: 'KHMEKONG', states: ['RECEIVED'], limit: 2 });
});

describe('in ISO 20022', () => {
  const message = (uetr: string, more: Partial<Recall> = {}): Recall => ({
    kind: 'recall',
    messageId: `C-${(count += 1)}`,
    createdAt: new Date(world.platform.clock.now()).toISOString(),
    assigner: MEKONG,
    assignee: TONLE,
    caseId: 'CASE-9',
    caseCreator: MEKONG,
    cancellationId: 'CXL-9',
    originalUetr: uetr,
    reason: 'DUPL',
    ...more,
  });
  const read = ({ text }: HttpAnswer): { version: string; message: RecallReply } => {
    const reading = readIso(Buffer.from(text));
    if (reading.kind !== 'read' || reading.message.kind !== 'recall_reply') throw new Error(text);
    return { version: reading.version, message: reading.message };
  };

  it.each([
    ['camt.056.001.08', 'camt.029.001.09'],
    ['camt.056.001.11', 'camt.029.001.13'],
  ])('%s is answered by %s', async (version, replied) => {
    const { uetr, paymentId } = await paid();
    const answer = await world.postXml('/iso20022/camt.056', writeIso(message(uetr), version));
    expect([answer.status, read(answer)]).toMatchObject([
      200,
      { version: replied, message: { outcome: 'PDCR', caseId: 'CASE-9', originalUetr: uetr } },
    ]);
    expect(created).toMatchObject([{ asker: 'KHMEKONG', paymentId, caseId: 'CASE-9', reason: 'duplicate' }]);
    const sql = `SELECT bytes FROM evidence WHERE subject = $1 AND operation = 'camt.056' AND direction = 'out'`;
    const kept = () => world.test.database.query<{ bytes: Buffer }>(sql, [paymentId]);
    await world.until(async () => (await kept()).length > 0);
    expect((await kept()).map(({ bytes }) => bytes.toString())).toEqual([answer.text]);
  });

  it('says why it was not taken', async () => {
    const unknown = await world.postXml(
      '/iso20022/camt.056',
      writeIso(message(world.platform.random.uuid()), 'camt.056.001.08'),
    );
    expect(read(unknown).message).toMatchObject({
      outcome: 'RJCR',
      reason: 'NOOR',
      reasonText: [expect.stringMatching(/^original_unknown: /)],
    });
    refusal = 'recall_too_late';
    const { uetr } = await paid();
    const late = await world.postXml('/iso20022/camt.056', writeIso(message(uetr), 'camt.056.001.08'));
    expect(read(late).message).toMatchObject({ outcome: 'RJCR', reason: 'NARR' });
    const garbage = await world.postXml('/iso20022/camt.056', '<Document/>');
    expect([garbage.status, garbage.text]).toEqual([400, expect.stringContaining('admi.002')]);
  });

  it.each(['ours', 'theirs'])('camt.029 answers by %s id of the case', async (whose) => {
    const { recallId, uetr } = await toAnswer({ caseId: 'CASE-7' });
    const reply: RecallReply = {
      kind: 'recall_reply',
      messageId: `A-${(count += 1)}`,
      createdAt: new Date(world.platform.clock.now()).toISOString(),
      assigner: MEKONG,
      assignee: TONLE,
      caseId: whose === 'ours' ? recallId.replaceAll('-', '') : 'CASE-7',
      caseCreator: TONLE,
      outcome: 'RJCR',
      transactionStatus: 'RJCR',
      reason: 'CUST',
      originalUetr: uetr,
    };
    const send = (more: Partial<RecallReply>) =>
      world.postXml('/iso20022/camt.029', writeIso({ ...reply, ...more }, 'camt.029.001.09'));
    expect((await send({})).status).toBe(202);
    expect(answered).toMatchObject([
      { recallId, by: 'KHMEKONG', answer: { state: 'REFUSED', refusal: 'customer_refuses' } },
    ]);
    const other = await send({ originalUetr: world.platform.random.uuid() });
    expect(other.json.code).toBe('recall_unknown');
  });
});

describe('an operator', () => {
  it("sees everybody's, and records what a network answered", async () => {
    const asked = await toAnswer({ byPeople: true });
    const operator = { participant: 'OPERATOR' };
    const { json } = await world.get('/v1/ops/recalls?participant=KHMEKONG', operator);
    expect(json.recalls[0]).toMatchObject({ byPeople: true, history: [{}, { by: 'adapter-thailand' }] });
    const body = {
      answer: 'refused',
      refusedBecause: 'legal_reason',
      reason: 'their letter',
      evidence: 'no. 12',
    };
    const said = await world.post(`/v1/ops/recalls/${asked.recallId}/answer`, body, operator);
    expect(said.json.state).toBe('refused');
    expect(answered).toMatchObject([{ operator: { reason: 'their letter', evidence: 'no. 12' } }]);
    expect((await world.get('/v1/ops/recalls')).status).toBe(403);
  });
});
