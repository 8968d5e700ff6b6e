import type { Queryable } from '@tonle/persistence';
import type { BatchSides, BatchPayment, PartnerBatch, ToldCycle } from './partner-batch.js';
import type { StatementName } from './statement.store.js';

// What the level P-B compares: batches of a network, and what banks moved for it.

/** Batches and their money are apart by so many days at most. */
const DAYS_AROUND = 10;

/** All that there is around a day: batches of the days beside it may be paid by the same line. */
export async function batchFacts(
  database: Queryable,
  { partner, currency, day }: StatementName,
): Promise<BatchSides> {
  const of = [partner, currency, day, DAYS_AROUND];
  const batches = await database.query<BatchRow & object>(BATCHES, of);
  const references = batches.flatMap(({ reference }) => reference ?? []);
  const taken = await database.query<{ day: string }>(TAKEN, of);
  const instructed = await database.query<{ day: string; valueDate: string }>(INSTRUCTED, of);
  const [covered] = await database.query<{ upTo: string | null }>(COVERED, [partner, currency]);
  return {
    batches: batches.map(({ cycles, ...batch }) => ({ ...batch, cycles: cycles.map(cycleOf) })),
    payments: await database.query<BatchPayment & object>(PAYMENTS, [...of, references]),
    toldCycles: await database.query<ToldCycle & object>(CYCLES, of),
    takenDays: new Set(taken.map((each) => each.day)),
    instructed: new Map(instructed.map((each) => [each.day, each.valueDate])),
    coveredUpTo: covered?.upTo ?? undefined,
  };
}

interface BatchRow extends Omit<PartnerBatch, 'cycles'> {
  readonly cycles: readonly CycleBody[];
}

interface CycleBody {
  readonly account: string;
  readonly cycleId: string;
  readonly day?: string;
  readonly count: number;
  readonly netMinor: string;
}

const cycleOf = ({ account, cycleId, day, count, netMinor }: CycleBody) => ({
  ...{ account, cycleId, count, netMinor: BigInt(netMinor) },
  ...(day !== undefined && { day }),
});

const AROUND = `partner = $1 AND currency = $2 AND day BETWEEN $3::date - $4::int AND $3::date + $4::int`;

const BATCHES = `
  SELECT day::text AS day, account, batch_id AS "batchId", agreement, reference, value_date::text AS "valueDate",
    net_minor AS "netMinor", cycles
  FROM partner_batch
  WHERE ${AROUND}
  ORDER BY day, account, batch_id, agreement`;

const CYCLES = `
  SELECT day::text AS day, account, cycle_id AS "cycleId", item_count AS count, net_minor AS "netMinor"
  FROM partner_cycle
  WHERE ${AROUND}
  ORDER BY day, account, cycle_id`;

const TAKEN = `SELECT day::text AS day FROM statement_taken WHERE ${AROUND}`;

const INSTRUCTED = `
  SELECT w.day::text AS day, max(i.value_date)::text AS "valueDate"
  FROM settlement_window AS w
  JOIN settlement_instruction_line AS l USING (window_id)
  JOIN settlement_instruction AS i USING (instruction_id)
  WHERE w.partner = $1 AND w.currency = $2 AND w.day BETWEEN $3::date - $4::int AND $3::date + $4::int
    AND l.participant = w.partner AND i.state NOT IN ('REJECTED', 'SUPERSEDED', 'WITHDRAWN')
  GROUP BY w.day`;

/** Of the banks that settle it; of all, before any was told to. */
const COVERED = `
  WITH own AS (
    SELECT DISTINCT i.bank
    FROM settlement_window AS w
    JOIN settlement_instruction AS i USING (window_id)
    WHERE w.partner = $1 AND w.currency = $2
  )
  SELECT max(day)::text AS "upTo"
  FROM bank_statement
  WHERE currency = $2 AND kind = 'statement' AND (bank IN (SELECT bank FROM own) OR NOT EXISTS (SELECT FROM own))`;

const NAMES = (line: string): string => `ARRAY(
      SELECT named
      FROM unnest($5::text[]) AS named
      WHERE named IN (${line}.end_to_end_id, ${line}.bank_reference)
        OR named = ANY (regexp_split_to_array(coalesce(${line}.remittance, ''), '[\\s,;/|]+'))
      ORDER BY named
    )`;

// Money in suspense that names a batch is for it until people decide otherwise; what they place in a net counts there.
const PAYMENTS = `
  SELECT coalesce(c.line_id || ':' || c.part, c.source) AS source, c.value_date::text AS "valueDate",
    CASE l.direction WHEN 'pay_in' THEN c.minor ELSE -c.minor END AS minor,
    ARRAY[w.day::text] AS "windowDays", CASE WHEN b.line_id IS NULL THEN '{}' ELSE ${NAMES('b')} END AS references
  FROM settlement_window AS w
  JOIN settlement_instruction_line AS l ON l.window_id = w.window_id AND l.participant = w.partner
  JOIN instruction_coverage AS c USING (instruction_id, line_no)
  LEFT JOIN bank_line AS b ON b.line_id = c.line_id
  WHERE w.partner = $1 AND w.currency = $2 AND w.day BETWEEN $3::date - $4::int AND $3::date + $4::int
    AND c.taken_back_at IS NULL
  UNION ALL
  SELECT s.line_id || ':' || s.part, b.value_date::text, s.open_minor, '{}', named.references
  FROM suspense_item AS s
  JOIN bank_line AS b USING (line_id)
  CROSS JOIN LATERAL (SELECT ${NAMES('b')} AS references) AS named
  WHERE s.currency = $2 AND s.open_minor <> 0 AND b.day BETWEEN $3::date - $4::int AND $3::date + 3 * $4::int
    AND named.references <> '{}'
  ORDER BY 1`;
