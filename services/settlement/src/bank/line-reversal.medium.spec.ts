import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BankFileLine } from '@tonle/bank-files';
import { prefundReference } from '@tonle/directory';
import fc from 'fast-check';
import { markRejected } from '../instruction/instruction-desk.js';
import { BankWorld, lineOf, OPERATOR, WINDOW } from './bank.testing.js';
import { listSuspense } from './suspense.view.js';

// Real: PostgreSQL, windows, instructions, entries, breaks and approvals. The bank is scripted, and takes back what it has told.

const [E1, E2] = ['THSETTLE-THB-1-1', 'THSETTLE-THB-1-2'];
const PAID = 191_000n;

let world: BankWorld;
let days: number;
let opening: bigint;
beforeAll(async () => (world = await BankWorld.start('line_reversal')));
beforeEach(begin);
afterAll(() => world.close());

/** Friday morning, and nothing has happened yet. */
async function begin(): Promise<void> {
  [days, opening] = [0, 0n];
  world.bank.statements.clear();
  world.platform.clock.set(Date.parse('2026-11-27T10:00:00+07:00'));
  await world.test.database.query(
    `TRUNCATE settlement_window, settlement_break, bank_statement, bank_account, bank_statement_missing, ledger_entry, invoice,
       approval_request CASCADE`,
  );
  await world.banks.fetching.run();
}

// Banking days of Thailand, from Friday on.
const DAYS = ['2026-11-27', '2026-11-30', '2026-12-01', '2026-12-02', '2026-12-03', '2026-12-04'];
/** The bank's statement of the next banking day is here, and placed. */
async function told(...lines: BankFileLine[]): Promise<void> {
  const day = DAYS[days]!;
  days += 1;
  world.lay(
    day,
    days,
    opening,
    lines.map((line) => ({ ...line, valueDate: day, bookedAt: day })),
  );
  opening += lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
  await world.morning(next);
}
const back = (id: string, minor: bigint, reference?: string, more: Partial<BankFileLine> = {}) =>
  lineOf(id, -minor, reference, { reversal: true, ...more });
const suspense = async () =>
  (await listSuspense(world.test.database, { limit: 10 }, () => '2026-12-05')).items;
const covered = () =>
  world.column('SELECT covered_minor::text AS text FROM settlement_instruction_line ORDER BY end_to_end_id');
const book = async () => {
  const ids = await world.column('SELECT entry_id AS text FROM ledger_entry');
  await world.test.database.transaction((transaction) => world.coverage.onBooked(transaction, ids));
};
const stands = async () => {
  const [row] = await world.column(
    `SELECT concat_ws(' ', w.state, i.state, CASE WHEN w.disputed THEN 'disputed' END) AS text
     FROM settlement_window w JOIN settlement_instruction i USING (window_id) ORDER BY i.attempt DESC LIMIT 1`,
  );
  return row;
};
/** What all entries together have moved, by account; accounts that moved nothing in the end are left out. */
const balances = () =>
  world.column(
    `SELECT account || ' ' || sum(minor) AS text
     FROM (SELECT debit AS account, minor FROM ledger_entry UNION ALL SELECT credit, -minor FROM ledger_entry) AS side
     GROUP BY account HAVING sum(minor) <> 0 ORDER BY account`,
  );
const settled = async () => {
  await world.instruct(PAID);
  await told(lineOf('1', PAID, E1), lineOf('2', -PAID, E2));
  await book();
};

