import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { financeCalls } from '@tonle/contracts';
import { auditedActions } from '@tonle/platform';
import { auditFindings } from '../audit/audit.store.js';
import { completed, DAY } from '../payment/payment-event.testing.js';
import { BooksWorld } from './books.testing.js';

// Real: PostgreSQL, the payments' handler, approvals, the calls of settlement. fx and routing answer from books.testing.ts.

const NEXT = '2026-11-21';
let world: BooksWorld;

const openSteps = async (period: string) =>
  (await world.checklist(period)).steps.filter(({ state }) => state === 'open').map(({ step }) => step);
const problemsOf = async (period: string, step: string) =>
  (await world.checklist(period)).steps.find((each) => each.step === step)!.problems;

beforeAll(async () => {
  world = await BooksWorld.start('close');
});
afterAll(() => world.stop());

describe('a day', () => {
  const payment = completed();

  it('is not closed before it is over, nor before all of it is here', async () => {
    world.platform.clock.set(Date.parse(`${DAY}T16:00:00Z`));
    await world.pay(payment);
    expect(await world.close(DAY)).toMatchObject({ reason: 'period_not_over' });
    world.endDay(DAY);
    await world.proveUntil('2026-11-20');
    expect(await problemsOf(DAY, 'statements_in')).toEqual([
      'BAKONG KHR of 2026-11-20: it is not here',
      'THSWITCH THB of 2026-11-20: it is not here',
    ]);
    await world.test.database.query(
      `INSERT INTO statement_taken
       SELECT partner, currency, day + days, now() FROM settlement_window, generate_series(0, 10) AS days WHERE day = $1`,
      [DAY],
    );
    expect(await openSteps(DAY)).toEqual(['ledger_copied', 'windows_netted', 'windows_settled']);
    await world.proveUntil('2999-01-01');
    expect(await problemsOf(DAY, 'windows_netted')).toEqual([
      'window BAKONG-KHR-2026-11-20 is OPEN',
      'window THSWITCH-THB-2026-11-20 is OPEN',
    ]);
    await world.settle(DAY, null, 'NETTED');
    expect(await openSteps(DAY)).toEqual(['windows_instructed', 'windows_settled']);
  });

  it('names what is wrong in each table', async () => {
    const { database } = world.test;
    await database.query(
      `INSERT INTO settlement_break
         (break_id, type, severity, partner, currency, day, match_key, state, detail, opened_at)
       VALUES ($1, 'AMOUNT', 2, 'THSWITCH', 'THB', $2, 'k', 'OPEN', 'd', now())`,
      [randomUUID(), DAY],
    );
    await database.query(
      `INSERT INTO statement_missing VALUES ('THSWITCH', 'THB', $1, now(), 'not here'), ('LAPNET', 'LAK', $2, now(), 'x')`,
      [DAY, NEXT],
    );
    await database.query(
      `INSERT INTO ledger_entry (entry_id, kind, currency, debit, credit, minor, state, detail, due_at)
       VALUES ('e1', 'rounding', 'THB', 'a', 'b', 1, 'refused', 'no account', $1)`,
      [`${DAY}T10:00:00Z`],
    );
    await database.query('UPDATE window_line SET amount_minor = amount_minor + 1 WHERE debtor = $1', [
      'FXNAGA',
    ]);
    await world.post(
      randomUUID(),
      'suspense',
      'NOSTRO:THSETTLE:THB',
      'SUSPENSE:THB',
      500n,
      `${DAY}T09:00:00Z`,
    );
    world.unknowns = [
      {
        ...{ paymentId: payment.paymentId, uetr: payment.uetr, state: 'CREDIT_UNKNOWN', corridor: 'KH-TH' },
        ...{ direction: 'outbound', leg: 'credit', partner: 'THSWITCH', amount: payment.target },
        since: `${DAY}T08:00:00.000Z`,
      },
    ];
    expect(await openSteps(DAY)).toEqual([
      ...['statements_in', 'breaks_owned', 'unknowns_resolved', 'windows_instructed', 'windows_settled'],
      ...['entries_booked', 'holdings_tie', 'positions_tie', 'suspense_empty'],
    ]);
    expect(await problemsOf(DAY, 'statements_in')).toEqual(['THSWITCH THB of 2026-11-20: not here']);
    expect(await problemsOf(DAY, 'entries_booked')).toEqual(['e1 of rounding is refused: no account']);
    expect(await problemsOf(DAY, 'holdings_tie')).toEqual([
      'open items differ from SUSPENSE:THB by -5.00 THB',
    ]);
    expect(await problemsOf(DAY, 'positions_tie')).toEqual([
      `payment ${payment.paymentId} in window THSWITCH-THB-2026-11-20 is not booked as it is there`,
    ]);
    expect(await problemsOf(DAY, 'suspense_empty')).toEqual([
      'SUSPENSE:THB holds -5.00 THB, and there is no item',
    ]);
  });

  it('is not closed while a step is open that has to be mended; others are carried by whoever says why', async () => {
    const { database } = world.test;
    expect(await world.close(DAY)).toMatchObject({
      reason: 'close_steps_open',
      detail: expect.stringContaining('entries_booked (1 problem)'),
    });
    await database.query(`UPDATE settlement_break SET owner = 'OPERATOR-1', state = 'ASSIGNED'`);
    await database.query(`UPDATE ledger_entry SET state = 'booked', booked_at = now()`);
    await database.query('UPDATE window_line SET amount_minor = amount_minor - 1 WHERE debtor = $1', [
      'FXNAGA',
    ]);
    const signedOff = [
      'statements_in',
      'unknowns_resolved',
      'windows_instructed',
      'holdings_tie',
      'suspense_empty',
    ];
    expect(await world.sign(DAY, ...signedOff)).toEqual(signedOff.map(() => ({ kind: 'done' })));
    expect(await openSteps(DAY)).toEqual(['windows_settled']);
    const by = { operator: 'OPERATOR-1', participant: 'OPERATOR', reason: 'seen' };
    const signed = (step: string) => ({ period: DAY, step, findingSha256: 'a'.repeat(64), ...by });
    const { calls } = world.platform;
    const unseen = await calls.call(financeCalls.signStep, signed('windows_settled'));
    expect(unseen).toMatchObject({ reason: 'finding_changed' });
    expect(await calls.call(financeCalls.signStep, signed('no_step'))).toMatchObject({ reason: 'not_found' });
    await world.sign(DAY, 'windows_settled');
    expect(await openSteps(DAY)).toEqual([]);
    // Nobody has taken a journal that is not written yet.
    expect(await world.sign(DAY.slice(0, 7), 'journal_acknowledged')).toMatchObject([
      { reason: 'period_not_over', detail: '2026-11 ends at 2026-11-30T17:00:00.000Z.' },
    ]);
    expect(await auditedActions(database)).toContain('close.sign');
  });

  it('is closed with a report that says what was carried and why, and stands as it was then', async () => {
    const closed = await world.close(DAY);
    expect(closed).toMatchObject({ kind: 'closed', version: 1 });
    const { report, sha256 } = await world.report(DAY);
    expect(createHash('sha256').update(report).digest('hex')).toBe(sha256);
    expect(JSON.parse(report)).toMatchObject({
      ...{ kind: 'close_report', period: DAY, version: 1, previous: '0'.repeat(64) },
      journal: { transfers: 3, turnover: { KHR: '10024000', THB: '82500' } },
      fxPositions: [{ provider: 'FXNAGA', closing: { quantityMinor: '-82000' } }],
      trialBalance: expect.arrayContaining([
        { code: 'SUSPENSE:THB', currency: 'THB', debitMinor: '0', creditMinor: '500' },
      ]),
    });
    const { steps } = JSON.parse(report) as {
      steps: { step: string; state: string; note?: { note: string } }[];
    };
    expect(steps.find(({ step }) => step === 'windows_settled')).toMatchObject({
      ...{ state: 'carried', problems: expect.arrayContaining([expect.stringContaining('is NETTED')]) },
      note: { note: 'a test', operator: 'OPERATOR-1' },
    });
    await world.settle(DAY, `${NEXT}T03:00:00Z`);
    expect(await world.checklist(DAY)).toMatchObject({ state: 'closed', version: 1, sha256 });
    expect((await world.report(DAY)).report).toBe(report);
    expect(await world.close(DAY)).toMatchObject({ reason: 'period_closed' });
    expect(await auditedActions(world.test.database)).toContain('close.period');
  });
});

