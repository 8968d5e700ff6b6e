import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readInstruction } from '@tonle/bank-files';
import { auditedActions } from '@tonle/platform';
import { markAcknowledged, markRejected, markSent } from '../instruction/instruction-desk.js';
import { dueInstructions } from '../instruction/instruction.store.js';
import { by, DAY, NettedWorld, WINDOW } from './netted-world.testing.js';

// Real: PostgreSQL, approvals, the sandbox's directory, the files of instructions. Routing and the banks are this file.

const PAIRS = [
  ['FXNAGA', 'THSWITCH', 211_000n],
  ['THSWITCH', 'FXNAGA', 20_000n],
] as const;
const PAY_IN = 'THSETTLE-THB-1-1';
const PAY_OUT = 'THSETTLE-THB-1-2';

let world: NettedWorld;
beforeAll(async () => (world = await NettedWorld.make('window_life')));
beforeEach(() => world.clear());
afterAll(() => world.test.drop());

const thaiCalendar = (version: number, holidays: readonly string[]) => {
  const body = { calendarId: 'TH', version, utcOffsetMinutes: 420, cutOff: '23:00', holidays };
  return { kind: 'calendar' as const, id: 'TH', version, body };
};
const at = () => new Date(world.platform.clock.now());
const sent = async (attempt = 1) => {
  const id = await world.instructionId(attempt);
  await world.transaction((transaction) => markSent(transaction, id, at()));
  return id;
};
const acknowledged = async () => {
  const id = await sent();
  await world.transaction((transaction) => markAcknowledged(transaction, id, at()));
  return id;
};
const rejected = async (attempt = 1) => {
  const id = await sent(attempt);
  return world.transaction((transaction) => markRejected(transaction, id, at(), 'AM04 no money'));
};

