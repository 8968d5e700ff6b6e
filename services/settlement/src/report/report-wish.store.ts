import type { Queryable } from '@tonle/persistence';
import { CREDIT_ENTRY } from './definitions/credit-notification.view.js';
import { POSITION_MOVES } from './definitions/participant-statement.view.js';

/** A credit that a participant was not notified of. */
export interface CreditToTell {
  readonly entry: string;
  readonly currency: string;
  readonly at: Date;
}

/** Credits to a participant's positions that have no notification, the first first. */
export async function creditsToTell(
  database: Queryable,
  of: { readonly receiver: string; readonly currencies: readonly string[]; readonly since: Date },
  limit: number,
): Promise<CreditToTell[]> {
  return database.query<CreditToTell>(TO_TELL, [of.receiver, of.currencies, of.since, limit]);
}

const TO_TELL = `
  SELECT entry, currency, at
  FROM (
    SELECT ${CREDIT_ENTRY} AS entry, currency, at
    FROM (${POSITION_MOVES}) AS every
    WHERE participant = $1 AND currency = ANY($2) AND at > $3 AND minor > 0
  ) AS credit
  WHERE NOT EXISTS (
    SELECT
    FROM report_run AS r
    WHERE r.report = 'R34' AND r.receiver = $1 AND r.occasion = credit.entry AND r.schedule_id IS NULL
  )
  ORDER BY at, entry
  LIMIT $4`;