describe('days and months', () => {
  const days = Array.from({ length: 10 }, (_, index) => `2026-11-${21 + index}`);

  it('are closed one after the other', async () => {
    world.endDay('2026-11-30');
    world.unknowns = [];
    await world.test.database.query('DELETE FROM statement_missing');
    expect(await world.close('2026-11-22')).toMatchObject({ reason: 'period_order' });
  });

  // A test each: every signature and every close looks at all steps, and ten days of that are long on a busy machine.
  it.each(days)('%s is closed after the day before it', async (day) => {
    await world.sign(day, 'holdings_tie', 'suspense_empty', 'fx_valued');
    expect(await world.close(day)).toMatchObject({ kind: 'closed' });
  });

  it('have reports, each bound to the one before', async () => {
    const [first, second] = [await world.report(DAY), await world.report(NEXT)];
    expect((JSON.parse(second.report) as { previous: string }).previous).toBe(first.sha256);
    expect(JSON.parse(second.report)).toMatchObject({
      fxPositions: [{ settledMinor: '82000', closing: { quantityMinor: '0' } }],
    });
  });

  it('a month is closed when people have looked, with the hashes of its days', async () => {
    expect(await openSteps('2026-11')).toEqual([
      ...['reconciled', 'suspense_reviewed', 'journal_acknowledged'],
    ]);
    await world.sign('2026-11', 'reconciled', 'suspense_reviewed', 'journal_acknowledged');
    expect(await world.close('2026-11')).toMatchObject({ kind: 'closed', version: 1 });
    const { report } = await world.report('2026-11');
    const closed = JSON.parse(report) as { days: { day: string }[] };
    expect(closed.days.map(({ day }) => day)).toEqual([DAY, ...days]);
    const listed = await world.platform.calls.call(financeCalls.periods, { kind: 'day', limit: 2 });
    expect(listed.periods.map(({ period }) => period)).toEqual(['2026-11-30', '2026-11-29']);
  });

  it('are reopened from the last on, when two others approve; the next report takes the place', async () => {
    expect(await world.reopen('2026-11-30')).toMatchObject({ reason: 'period_order' });
    const before = await world.report('2026-11');
    const proposed = await world.reopen('2026-11');
    if (proposed.kind === 'refused') throw new Error(proposed.reason);
    expect(proposed).toMatchObject({ approvalsRequired: 2 });
    expect(await world.approve(proposed.approvalId, 'OPERATOR')).toMatchObject({ kind: 'refused' });
    expect(await world.approve(proposed.approvalId, 'OPERATOR2')).toMatchObject({ state: 'pending' });
    expect(await world.close('2026-11')).toMatchObject({ reason: 'period_closed' });
    expect(await world.approve(proposed.approvalId, 'OPERATOR3')).toMatchObject({ state: 'executed' });
    expect(await world.report('2026-11')).toMatchObject({ version: 1, reopenedAt: expect.any(String) });
    expect(await auditedActions(world.test.database)).toEqual(
      expect.arrayContaining(['approval.propose', 'approval.execute']),
    );
    expect(await world.close('2026-11')).toMatchObject({ kind: 'closed', version: 2 });
    expect((await world.report('2026-11', 1)).report).toBe(before.report);
    const again = JSON.parse((await world.report('2026-11')).report) as { version: number };
    expect({ ...again, version: 1 }).toEqual(JSON.parse(before.report));
  });

  it('a day that is reopened gives back its positions, and is closed to the same', async () => {
    const [month, day] = ['2026-11', '2026-11-30'];
    for (const period of [month, day]) {
      const proposed = await world.reopen(period);
      if (proposed.kind === 'refused') throw new Error(proposed.reason);
      for (const operator of ['OPERATOR2', 'OPERATOR3']) await world.approve(proposed.approvalId, operator);
    }
    const kept = () => world.test.database.query('SELECT * FROM fx_position_day WHERE day = $1', [day]);
    expect(await kept()).toEqual([]);
    expect(await openSteps(month)).toContain('days_closed');
    const before = await world.report(day, 1);
    expect(await world.close(day)).toMatchObject({ version: 2 });
    expect(await kept()).toHaveLength(1);
    const again = JSON.parse((await world.report(day)).report) as object;
    expect({ ...again, version: 1 }).toEqual(JSON.parse(before.report));
  });
});