describe('a window', () => {
  it('is paid: the value date after the holidays of both countries, two people, instruction, bank lines, positions, SETTLED', async () => {
    await world.netted(PAIRS);
    await world.life.run();
    expect(await world.window()).toMatchObject({
      state: 'NETTED',
      valueDate: '2026-11-26',
      calendars: { TH: 2, KH: 2 },
    });
    const proposed = await world.windows.propose({ windowId: WINDOW, ...by('OPERATOR') });
    if (proposed.kind !== 'proposed') throw new Error(proposed.reason);
    expect(await world.approve(proposed.approvalId, ['OPERATOR'])).toBe('second_operator_needed');
    expect(await world.approve(proposed.approvalId, ['OPERATOR2'])).toBe('executed');
    expect((await world.window())['state']).toBe('APPROVED');
    await world.life.run();
    await world.life.run();
    expect((await world.window())['state']).toBe('INSTRUCTED');
    expect(await world.instructions()).toEqual(['THSETTLE THB 1 1 PREPARED 2']);
    await acknowledged();
    expect(await world.cover(PAY_IN, 191_000n, 'L1')).toMatchObject({ kind: 'covered', openMinor: 0n });
    expect(await world.cover(PAY_IN, 191_000n, 'L1')).toEqual({ kind: 'known' });
    expect(await world.cover(PAY_OUT, -191_000n, 'L2')).toMatchObject({ kind: 'covered' });
    const entries = [...world.posted.values()].map(({ kind, debit, credit, minor }) =>
      [kind, debit, credit, minor].join(' '),
    );
    const [fx, thai] = ['FXNAGA', 'THSWITCH'].map((who) => `SETTLEMENT_CLEARING:${WINDOW}:${who}:THB`);
    expect(entries).toEqual([
      `settlement_bank NOSTRO:THSETTLE:THB ${fx} 191000`,
      `settlement ${fx} POSITION:FXNAGA:THB 191000`,
      `settlement_bank ${thai} NOSTRO:THSETTLE:THB 191000`,
      `settlement POSITION:THSWITCH:THB ${thai} 191000`,
    ]);
    const ids = [...world.posted.keys()];
    await world.book(ids.slice(0, 3));
    expect((await world.window())['state']).toBe('INSTRUCTED');
    await world.book(ids);
    await world.book(ids);
    expect((await world.window())['state']).toBe('SETTLED');
    expect(await world.instructions()).toEqual(['THSETTLE THB 1 1 SETTLED 2']);
  });

  it('is told to the bank in its form: every line once, what comes in equals what goes out, under the hash that is kept', async () => {
    await world.netted(PAIRS);
    await world.instructed();
    const [due] = await dueInstructions(world.test.database);
    const reading = readInstruction(due!.bytes, due!.format, '2000300001');
    expect(createHash('sha256').update(due!.bytes).digest('hex')).toBe(due!.sha256);
    expect(reading).toMatchObject({
      kind: 'read',
      instruction: {
        ...{ messageId: 'TONLE-THB-000001', sequence: 1, valueDate: '2026-11-26' },
        transfers: [
          {
            endToEndId: PAY_IN,
            direction: 'pay_in',
            amountMinor: 191_000n,
            participant: { account: '2000300021' },
          },
          {
            endToEndId: PAY_OUT,
            direction: 'pay_out',
            amountMinor: 191_000n,
            participant: { account: '2000300031' },
          },
        ],
      },
    });
  });

  it('in which nobody owes anything is settled by a file of no lines that goes to nobody and takes no number', async () => {
    await world.netted([]);
    await world.netted(
      [
        ['FXNAGA', 'NAPAS', 5n],
        ['NAPAS', 'FXNAGA', 5n],
      ],
      `NAPAS-VND-${DAY}`,
    );
    await world.life.run();
    expect([(await world.window())['state'], (await world.window(`NAPAS-VND-${DAY}`))['state']]).toEqual([
      'SETTLED',
      'SETTLED',
    ]);
    expect((await world.instructions()).sort()).toEqual([
      'THSETTLE THB 0 1 SETTLED 0',
      'VNSETTLE VND 0 1 SETTLED 0',
    ]);
    expect(await dueInstructions(world.test.database)).toEqual([]);
  });

  it('keeps its position until the rest has come, is covered by parts, and never by more than it owes', async () => {
    await world.netted(PAIRS);
    await world.instructed();
    await acknowledged();
    await world.cover(PAY_IN, 100_000n, 'L1');
    expect([...world.posted.values()].map(({ kind }) => kind)).toEqual(['settlement_bank']);
    expect(await world.cover(PAY_IN, 91_001n, 'L2')).toEqual({
      kind: 'refused',
      reason: 'more_than_open',
      openMinor: 91_000n,
    });
    expect(await world.cover(PAY_IN, 91_000n, 'L3', '2026-11-27')).toMatchObject({
      kind: 'covered',
      isLate: true,
    });
    expect([...world.posted.values()].map(({ kind }) => kind)).toEqual([
      'settlement_bank',
      'settlement_bank',
      'settlement',
    ]);
    expect(await world.cover(PAY_IN, 191_000n, 'L4')).toMatchObject({
      reason: 'more_than_open',
      openMinor: 0n,
    });
  });

  it('is covered by what people decide, too', async () => {
    await world.netted(PAIRS);
    await world.instructed();
    await acknowledged();
    await world.cover(PAY_IN, 190_999n, 'L1');
    const approvalId = '00000000-0000-7000-8000-000000000009';
    const decided = { windowId: WINDOW, participant: 'FXNAGA', minor: 1n, entryId: 'write-off', approvalId };
    const cover = () =>
      world.transaction((transaction) => world.coverage.coverByPeople(transaction, decided));
    expect([await cover(), await cover()]).toMatchObject([
      { kind: 'covered', openMinor: 0n },
      { kind: 'known' },
    ]);
    await world.cover(PAY_OUT, -191_000n, 'L2');
    await world.book();
    expect((await world.window())['state']).toBe('INSTRUCTED');
    await world.book(['write-off']);
    expect((await world.window())['state']).toBe('SETTLED');
  });
});

