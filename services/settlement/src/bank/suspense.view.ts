import { BREAK_BANDS, type SuspenseEntry } from '@tonle/contracts';
import { Conditions, type Database } from '@tonle/persistence';
import { cursorOf, type BankFilter } from './bank.view.js';

const DAY_MS = 86_400_000;

type ItemRow = Record<string, unknown> & {
  readonly day: string;
  readonly bank: string;
  readonly itemId: string;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  readonly moves: readonly (Record<string, unknown> & { readonly at: string })[];
};

/** Money in suspense, the oldest first, with its age by `today` of its bank. */
export async function listSuspense(
  database: Database,
  { bank, currency, state, limit, cursor }: BankFilter,
  today: (bank: string) => string,
): Promise<{ items: SuspenseEntry[]; next?: string }> {
  const conditions = new Conditions();
  conditions.add(bank, (place) => `i.bank = ${place}`);
  conditions.add(currency, (place) => `i.currency = ${place}`);
  conditions.add(state, (place) => `i.state = ${place}`);
  conditions.add(state === undefined ? 'CLEARED' : undefined, (place) => `i.state <> ${place}`);
  const after = cursor === undefined ? undefined : cursorOf(cursor);
  conditions.add(
    after?.day,
    (place) => `(i.day, i.item_id::text) > (${place}::date, ${conditions.place(after?.id)})`,
  );
  const rows = await database.query<ItemRow>(
    `SELECT i.item_id AS "itemId", i.line_id AS "lineId", i.bank, i.currency, i.amount_minor::text AS minor,
            i.open_minor::text AS "openMinor", i.cause, i.suggestion, l.end_to_end_id AS "endToEndId", l.remittance, l.counterparty,
            i.day::text AS day, i.state, i.return_reference AS "returnReference", i.opened_at AS "openedAt",
            i.closed_at AS "closedAt",
            (SELECT approval_id FROM approval_request a
             WHERE a.kind = 'suspense.decision' AND a.target = i.item_id::text AND a.state IN ('pending', 'approved')
             LIMIT 1) AS "approvalId",
            coalesce((SELECT json_agg(json_strip_nulls(json_build_object('action', m.action, 'target', m.target,
                       'minor', m.amount_minor::text, 'approvalId', m.approval_id, 'lineId', m.line_id, 'reason', m.reason,
                       'at', m.at)) ORDER BY m.at)
                      FROM suspense_move m WHERE m.item_id = i.item_id), '[]') AS moves
     FROM suspense_item i
     JOIN bank_line l USING (line_id)
     ${conditions.where}
     ORDER BY i.day, i.item_id::text
     LIMIT ${conditions.place(limit + 1)}`,
    conditions.values,
  );
  const items = rows.slice(0, limit).map((row) => entryOf(row, today(row.bank)));
  const last = items.at(-1);
  return rows.length > limit && last !== undefined
    ? { items, next: `${last.day} ${last.itemId}` }
    : { items };
}

function entryOf({ openedAt, closedAt, moves, ...row }: ItemRow, today: string): SuspenseEntry {
  const ageDays = Math.max(0, (Date.parse(today) - Date.parse(row.day)) / DAY_MS);
  const said = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
  return {
    ...said,
    ...{ ageDays, band: bandOf(ageDays), openedAt: openedAt.toISOString() },
    ...(closedAt !== null && { closedAt: closedAt.toISOString() }),
    moves: moves.map(({ at, ...move }) => ({ ...move, at: new Date(at).toISOString() })),
  } as unknown as SuspenseEntry;
}

/** In which ageing band money of so many days is (domain 7.6). */
function bandOf(ageDays: number): string {
  return BREAK_BANDS.filter(({ fromDays }) => fromDays <= ageDays).at(-1)!.band;
}
