import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readIso, type StatementEntry } from '@tonle/iso20022';
import { amount } from '@tonle/money';
import { daysSince } from '../../../../../tests/world/days.js';
import { until } from '../../../../../tests/world/until.js';
import { control, runSandbox, type TestSandbox } from '../../testing/running-sandbox.js';
import { payment, returnOf, TonleSide } from '../../testing/tonle-side.js';

// pacs.004 both ways on the Thai wire: Tonle gives a payer there the money back, and a payee there gives it back to Tonle.

let sandbox: TestSandbox;
let tonle: TonleSide;
const startedMs = Date.now();

beforeAll(async () => {
  sandbox = await runSandbox();
  tonle = new TonleSide(sandbox);
});
afterAll(async () => {
  await tonle.close();
  await sandbox.close();
});
afterEach(async () => {
  await control(sandbox, 'DELETE', 'faults');
  delete sandbox.door.script.takeBack;
});

const fault = (operation: string, more: object) =>
  control(sandbox, 'POST', 'faults', { network: 'thailand', operation, count: 1, ...more });
const recordOf = async (key: string) => (await control(sandbox, 'GET', `thailand/payments/${key}`)).body;

async function entriesAbout(uetr: string): Promise<StatementEntry[]> {
  const entries: StatementEntry[] = [];
  for (const day of daysSince(startedMs, 420)) {
    const answer = await tonle.send('GET', `/statements/camt.053?day=${day}`);
    const reading = readIso(Buffer.from(answer.text), { maxBytes: 1 << 24 });
    if (reading.kind !== 'read' || reading.message.kind !== 'statement') throw new Error(answer.text);
    entries.push(...reading.message.entries);
  }
  return entries.filter(({ transactions }) => transactions[0]?.uetr === uetr);
}

describe('a return that Tonle sends', () => {
  /** 337.45 baht of a visitor's. */
  const paid = async (): Promise<string> =>
    (await control(sandbox, 'POST', 'thailand/pay', { qrText: 'code' })).body.uetr;

  it('goes to the payer once, in parts up to what was paid', async () => {
    const uetr = await paid();
    const part = returnOf(uetr);
    const first = await tonle.giveBack(part);
    expect(first).toMatchObject({
      status: 'ACCC',
      originalMessageId: part.messageId,
      originalMessageName: 'pacs.004.001.09',
      originalUetr: uetr,
      originalAmount: amount('THB', 10_000n),
      clearingReference: expect.stringMatching(/^TH/),
    });
    const { clearingReference } = first as { clearingReference?: string };
    expect(await tonle.giveBack(part)).toMatchObject({ status: 'ACCC', clearingReference });
    const tooMuch = returnOf(uetr, { returnedAmount: amount('THB', 23_746n) });
    expect(await tonle.giveBack(tooMuch)).toMatchObject({ status: 'RJCT', reason: 'AM09' });
    const rest = returnOf(uetr, { returnedAmount: amount('THB', 23_745n) });
    expect(await tonle.giveBack(rest)).toMatchObject({ status: 'ACCC' });
    const other = returnOf(uetr, { returnId: part.returnId });
    expect(await tonle.giveBack(other)).toMatchObject({ status: 'RJCT', reason: 'DUPL' });
    const moved = (await entriesAbout(uetr)).map((entry) => {
      const [told] = entry.transactions;
      return [entry.credit, entry.amount.minor, told?.instructionId, told?.returnReason];
    });
    expect(moved).toEqual([
      [true, 33_745n, expect.any(String), undefined],
      [false, 10_000n, part.messageId, 'MD06'],
      [false, 23_745n, rest.messageId, 'MD06'],
    ]);
  });

  it('is refused when there is nothing to give back, or too late', async () => {
    const unknown = returnOf('0b5d3c1e-6f0a-4c6e-9d3b-2f1a0e9c8b7d');
    expect(await tonle.giveBack(unknown)).toMatchObject({ status: 'RJCT', reason: 'AG09' });
    const late = returnOf(await paid(), { createdAt: new Date(Date.now() - 61_000).toISOString() });
    expect(await tonle.giveBack(late)).toMatchObject({ status: 'RJCT', reason: 'TM01' });
  });

  it('is asked about by its own id', async () => {
    const uetr = await paid();
    const back = returnOf(uetr);
    const asked = {
      originalMessageId: back.messageId,
      originalMessageName: 'pacs.004.001.09',
      originalUetr: uetr,
    };
    expect(await tonle.enquire(payment(), asked)).toMatchObject({ reason: 'AG09' });
    await tonle.giveBack(back);
    expect(await tonle.enquire(payment(), asked)).toMatchObject({
      status: 'ACCC',
      originalMessageId: back.messageId,
    });
  });

  it('has the faults of a payment', async () => {
    const uetr = await paid();
    await fault('pacs.004', { fault: 'reject', code: 'AC04' });
    expect(await tonle.giveBack(returnOf(uetr))).toMatchObject({ status: 'RJCT', reason: 'AC04' });
    await fault('pacs.004', { fault: 'late_callback', delayMs: 20 });
    const late = returnOf(uetr);
    expect(await tonle.giveBack(late)).toMatchObject({ status: 'PDNG' });
    await until('the call-back', () => sandbox.door.callBacks.includes(`${uetr} ACCC`));
    expect((await recordOf(late.messageId)).credit.final).toMatchObject({ status: 'ACCC' });
  });
});

