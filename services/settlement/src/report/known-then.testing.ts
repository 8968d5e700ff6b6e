import { randomUUID } from 'node:crypto';
import type { Transaction } from '@tonle/persistence';
import fc from 'fast-check';
import { replaceNets, setDispute, setValueDate } from '../window/window-life.store.js';
import { paymentOf, THAI, type ReportWorld } from './report.testing.js';

const DAY_BEFORE = '2026-11-19';

/** Something that happens in settlement; `pick` chooses among what there is, the same for the same value. */
export interface Happening {
  readonly what: keyof typeof HAPPENINGS;
  readonly pick: number;
}

type Happens = (world: ReportWorld, transaction: Transaction, pick: number, now: Date) => Promise<unknown>;

/** One of the rows of a table. */
const ONE_OF = (table: string, key: string) =>
  `(SELECT ${key} FROM ${table} ORDER BY ${key} OFFSET $1::int % greatest(1, (SELECT count(*) FROM ${table})) LIMIT 1)`;

const sql =
  (text: string, ...more: readonly ((pick: number, now: Date) => unknown)[]): Happens =>
  (_, transaction, pick, now) =>
    transaction.query(text, [pick, ...more.map((value) => value(pick, now))]);
const now = (_: number, at: Date) => at;
const chosen =
  (...values: readonly unknown[]) =>
  (pick: number) =>
    values[pick % values.length];
const id = () => randomUUID();

