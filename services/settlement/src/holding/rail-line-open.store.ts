import type { Transaction } from '@tonle/persistence';

/** A line of a rail that moved a mirrored account, and that the ledger does not have. */
export interface RailLineOpen {
  readonly breakId: string;
  /** `RAIL:FXNAGA:BAKONG:KHR` */
  readonly code: string;
  readonly partner: string;
  readonly currency: string;
  readonly lineId: string;
  /** Above zero: into the account. */
  readonly minor: bigint;
  /** A line between two mirrored accounts moves each. */
  readonly part: number;
}

const LINES = `
  SELECT b.break_id AS "breakId", o.code, o.partner, o.currency, o.line_id AS "lineId", o.minor,
    row_number() OVER (PARTITION BY b.break_id, o.day, o.line_id ORDER BY o.code)::int AS part
  FROM settlement_break AS b
  JOIN statement_line AS l ON l.partner = b.partner AND l.currency = b.currency AND l.partner_ref = b.match_key
  JOIN rail_line_open AS o ON (o.partner, o.currency, o.day, o.line_id) = (l.partner, l.currency, l.day, l.line_id)
  WHERE b.break_id = ANY($1) AND b.type IN ('MISSING_AT_US', 'RAIL_MISMATCH') AND o.leg_key IS NULL AND l.leg_key IS NULL
    AND NOT EXISTS (
      SELECT FROM ledger_entry AS e
      WHERE e.line_id = concat_ws(':', 'rail', l.partner, l.currency, l.line_id) AND e.state <> 'given_up'
    )
  ORDER BY b.break_id, o.day, o.line_id, o.code`;

/** What breaks are about, where that is a line of nobody's leg and nobody has booked it. */
export function railLinesOf(
  transaction: Transaction,
  breakIds: readonly string[],
): Promise<(RailLineOpen & object)[]> {
  return transaction.query<RailLineOpen & object>(LINES, [breakIds]);
}
