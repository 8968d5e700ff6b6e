import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { prefundReference } from '@tonle/directory';
import { auditedActions } from '@tonle/platform';
import { BankWorld, lineOf, OPERATOR, statementBytes, WINDOW } from './bank.testing.js';
import { listLines } from './bank.view.js';
import { listSuspense } from './suspense.view.js';

// Real: PostgreSQL, windows, instructions, entries and approvals. The bank is scripted.

const [E1, E2] = ['THSETTLE-THB-1-1', 'THSETTLE-THB-1-2'];
const CLEARING = (participant: string) => `SETTLEMENT_CLEARING:${WINDOW}:${participant}:THB`;
const NOSTRO = 'NOSTRO:THSETTLE:THB';

let world: BankWorld;
beforeEach(async () => {
  world = await BankWorld.start('bank_lines');
  await world.banks.fetching.run();
});
afterEach(() => world.close());

const suspense = async () =>
  (await listSuspense(world.test.database, { limit: 10 }, () => '2026-12-01')).items;
const covered = () =>
  world.column(
    "SELECT end_to_end_id || ' ' || covered_minor AS text FROM settlement_instruction_line ORDER BY 1",
  );
const booked = async () => {
  const ids = await world.column('SELECT entry_id AS text FROM ledger_entry');
  await world.test.database.transaction((transaction) => world.coverage.onBooked(transaction, ids));
  return world.column('SELECT state AS text FROM settlement_window ORDER BY window_id');
};

describe('the statement of a day', () => {
  it('clears the positions of a window, once, and the window is settled', async () => {
    await world.instruct(191_000n);
    world.lay('2026-11-27', 1, 50n, [lineOf('1', 191_000n, E1), lineOf('2', -191_000n, E2)]);
    await world.morning('2026-11-28');
    const entries = [
      `settlement ${CLEARING('FXNAGA')} POSITION:FXNAGA:THB 191000`,
      `settlement POSITION:THSWITCH:THB ${CLEARING('THSWITCH')} 191000`,
      `settlement_bank ${NOSTRO} ${CLEARING('FXNAGA')} 191000`,
      `settlement_bank ${CLEARING('THSWITCH')} ${NOSTRO} 191000`,
    ];
    expect((await world.entries()).sort()).toEqual([...entries].sort());
    expect([await booked(), await world.breaks(), await suspense()]).toEqual([['SETTLED'], [], []]);
    await world.morning('2026-11-29');
    await world.banks.allocation.run();
    expect(await world.entries()).toHaveLength(4);
  });

  it('with too little leaves the position, until the rest comes', async () => {
    await world.instruct(191_000n);
    world.lay('2026-11-27', 1, 0n, [lineOf('1', 190_000n, E1), lineOf('2', -191_000n, E2)]);
    await world.morning('2026-11-28');
    expect([await covered(), await booked(), await world.breaks()]).toEqual([
      [`${E1} 190000`, `${E2} 191000`],
      ['INSTRUCTED'],
      [`BATCH_SHORT ${E1}`],
    ]);
    const late = { valueDate: '2026-11-30', bookedAt: '2026-11-30' };
    world.lay('2026-11-30', 2, -1_000n, [lineOf('3', 1_000n, E1, late)]);
    await world.morning('2026-12-01');
    expect([await covered(), await booked(), await world.breaks()]).toEqual([
      [`${E1} 191000`, `${E2} 191000`],
      ['SETTLED'],
      // It came late: somebody asks for interest.
      [`BATCH_LATE ${E1}`],
    ]);
  });

  it('without anything of what is due says that the bank is late', async () => {
    await world.instruct(191_000n);
    world.lay('2026-11-27', 1, 0n, []);
    await world.morning('2026-11-28');
    expect(await world.breaks()).toEqual([`BATCH_LATE ${E1}`, `BATCH_LATE ${E2}`]);
  });

  it('puts into suspense what came twice, under a wrong reference or none, with what it was probably for', async () => {
    await world.instruct(191_000n);
    world.lay('2026-11-27', 1, 0n, [
      lineOf('1', 191_000n, 'THSETTLE-THB-9-1'),
      lineOf('2', -191_000n, E2),
      lineOf('3', -191_000n, E2),
    ]);
    await world.morning('2026-11-28');
    expect(
      (await suspense()).map(({ minor, cause, suggestion, band }) => [minor, cause, suggestion, band]),
    ).toEqual(
      expect.arrayContaining([
        ['191000', 'unknown_reference', E1, 'T+4-7'],
        ['-191000', 'paid_twice', undefined, 'T+4-7'],
      ]),
    );
    expect(await world.breaks()).toEqual([
      `BATCH_LATE ${E1}`,
      'DUPLICATE THSETTLE:THB:3:1',
      'NOSTRO_UNMATCHED THSETTLE:THB:1:1',
    ]);
  });

  it('moves prefunds by references alone', async () => {
    world.lay('2026-11-27', 1, 0n, [
      lineOf('1', 500n, undefined, { remittance: `TOP UP ${prefundReference('FXNAGA')}` }),
      lineOf('2', -200n, prefundReference('FXNAGA')),
      lineOf('3', 7n, 'RF00PFFXNAGA'),
    ]);
    await world.morning('2026-11-28');
    expect(await world.entries()).toEqual([
      `funds ${NOSTRO} PREFUND:FXNAGA:THB 500`,
      `funds PREFUND:FXNAGA:THB ${NOSTRO} 200`,
      `suspense ${NOSTRO} SUSPENSE:THB 7`,
    ]);
  });

  it('has what was notified before, which is placed at once and not again', async () => {
    await world.instruct(191_000n);
    const day = { from: '2026-11-27', to: '2026-11-27' };
    world.bank.notified = statementBytes({
      kind: 'notification',
      id: 'N1',
      ...day,
      lines: [lineOf('1', 191_000n, E1)],
    });
    await world.banks.fetching.run();
    expect(await covered()).toEqual([`${E1} 191000`, `${E2} 0`]);
    world.bank.notified = undefined;
    world.lay('2026-11-27', 1, 0n, [lineOf('1', 191_000n, E1), lineOf('2', -191_000n, E2)]);
    await world.morning('2026-11-28');
    expect(await booked()).toEqual(['SETTLED']);
    const kinds =
      'SELECT s.kind AS text FROM bank_line JOIN bank_statement s USING (statement_id) ORDER BY line_id';
    expect([await world.column(kinds), (await world.entries()).length]).toEqual([
      ['statement', 'statement'],
      4,
    ]);
  });
});

