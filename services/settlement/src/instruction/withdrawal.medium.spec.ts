import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readInstruction } from '@tonle/bank-files';
import { auditedActions } from '@tonle/platform';
import fc from 'fast-check';
import { InstructionSendingJob } from '../bank/instruction-sending.job.js';
import { AcknowledgementTaking } from '../bank/acknowledgement-taking.service.js';
import { ScriptedBank } from '../bank/bank.testing.js';
import { auditFindings } from '../audit/audit.store.js';
import { by, DAY, NettedWorld } from '../window/netted-world.testing.js';
import { markSent } from './instruction-desk.js';
import { dueInstructions } from './instruction.store.js';

// Real: PostgreSQL, windows, instructions, approvals, files. Banks and ledger are this file.

const WINDOWS = ['2026-11-17', '2026-11-18', '2026-11-19', DAY].map((day) => `THSWITCH-THB-${day}`);
const LATE = ['value_date_passed'];

let world: NettedWorld;
beforeAll(async () => (world = await NettedWorld.make('withdrawal')));
beforeEach(() => world.clear());
afterAll(() => world.test.drop());

/** So many windows are instructed, in their order. */
async function instructed(count: number): Promise<void> {
  for (const [index, windowId] of WINDOWS.slice(0, count).entries()) {
    await world.netted([['FXNAGA', 'THSWITCH', BigInt(1_000 * (index + 1))]], windowId);
    await world.instructed(windowId, LATE);
  }
}
const column = async (sql: string) =>
  (await world.test.database.query<{ text: string }>(sql)).map(({ text }) => text);
/** Number, state and window of each, as they stand. */
const numbers = () =>
  column(
    `SELECT concat_ws(' ', sequence, state, right(window_id, 2)) AS text FROM settlement_instruction
     ORDER BY sequence, state, window_id`,
  );
const idOf = async (windowId: string) => {
  const [id] = await column(
    `SELECT instruction_id AS text FROM settlement_instruction WHERE window_id = '${windowId}' ORDER BY attempt DESC LIMIT 1`,
  );
  return id!;
};
const propose = async (windowId: string) =>
  world.withdrawals.propose({ instructionId: await idOf(windowId), ...by('OPERATOR') });
async function withdrawn(windowId: string): Promise<string> {
  const proposed = await propose(windowId);
  if (proposed.kind !== 'proposed') return proposed.reason;
  return world.approve(proposed.approvalId, ['OPERATOR2']);
}
const again = (windowId: string) => world.windows.instruct({ windowId, ...by('OPERATOR') });
const send = async (windowId: string) => {
  const id = await idOf(windowId);
  return world.transaction((transaction) => markSent(transaction, id, new Date(world.platform.clock.now())));
};
const violations = async () => {
  const findings = await world.transaction((transaction) => auditFindings(transaction));
  return findings
    .filter(({ invariant }) => /pairs|pay each net|covered|numbers/.test(invariant))
    .flatMap((finding) => finding.violations);
};
/** So many transactions wait for a lock. */
async function untilLocked(count: number): Promise<void> {
  for (;;) {
    const [row] = await world.test.database.query<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (row!.waiting >= count) return;
  }
}

/** What the bank will get says what is kept of it. */
async function filesAgree(): Promise<void> {
  for (const due of await dueInstructions(world.test.database)) {
    const lines = await column(
      `SELECT end_to_end_id AS text FROM settlement_instruction_line WHERE instruction_id = '${due.instructionId}' ORDER BY line_no`,
    );
    expect(readInstruction(due.bytes, due.format, '2000300001')).toMatchObject({
      instruction: {
        ...{ messageId: due.messageId, sequence: due.sequence },
        transfers: lines.map((endToEndId) => ({ endToEndId })),
      },
    });
  }
}

