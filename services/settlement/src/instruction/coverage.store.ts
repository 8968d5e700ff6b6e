import type { Queryable, Transaction } from '@tonle/persistence';
import type { CoveredLine, LineName, PeoplesCoverage, TakenBack } from './instruction.js';

/** What covered something: a part of a line of the bank, or an entry that people decided. */
export interface NewCoverage {
  readonly source: string;
  readonly lineId: string | null;
  readonly part: number | null;
  readonly approvalId: string | null;
  readonly instructionId: string;
  readonly lineNo: number;
  readonly minor: bigint;
  readonly valueDate: string | null;
}

const LINE = `
  SELECT l.instruction_id AS "instructionId", l.line_no AS "lineNo", l.end_to_end_id AS "endToEndId", i.state, l.window_id AS "windowId", i.bank, i.currency,
         l.participant, l.direction, l.amount_minor AS "amountMinor", l.covered_minor AS "coveredMinor",
         i.value_date::text AS "valueDate"
  FROM settlement_instruction_line l
  JOIN settlement_instruction i USING (instruction_id)`;

/** Locks the window and finds the line as it is then: whatever else moves this window waits. */
export async function lockLine(
  transaction: Transaction,
  name: LineName,
): Promise<(CoveredLine & object) | undefined> {
  const [where, values] =
    'endToEndId' in name
      ? ['l.end_to_end_id = $1 AND l.withdrawn_at IS NULL', [name.endToEndId]]
      : ['l.instruction_id = $1 AND l.line_no = $2', [name.instructionId, name.lineNo]];
  const locked = await transaction.query(
    `SELECT window_id
     FROM settlement_window
     WHERE window_id = (SELECT l.window_id FROM settlement_instruction_line l WHERE ${where})
     FOR UPDATE`,
    values,
  );
  if (locked.length === 0) return undefined;
  const [line] = await transaction.query<CoveredLine & object>(`${LINE} WHERE ${where}`, values);
  return line;
}

/** The newest line of a participant in a window, its window locked: that of the instruction that counts. */
export async function lockLineOf(
  transaction: Transaction,
  { windowId, participant }: Pick<PeoplesCoverage, 'windowId' | 'participant'>,
): Promise<(CoveredLine & object) | undefined> {
  await transaction.query('SELECT 1 FROM settlement_window WHERE window_id = $1 FOR UPDATE', [windowId]);
  const [line] = await transaction.query<CoveredLine & object>(
    `${LINE}
     WHERE l.window_id = $1 AND l.participant = $2
     ORDER BY i.attempt DESC
     LIMIT 1`,
    [windowId, participant],
  );
  return line;
}

export async function isCovering(transaction: Queryable, source: string): Promise<boolean> {
  const rows = await transaction.query('SELECT 1 FROM instruction_coverage WHERE source = $1', [source]);
  return rows.length > 0;
}

/** Adds to what covers the line, once for each source; the window is locked. */
export async function insertCoverage(
  transaction: Transaction,
  coverage: NewCoverage,
  at: Date,
): Promise<void> {
  const { source, lineId, part, approvalId, instructionId, lineNo, minor, valueDate } = coverage;
  await transaction.query(
    `WITH covered AS (
       INSERT INTO instruction_coverage
         (source, line_id, part, approval_id, instruction_id, line_no, minor, value_date, covered_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8::date, $9)
       RETURNING instruction_id, line_no, minor, covered_at
     )
     UPDATE settlement_instruction_line l
     SET covered_minor = l.covered_minor + covered.minor, covered_at = covered.covered_at
     FROM covered
     WHERE l.instruction_id = covered.instruction_id AND l.line_no = covered.line_no`,
    [source, lineId, part, approvalId, instructionId, lineNo, minor, valueDate, at],
  );
}

/** A cover that counts, its window locked, with what it covers. */
export async function lockCoverage(
  transaction: Transaction,
  { lineId, part }: TakenBack['undone'],
): Promise<{ readonly source: string; readonly minor: bigint; readonly line: CoveredLine } | undefined> {
  const [cover] = await transaction.query<{ source: string; instructionId: string; lineNo: number }>(
    `SELECT source, instruction_id AS "instructionId", line_no AS "lineNo"
     FROM instruction_coverage
     WHERE line_id = $1 AND part = $2`,
    [lineId, part],
  );
  if (cover === undefined) return undefined;
  const { source, instructionId, lineNo } = cover;
  const line = await lockLine(transaction, { instructionId, lineNo });
  const [counting] = await transaction.query<{ minor: bigint }>(
    'SELECT minor FROM instruction_coverage WHERE source = $1 AND taken_back_at IS NULL',
    [source],
  );
  return line === undefined || counting === undefined ? undefined : { source, minor: counting.minor, line };
}