describe('a line that had covered a net', () => {
  it('is taken back: entries and position by their opposites, the window waits again and is disputed, people see it', async () => {
    await settled();
    expect(await stands()).toBe('SETTLED SETTLED');
    await told(back('3', PAID, E1));
    await book();
    expect([await stands(), await covered()]).toEqual([
      'INSTRUCTED ACKNOWLEDGED disputed',
      ['0', PAID.toString()],
    ]);
    expect(await balances()).toEqual([`NOSTRO:THSETTLE:THB ${-PAID}`, `POSITION:THSWITCH:THB ${PAID}`]);
    expect(await world.breaks()).toEqual([`BATCH_LATE ${E1}`, `STATUS_CONFLICT ${E1}`]);
    expect(await suspense()).toEqual([]);
  });

  it('comes again and settles it again, each time by entries of their own', async () => {
    await settled();
    await told(back('3', PAID, E1));
    await told(lineOf('4', PAID, E1));
    await book();
    expect(await stands()).toBe('SETTLED SETTLED disputed');
    await told(back('5', PAID, E1));
    await told(lineOf('6', PAID, E1));
    await book();
    expect(await stands()).toBe('SETTLED SETTLED disputed');
    expect(await balances()).toEqual([`POSITION:FXNAGA:THB ${-PAID}`, `POSITION:THSWITCH:THB ${PAID}`]);
  });

  it('is taken back once: a second time it is money in suspense', async () => {
    await settled();
    await told(back('3', PAID, E1), back('4', PAID, E1));
    expect(await covered()).toEqual(['0', PAID.toString()]);
    expect(await suspense()).toMatchObject([{ cause: 'reversal', minor: `${-PAID}` }]);
  });

  it('is found by the bank’s own name of it, whatever else is alike', async () => {
    await world.instruct(PAID);
    await told(lineOf('1', 1_000n, E1), lineOf('2', 1_000n, E1));
    await told(back('3', 1_000n, undefined, { bankReference: '1' }));
    const undone = await world.column(
      "SELECT reverses_line AS text FROM bank_allocation WHERE target = 'reversal'",
    );
    expect([undone, await covered()]).toEqual([['THSETTLE:THB:1'], ['1000', '0']]);
  });

  it('told late, before what it takes back, waits in suspense for it: both are undone, nothing is covered', async () => {
    await world.instruct(PAID);
    await told(back('1', PAID, E1));
    expect(await suspense()).toMatchObject([{ cause: 'reversal' }]);
    await told(lineOf('2', PAID, E1));
    expect([await suspense(), await covered(), await balances()]).toEqual([[], ['0', '0'], []]);
    expect(await world.breaks()).toEqual([`BATCH_LATE ${E1}`, `BATCH_LATE ${E2}`]);
    expect(await world.column('SELECT DISTINCT state AS text FROM bank_line')).toEqual(['ALLOCATED']);
  });

  it('of an instruction that the bank had rejected leaves it rejected again, and its window failed', async () => {
    const id = await world.instruct(PAID);
    const at = new Date(world.platform.clock.now());
    await world.test.database.transaction((transaction) => markRejected(transaction, id, at, 'AM04'));
    await told(lineOf('1', PAID, E1));
    expect(await stands()).toBe('INSTRUCTED ACKNOWLEDGED');
    await told(back('2', PAID, E1));
    expect(await stands()).toBe('FAILED REJECTED disputed');
  });
});

describe('a line that names an invoice', () => {
  const invoice = async (number: string, side: string, series: string, ...minors: bigint[]) => {
    const { database } = world.test;
    await database.query(
      `INSERT INTO invoice (number, series, year, sequence, side, counterparty, currency, month, amount_minor, due_on, issued_at, operator)
       VALUES ($1, $2, '2026', 1, $3, 'FXNAGA', 'THB', '2026-10', $4, '2026-11-30', now(), 'OPERATOR-1')`,
      [number, series, side, minors.reduce((sum, minor) => sum + minor, 0n)],
    );
    for (const [index, minor] of minors.entries())
      await database.query("INSERT INTO invoice_line VALUES ($1, $2, $3, 'KH-TH', 1, $4)", [
        ...[number, index + 1, ['fee', 'fx_difference'][index], minor],
      ]);
  };

  it('pays it, account by account; what is paid twice, or back, is seen', async () => {
    await invoice('INV-2026-000001', 'receivable', 'INV', 600n, 400n);
    await told(lineOf('1', 900n, undefined, { remittance: 'invoice INV-2026-000001' }));
    expect(await balances()).toEqual([
      'FEE_RECEIVABLE:FXNAGA:THB -600',
      'FX_RECEIVABLE:FXNAGA:THB -300',
      'NOSTRO:THSETTLE:THB 900',
    ]);
    await told(lineOf('2', 150n, 'INV-2026-000001'));
    expect(await suspense()).toMatchObject([{ cause: 'paid_too_much', minor: '50' }]);
    await told(back('3', 900n, undefined, { remittance: '1' }));
    expect(await balances()).toEqual([
      'FX_RECEIVABLE:FXNAGA:THB -100',
      'NOSTRO:THSETTLE:THB 150',
      'SUSPENSE:THB -50',
    ]);
    await told(lineOf('4', 900n, 'INV-2026-000001'));
    expect((await balances())[0]).toBe('FEE_RECEIVABLE:FXNAGA:THB -600');
    expect(await world.breaks()).toContain('STATUS_CONFLICT THSETTLE:THB:3');
  });

  it('pays the tax of it, too', async () => {
    await invoice('INV-2026-000001', 'receivable', 'INV', 600n, 400n);
    await world.test.database.query(`
      UPDATE invoice SET amount_minor = 1060, tax_minor = 60, tax_name = 'VAT', tax_percent = '10';
      UPDATE invoice_line SET tax_minor = 60 WHERE fee_type = 'fee'`);
    await told(lineOf('1', 1_060n, 'INV-2026-000001'));
    expect([await balances(), await suspense()]).toEqual([
      ['FEE_RECEIVABLE:FXNAGA:THB -660', 'FX_RECEIVABLE:FXNAGA:THB -400', 'NOSTRO:THSETTLE:THB 1060'],
      [],
    ]);
  });

  it('that the scheme owes is paid by money that leaves, and the other way it is in suspense', async () => {
    await invoice('PAY-2026-000001', 'payable', 'PAY', 500n);
    await told(lineOf('1', 500n, 'PAY-2026-000001'), lineOf('2', -500n, 'PAY-2026-000001'));
    expect(await balances()).toEqual(['FEE_PAYABLE:FXNAGA:THB 500', 'SUSPENSE:THB -500']);
    expect(await suspense()).toMatchObject([{ cause: 'wrong_direction' }]);
  });
});