describe('a return that a payee there makes', () => {
  const refund = (body: object) => control(sandbox, 'POST', 'thailand/refund', body);
  /** 820.00 baht to a shop. */
  const paid = async (): Promise<string> => {
    const message = payment();
    await tonle.pay(message);
    return message.uetr!;
  };

  it('takes the money from the payee and tells whose it is', async () => {
    const uetr = await paid();
    const part = (await refund({ payment: uetr, amount: '20.00', reason: 'AC06' })).body;
    expect(part).toMatchObject({ state: 'completed', minor: '2000' });
    const sent = sandbox.door.returns.at(-1)!;
    expect(sent).toMatchObject({
      originalUetr: uetr,
      originalSettlementAmount: amount('THB', 82_000n),
      returnedAmount: amount('THB', 2000n),
      reason: 'AC06',
    });
    expect(sent.returnId).toBe(part.uetr);
    expect((await refund({ payment: uetr })).body).toMatchObject({ state: 'completed', minor: '80000' });
    const moved = (await entriesAbout(uetr)).map(({ credit, amount: { minor } }) => [credit, minor]);
    expect(moved).toEqual([
      [false, 82_000n],
      [true, 2000n],
      [true, 80_000n],
    ]);
  });

  it('leaves the money with the payee when Tonle does not take it', async () => {
    const uetr = await paid();
    sandbox.door.script.takeBack = () => ({ status: 'RJCT', reason: 'AM09' });
    const { body } = await refund({ payment: uetr, amount: '821.00' });
    expect(body).toMatchObject({ state: 'rejected', reason: 'AM09' });
    expect((await recordOf(body.uetr)).debit.final).toMatchObject({ status: 'RJCT', reason: 'AM09' });
    expect(await entriesAbout(uetr)).toHaveLength(1);
  });

  it('is asked about when nobody answered, and sent twice when told to', async () => {
    const uetr = await paid();
    await fault('pay.pacs.004', { fault: 'timeout_after' });
    const first = await refund({ payment: uetr, amount: '1.00' });
    expect(first.body).toMatchObject({ state: 'completed', enquiries: 1 });
    await fault('pay.pacs.004', { fault: 'duplicate' });
    const { body } = await refund({ payment: uetr, amount: '1.00' });
    const twice = () => sandbox.door.returns.filter(({ messageId }) => messageId === body.uetr);
    await until('both', () => twice().length === 2);
  });

  it('is none of what was never paid, or is nothing', async () => {
    expect((await refund({ payment: '0b5d3c1e-6f0a-4c6e-9d3b-2f1a0e9c8b7d' })).status).toBe(404);
    expect((await refund({ payment: await paid(), amount: '0' })).status).toBe(422);
    expect((await refund({})).status).toBe(422);
  });
});