/** All that changes rows which reports read, and more than may happen: the past is kept whatever it was. */
export const HAPPENINGS = {
  payment: (world, _, pick) => world.take(paymentOf(String(100 + pick))),
  nets: (_, transaction, pick) =>
    replaceNets(transaction, THAI.windowId, [], {
      nets: new Map([
        ['FXNAGA', BigInt(-pick)],
        ['THSWITCH', BigInt(pick)],
      ]),
      leftOut: [],
    }),
  valueDate: (_, transaction, pick) =>
    setValueDate(transaction, THAI.windowId, {
      ...{ valueDate: pick % 2 === 0 ? '2026-11-23' : '2026-11-24', calendars: {}, homeVersion: null },
    }),
  dispute: (_, transaction, pick) =>
    setDispute(transaction, THAI.windowId, pick % 2 === 0 ? 'short' : undefined),
  windowForth: sql(
    `UPDATE settlement_window
     SET state = $2, approved_at = $3, instructed_at = $3, settled_at = CASE WHEN $1::int % 2 = 0 THEN $3::timestamptz END
     WHERE window_id = '${THAI.windowId}'`,
    chosen('APPROVED', 'SETTLED', 'FAILED'),
    now,
  ),
  windowBack: sql(
    `UPDATE settlement_window
     SET state = 'NETTED', approved_at = NULL, settled_at = NULL, value_date = NULL
     WHERE window_id = '${THAI.windowId}' AND $1::int >= 0`,
  ),
  instruction: sql(
    `INSERT INTO settlement_instruction (instruction_id, bank, currency, sequence, window_id, attempt, format, message_id, value_date,
       bytes, sha256, line_count, pay_in_minor, pay_out_minor, made_by, state, prepared_at)
     SELECT $2, 'THSETTLE', 'THB', n, '${THAI.windowId}', n, 'pacs.009', 'M' || n, '2026-11-23', 'x'::bytea, '', 1, $1::int, 0, 'ops-1', 'PREPARED', $3
     FROM (SELECT count(*) + 1 AS n FROM settlement_instruction) AS next`,
    id,
    now,
  ),
  instructionLine: sql(
    `INSERT INTO settlement_instruction_line (instruction_id, line_no, window_id, participant, direction, amount_minor, end_to_end_id, uetr)
     SELECT instruction_id, 1, window_id, 'FXNAGA', 'pay_in', 1 + $1::int, 'E' || sequence, $2
     FROM settlement_instruction AS i
     WHERE NOT EXISTS (SELECT FROM settlement_instruction_line AS l WHERE l.instruction_id = i.instruction_id)
     LIMIT 1`,
    id,
  ),
  instructionMoves: sql(
    `UPDATE settlement_instruction
     SET state = $2, sent_at = $3, rejected_at = CASE WHEN $1::int % 2 = 0 THEN $3::timestamptz END,
       settled_at = CASE WHEN $1::int % 3 = 0 THEN $3::timestamptz END
     WHERE instruction_id = ${ONE_OF('settlement_instruction', 'instruction_id')}`,
    chosen('SENT', 'REJECTED', 'SETTLED'),
    now,
  ),
  covered: sql(
    `INSERT INTO instruction_coverage (source, line_id, part, instruction_id, line_no, minor, value_date, covered_at)
     SELECT $2::text, $2::text, 1, instruction_id, line_no, 1 + $1::int, '2026-11-23', $3
     FROM settlement_instruction_line
     LIMIT 1`,
    id,
    now,
  ),
  uncovered: sql(
    `DELETE FROM instruction_coverage WHERE source = ${ONE_OF('instruction_coverage', 'source')}`,
  ),
  statement: sql(
    `INSERT INTO bank_statement (statement_id, bank, currency, kind, bank_id, number, from_day, day, opening_minor, closing_minor, line_count,
       sha256, file_no, format, bytes, taken_at, taken_by)
     VALUES ($2::uuid, 'THSETTLE', 'THB', 'statement', $2::uuid::text, 1, '${THAI.day}', '${THAI.day}',
       0, $1, 1, $2::uuid::text, 1, 'camt.053', 'x'::bytea, $3, 'bank')`,
    id,
    now,
  ),
  corrected: sql(
    `UPDATE bank_statement
     SET closing_minor = closing_minor + 1, number = number + 1
     WHERE statement_id = ${ONE_OF('bank_statement', 'statement_id')}`,
  ),
  line: sql(
    `INSERT INTO bank_line (line_id, statement_id, bank, currency, day, value_date, amount_minor, reversal, taken_at)
     SELECT $2, statement_id, 'THSETTLE', 'THB', day, day, 1 + $1::int, false, $3
     FROM bank_statement
     LIMIT 1`,
    id,
    now,
  ),
  lineMoves: sql(
    `UPDATE bank_line
     SET statement_id = ${ONE_OF('bank_statement', 'statement_id')}, amount_minor = amount_minor + 1
     WHERE line_id = ${ONE_OF('bank_line', 'line_id')}`,
  ),
  allocated: sql(
    `INSERT INTO bank_allocation (line_id, part, target, target_id, amount_minor, entry_id, rule_version, at)
     SELECT line_id, 1 + (SELECT count(*) FROM bank_allocation AS a WHERE a.line_id = l.line_id), $2, 'x', 1, 'x', 1, $3
     FROM bank_line AS l
     WHERE line_id = ${ONE_OF('bank_line', 'line_id')}`,
    chosen('suspense', 'instruction_line', 'prefund'),
    now,
  ),
  suspense: sql(
    `INSERT INTO suspense_item (item_id, line_id, part, bank, currency, amount_minor, open_minor, cause, day, state, opened_at)
     SELECT $2, line_id, part, 'THSETTLE', 'THB', 500, 500, 'unknown', '${DAY_BEFORE}', 'OPEN', $3
     FROM bank_allocation AS a
     WHERE NOT EXISTS (SELECT FROM suspense_item AS s WHERE (s.line_id, s.part) = (a.line_id, a.part)) AND $1::int >= 0
     LIMIT 1`,
    id,
    now,
  ),
  suggested: sql(
    `UPDATE suspense_item SET suggestion = $2 WHERE item_id = ${ONE_OF('suspense_item', 'item_id')}`,
    chosen('send back', 'keep', null),
  ),
  suspenseMove: sql(
    `INSERT INTO suspense_move (move_id, item_id, action, amount_minor, line_id, at)
     SELECT $2, item_id, $3, 1, 'x', $4
     FROM suspense_item
     LIMIT 1 + $1::int * 0`,
    id,
    chosen('to_window', 'write_off', 'keep'),
    now,
  ),
  break: sql(
    `INSERT INTO settlement_break (break_id, type, severity, partner, currency, day, match_key, our_minor, state, detail, opened_at)
     VALUES ($2::uuid, 'AMOUNT', 1 + $1::int % 3, 'THSWITCH', 'THB', '${THAI.day}', $2::uuid::text, $1, 'OPEN', '', $3)`,
    id,
    now,
  ),
  breakMoves: sql(
    `UPDATE settlement_break
     SET state = $2::text, owner = $2::text, severity = 1 + $1::int % 4, their_minor = $1,
       closed_at = CASE WHEN $2::text IN ('RESOLVED', 'AUTO_RESOLVED') THEN $3::timestamptz END
     WHERE break_id = ${ONE_OF('settlement_break', 'break_id')}`,
    chosen('ASSIGNED', 'RESOLVED', 'OPEN', 'AUTO_RESOLVED'),
    now,
  ),
  batch: sql(
    `INSERT INTO partner_batch (partner, currency, day, account, batch_id, net_minor, item_count, cycles, told_at)
     VALUES ('THSWITCH', 'THB', '${THAI.day}', 'T', $2, $1::int - 5000, 1, '[]', $3)`,
    id,
    now,
  ),
  batchMoves: sql(
    `UPDATE partner_batch
     SET net_minor = net_minor + 1, version = version + 1
     WHERE batch_id = ${ONE_OF('partner_batch', 'batch_id')}`,
  ),
  batchGone: sql(`DELETE FROM partner_batch WHERE batch_id = ${ONE_OF('partner_batch', 'batch_id')}`),
  railHolding: sql(
    `WITH mirror AS (
       INSERT INTO ledger_account (account_id, code, kind, owner, currency)
       VALUES (9000 + $1::int % 3, 'RAIL:P' || $1::int % 3 || ':THSWITCH:THB', 'RAIL', 'P' || $1::int % 3 || ':THSWITCH', 'THB')
       ON CONFLICT DO NOTHING
     )
     INSERT INTO rail_holding AS known (code, currency, day, account, opening_minor, closing_minor, ledger_minor, open_minor, open_lines,
       looked_at)
     VALUES ('RAIL:P' || $1::int % 3 || ':THSWITCH:THB', 'THB', '${THAI.day}', 'A', 0, $1, 0, 0, 0, $2)
     ON CONFLICT (code, day) DO UPDATE SET closing_minor = known.closing_minor + $1::int, looked_at = $2`,
    now,
  ),
  breakDeed: sql(
    `INSERT INTO break_deed (break_id, deed_id, at, deed, operator, reason, owner)
     SELECT break_id, $2, $3, 'assign', 'ops-1', '', 'ops-' || $1::int
     FROM settlement_break
     LIMIT 1`,
    id,
    now,
  ),
} satisfies Record<string, Happens>;

/** Most of them at least once, in any order. */
export const anyHappenings: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.record({
    what: fc.constantFrom(...(Object.keys(HAPPENINGS) as Happening['what'][])),
    pick: fc.nat({ max: 9_999 }),
  }),
  { minLength: 12, maxLength: 30 },
);

/** It happens, in one transaction, at the time of the world's clock. */
export async function happen(world: ReportWorld, { what, pick }: Happening): Promise<void> {
  const at = new Date(world.platform.clock.now());
  const happens: Happens = HAPPENINGS[what];
  await world.test.database.transaction((transaction) => happens(world, transaction, pick, at));
}
