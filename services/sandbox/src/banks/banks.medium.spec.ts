import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readAcknowledgement, readBankStatement, readFinalisation } from '@tonle/bank-files';
import { until } from '../../../../tests/world/until.js';
import { BankClient } from '../testing/bank-client.js';
import { control, runSandbox, unanswered, untilHit, type TestSandbox } from '../testing/running-sandbox.js';
import { bytesOf, instructionOf, SCHEME } from './bank.testing.js';
import type { BankScheme } from './bank-scheme.js';

// Two banks on one port, over their real wire. They are open every day, and it is noon: what day the test runs on is nothing to it.

const LAO: BankScheme = {
  ...SCHEME,
  ...{ id: 'LASETTLE', name: 'Lao settlement bank', bic: 'SETTLALAXXX', mark: 'LA', weekend: [] },
  ...{ instruction: 'csv', statement: 'mt940' },
};
const DAY_MS = 86_400_000;
let sandbox: TestSandbox;
let thai: BankClient;
let lao: BankClient;
let today: string;
let noonOffsetMs: number;
let sequence = 0;

beforeAll(async () => {
  sandbox = await runSandbox({ banks: { port: 0, schemes: [{ ...SCHEME, weekend: [] }, LAO] } });
  thai = new BankClient(sandbox, 'THSETTLE');
  lao = new BankClient(sandbox, 'LASETTLE');
  const localMs = Date.now() + SCHEME.utcOffsetMinutes * 60_000;
  noonOffsetMs = DAY_MS / 2 - (localMs % DAY_MS);
  await moveClock(noonOffsetMs);
  today = (await control(sandbox, 'GET', 'THSETTLE/accounts')).body.today as string;
});
beforeEach(async () => {
  await control(sandbox, 'DELETE', 'faults');
});
afterAll(async () => {
  await thai.close();
  await lao.close();
  await sandbox.close();
});

const moveClock = async (offsetMs: number): Promise<void> => {
  expect((await control(sandbox, 'POST', 'clock', { offsetMs })).status).toBe(200);
  for (const client of [thai, lao]) client.offsetMs = offsetMs;
};
const nextInstruction = () => {
  sequence += 1;
  return instructionOf(sequence, { valueDate: today });
};
const addFault = async (fault: object): Promise<void> => {
  const answer = await control(sandbox, 'POST', 'faults', { network: 'THSETTLE', count: 1, ...fault });
  expect([answer.status, answer.body.issues]).toEqual([201, undefined]);
};
const untilPaid = (bank: string, messageId: string): Promise<unknown> =>
  until(`${messageId} to be carried out`, async () => {
    const { body } = await control(sandbox, 'GET', `${bank}/instructions/${messageId}`);
    return body.instructions[0].paid.length === 2;
  });
const statusOf = (bytes: Uint8Array, format: 'pacs.002' | 'csv' = 'pacs.002'): string => {
  const reading = readAcknowledgement(bytes, format);
  return reading.kind === 'read' ? reading.acknowledgement.status : JSON.stringify(reading.errors);
};

