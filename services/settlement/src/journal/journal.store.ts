import { uuid } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import { endOfAccountingDay, startOfAccountingDay } from '../close/accounting-day.js';

/** A posting as accountants take it: one debit, one credit, one amount. */
export interface JournalLine {
  /** The same for ever, here and in the switch: the chain and the kind of the transfer. */
  readonly journalId: string;
  readonly at: Date;
  readonly kind: string;
  readonly currency: string;
  readonly debit: string;
  readonly credit: string;
  readonly amountMinor: bigint;
  /** The payment, or the entry with its bank line or approval. */
  readonly document: string;
  /** The window that it was completed into, or that it settles. */
  readonly windowId: string | null;
  /** The day of the books; what is booked after a day was closed has an older one: that of the bank line. */
  readonly valueDate: string | null;
}

/** A day is read by slices of ten minutes: each is sorted by itself. */
const SLICE_MS = 600_000;

function slicesOf(day: string): Date[] {
  const [from, until] = [startOfAccountingDay(day).getTime(), endOfAccountingDay(day).getTime()];
  return Array.from({ length: (until - from) / SLICE_MS }, (_, index) => new Date(from + index * SLICE_MS));
}

const sliceEnd = (slice: Date): Date => new Date(slice.getTime() + SLICE_MS);

const LINES = `
  SELECT t.chain_id || ':' || t.kind AS "journalId", t.at, t.kind, d.currency, d.code AS debit, c.code AS credit,
    t.minor AS "amountMinor", coalesce(e.entry_id, t.reference, t.chain_id::text) AS document,
    coalesce(w.window_id, o.window_id) AS "windowId", b.value_date::text AS "valueDate"
  FROM ledger_transfer AS t
  JOIN ledger_account AS d ON d.account_id = t.debit
  JOIN ledger_account AS c ON c.account_id = t.credit
  LEFT JOIN ledger_entry AS e ON e.entry_id = t.reference
  LEFT JOIN bank_line AS b ON b.line_id = e.line_id
  LEFT JOIN window_entry AS o ON o.entry_id = e.entry_id
  LEFT JOIN LATERAL (
    SELECT l.window_id
    FROM window_line AS l
    JOIN settlement_window AS s USING (window_id)
    WHERE l.payment_id = t.chain_id AND s.currency = d.currency
    ORDER BY l.window_id
    LIMIT 1
  ) AS w ON true
  WHERE t.at >= $1 AND t.at < $2
    AND ($3::timestamptz IS NULL OR (t.at, t.chain_id || ':' || t.kind) > ($3::timestamptz, $4::text))
  ORDER BY t.at, "journalId"
  LIMIT $5`;

/** A page of the journal of a day, in the order of time; undefined when there is no such line to go on after. */
export async function journalPage(
  database: Queryable,
  day: string,
  after: string | undefined,
  limit: number,
): Promise<JournalLine[] | undefined> {
  const place = after === undefined ? undefined : await placeOf(database, after);
  if (after !== undefined && place === undefined) return undefined;
  const lines: JournalLine[] = [];
  for (const slice of slicesOf(day)) {
    if (place !== undefined && sliceEnd(slice) <= place.at) continue;
    if (lines.length === limit) break;
    const from = [place?.exactly ?? null, after ?? null];
    const values = [slice, sliceEnd(slice), ...from, limit - lines.length];
    lines.push(...(await database.query<JournalLine>(LINES, values)));
  }
  return lines;
}

/** A Date has milliseconds, the ledger more. */
async function placeOf(
  database: Queryable,
  journalId: string,
): Promise<{ readonly at: Date; readonly exactly: string } | undefined> {
  const [chainId, kind] = journalId.split(':');
  if (!uuid.safeParse(chainId).success) return undefined;
  const [row] = await database.query<{ at: Date; exactly: string }>(
    'SELECT at, at::text AS exactly FROM ledger_transfer WHERE chain_id = $1 AND kind = $2',
    [chainId, kind ?? ''],
  );
  return row;
}

/** What a slice comes to, by currency, and the hash of its lines as text. */
export interface SliceDigest {
  readonly count: number;
  readonly sha256: string;
  readonly totals: Readonly<Record<string, string>>;
}

// A line is the transfer as the ledger has it: what is looked up beside it may grow later.
const DIGEST = `
  WITH line AS (
    SELECT t.at, t.chain_id || ':' || t.kind AS id, d.currency, t.minor,
      concat_ws(' ', t.chain_id || ':' || t.kind, extract(epoch FROM t.at), d.code, c.code, t.minor) AS line
    FROM ledger_transfer AS t
    JOIN ledger_account AS d ON d.account_id = t.debit
    JOIN ledger_account AS c ON c.account_id = t.credit
    WHERE t.at >= $1 AND t.at < $2
  )
  SELECT count(*)::int AS count,
    encode(sha256(convert_to(coalesce(string_agg(line, E'\\n' ORDER BY at, id), ''), 'UTF8')), 'hex') AS sha256,
    (SELECT coalesce(jsonb_object_agg(currency, sum), '{}')
     FROM (SELECT currency, sum(minor)::text AS sum FROM line GROUP BY currency) AS sums) AS totals
  FROM line`;

/** The digests of a day, in the order of its slices. */
export async function journalDigests(database: Queryable, day: string): Promise<SliceDigest[]> {
  const digests: SliceDigest[] = [];
  for (const slice of slicesOf(day)) {
    const [digest] = await database.query<SliceDigest>(DIGEST, [slice, sliceEnd(slice)]);
    digests.push(digest!);
  }
  return digests;
}
