import type { Queryable } from '@tonle/persistence';

/** Which discharges of a gross window have their line in the rail's statements. */
export interface RailProof {
  readonly discharges: number;
  /** With exactly one line of its amount. */
  readonly proven: number;
  /** References of some of the others. */
  readonly examples: readonly string[];
  readonly unprovenMinor: string;
}

/** When the rail's statement of the window's day was asked for last; undefined: not yet, or before the window's end. */
export async function railStatementAt(
  database: Queryable,
  window: {
    readonly partner: string;
    readonly currency: string;
    readonly day: string;
    readonly cutOffAt: Date;
  },
): Promise<Date | undefined> {
  const [row] = await database.query<{ askedAt: Date }>(
    `SELECT asked_at AS "askedAt"
     FROM statement_taken
     WHERE partner = $1 AND currency = $2 AND day = $3::date AND asked_at >= $4`,
    [window.partner, window.currency, window.day, window.cutOffAt],
  );
  return row?.askedAt;
}

/** Compares the discharges of a window with the lines that the rail has booked, whatever the day of their statements. */
export async function railProofOf(
  database: Queryable,
  window: { readonly windowId: string; readonly partner: string; readonly currency: string },
  { side, strongKey }: { readonly side: 'home' | 'partner'; readonly strongKey: 'uetr' | 'partnerRef' },
): Promise<RailProof> {
  const [row] = await database.query<RailProof & object>(PROOF, [
    window.windowId,
    window.partner,
    window.currency,
    side,
    strongKey,
  ]);
  return row!;
}

// The leg on the home rail: the debit of what goes abroad, the credit of what comes in; on a partner's the other one.
const PROOF = `
  SELECT count(*)::int AS discharges,
         count(*) FILTER (WHERE lines = 1)::int AS proven,
         coalesce((array_agg(coalesce(ref, payment_id::text) ORDER BY payment_id) FILTER (WHERE lines <> 1))[1:5], '{}') AS examples,
         coalesce(sum(minor) FILTER (WHERE lines <> 1), 0)::text AS "unprovenMinor"
  FROM (
    SELECT leg.payment_id, leg.ref, leg.minor,
           (SELECT count(*)
            FROM statement_line s
            WHERE s.partner = $2 AND s.currency = $3 AND s.status = 'booked' AND s.amount_minor = leg.minor
              AND (($5 = 'uetr' AND s.uetr = leg.uetr) OR ($5 = 'partnerRef' AND s.partner_ref = leg.ref))) AS lines
    FROM (
      SELECT r.payment_id, r.uetr,
             CASE WHEN (r.direction = 'outbound') = ($4 = 'home') THEN r.debit_ref ELSE r.credit_ref END AS ref,
             CASE WHEN (r.direction = 'outbound') = ($4 = 'home') THEN r.source_minor ELSE r.target_minor END AS minor
      FROM window_line l
      JOIN payment_record r USING (payment_id)
      WHERE l.window_id = $1
    ) AS leg
  ) AS compared`;
