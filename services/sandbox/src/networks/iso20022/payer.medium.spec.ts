import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { until } from '../../../../../tests/world/until.js';
import { control, NOT_FOUND_FINAL_MS, runSandbox, type TestSandbox } from '../../testing/running-sandbox.js';
import type { DoorScript, ScriptedDoor } from '../../testing/scripted-door.js';

// The Thai side as payer: what its books show must be right whatever the door does.

let sandbox: TestSandbox;
let door: ScriptedDoor;

beforeAll(async () => {
  sandbox = await runSandbox();
  door = sandbox.door;
});
afterAll(() => sandbox.close());
afterEach(async () => {
  await control(sandbox, 'DELETE', 'faults');
  door.script = { pay: () => ({ status: 'ACCC' }), enquire: () => ({ status: 'ACCC' }), forged: false };
});

const play = (script: Partial<DoorScript>): void => {
  door.script = { ...door.script, ...script };
};
const set = (fault: object) =>
  control(sandbox, 'POST', 'faults', { network: 'thailand', operation: 'pay.pacs.008', count: 1, ...fault });
const pay = async (over: object = {}) =>
  (await control(sandbox, 'POST', 'thailand/pay', { qrText: 'code', ...over })).body;
const record = async (uetr: string) =>
  (await control(sandbox, 'GET', `thailand/payments/${uetr}`)).body.debit;

describe('payer side', () => {
  it('debits its payer, pays, and tells the time line', async () => {
    const result = await pay({ payer: '0140000000077', payerName: 'Anong Suksan' });
    expect(result).toMatchObject({
      state: 'completed',
      source: { currency: 'THB', minor: '33745' },
      target: { currency: 'KHR', minor: '4100000' },
      rate: '121.5',
      payee: { account: 'shop00001@mekong' },
    });
    expect(result.steps.map((step: { step: string }) => step.step)).toEqual([
      'scanned',
      'resolved',
      'quoted',
      'payer_debited',
      'sent',
      'answered',
      'completed',
    ]);
    expect(await record(result.uetr)).toMatchObject({
      entry: { payer: '0140000000077', minor: '33745' },
      final: { status: 'ACCC' },
    });
    const sent = door.payments.at(-1)!;
    expect(sent).toMatchObject({
      uetr: result.uetr,
      quoteId: result.quoteId,
      debtor: { name: 'Anong Suksan' },
      creditorAccount: { id: 'shop00001@mekong' },
      creditorAgent: { bic: 'MEKOKHPPXXX' },
    });
    expect(sent.settlementAmount).toEqual(sent.instructedAmount);
  });

  it('gives the money back when refused', async () => {
    play({ pay: () => ({ status: 'RJCT', reason: 'AC04' }) });
    const result = await pay();
    expect(result).toMatchObject({ state: 'rejected', reason: 'AC04' });
    expect(result.steps.at(-1)).toMatchObject({ step: 'payer_refunded', detail: 'AC04' });
    expect((await record(result.uetr)).final).toMatchObject({ status: 'RJCT' });
  });

  it.each([
    ['the payment is in progress', { pay: () => ({ status: 'PDNG' }) }],
    ['the answer is forged', { pay: () => (play({ forged: true }), { status: 'ACCC' }) }],
  ])('asks when %s', async (_, script) => {
    let asked = 0;
    play({
      ...script,
      enquire: () => {
        asked += 1;
        play({ forged: false });
        return { status: asked < 3 ? 'ACSP' : 'ACCC' };
      },
    });
    const result = await pay();
    expect(result.state).toBe('completed');
    expect(result.enquiries).toBeGreaterThanOrEqual(3);
  });

  it('asks when the door is silent', async () => {
    const impatient = await runSandbox({}, 100);
    impatient.door.script = { ...door.script, pay: () => 'silence' };
    const { body } = await control(impatient, 'POST', 'thailand/pay', { qrText: 'code' });
    expect(body).toMatchObject({ state: 'completed' });
    expect(body.enquiries).toBeGreaterThan(0);
    await impatient.close();
  });

  it('believes "not found" only when the payment is too old to arrive', async () => {
    play({ pay: () => ({ status: 'PDNG' }), enquire: () => ({ reason: 'AG09' }) });
    const result = await pay();
    expect(result).toMatchObject({ state: 'rejected', reason: 'AG09' });
    const { entry, final } = await record(result.uetr);
    expect(final.at - entry.acceptedAt).toBeGreaterThan(NOT_FOUND_FINAL_MS);
  });

  it('stops watching after waitMs and goes on asking, over a restart too', async () => {
    play({ pay: () => ({ status: 'PDNG' }), enquire: () => ({ status: 'PDNG' }) });
    const result = await pay({ waitMs: 50 });
    expect(result.state).toBe('open');
    expect((await record(result.uetr)).final).toBeUndefined();
    await sandbox.restart();
    play({ enquire: () => ({ status: 'ACCC' }) });
    await until('an end', async () => (await record(result.uetr)).final !== undefined);
    expect((await record(result.uetr)).final.status).toBe('ACCC');
  });

  it('sends twice, sends another amount, or throws the answer away when told to', async () => {
    await set({ fault: 'duplicate' });
    const twice = await pay();
    await until('both', () => door.payments.filter(({ uetr }) => uetr === twice.uetr).length === 2);
    await set({ fault: 'wrong_amount', addMinor: '100' });
    const wrong = await pay();
    expect(door.payments.at(-1)?.settlementAmount.minor).toBe(33_845n);
    expect((await record(wrong.uetr)).entry.minor).toBe('33745');
    await set({ fault: 'timeout_after' });
    expect(await pay()).toMatchObject({ state: 'completed', enquiries: 1 });
  });

  it('tells what the switch refused', async () => {
    expect(await control(sandbox, 'POST', 'thailand/pay', { qrText: 'bad' })).toMatchObject({
      status: 422,
      body: { answer: { code: 'qr_unreadable' } },
    });
    expect((await control(sandbox, 'POST', 'thailand/pay', {})).status).toBe(422);
    expect(
      (
        await control(sandbox, 'POST', 'thailand/pay', {
          qrText: 'x',
          amount: { currency: 'KHR', amount: '1.5' },
        })
      ).status,
    ).toBe(422);
  });

  it('runs an open-loop load and sums it up', async () => {
    let nth = 0;
    play({ pay: () => ((nth += 1) % 10 === 0 ? { status: 'RJCT', reason: 'AM02' } : { status: 'ACCC' }) });
    const answer = await request(`${sandbox.running.addresses.control}/control/thailand/run`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ rate: 30, seconds: 2, leadMs: 100, payees: 30 }),
    });
    const lines = (await answer.body.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, never>);
    const summary = lines.at(-1) as unknown as Record<string, number>;
    expect(lines.filter((line) => line['type'] === 'progress').length).toBeGreaterThanOrEqual(1);
    expect(summary).toMatchObject({ type: 'summary', open: 0 });
    // A busy machine may be too late to prepare one, and says so.
    expect(summary['sent']! + summary['unprepared']!).toBe(summary['offered']);
    expect(summary['sent']).toBeGreaterThan(10);
    expect(summary['completed']! + summary['rejected']!).toBe(summary['sent']);
    expect(summary['rejected']).toBeGreaterThan(0);
    expect(summary['p99Ms']).toBeGreaterThanOrEqual(summary['p50Ms']!);
    expect((await control(sandbox, 'POST', 'thailand/run', { rate: -1, seconds: 1 })).status).toBe(422);
  });
});
