import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { refused } from '@tonle/contracts';
import { auditedActions } from '@tonle/platform';
import {
  acknowledgementOf,
  BankWorld,
  lineOf,
  messageIdOf,
  OPERATOR,
  statementBytes,
} from './bank.testing.js';

// Real: PostgreSQL, windows, instructions and approvals. The bank is scripted: silent until the test says otherwise.

const MINUTE_MS = 60_000;
let world: BankWorld;
beforeEach(async () => {
  world = await BankWorld.start('bank_link');
});
afterEach(() => world.close());

const states = () =>
  world.column("SELECT sequence || ' ' || state AS text FROM settlement_instruction ORDER BY sequence");
const windows = () => world.column('SELECT state AS text FROM settlement_window ORDER BY window_id');
const later = async (ms = MINUTE_MS) => {
  world.platform.clock.advance(ms);
  await world.banks.sending.run();
};
const says = (sequence: number, status: 'accepted' | 'rejected' | 'pending') =>
  ({ kind: 'answered', bytes: acknowledgementOf(messageIdOf(sequence), status) }) as const;
const sent = () => world.bank.sent.map(({ bytes }) => Buffer.from(bytes).toString());

describe('an instruction', () => {
  it('goes again byte for byte while the bank is silent, and the next number waits for it', async () => {
    await world.instruct(100n, 'PREPARED', 1);
    await world.instruct(200n, 'PREPARED', 2);
    await world.banks.sending.run();
    expect([await states(), sent()]).toEqual([['1 SENT', '2 PREPARED'], ['file 1']]);
    await world.banks.sending.run();
    expect(sent()).toHaveLength(1);
    await later();
    expect([await states(), sent()]).toEqual([
      ['1 SENT', '2 PREPARED'],
      ['file 1', 'file 1'],
    ]);
    world.bank.answers.set(`send ${messageIdOf(1)}`, says(1, 'accepted'));
    world.bank.answers.set(`send ${messageIdOf(2)}`, says(2, 'accepted'));
    await later();
    expect([await states(), sent()]).toEqual([
      ['1 ACKNOWLEDGED', '2 ACKNOWLEDGED'],
      ['file 1', 'file 1', 'file 1', 'file 2'],
    ]);
    await later();
    expect(sent()).toHaveLength(4);
  });

  it('that has arrived is not sent again: the bank is asked what it says to it', async () => {
    await world.instruct(100n, 'PREPARED', 1);
    await world.banks.sending.run();
    world.bank.answers.set(messageIdOf(1), { kind: 'pending' });
    await later();
    expect([await states(), sent()]).toEqual([['1 SENT'], ['file 1']]);
    world.bank.answers.set(messageIdOf(1), says(1, 'accepted'));
    await later();
    expect([await states(), sent()]).toEqual([['1 ACKNOWLEDGED'], ['file 1']]);
  });

  it('is durable as sent before its first byte leaves', async () => {
    await world.instruct(100n, 'PREPARED', 1);
    const { send } = world.bank;
    let seen: string[] = [];
    world.bank.send = async (instruction) => {
      seen = await states();
      return send.call(world.bank, instruction);
    };
    await world.banks.sending.run();
    expect(seen).toEqual(['1 SENT']);
  });

  it('that the bank rejects fails its window, with what the bank says', async () => {
    await world.instruct(100n, 'PREPARED', 1);
    world.bank.answers.set(`send ${messageIdOf(1)}`, says(1, 'rejected'));
    await world.banks.sending.run();
    expect([await states(), await windows()]).toEqual([['1 REJECTED'], ['FAILED']]);
    expect(await world.column('SELECT detail AS text FROM settlement_instruction')).toEqual([
      expect.stringContaining('AC04'),
    ]);
  });

  it('is not moved by an answer to another one, or by garbage', async () => {
    await world.instruct(100n, 'PREPARED', 1);
    await world.instruct(200n, 'PREPARED', 2);
    world.bank.answers.set(`send ${messageIdOf(1)}`, says(7, 'accepted'));
    await world.banks.sending.run();
    world.bank.answers.set(`send ${messageIdOf(1)}`, { kind: 'answered', bytes: Buffer.from('<html/>') });
    await later();
    expect([await states(), sent()]).toEqual([
      ['1 SENT', '2 PREPARED'],
      ['file 1', 'file 1'],
    ]);
  });

  it('that was paid is not dead because the bank says so afterwards: people look', async () => {
    await world.instruct(100n, 'SENT', 1);
    await world.banks.fetching.run();
    world.lay('2026-11-27', 1, 0n, [lineOf('1', 100n, 'THSETTLE-THB-1-1')]);
    await world.morning('2026-11-28');
    world.bank.answers.set(messageIdOf(1), says(1, 'rejected'));
    await later();
    await later();
    expect(await states()).toEqual(['1 SENT']);
    expect(await world.breaks()).toContain(`STATUS_CONFLICT ${messageIdOf(1)}`);
  });
});

