import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tellFacts } from '../fact.testing.js';
import { DAY_END, minorsOf, paymentOf, reportWorld, THAI, type ReportWorld } from '../report.testing.js';

// Real: PostgreSQL, the payments' handler.

const HOUR_MS = 3_600_000;
const NEXT = '2026-11-21';

describe('R2 beside the position', () => {
  let world: ReportWorld;
  const funds = (debit: string, credit: string, minor: bigint, at: string) => ({
    ...{ chainId: randomUUID(), kind: 'funds', debit, credit, minor, at },
  });
  const [nostro, prefund] = ['NOSTRO:THSETTLE:THB', 'PREFUND:FXNAGA:THB'];
  const asked = { report: 'R2', receiver: 'FXNAGA', parameters: { day: THAI.day, currency: 'THB' } };

  beforeAll(async () => {
    world = await reportWorld('report_statement');
    const cap = (thb: string) =>
      tellFacts(
        world.test.database,
        'routing.participant',
        { FXNAGA: { participant: 'FXNAGA', kind: 'fx_provider', country: 'KH', caps: { THB: thb } } },
        { atMs: world.platform.clock.now(), sealedMs: DAY_END + 30 * HOUR_MS },
      );
    await cap('500000');
    await cap('500000');
    await world.take(paymentOf('82000'));
    await world.book(
      funds(nostro, prefund, 1_000n, '2026-11-18T05:00:00Z'),
      funds(nostro, prefund, 900_000n, '2026-11-20T05:00:00Z'),
      funds(prefund, nostro, 100_000n, '2026-11-20T06:00:00Z'),
      funds(nostro, prefund, 5n, '2026-11-20T18:00:00Z'),
      { ...funds('FEE_RECEIVABLE:FXNAGA:THB', 'FEE_REVENUE:THB', 70n, '2026-11-20T05:00:00Z'), kind: 'fee' },
    );
    world.platform.clock.set(DAY_END - HOUR_MS);
    await world.net(THAI.windowId);
    world.platform.clock.set(DAY_END + HOUR_MS);
    await cap('700000');
    world.platform.clock.set(DAY_END + 30 * HOUR_MS);
  });
  afterAll(() => world.close());

  it('has prefund and cap at both ends, what came and went, and the fees', async () => {
    const [opening, window, closing] = await world.rows(asked);
    expect(opening).toMatchObject({ line: 'OPENING', prefund: '10.00', cap: '', fundsIn: '', fees: '' });
    expect(window).toMatchObject({ line: 'WINDOW', net: '-820.00', prefund: '', cap: '' });
    expect(closing).toMatchObject({
      ...{ line: 'CLOSING', balance: '-820.00', prefund: '8010.00', cap: '5000.00' },
      ...{ fundsIn: '9000.00', fundsOut: '-1000.00', fees: '-0.70' },
    });
  });

  it('goes on the next day where it ended, whether or not the days are summed up', async () => {
    const next = { ...asked, parameters: { day: NEXT, currency: 'THB' } };
    const [opening, closing] = await world.rows(next);
    expect([opening!['prefund'], opening!['balance'], opening!['cap']]).toEqual([
      '8010.00',
      '-820.00',
      '5000.00',
    ]);
    expect(closing).toMatchObject({ prefund: '8010.05', cap: '7000.00', fees: '0.00' });
    const { database } = world.test;
    await database.query(
      `INSERT INTO ledger_checkpoint
       SELECT account_id, '2026-11-19', CASE WHEN code = $1 THEN 1000 ELSE 0 END, CASE WHEN code = $2 THEN 1000 ELSE 0 END
       FROM ledger_account`,
      [nostro, prefund],
    );
    await database.query(`UPDATE ledger_copy SET checkpointed_day = '2026-11-19'`);
    world.platform.clock.advance(1000);
    expect(await world.rows(next)).toEqual([opening, closing]);
  });

  it('ties to what the ledger holds for the participant', async () => {
    const closing = (await world.rows(asked)).at(-1);
    const [held] = await world
      .rows({ report: 'R25', parameters: { day: THAI.day } })
      .then((rows) => rows.filter(({ account }) => account === prefund));
    expect(`-${closing!['prefund']}`).toBe(held!['closing']);
  });
});