describe('the journal', () => {
  it('is read page by page, each posting once, with its window', async () => {
    const page = async (after?: string) => {
      const of = { day: DAY, limit: 2, ...(after === undefined ? {} : { after }) };
      const found = await world.platform.calls.call(financeCalls.journal, of);
      if (found.kind === 'refused') throw new Error(found.reason);
      return found;
    };
    const first = await page();
    const second = await page(first.lines.at(-1)!.journalId);
    expect([first.complete, second.complete]).toEqual([false, true]);
    const lines = [...first.lines, ...second.lines];
    expect(lines.map(({ kind, debit, credit, amountMinor }) => [kind, debit, credit, amountMinor])).toEqual([
      ['obligation_source', 'POSITION:KHMEKONG:KHR', 'POSITION:FXNAGA:KHR', '10024000'],
      ['obligation_target', 'POSITION:FXNAGA:THB', 'POSITION:THSWITCH:THB', '82000'],
      ['suspense', 'NOSTRO:THSETTLE:THB', 'SUSPENSE:THB', '500'],
    ]);
    expect(lines.map(({ windowId }) => windowId)).toEqual([
      'BAKONG-KHR-2026-11-20',
      'THSWITCH-THB-2026-11-20',
      undefined,
    ]);
    const unknown = { day: DAY, limit: 2, after: `${randomUUID()}:fee` };
    expect(await world.platform.calls.call(financeCalls.journal, unknown)).toMatchObject({ kind: 'refused' });
  });
});

describe('the audit', () => {
  const broken = async () => {
    const findings = await auditFindings(world.test.database);
    const ours = findings.filter(({ invariant }) => /closed|of invoices/.test(invariant));
    expect(ours).toHaveLength(3);
    return ours.flatMap(({ violations }) => violations);
  };

  it('sees a report that was altered, and a transfer that came into a closed day', async () => {
    const { database } = world.test;
    expect(await broken()).toEqual([]);
    await database.query(`UPDATE close_report SET report = report || ' ' WHERE period = $1`, [DAY]);
    await world.post(randomUUID(), 'rounding', 'ROUNDING:THB', 'SUSPENSE:THB', 1n, '2026-11-30T16:59:59Z');
    await database.query(`INSERT INTO invoice_series (series, year, last) VALUES ('INV', '2026', 1)`);
    expect(await broken()).toEqual([
      'the report of 2026-11-20, version 1, is not what its hash says',
      '2026-11-30 was closed with 0 transfers and has 1',
      'series INV of 2026: 0 invoices, the last number is 1',
    ]);
  });
});