describe('other lines that are taken back', () => {
  it('leave a prefund, and people are told', async () => {
    const reference = prefundReference('FXNAGA');
    await told(lineOf('1', 500n, reference));
    await told(back('2', 500n, reference));
    expect([await balances(), await world.breaks()]).toEqual([[], ['STATUS_CONFLICT THSETTLE:THB:2']]);
  });

  it('leave suspense, and its break ends', async () => {
    await told(lineOf('1', 700n, 'NOBODY-1'));
    expect(await world.breaks()).toEqual(['NOSTRO_UNMATCHED THSETTLE:THB:1:1']);
    await told(back('2', 700n, 'NOBODY-1'));
    expect([await suspense(), await balances(), await world.breaks()]).toEqual([[], [], []]);
  });

  it('stay with people when the money has gone on', async () => {
    await told(lineOf('1', 700n, 'NOBODY-1'));
    const [item] = await suspense();
    const cure = { itemId: item!.itemId, action: 'to_prefund', target: 'FXNAGA', ...OPERATOR } as const;
    const proposed = await world.banks.service.cure(cure);
    if (proposed.kind === 'refused') throw new Error(proposed.reason);
    await world.approvals.decide({
      ...{ approvalId: proposed.approvalId, verdict: 'approve', acknowledged: [], reason: 'seen' },
      ...{ operator: 'OPERATOR2-1', participant: 'OPERATOR2' },
    });
    await told(back('2', 700n, 'NOBODY-1'));
    expect(await suspense()).toMatchObject([{ cause: 'reversal', minor: '-700' }]);
    expect(await balances()).toEqual(['PREFUND:FXNAGA:THB -700', 'SUSPENSE:THB 700']);
  });

  it('have to name something: an amount alone takes nothing back', async () => {
    await settled();
    await told(back('3', PAID));
    expect([await stands(), (await suspense()).length]).toEqual(['SETTLED SETTLED', 1]);
  });
});

it('whatever is paid and taken back in whatever order: the bank’s mirror is the sum of its lines, covers are what stands', async () => {
  const move = fc.record({
    side: fc.constantFrom([E1, 1n] as const, [E2, -1n] as const),
    minor: fc.constantFrom(1_000n, 5_000n),
    isBack: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(move, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
      async (plan) => {
        await begin();
        await world.instruct(PAID);
        let id = 0;
        const sums = new Map<string, bigint>();
        for (const moves of plan) {
          await told(
            ...moves.map(({ side: [reference, sign], minor, isBack }) => {
              id += 1;
              const signed = isBack ? -minor : minor;
              sums.set(reference, (sums.get(reference) ?? 0n) + signed);
              return lineOf(`${id}`, sign * signed, reference, isBack ? { reversal: true } : {});
            }),
          );
        }
        const all = (await balances()).filter((each) => each.startsWith('NOSTRO'));
        expect(all).toEqual(opening === 0n ? [] : [`NOSTRO:THSETTLE:THB ${opening}`]);
        const [one, other] = (await covered()).map(BigInt);
        const open = (await suspense()).reduce((sum, each) => sum + BigInt(each.openMinor), 0n);
        expect(one! - other! + open).toBe(opening);
        const lines = await world.column(
          `SELECT l.line_id || ' ' || coalesce(sum(a.amount_minor), 0) AS text FROM bank_line l
           LEFT JOIN bank_allocation a USING (line_id) GROUP BY l.line_id, l.amount_minor
           HAVING coalesce(sum(a.amount_minor), 0) <> l.amount_minor`,
        );
        expect(lines).toEqual([]);
        const clearing = (await balances()).filter((each) => each.startsWith('SETTLEMENT_CLEARING'));
        expect(clearing).toEqual(
          [
            ...(one === 0n ? [] : [`SETTLEMENT_CLEARING:${WINDOW}:FXNAGA:THB ${-one!}`]),
            ...(other === 0n ? [] : [`SETTLEMENT_CLEARING:${WINDOW}:THSWITCH:THB ${other}`]),
          ].sort(),
        );
      },
    ),
    { numRuns: 6 },
  );
}, 180_000);