describe('R27, suspense and write-offs', () => {
  let world: ReportWorld;
  const [kept, proposed, cleared] = [randomUUID(), randomUUID(), randomUUID()];
  const query = (sql: string, values: unknown[] = []) => world.test.database.query(sql, values);
  const item = async (itemId: string, minor: bigint, openMinor: bigint, state = 'OPEN') => {
    await query(
      `INSERT INTO bank_line (line_id, statement_id, bank, currency, day, value_date, amount_minor, reversal, taken_at)
       SELECT $1::text, statement_id, bank, currency, day, day, $2, false, taken_at FROM bank_statement`,
      [itemId, minor],
    );
    await query(
      `INSERT INTO bank_allocation VALUES ($1::text, 1, 'suspense', $1::text, $2, $1::text, 1, '2026-11-20T05:00:00Z')`,
      [itemId, minor],
    );
    await query(
      `INSERT INTO suspense_item (item_id, line_id, part, bank, currency, amount_minor, open_minor, cause, day, state, opened_at)
       VALUES ($1::text::uuid, $1::text, 1, 'THSETTLE', 'THB', $2, $3, 'no_reference', '2026-11-20', $4, '2026-11-20T05:00:00Z')`,
      [itemId, minor, openMinor, state],
    );
  };
  const approval = (approvalId: string, kind: string, target: string, action: string, state: string) =>
    query(
      `INSERT INTO approval_request (approval_id, kind, target, target_version, payload, warnings, reason, operator, participant,
         policy_version, approvals_required, state, proposed_at, expires_at, ended_at)
       VALUES ($1, $2, $3, '1', json_build_object('action', $4::text), '[]', 'r', 'dara', 'OPERATOR', 1, 1, $5::text, '2026-11-20T06:00:00Z',
         '2026-11-30T06:00:00Z', CASE WHEN $5 = 'executed' THEN '2026-11-20T07:00:00Z'::timestamptz END)`,
      [approvalId, kind, target, action, state],
    );
  const move = (itemId: string, action: string, minor: bigint, approvalId: string) =>
    query(
      `INSERT INTO suspense_move (move_id, item_id, action, amount_minor, approval_id, at)
       VALUES ($1::text, $2, $3, $4, $1::text::uuid, '2026-11-20T07:00:00Z')`,
      [approvalId, itemId, action, minor],
    );
  const asked = { report: 'R27', parameters: { day: THAI.day } };

  beforeAll(async () => {
    world = await reportWorld('report_suspense');
    await query(
      `INSERT INTO bank_statement (statement_id, bank, currency, kind, bank_id, from_day, day, opening_minor, closing_minor, line_count,
         sha256, file_no, format, bytes, taken_at, taken_by)
       VALUES (gen_random_uuid(), 'THSETTLE', 'THB', 'statement', 'S1', $1, $1, 0, 0, 0, '00', 1, 'camt.053', '', '2026-11-20T05:00:00Z', 'link')`,
      [THAI.day],
    );
    await item(kept, 500n, 500n);
    await item(proposed, -300n, -300n);
    await item(cleared, 1_000n, 0n, 'CLEARED');
    const [keep, toWindow, writeOff, breakOff] = [1, 2, 3, 4].map(() => randomUUID()) as [
      string,
      string,
      string,
      string,
    ];
    await approval(keep, 'suspense.decision', kept, 'keep', 'executed');
    await move(kept, 'keep', 500n, keep);
    await approval(randomUUID(), 'suspense.decision', proposed, 'write_off', 'pending');
    await approval(toWindow, 'suspense.decision', `${cleared}`, 'to_window', 'executed');
    await move(cleared, 'to_window', 950n, toWindow);
    await approval(writeOff, 'suspense.decision', `${cleared}`, 'write_off', 'executed');
    await move(cleared, 'write_off', 50n, writeOff);
    const breakId = randomUUID();
    await query(
      `INSERT INTO settlement_break (break_id, type, severity, partner, currency, day, match_key, state, detail, opened_at)
       VALUES ($1, 'AMOUNT', 2, 'THSWITCH', 'THB', '2026-11-20', 'k', 'RESOLVED', 'd', '2026-11-20T05:00:00Z')`,
      [breakId],
    );
    await approval(breakOff, 'break.resolution', breakId, 'write_off', 'executed');
    await query(
      `INSERT INTO ledger_entry (entry_id, kind, currency, debit, credit, minor, approval_id, due_at)
       VALUES ('break:' || $1::text || ':' || $2::text, 'write_off', 'THB', 'SUSPENSE:THB', 'WRITE_OFF:THB', 7, $2::text::uuid, '2026-11-20T07:00:00Z')`,
      [breakId, breakOff],
    );
    world.platform.clock.set(DAY_END + 30 * HOUR_MS);
  });
  afterAll(() => world.close());

  it('tells what is open, what was proposed, and what was written off of items and of breaks', async () => {
    const rows = await world.rows(asked);
    const of = (id: string) => rows.find(({ itemId }) => itemId === id);
    expect(of(kept)).toMatchObject({
      cleared: '0.00',
      open: '5.00',
      lastAction: 'keep',
      account: 'SUSPENSE:THB',
    });
    expect(of(proposed)).toMatchObject({ open: '-3.00', proposed: 'write_off', proposedBy: 'dara' });
    expect(of(cleared)).toMatchObject({ cleared: '9.50', writtenOff: '0.50', open: '0.00' });
    expect(rows.filter(({ account }) => account === 'WRITE_OFF:THB')).toMatchObject([
      { bank: 'THSWITCH', cause: 'AMOUNT', writtenOff: '-0.07', open: '0.00', lastAction: 'write_off' },
    ]);
    expect(rows).toHaveLength(4);
  });

  it('ties: what is open is what the items hold', async () => {
    const [held] = await world.test.database.query<{ minor: bigint }>(
      'SELECT sum(open_minor)::bigint AS minor FROM suspense_item',
    );
    expect(minorsOf(await world.rows(asked), 'open')).toBe(held!.minor);
  });

  it('leaves out what was cleared before, and what came later', async () => {
    world.platform.clock.advance(1000);
    const next = await world.rows({ report: 'R27', parameters: { day: NEXT } });
    expect(next.map(({ open }) => open).sort()).toEqual(['-3.00', '5.00']);
    expect(next.map(({ ageDays }) => ageDays)).toEqual(['1', '1']);
    expect(await world.rows({ report: 'R27', parameters: { day: '2026-11-19' } })).toEqual([]);
  });

  it('has no write-off whose entry was refused and given up since, but as known then', async () => {
    await query(
      `UPDATE ledger_entry SET state = 'given_up', given_up_by = gen_random_uuid(), given_up_at = $1`,
      [new Date(world.platform.clock.now())],
    );
    world.platform.clock.advance(1000);
    const written = async (more: object) =>
      (await world.rows({ ...asked, ...more })).filter(({ account }) => account === 'WRITE_OFF:THB').length;
    expect(await written({ basis: 'now' })).toBe(0);
    expect(await written({})).toBe(1);
  });
});