describe('an instruction', () => {
  it('has the next number of its bank and currency, whatever is undone or fails between', async () => {
    const windows = ['APLUS', 'UPI'].map((partner) => `${partner}-USD-${DAY}`);
    await world.netted(PAIRS);
    for (const [index, id] of windows.entries())
      await world.netted([['FXNAGA', ['APLUS', 'UPI'][index]!, 7n]], id);
    for (const id of [WINDOW, ...windows]) await world.instructed(id);
    expect((await world.instructions()).map((told) => told.slice(0, 14)).sort()).toEqual([
      'KHSETTLE USD 1',
      'KHSETTLE USD 2',
      'THSETTLE THB 1',
    ]);
  });

  it('that the bank rejects fails its window; the next takes its place under the next number, and only when it is dead', async () => {
    await world.netted(PAIRS);
    await world.instructed();
    const again = () => world.windows.instruct({ windowId: WINDOW, ...by('OPERATOR') });
    expect(await again()).toMatchObject({ reason: 'window_not_ready' });
    expect([await rejected(), await rejected()]).toEqual(['done', 'done']);
    expect(await world.window()).toMatchObject({ state: 'FAILED', failed: 'AM04 no money' });
    expect(await again()).toMatchObject({ kind: 'instructed' });
    expect(await again()).toMatchObject({ reason: 'window_not_ready' });
    expect(await world.instructions()).toEqual([
      'THSETTLE THB 1 1 SUPERSEDED 2',
      'THSETTLE THB 2 2 PREPARED 2',
    ]);
    expect(await world.cover(PAY_IN, 191_000n, 'L1')).toMatchObject({ reason: 'instruction_superseded' });
    expect(await world.cover('THSETTLE-THB-2-1', 191_000n, 'L1')).toMatchObject({
      reason: 'instruction_not_sent',
    });
    await sent(2);
    expect(await world.cover('THSETTLE-THB-2-1', 191_000n, 'L1')).toMatchObject({ kind: 'covered' });
  });

  it('that is rejected and paid all the same is paid', async () => {
    await world.netted(PAIRS);
    await world.instructed();
    await rejected();
    expect(await world.cover(PAY_IN, 191_000n, 'L1')).toMatchObject({ kind: 'covered', contradicts: true });
    expect((await world.window())['state']).toBe('INSTRUCTED');
    expect(await rejected()).toBe('contradicts');
  });

  it('of which nobody hears is dead by two people, and what is left of it is instructed again', async () => {
    await world.netted(PAIRS);
    await world.instructed();
    const id = await world.instructionId();
    const dead = () =>
      world.windows.declareDead({ instructionId: id, evidence: 'letter of the bank', ...by('OPERATOR') });
    expect(await dead()).toMatchObject({ reason: 'instruction_not_open' });
    await acknowledged();
    await world.cover(PAY_IN, 191_000n, 'L1');
    const proposed = await dead();
    if (proposed.kind !== 'proposed') throw new Error(proposed.reason);
    expect(await world.approve(proposed.approvalId, ['OPERATOR2'])).toBe('warnings_unacknowledged');
    expect(await world.approve(proposed.approvalId, ['OPERATOR2'], ['may_be_paid'])).toBe('executed');
    await world.windows.instruct({ windowId: WINDOW, ...by('OPERATOR') });
    await sent(2);
    expect(await world.cover('THSETTLE-THB-2-1', -191_000n, 'L2')).toMatchObject({ kind: 'covered' });
    await world.book();
    expect((await world.window())['state']).toBe('SETTLED');
  });

  it('that has not left is made anew for a holiday that is announced late, under its number; one that has left stays', async () => {
    await world.netted(PAIRS);
    await world.instructed();
    const holidays = ['2026-11-26', '2026-12-07'];
    const announced = (version: number) => world.directory.take([thaiCalendar(version, holidays)]);
    const before = await dueInstructions(world.test.database);
    announced(90);
    await world.life.run();
    const [after] = await dueInstructions(world.test.database);
    expect(after).toMatchObject({ valueDate: '2026-11-27', sequence: 1, messageId: before[0]!.messageId });
    expect(after!.sha256).not.toBe(before[0]!.sha256);
    expect(await world.window()).toMatchObject({ valueDate: '2026-11-27', calendars: { TH: 90, KH: 2 } });
    await sent();
    holidays.push('2026-11-27');
    announced(91);
    await world.life.run();
    expect((await dueInstructions(world.test.database))[0]).toMatchObject({
      valueDate: '2026-11-27',
      sha256: after!.sha256,
    });
  });
});

