import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readInstruction, type BankFileLine } from '@tonle/bank-files';
import { declareDead } from '../instruction/instruction-desk.js';
import { WithdrawalService } from '../instruction/withdrawal.service.js';
import { InstructionMaker } from '../instruction/instruction-maker.js';
import { writeInstructionFile } from '../bank-file/instruction-file.js';
import { acknowledgementOf, BankWorld, lineOf, messageIdOf, OPERATOR, WINDOW } from './bank.testing.js';
import { listSuspense } from './suspense.view.js';

// Real: PostgreSQL, instructions, their files, entries and approvals. The bank is scripted.

const ACCOUNT = '2000300021';

let world: BankWorld;
beforeEach(async () => {
  world = await BankWorld.start('return_instruction');
  await world.banks.fetching.run();
  world.lay('2026-11-27', 1, 0n, [lineOf('1', 700n, 'NOBODY-1')]);
  await world.morning('2026-11-28');
});
afterEach(() => world.close());

const items = async () => (await listSuspense(world.test.database, { limit: 10 }, () => '2026-12-05')).items;
const instructions = () =>
  world.column(
    `SELECT concat_ws(' ', message_id, attempt, state, pay_out_minor, window_id) AS text FROM settlement_instruction
     ORDER BY sequence`,
  );
type Cure = Parameters<typeof world.banks.service.cure>[0];
const cure = async (more: Partial<Cure>) => {
  const [item] = await items();
  return world.banks.service.cure({ itemId: item!.itemId, action: 'send_back', ...OPERATOR, ...more });
};
const approve = (approvalId: string) =>
  world.approvals.decide({
    ...{ approvalId, verdict: 'approve', acknowledged: [], reason: 'seen' },
    ...{ operator: 'OPERATOR2-1', participant: 'OPERATOR2' },
  });
async function sentBack(): Promise<string> {
  const answer = await cure({ target: ACCOUNT });
  if (answer.kind === 'refused') throw new Error(answer.reason);
  expect(await approve(answer.approvalId)).toMatchObject({ state: 'executed' });
  return (await items())[0]!.returnReference!;
}
const back = (id: string, minor: bigint, reference: string): BankFileLine =>
  lineOf(id, minor, reference, { valueDate: '2026-11-30', bookedAt: '2026-11-30' });
const answer = (sequence: number, status: 'accepted' | 'rejected') => {
  const bytes = acknowledgementOf(messageIdOf(sequence), status);
  world.bank.answers.set(`send ${messageIdOf(sequence)}`, { kind: 'answered', bytes });
};
const withdrawals = () =>
  new WithdrawalService(
    world.platform,
    world.directory,
    world.approvals,
    new InstructionMaker(world.platform, world.directory, writeInstructionFile, undefined),
  );
const idOf = async () =>
  (await world.column('SELECT instruction_id AS text FROM settlement_instruction'))[0]!;