describe('a statement that does not come, or is wrong', () => {
  const missing = () =>
    world.column("SELECT day || ' ' || cause AS text FROM bank_statement_missing ORDER BY day");

  it('is missing until it comes, and people see it', async () => {
    await world.morning('2026-11-28');
    expect([await missing(), await world.breaks()]).toEqual([
      ['2026-11-27 the bank has no statement of this day yet'],
      ['FILE_GAP statement 2026-11-27'],
    ]);
    world.lay('2026-11-27', 1, 0n, []);
    await world.morning('2026-11-28');
    expect([await missing(), await world.breaks()]).toEqual([[], []]);
  });

  it('leaves nothing behind but its bytes and what is wrong', async () => {
    await world.instruct(191_000n);
    world.lay('2026-11-27', 1, 0n, [lineOf('1', 191_000n, E1)]);
    await world.morning('2026-11-28');
    world.lay('2026-11-30', 2, 0n, [lineOf('2', -191_000n, E2)]);
    await world.morning('2026-12-01');
    expect([await covered(), await world.breaks()]).toEqual([
      [`${E1} 191000`, `${E2} 0`],
      [`BATCH_LATE ${E2}`, 'FILE_TOTAL statement 2026-11-30'],
    ]);
    expect(await missing()).toEqual([expect.stringMatching(/^2026-11-30 opening_differs/)]);
    expect(await world.column('SELECT length(bytes) > 0 AS text FROM bank_file_refused')).toEqual([true]);
    world.lay('2026-11-30', 2, 191_000n, [lineOf('2', -191_000n, E2)]);
    await world.morning('2026-12-01');
    expect([await booked(), await missing(), await world.breaks()]).toEqual([['SETTLED'], [], []]);
  });
});

describe('a long list', () => {
  it('of lines, or of money in suspense, goes on where its page ended', async () => {
    await world.instruct(191_000n);
    world.lay(
      '2026-11-27',
      1,
      0n,
      ['1', '2', '3'].map((id) => lineOf(id, 100n)),
    );
    await world.morning('2026-11-28');
    const { database } = world.test;
    const seen: string[][] = [[], []];
    for (let cursor: string | undefined, page = 0; page < 3; page += 1) {
      const { lines, next } = await listLines(database, {
        limit: 1,
        ...(cursor !== undefined && { cursor }),
      });
      seen[0]!.push(...lines.map(({ lineId }) => lineId));
      expect(next === undefined).toBe(page === 2);
      cursor = next;
    }
    for (let cursor: string | undefined, page = 0; page < 3; page += 1) {
      const filter = { limit: 1, ...(cursor !== undefined && { cursor }) };
      const { items, next } = await listSuspense(database, filter, () => '2026-11-28');
      seen[1]!.push(...items.map(({ lineId }) => lineId));
      expect(next === undefined).toBe(page === 2);
      cursor = next;
    }
    const ids = ['THSETTLE:THB:1', 'THSETTLE:THB:2', 'THSETTLE:THB:3'];
    expect([seen[0], seen[1]!.sort()]).toEqual([ids.toReversed(), ids]);
  });
});

