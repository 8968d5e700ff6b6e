import type { PaymentBreak } from '@tonle/contracts';
import type { Database, Transaction } from '@tonle/persistence';

/** A break of a payment, at its network and on its day. */
export interface PlacedBreak extends Pick<
  PaymentBreak,
  'breakId' | 'paymentId' | 'type' | 'severity' | 'detail'
> {
  readonly partner: string;
  readonly currency: string;
  readonly day: string;
  readonly key: string;
  readonly ourMinor: string;
  readonly theirMinor: string | null;
  readonly openedAt: Date;
}

const INSERT = `
  INSERT INTO settlement_break (break_id, type, severity, partner, currency, day, match_key, payment_id, our_minor,
    their_minor, detail, opened_at, state, source)
  SELECT found.*, 'OPEN', 'payment'
  FROM unnest($1::uuid[], $2::text[], $3::smallint[], $4::text[], $5::text[], $6::date[], $7::text[], $8::uuid[],
    $9::bigint[], $10::bigint[], $11::text[], $12::timestamptz[]) AS found
  ON CONFLICT (break_id) DO NOTHING`;

/** One that is here already stays as it is. */
export async function insertPaymentBreaks(
  transaction: Transaction,
  breaks: readonly PlacedBreak[],
): Promise<void> {
  if (breaks.length === 0) return;
  await transaction.query(INSERT, [
    breaks.map(({ breakId }) => breakId),
    breaks.map(({ type }) => type),
    breaks.map(({ severity }) => severity),
    breaks.map(({ partner }) => partner),
    breaks.map(({ currency }) => currency),
    breaks.map(({ day }) => day),
    breaks.map(({ key }) => key),
    breaks.map(({ paymentId }) => paymentId),
    breaks.map(({ ourMinor }) => ourMinor),
    breaks.map(({ theirMinor }) => theirMinor),
    breaks.map(({ detail }) => detail),
    breaks.map(({ openedAt }) => openedAt),
  ]);
}

/** What open breaks are counted by. */
export type BreakLabels = Readonly<Record<'type' | 'severity' | 'partner', string>>;

/** Open breaks by type, severity and partner. */
export function openBreakCounts(database: Database): Promise<(BreakLabels & { open: number })[]> {
  return database.query<BreakLabels & { open: number }>(
    `SELECT type, severity::text AS severity, partner, count(*)::int AS open
     FROM settlement_break
     WHERE state NOT IN ('RESOLVED', 'AUTO_RESOLVED')
     GROUP BY type, severity, partner`,
  );
}