describe('money in suspense that is sent back to an account', () => {
  it('goes by an instruction under its own reference, and the line that goes out clears it', async () => {
    const reference = await sentBack();
    expect(await items()).toMatchObject([{ state: 'RETURNING', openMinor: '700' }]);
    expect(await instructions()).toEqual([`${messageIdOf(1)} 1 PREPARED 700`]);
    answer(1, 'accepted');
    await world.banks.sending.run();
    const [sent] = world.bank.sent;
    expect(readInstruction(sent!.bytes, 'pacs.009', '2000300001')).toMatchObject({
      instruction: {
        ...{ sequence: 1, valueDate: '2026-11-30' },
        transfers: [
          {
            ...{ endToEndId: reference, direction: 'pay_out', amountMinor: 700n, returnOf: '1' },
            participant: { name: 'Somebody', account: ACCOUNT },
          },
        ],
      },
    });
    expect(await instructions()).toEqual([`${messageIdOf(1)} 1 ACKNOWLEDGED 700`]);
    world.lay('2026-11-30', 2, 700n, [back('2', -700n, reference)]);
    await world.morning('2026-12-01');
    expect([await items(), await instructions(), await world.breaks()]).toEqual([
      [],
      [`${messageIdOf(1)} 1 SETTLED 700`],
      [],
    ]);
    expect(await world.entries()).toEqual([
      'suspense NOSTRO:THSETTLE:THB SUSPENSE:THB 700',
      'suspense SUSPENSE:THB NOSTRO:THSETTLE:THB 700',
    ]);
  });

  it('is open again when the bank rejects it, and the next try has the next number and a reference of its own', async () => {
    const first = await sentBack();
    answer(1, 'rejected');
    await world.banks.sending.run();
    expect([await items(), await instructions()]).toMatchObject([
      [{ state: 'OPEN' }],
      [`${messageIdOf(1)} 1 REJECTED 700`],
    ]);
    const second = await sentBack();
    expect(second).toBe(`${first}-2`);
    expect(await instructions()).toEqual([
      `${messageIdOf(1)} 1 REJECTED 700`,
      `${messageIdOf(2)} 2 PREPARED 700`,
    ]);
  });

  it('is not kept, nor sent back twice, while an instruction stands; dead, it is open again', async () => {
    await sentBack();
    expect(await cure({ action: 'keep' })).toMatchObject({ reason: 'suspense_returning' });
    expect(await cure({ target: ACCOUNT })).toMatchObject({
      reason: 'suspense_returning',
      detail: expect.stringContaining(messageIdOf(1)),
    });
    await world.banks.sending.run();
    const id = await idOf();
    const at = new Date(world.platform.clock.now());
    await world.test.database.transaction((transaction) => declareDead(transaction, id, at, 'letter'));
    expect(await items()).toMatchObject([{ state: 'OPEN' }]);
    expect(await cure({ target: ACCOUNT })).toMatchObject({ kind: 'proposed' });
  });

  it('is open again when its instruction is withdrawn, whose number the next one has', async () => {
    await sentBack();
    const proposed = await withdrawals().propose({ instructionId: await idOf(), ...OPERATOR });
    if (proposed.kind !== 'proposed') throw new Error(proposed.reason);
    expect(await approve(proposed.approvalId)).toMatchObject({ state: 'executed' });
    expect(await items()).toMatchObject([{ state: 'OPEN' }]);
    await sentBack();
    expect(await instructions()).toEqual(
      expect.arrayContaining([`${messageIdOf(1)} 1 WITHDRAWN 700`, `${messageIdOf(1)} 2 PREPARED 700`]),
    );
  });

  it('has the number of one that was withdrawn before it, in its file too', async () => {
    const windows = await world.instruct(100n, 'PREPARED', 1);
    await world.test.database.query("INSERT INTO instruction_sequence VALUES ('THSETTLE', 'THB', 1)");
    const reference = await sentBack();
    const proposed = await withdrawals().propose({ instructionId: windows, ...OPERATOR });
    if (proposed.kind !== 'proposed') throw new Error(proposed.reason);
    expect(await approve(proposed.approvalId)).toMatchObject({ state: 'executed' });
    expect(await instructions()).toEqual(
      expect.arrayContaining([
        `${messageIdOf(1)} 1 PREPARED 700`,
        `${messageIdOf(1)} 1 WITHDRAWN 100 ${WINDOW}`,
      ]),
    );
    await world.banks.sending.run();
    expect(
      world.bank.sent.map(({ bytes }) => readInstruction(bytes, 'pacs.009', '2000300001')),
    ).toMatchObject([
      { instruction: { messageId: messageIdOf(1), sequence: 1, transfers: [{ endToEndId: reference }] } },
    ]);
  });

  it('goes on another day when its day has passed unsent, under the same number and reference', async () => {
    const reference = await sentBack();
    const kept = async () => {
      const [row] = await world.test.database.query<{ bytes: Buffer; day: string }>(
        'SELECT bytes, value_date::text AS day FROM settlement_instruction',
      );
      const reading = readInstruction(row!.bytes, 'pacs.009', '2000300001');
      if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.errors));
      expect(reading.instruction.valueDate).toBe(row!.day);
      return reading.instruction;
    };
    const before = await kept();
    await world.banks.returns.run();
    expect(await kept()).toEqual(before);
    world.platform.clock.set(Date.parse('2026-12-01T09:00:00+07:00'));
    await world.banks.returns.run();
    const after = await kept();
    expect(after).toMatchObject({
      ...{ messageId: before.messageId, valueDate: '2026-12-01', transfers: before.transfers },
    });
    expect(after.transfers[0]!.endToEndId).toBe(reference);
    await world.banks.sending.run();
    expect(world.bank.sent.map(({ bytes }) => readInstruction(bytes, 'pacs.009', '2000300001'))).toEqual([
      { kind: 'read', instruction: after },
    ]);
    // What has left stays what it is.
    world.platform.clock.set(Date.parse('2026-12-02T09:00:00+07:00'));
    await world.banks.returns.run();
    expect(await kept()).toEqual(after);
  });

  it.each([
    ['a line of its own', {}],
    ['a line that takes back', { reversal: true }],
  ])('that comes once more by %s is open again, its instruction has come to nothing', async (_, more) => {
    const reference = await sentBack();
    answer(1, 'accepted');
    await world.banks.sending.run();
    world.lay('2026-11-30', 2, 700n, [back('2', -700n, reference)]);
    await world.morning('2026-12-01');
    expect(await instructions()).toEqual([`${messageIdOf(1)} 1 SETTLED 700`]);
    const again = lineOf('3', 700n, reference, { bookedAt: '2026-12-01', valueDate: '2026-12-01', ...more });
    world.lay('2026-12-01', 3, 0n, [again]);
    await world.morning('2026-12-02');
    expect([await items(), await instructions(), await world.breaks()]).toMatchObject([
      [{ state: 'OPEN', openMinor: '700' }],
      [`${messageIdOf(1)} 1 REJECTED 700`],
      ['NOSTRO_UNMATCHED THSETTLE:THB:1:1'],
    ]);
    expect(await world.column('SELECT detail AS text FROM settlement_instruction')).toEqual([
      'it has come once more by line THSETTLE:THB:3',
    ]);
    const booked = await world.entries();
    expect(booked.filter((each) => each === 'suspense NOSTRO:THSETTLE:THB SUSPENSE:THB 700')).toHaveLength(2);
    // It goes by another one, and gets there.
    const second = await sentBack();
    expect(second).toBe(`${reference}-2`);
    world.lay('2026-12-02', 4, 700n, [
      lineOf('4', -700n, second, { bookedAt: '2026-12-02', valueDate: '2026-12-02' }),
    ]);
    answer(2, 'accepted');
    await world.banks.sending.run();
    await world.morning('2026-12-03');
    expect([await items(), await instructions(), await world.breaks()]).toEqual([
      [],
      [`${messageIdOf(1)} 1 REJECTED 700`, `${messageIdOf(2)} 2 SETTLED 700`],
      [],
    ]);
  });

  it('that had come once more, and goes after all by the same reference, is gone', async () => {
    const reference = await sentBack();
    await world.banks.sending.run();
    const on = (day: string, id: string, minor: bigint, more = {}) =>
      lineOf(id, minor, reference, { bookedAt: day, valueDate: day, ...more });
    world.lay('2026-11-30', 2, 700n, [on('2026-11-30', '2', -700n)]);
    world.lay('2026-12-01', 3, 0n, [on('2026-12-01', '3', 700n)]);
    world.lay('2026-12-02', 4, 700n, [on('2026-12-02', '4', -700n, { reversal: true })]);
    await world.morning('2026-12-02');
    await world.morning('2026-12-03');
    expect([await items(), await instructions(), await world.breaks()]).toEqual([
      [],
      [`${messageIdOf(1)} 1 SETTLED 700`],
      [],
    ]);
  });

  it('has come: what had left is asked back in words', async () => {
    world.lay('2026-11-30', 2, 700n, [back('2', -90n, 'NOBODY-2')]);
    await world.morning('2026-12-01');
    const gone = (await items()).find(({ minor }) => minor === '-90')!;
    expect(await cure({ itemId: gone.itemId, target: ACCOUNT })).toMatchObject({
      reason: 'cure_not_possible',
    });
    expect(await cure({ itemId: gone.itemId })).toMatchObject({ kind: 'proposed' });
  });
});