describe('an instruction that was not sent', () => {
  it('is withdrawn by two people: its window has failed and is instructed anew, under the same number', async () => {
    await instructed(1);
    const [windowId] = WINDOWS as [string];
    const proposed = await propose(windowId);
    if (proposed.kind !== 'proposed') throw new Error(proposed.reason);
    expect(await world.approve(proposed.approvalId, ['OPERATOR'])).toBe('second_operator_needed');
    expect(await world.approve(proposed.approvalId, ['OPERATOR2'])).toBe('executed');
    expect(await world.window(windowId)).toMatchObject({
      state: 'FAILED',
      failed: 'withdrawn by two operators: as the books say',
    });
    expect(await dueInstructions(world.test.database)).toEqual([]);
    await world.life.run();
    expect((await world.window(windowId))['state']).toBe('FAILED');
    expect(await again(windowId)).toMatchObject({ kind: 'instructed' });
    expect(await numbers()).toEqual(['1 PREPARED 17', '1 WITHDRAWN 17']);
    await filesAgree();
    expect(await auditedActions(world.test.database)).toContain('approval.propose');
  });

  it('has its number passed on to the last one, whose file is made anew, so that the bank misses none', async () => {
    await instructed(3);
    expect(await withdrawn(WINDOWS[0]!)).toBe('executed');
    expect(await numbers()).toEqual(['1 PREPARED 19', '1 WITHDRAWN 17', '2 PREPARED 18']);
    await filesAgree();
    await again(WINDOWS[0]!);
    expect(await numbers()).toEqual([
      ...['1 PREPARED 19', '1 WITHDRAWN 17', '2 PREPARED 18'],
      '3 PREPARED 17',
    ]);
    await send(WINDOWS[2]!);
    expect(await world.cover('THSETTLE-THB-1-1', 3_000n, 'L1')).toMatchObject({
      kind: 'covered',
      windowId: WINDOWS[2],
    });
    expect(await violations()).toEqual([]);
  });

  it('cannot be withdrawn when it has left, or a later number has', async () => {
    await instructed(2);
    await send(WINDOWS[1]!);
    expect(await withdrawn(WINDOWS[0]!)).toBe('instruction_not_open');
    expect(await withdrawn(WINDOWS[1]!)).toBe('instruction_not_open');
    expect(
      await world.withdrawals.propose({ instructionId: await idOf(WINDOWS[0]!), ...by('OPERATOR') }),
    ).toMatchObject({
      detail: 'TONLE-THB-000002 has left: the bank waits for TONLE-THB-000001.',
    });
  });

  it('is held, and those after it with it, while others have not decided; what was sent makes the proposal stale', async () => {
    await instructed(2);
    const bank = new ScriptedBank();
    const taking = new AcknowledgementTaking(world.platform);
    const job = new InstructionSendingJob(world.platform, new Map([['THSETTLE', bank]]), taking);
    const proposed = await propose(WINDOWS[0]!);
    if (proposed.kind !== 'proposed') throw new Error(proposed.reason);
    await job.run();
    expect([bank.sent, await numbers()]).toEqual([[], ['1 PREPARED 17', '2 PREPARED 18']]);
    await send(WINDOWS[0]!);
    expect(await world.approve(proposed.approvalId, ['OPERATOR2'])).toBe('approval_stale');
    await job.run();
    expect(bank.sent.map(({ messageId }) => messageId)).toEqual(['TONLE-THB-000001']);
  });

  it('is withdrawn though another one was made while its numbers were locked', async () => {
    await instructed(1);
    const [first, second] = WINDOWS as [string, string];
    await world.netted([['FXNAGA', 'THSWITCH', 9_000n]], second);
    let proposed: Promise<unknown> = Promise.resolve();
    await world.transaction(async (transaction) => {
      await transaction.query('SELECT FROM instruction_sequence FOR UPDATE');
      proposed = propose(first);
      await untilLocked(1);
      // As it is made: its window, then the number that nobody else can take.
      await transaction.query(
        `INSERT INTO settlement_instruction
           (instruction_id, bank, currency, sequence, window_id, attempt, format, message_id, value_date, bytes, sha256, line_count,
            pay_in_minor, pay_out_minor, made_by, state, prepared_at)
         SELECT gen_random_uuid(), bank, currency, 2, $1, 1, format, 'TONLE-THB-000002', value_date, bytes, sha256, line_count,
            pay_in_minor, pay_out_minor, made_by, state, prepared_at
         FROM settlement_instruction`,
        [second],
      );
      await transaction.query('UPDATE instruction_sequence SET last = 2');
    });
    expect(await proposed).toMatchObject({ kind: 'proposed' });
    expect(
      await column(
        `SELECT after ->> 'numberPassesFrom' AS text FROM approval_request
         WHERE kind = 'settlement.withdrawal' AND target = '${await idOf(first)}'`,
      ),
    ).toEqual(['TONLE-THB-000002']);
  });

  it('that was withdrawn, and was the only one there was, is withdrawn no more', async () => {
    await instructed(1);
    expect(await withdrawn(WINDOWS[0]!)).toBe('executed');
    expect(await propose(WINDOWS[0]!)).toMatchObject({ kind: 'refused', detail: 'It is WITHDRAWN.' });
  });

  it('whatever is withdrawn, instructed anew and sent: numbers have no gap, each file says its own, audits agree', async () => {
    const step = fc.record({
      deed: fc.constantFrom('withdraw', 'again', 'send'),
      window: fc.constantFrom(...WINDOWS.slice(0, 3)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (steps) => {
        await world.clear();
        await instructed(3);
        for (const { deed, window } of steps) {
          if (deed === 'withdraw') await withdrawn(window);
          else if (deed === 'again') await again(window);
          else {
            // Banks get them in their order.
            const [first] = await dueInstructions(world.test.database);
            if (first?.state === 'PREPARED') await send(first.windowId);
          }
          const live = await column(
            "SELECT sequence::text AS text FROM settlement_instruction WHERE state <> 'WITHDRAWN' ORDER BY sequence",
          );
          expect(live).toEqual(live.map((_, index) => `${index + 1}`));
          await filesAgree();
          expect(await violations()).toEqual([]);
        }
      }),
      { numRuns: 8, seed: 20_261_130 },
    );
  }, 180_000);
});