describe('somebody who does not pay', () => {
  const three = [...PAIRS, ['FXGARUDA', 'THSWITCH', 5_000n], ['FXGARUDA', 'FXNAGA', 1_000n]] as const;
  const without = async (...participants: string[]) => {
    const proposed = await world.windows.netWithout({
      windowId: WINDOW,
      without: participants,
      ...by('OPERATOR'),
    });
    if (proposed.kind !== 'proposed') return proposed.reason;
    return world.approve(proposed.approvalId, ['OPERATOR2', 'OPERATOR3'], ['claims_stay']);
  };
  const nets = async () => {
    const rows = await world.test.database.query<{ told: string }>(
      `SELECT participant || ' ' || net_minor AS told FROM window_net ORDER BY participant`,
    );
    return rows.map(({ told }) => told);
  };

  it('is taken out by its pairs: the others are approved and paid anew, its claims stay where they are', async () => {
    await world.netted(three);
    await world.instructed();
    await rejected();
    expect(await without('FXNAGA')).toBe('executed');
    expect(await nets()).toEqual(['FXGARUDA -5000', 'THSWITCH 5000']);
    const left = await world.test.database.query(
      'SELECT counterparty, net_minor AS minor FROM window_left_out ORDER BY 1',
    );
    expect(left).toEqual([
      { counterparty: 'FXGARUDA', minor: 1_000n },
      { counterparty: 'THSWITCH', minor: -191_000n },
    ]);
    expect(await world.cover(PAY_IN, 190_000n, 'L1')).toMatchObject({ reason: 'instruction_superseded' });
    await world.instructed(WINDOW, ['netted_without']);
    expect(await world.instructions()).toEqual([
      'THSETTLE THB 1 1 SUPERSEDED 3',
      'THSETTLE THB 2 2 PREPARED 2',
    ]);
  });

  it('can be taken in again, is of the window, and stays when money has come', async () => {
    await world.netted(three);
    const before = await nets();
    expect(await without('NAPAS')).toBe('not_in_window');
    await without('FXNAGA');
    await without();
    expect(await nets()).toEqual(before);
    await world.instructed();
    await sent();
    await world.cover('THSETTLE-THB-1-1', 6_000n, 'L1');
    const id = await world.instructionId();
    const dead = await world.windows.declareDead({
      instructionId: id,
      evidence: 'letter',
      ...by('OPERATOR'),
    });
    if (dead.kind !== 'proposed') throw new Error(dead.reason);
    await world.approve(dead.approvalId, ['OPERATOR2'], ['may_be_paid']);
    expect(await without('FXNAGA')).toBe('approval_failed');
  });

  it('makes what was proposed for the old nets stale', async () => {
    await world.netted(three);
    await world.life.run();
    const proposed = await world.windows.propose({ windowId: WINDOW, ...by('OPERATOR') });
    if (proposed.kind !== 'proposed') throw new Error(proposed.reason);
    await without('FXNAGA');
    expect(await world.approve(proposed.approvalId, ['OPERATOR2'])).toBe('approval_stale');
    expect((await world.window())['state']).toBe('NETTED');
  });
});

it('a disputed window is neither approved nor instructed until the dispute ends', async () => {
  await world.netted(PAIRS);
  await world.life.run();
  const dispute = (disputed: boolean) =>
    world.windows.dispute({ windowId: WINDOW, disputed, ...by('OPERATOR') });
  const propose = () => world.windows.propose({ windowId: WINDOW, ...by('OPERATOR') });
  await dispute(true);
  expect(await propose()).toMatchObject({ reason: 'window_disputed' });
  await dispute(false);
  const proposed = await propose();
  if (proposed.kind !== 'proposed') throw new Error(proposed.reason);
  await world.approve(proposed.approvalId, ['OPERATOR2']);
  await dispute(true);
  await world.life.run();
  expect((await world.window())['state']).toBe('APPROVED');
  await dispute(false);
  await world.life.run();
  expect((await world.window())['state']).toBe('INSTRUCTED');
});

it('what people do with windows is in the audit log', async () => {
  const { database } = world.test;
  await world.netted(PAIRS);
  await world.windows.dispute({ windowId: WINDOW, disputed: true, ...by('OPERATOR') });
  await world.windows.dispute({ windowId: WINDOW, disputed: false, ...by('OPERATOR') });
  await world.instructed();
  await rejected();
  await world.windows.instruct({ windowId: WINDOW, ...by('OPERATOR') });
  const actions = await auditedActions(database);
  for (const deed of [
    'window.dispute',
    'window.end-dispute',
    'window.instruct',
    'approval.propose',
    'approval.execute',
  ])
    expect(actions).toContain(deed);
});