describe('money in suspense', () => {
  const ONE = [lineOf('1', 191_000n, 'THSETTLE-THB-9-1')];
  const propose = async (cure: {
    action: 'to_window' | 'to_prefund' | 'send_back' | 'write_off';
    target?: string;
  }) => {
    const [item] = await suspense();
    const answer = await world.banks.service.cure({ itemId: item!.itemId, ...cure, ...OPERATOR });
    if (answer.kind === 'refused') throw new Error(answer.reason);
    return answer;
  };
  const approve = (approvalId: string, participant: string) =>
    world.approvals.decide({
      ...{ approvalId, verdict: 'approve', acknowledged: [], reason: 'seen' },
      ...{ operator: `${participant}-1`, participant },
    });

  beforeEach(async () => {
    await world.instruct(191_000n);
    world.lay('2026-11-27', 1, 0n, ONE);
    await world.morning('2026-11-28');
  });

  it('is what a window waits for when two people say so, once', async () => {
    const { approvalId } = await propose({ action: 'to_window', target: E1 });
    expect((await suspense())[0]).toMatchObject({ approvalId, suggestion: E1 });
    expect(await approve(approvalId, 'OPERATOR')).toMatchObject({ reason: 'second_operator_needed' });
    expect(await covered()).toEqual([`${E1} 0`, `${E2} 0`]);
    expect(await approve(approvalId, 'OPERATOR2')).toMatchObject({ kind: 'decided', state: 'executed' });
    expect([await covered(), await suspense(), await world.breaks()]).toEqual([
      [`${E1} 191000`, `${E2} 0`],
      [],
      [`BATCH_LATE ${E2}`],
    ]);
    expect((await world.entries()).sort()).toEqual([
      `reallocation SUSPENSE:THB ${CLEARING('FXNAGA')} 191000`,
      `settlement ${CLEARING('FXNAGA')} POSITION:FXNAGA:THB 191000`,
      `suspense ${NOSTRO} SUSPENSE:THB 191000`,
    ]);
    expect(await world.column('SELECT state AS text FROM bank_line')).toEqual(['ALLOCATED']);
    expect(await auditedActions(world.test.database)).toEqual([
      'approval.propose',
      'approval.approve',
      'approval.execute',
    ]);
  });

  it('that a line has meanwhile paid is not taken for it: what was approved fails, and nothing has moved', async () => {
    const { approvalId } = await propose({ action: 'to_window', target: E1 });
    const day = {
      from: '2026-11-28',
      to: '2026-11-28',
      lines: [lineOf('2', 191_000n, E1, { bookedAt: '2026-11-28' })],
    };
    world.bank.notified = statementBytes({ kind: 'notification', id: 'N1', ...day });
    await world.banks.fetching.run();
    expect(await approve(approvalId, 'OPERATOR2')).toMatchObject({ reason: 'approval_failed' });
    expect([await covered(), (await suspense()).length]).toEqual([[`${E1} 191000`, `${E2} 0`], 1]);
  });

  it('goes back by a line of the bank under its own reference', async () => {
    await approve((await propose({ action: 'send_back' })).approvalId, 'OPERATOR2');
    const [item] = await suspense();
    expect(item).toMatchObject({ state: 'RETURNING', openMinor: '191000' });
    await expect(propose({ action: 'write_off' })).rejects.toThrow('suspense_returning');
    const back = { valueDate: '2026-11-30', bookedAt: '2026-11-30' };
    world.lay('2026-11-30', 2, 191_000n, [lineOf('2', -191_000n, item!.returnReference, back)]);
    await world.morning('2026-12-01');
    expect(await suspense()).toEqual([]);
    expect(await world.entries()).toEqual([
      `suspense ${NOSTRO} SUSPENSE:THB 191000`,
      `suspense SUSPENSE:THB ${NOSTRO} 191000`,
    ]);
    expect(await world.breaks()).toEqual([`BATCH_LATE ${E1}`, `BATCH_LATE ${E2}`]);
  });

  it('is a prefund’s, or nobody’s', async () => {
    await approve((await propose({ action: 'to_prefund', target: 'FXGARUDA' })).approvalId, 'OPERATOR2');
    expect((await world.entries()).at(-1)).toBe('reallocation SUSPENSE:THB PREFUND:FXGARUDA:THB 191000');
    await expect(propose({ action: 'to_prefund', target: 'FXGARUDA' })).rejects.toThrow();
  });

  it('is written off below the month’s limit of the currency, also when it is filled between proposal and approval', async () => {
    const { approvalId } = await propose({ action: 'write_off' });
    await world.test.database.query(
      `INSERT INTO ledger_entry (entry_id, kind, currency, debit, credit, minor, approval_id, reason, due_at)
       VALUES ('break:other:1', 'write_off', 'THB', 'WRITE_OFF:THB', 'SUSPENSE:THB', 3400000, $1, 'seen', '2026-11-28T03:00:00Z')`,
      [approvalId],
    );
    expect(await approve(approvalId, 'OPERATOR2')).toMatchObject({
      reason: 'approval_failed',
      detail: 'break_value_limit: 34000.00 THB of 35000.00 THB are written off this month.',
    });
    expect((await suspense())[0]).toMatchObject({ state: 'OPEN', openMinor: '191000' });
    await expect(propose({ action: 'write_off' })).rejects.toThrow('break_value_limit');
  });
});