describe('by hand', () => {
  const handIn = (content: Uint8Array, kind: 'statement' | 'acknowledgement' = 'statement') =>
    world.banks.service.handIn({
      ...{ bank: 'THSETTLE', currency: 'THB', kind, content: Buffer.from(content).toString('base64') },
      ...OPERATOR,
    });
  const approve = (approvalId: string, participant: string) =>
    world.approvals.decide({
      ...{ approvalId, verdict: 'approve', acknowledged: [], reason: 'compared with paper' },
      ...{ operator: `${participant}-1`, participant },
    });
  const day = { kind: 'statement', id: 'S1', number: 1, from: '2026-11-27', to: '2026-11-27' } as const;
  const good = () =>
    statementBytes({
      ...day,
      openingMinor: 0n,
      closingMinor: 100n,
      lines: [lineOf('1', 100n, 'THSETTLE-THB-1-1')],
    });

  it('a statement moves money when a second operator has looked at it, once', async () => {
    await world.instruct(100n);
    const answer = await handIn(gzipSync(good()));
    if (answer.kind === 'refused') throw new Error(answer.reason);
    expect(await world.entries()).toEqual([]);
    expect(await approve(answer.approvalId, 'OPERATOR')).toEqual(refused('second_operator_needed'));
    expect(await approve(answer.approvalId, 'OPERATOR2')).toMatchObject({ state: 'executed' });
    expect(await world.entries()).toHaveLength(2);
    expect(await handIn(good())).toMatchObject({ reason: 'bank_file_known' });
    expect((await auditedActions(world.test.database)).at(-1)).toBe('approval.execute');
  });

  it('what cannot be taken is not proposed, and says why', async () => {
    const { service: banks } = world.banks;
    const wrong = statementBytes({ ...day, openingMinor: 0n, closingMinor: 0n, lines: [] });
    const other = Buffer.from(Buffer.from(wrong).toString().replaceAll('2000300001', '2000300002'));
    expect(await handIn(other)).toMatchObject({
      reason: 'bank_file_refused',
      detail: expect.stringContaining('account_differs'),
    });
    expect(await handIn(Buffer.from('no xml'))).toMatchObject({ reason: 'bank_file_refused' });
    const asked = {
      bank: 'THSETTLE',
      currency: 'LAK',
      kind: 'statement',
      content: 'AAAA',
      ...OPERATOR,
    } as const;
    expect(await banks.handIn(asked)).toEqual(refused('bank_unknown'));
    expect(await banks.handIn({ ...asked, currency: 'THB', content: '!' })).toMatchObject({
      reason: 'bank_file_refused',
    });
    expect(await world.column('SELECT bank AS text FROM bank_statement')).toEqual([]);
  });

  it('an instruction is marked as sent with its bytes, and what the bank says to it is handed in', async () => {
    const instructionId = await world.instruct(100n, 'PREPARED', 1);
    const given = await world.banks.service.sendByHand({ instructionId, ...OPERATOR });
    expect(given).toMatchObject({ kind: 'sent', content: Buffer.from('file 1').toString('base64') });
    expect(await world.banks.service.sendByHand({ instructionId, ...OPERATOR })).toEqual(given);
    expect([await states(), await auditedActions(world.test.database)]).toEqual([
      ['1 SENT'],
      ['instruction.send-by-hand', 'instruction.send-by-hand'],
    ]);
    const answer = await handIn(acknowledgementOf(messageIdOf(1), 'accepted'), 'acknowledgement');
    if (answer.kind === 'refused') throw new Error(answer.reason);
    await approve(answer.approvalId, 'OPERATOR2');
    expect(await states()).toEqual(['1 ACKNOWLEDGED']);
  });

  it('the bank is asked when an operator wants it', async () => {
    await world.banks.fetching.run();
    world.platform.clock.advance(24 * 60 * MINUTE_MS);
    const asked = { bank: 'THSETTLE', currency: 'THB', ...OPERATOR };
    expect(await world.banks.service.fetch(asked)).toMatchObject({
      kind: 'fetched',
      account: { link: 'ok', missing: [{ day: '2026-11-27' }] },
    });
    expect(await auditedActions(world.test.database)).toEqual(['bank.fetch']);
    expect(await world.banks.service.fetch({ ...asked, bank: 'LASETTLE', currency: 'LAK' })).toMatchObject({
      reason: 'bank_silent',
    });
  });
});