describe('a settlement bank', () => {
  it('takes an instruction, pays it, and tells of it', async () => {
    const instruction = nextInstruction();
    const { messageId } = instruction;
    expect((await thai.call('GET', `/instructions/${messageId}`)).status).toBe(404);
    const answer = await thai.call('POST', '/instructions', bytesOf(instruction));
    expect([answer.status, answer.contentType, statusOf(answer.bytes)]).toEqual([
      200,
      'application/xml',
      'accepted',
    ]);
    expect((await thai.call('POST', '/instructions', bytesOf(instruction))).bytes).toEqual(answer.bytes);
    expect((await thai.call('GET', `/instructions/${messageId}`)).bytes).toEqual(answer.bytes);
    await untilPaid('THSETTLE', messageId);
    const told = await thai.call('GET', `/notifications/THB/${today}`);
    expect(readBankStatement(told.bytes, 'camt.054')).toMatchObject({
      statements: [
        {
          kind: 'notification',
          account: '2000300001',
          lines: [{ amountMinor: 191_000n }, { amountMinor: -191_000n }],
        },
      ],
    });
    expect((await thai.call('GET', `/statements/THB/${today}`)).status).toBe(404);
    const proof = readFinalisation((await thai.call('GET', `/finalisations/${messageId}`)).bytes);
    expect(proof).toMatchObject({ finalisation: { messageId, sequence: instruction.sequence } });
  });

  it('answers nobody but Tonle', async () => {
    const stranger = await thai.call('GET', `/notifications/THB/${today}`, undefined, { key: 'THSWITCH' });
    expect(stranger.status).toBe(401);
    expect((await thai.call('POST', '/instructions', Buffer.from('<a/>'))).status).toBe(400);
    expect((await thai.call('GET', '/nothing')).status).toBe(404);
    expect((await thai.call('GET', '/statements/XXX/2026-02-31')).status).toBe(404);
    expect((await thai.call('POST', '/statements/THB/2026-11-30', Buffer.from('x'))).status).toBe(405);
  });

  it('keeps what it took when nobody heard its answer', async () => {
    await addFault({ operation: 'instructions', fault: 'timeout_after' });
    const instruction = nextInstruction();
    const giveUp = unanswered((signal) =>
      thai.call('POST', '/instructions', bytesOf(instruction), { signal }),
    );
    await untilHit(sandbox);
    await untilPaid('THSETTLE', instruction.messageId);
    await giveUp();
    expect(statusOf((await thai.call('POST', '/instructions', bytesOf(instruction))).bytes)).toBe('accepted');
    const lines = (await control(sandbox, 'GET', 'THSETTLE/lines/THB')).body.lines as {
      endToEndId: string;
    }[];
    expect(lines.filter(({ endToEndId }) => endToEndId === `THB-${instruction.sequence}-IN`)).toHaveLength(1);
  });

  it('refuses, and decides late, when it is told to', async () => {
    await addFault({ operation: 'instructions', fault: 'reject', code: 'TM01' });
    const refused = nextInstruction();
    const answer = await thai.call('POST', '/instructions', bytesOf(refused));
    expect(statusOf(answer.bytes)).toBe('rejected');
    expect((await thai.call('POST', '/instructions', bytesOf(refused))).bytes).toEqual(answer.bytes);
    await addFault({ operation: 'instructions', fault: 'late_callback', delayMs: 1 });
    const late = nextInstruction();
    expect((await thai.call('POST', '/instructions', bytesOf(late))).status).toBe(202);
    await until('the bank to decide', async () => {
      const found = await thai.call('GET', `/instructions/${late.messageId}`);
      return found.status === 200 && statusOf(found.bytes) === 'accepted';
    });
  });

  it('decides what it had not when it died', async () => {
    await addFault({ operation: 'instructions', fault: 'late_callback', delayMs: 3_600_000 });
    const instruction = nextInstruction();
    expect((await thai.call('POST', '/instructions', bytesOf(instruction))).status).toBe(202);
    await sandbox.restart();
    await moveClock(noonOffsetMs);
    expect((await thai.call('GET', `/instructions/${instruction.messageId}`)).status).toBe(200);
    await untilPaid('THSETTLE', instruction.messageId);
  });

  it('is down alone', async () => {
    await addFault({ fault: 'outage', count: undefined });
    await expect(thai.call('GET', `/notifications/THB/${today}`)).rejects.toThrow();
    expect((await lao.call('GET', `/notifications/THB/${today}`)).status).toBe(404);
    await control(sandbox, 'DELETE', 'faults');
    expect((await thai.call('GET', `/notifications/THB/${today}`)).status).toBe(200);
  });

  it('has a counter where money comes and goes', async () => {
    const reference = 'RF77PFFXNAGA';
    const deposit = { participant: 'FXNAGA', amount: { currency: 'THB', amount: '500.00' }, reference };
    expect(await control(sandbox, 'POST', 'LASETTLE/deposit', deposit)).toMatchObject({
      status: 201,
      body: { minor: '50000', endToEndId: reference, account: '2000300021', day: today },
    });
    const much = { amount: { currency: 'THB', amount: '500.01' } };
    expect(await control(sandbox, 'POST', 'LASETTLE/withdraw', much)).toMatchObject({ status: 422 });
    const back = { ...much, amount: { currency: 'THB', minor: '20000' }, participant: 'THSWITCH' };
    expect(await control(sandbox, 'POST', 'LASETTLE/withdraw', back)).toMatchObject({ status: 201 });
    for (const wrong of [
      { ...deposit, participant: 'NOBODY' },
      { ...deposit, account: '1' },
      { ...deposit, amount: { currency: 'USD', amount: '1' } },
      { ...deposit, amount: { currency: 'THB', amount: '1000000.01' } },
    ])
      expect(await control(sandbox, 'POST', 'LASETTLE/deposit', wrong)).toMatchObject({ status: 422 });
    const { body } = await control(sandbox, 'GET', 'LASETTLE/accounts');
    expect(body.currencies).toMatchObject([
      { scheme: { minor: '30000' }, accounts: [{ minor: '99950000' }, { minor: '100020000' }] },
    ]);
    expect((await control(sandbox, 'GET', 'books')).body.LASETTLE.THB).toEqual({
      lines: 2,
      schemeMinor: '30000',
      balanced: true,
    });
  });

  it('tells the day in its own form when it is over', async () => {
    const instruction = nextInstruction();
    const answer = await lao.call('POST', '/instructions', bytesOf(instruction, 'csv'));
    expect([answer.contentType, statusOf(answer.bytes, 'csv')]).toEqual([
      'text/csv; charset=utf-8',
      'accepted',
    ]);
    await untilPaid('LASETTLE', instruction.messageId);
    // At most a day ahead of the real time, which is tomorrow all the same.
    await moveClock(Math.min(noonOffsetMs + DAY_MS, DAY_MS));
    const path = `/statements/THB/${today}`;
    const first = await lao.call('GET', path);
    expect(first.contentType).toBe('text/plain; charset=utf-8');
    const reading = readBankStatement(first.bytes, 'mt940');
    expect(reading).toMatchObject({ statements: [{ number: 1, openingMinor: 0n, closingMinor: 30_000n }] });
    expect((await lao.call('GET', path)).bytes).toEqual(first.bytes);
    await addFault({ network: 'LASETTLE', operation: 'statements', fault: 'statement_totals_off' });
    expect(readBankStatement((await lao.call('GET', path)).bytes, 'mt940').kind).toBe('refused');
    await addFault({ network: 'LASETTLE', operation: 'statements', fault: 'statement_missing' });
    expect((await lao.call('GET', path)).status).toBe(404);
    const day = { currency: 'THB', day: today };
    expect(await control(sandbox, 'POST', 'LASETTLE/reissue', day)).toMatchObject({ status: 200 });
    expect(readBankStatement((await lao.call('GET', path)).bytes, 'mt940')).toMatchObject({
      statements: [{ replaces: expect.stringMatching(/^LA\d{6}\/1$/) }],
    });
    expect(sandbox.errors).toEqual([]);
  });
});