/** A cover stays as it was and counts no more; the window is locked. */
export async function takeCoverageBack(
  transaction: Transaction,
  source: string,
  byLineId: string,
  at: Date,
): Promise<void> {
  await transaction.query(
    `WITH back AS (
       UPDATE instruction_coverage
       SET taken_back_at = $2, taken_back_by = $3
       WHERE source = $1 AND taken_back_at IS NULL
       RETURNING instruction_id, line_no, minor
     )
     UPDATE settlement_instruction_line l
     SET covered_minor = l.covered_minor - back.minor
     FROM back
     WHERE l.instruction_id = back.instruction_id AND l.line_no = back.line_no`,
    [source, at, byLineId],
  );
}

/** How often what covered a participant's net has been taken back: the position is cleared anew after each. */
export async function timesTakenBack(
  transaction: Transaction,
  { windowId, participant }: Pick<CoveredLine, 'windowId' | 'participant'>,
): Promise<number> {
  const [row] = await transaction.query<{ times: number }>(
    `SELECT count(*)::int AS times
     FROM instruction_coverage c
     JOIN settlement_instruction_line l USING (instruction_id, line_no)
     WHERE l.window_id = $1 AND l.participant = $2 AND c.taken_back_at IS NOT NULL`,
    [windowId, participant],
  );
  return row!.times;
}

/** How far money has come with an instruction, and with a participant's net over all instructions of its window. */
export async function coverageOf(
  transaction: Transaction,
  { instructionId, windowId, participant }: Pick<CoveredLine, 'instructionId' | 'windowId' | 'participant'>,
): Promise<{ readonly isPaidInFull: boolean; readonly isNetCovered: boolean; readonly owedMinor: bigint }> {
  const [row] = await transaction.query<{ isPaidInFull: boolean; coveredMinor: string; owedMinor: string }>(
    `SELECT (SELECT bool_and(covered_minor = amount_minor) FROM settlement_instruction_line WHERE instruction_id = $1)
              AS "isPaidInFull",
            (SELECT sum(covered_minor)::text FROM settlement_instruction_line
             WHERE window_id = $2 AND participant = $3) AS "coveredMinor",
            (SELECT abs(net_minor)::text FROM window_net WHERE window_id = $2 AND participant = $3) AS "owedMinor"`,
    [instructionId, windowId, participant],
  );
  const { isPaidInFull, coveredMinor, owedMinor } = row!;
  return { isPaidInFull, isNetCovered: coveredMinor === owedMinor, owedMinor: BigInt(owedMinor) };
}

/** Entries that have to be booked before the window is settled. */
export async function insertWindowEntries(
  transaction: Transaction,
  windowId: string,
  entryIds: readonly string[],
): Promise<void> {
  await transaction.query(
    `INSERT INTO window_entry (entry_id, window_id)
     SELECT id, $1
     FROM unnest($2::text[]) AS id
     ON CONFLICT DO NOTHING`,
    [windowId, entryIds],
  );
}

/** Notes entries of windows as booked; returns the windows, which are locked in their order. */
export async function markBooked(
  transaction: Transaction,
  entryIds: readonly string[],
  at: Date,
): Promise<string[]> {
  const locked = await transaction.query<{ windowId: string }>(
    `SELECT window_id AS "windowId"
     FROM settlement_window
     WHERE window_id IN (SELECT window_id FROM window_entry WHERE entry_id = ANY($1))
     ORDER BY window_id
     FOR UPDATE`,
    [entryIds],
  );
  if (locked.length === 0) return [];
  await transaction.query(
    'UPDATE window_entry SET booked_at = $2 WHERE entry_id = ANY($1) AND booked_at IS NULL',
    [entryIds, at],
  );
  return locked.map(({ windowId }) => windowId);
}

const UNCOVERED = `
  SELECT 1
  FROM window_net n
  WHERE n.window_id = w.window_id
    AND abs(n.net_minor) <> coalesce((
      SELECT sum(l.covered_minor)
      FROM settlement_instruction_line l
      WHERE l.window_id = n.window_id AND l.participant = n.participant
    ), 0)`;

/** Are all nets of a window covered? */
export async function isWindowCovered(transaction: Queryable, windowId: string): Promise<boolean> {
  const rows = await transaction.query(
    `SELECT 1 FROM settlement_window w WHERE w.window_id = $1 AND NOT EXISTS (${UNCOVERED})`,
    [windowId],
  );
  return rows.length > 0;
}

/** Of these windows those whose nets are all covered and whose entries are all booked. */
export async function settledOf(transaction: Queryable, windowIds: readonly string[]): Promise<string[]> {
  if (windowIds.length === 0) return [];
  const rows = await transaction.query<{ windowId: string }>(
    `SELECT w.window_id AS "windowId"
     FROM settlement_window w
     WHERE w.window_id = ANY($1)
       AND NOT EXISTS (SELECT 1 FROM window_entry e WHERE e.window_id = w.window_id AND e.booked_at IS NULL)
       AND NOT EXISTS (${UNCOVERED})
     ORDER BY w.window_id`,
    [windowIds],
  );
  return rows.map(({ windowId }) => windowId);
}
