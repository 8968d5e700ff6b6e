import type { BankLineEntry, BankStatementEntry, SettlementBankAccount } from '@tonle/contracts';
import { Conditions, type Database } from '@tonle/persistence';
import type { SchemeAccount } from './settlement-bank.js';

type AccountRow = Pick<SettlementBankAccount, 'bank' | 'currency'> & {
  readonly askedAt: Date | null;
  readonly silentSince: Date | null;
  readonly says: string | null;
  readonly last: { statementId: string; number: number | null; day: string; closing: string } | null;
  readonly missing: readonly { day: string; since: string; cause: string }[] | null;
  readonly unanswered:
    | readonly {
        instructionId: string;
        messageId: string;
        state: string;
        tries: number;
        sentAt: string | null;
        says: string | null;
      }[]
    | null;
  readonly items: number;
  readonly minor: string;
  readonly oldestDay: string | null;
};

const ACCOUNTS = `
  SELECT a.bank, a.currency, b.asked_at AS "askedAt", b.silent_since AS "silentSince", b.says,
    (SELECT json_build_object('statementId', statement_id, 'number', number, 'day', day, 'closing', closing_minor::text)
     FROM bank_statement s
     WHERE s.bank = a.bank AND s.currency = a.currency AND s.kind = 'statement'
       AND NOT EXISTS (SELECT 1 FROM bank_statement later WHERE later.replaces = s.statement_id)
     ORDER BY s.day DESC
     LIMIT 1) AS last,
    (SELECT json_agg(json_build_object('day', day, 'since', since, 'cause', cause) ORDER BY day)
     FROM bank_statement_missing m
     WHERE m.bank = a.bank AND m.currency = a.currency) AS missing,
    (SELECT json_agg(json_build_object('instructionId', i.instruction_id, 'messageId', i.message_id, 'state', i.state,
              'tries', coalesce(d.tries, 0), 'sentAt', i.sent_at, 'says', d.says) ORDER BY i.sequence)
     FROM settlement_instruction i
     LEFT JOIN instruction_delivery d USING (instruction_id)
     WHERE i.bank = a.bank AND i.currency = a.currency AND i.state IN ('PREPARED', 'SENT') AND i.sequence IS NOT NULL) AS unanswered,
    x.items, x.minor, x.oldest AS "oldestDay"
  FROM unnest($1::text[], $2::text[]) AS a (bank, currency)
  LEFT JOIN bank_account b USING (bank, currency)
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS items, coalesce(sum(abs(open_minor)), 0)::text AS minor, min(day)::text AS oldest
    FROM suspense_item s
    WHERE s.bank = a.bank AND s.currency = a.currency AND s.state <> 'CLEARED'
  ) AS x
  ORDER BY a.bank, a.currency`;

/** Accounts of the scheme with how they stand. `linked`: banks that there is a link to. */
export async function viewAccounts(
  database: Database,
  accounts: readonly SchemeAccount[],
  linked: (bank: string) => boolean,
): Promise<SettlementBankAccount[]> {
  const rows = await database.query<AccountRow & object>(ACCOUNTS, [
    accounts.map(({ bank }) => bank),
    accounts.map(({ currency }) => currency),
  ]);
  return rows.map((row) => {
    const { bank, currency, silentSince, says, last, missing, unanswered, items, minor, oldestDay } = row;
    const { account } = accounts.find((each) => each.bank === bank && each.currency === currency)!;
    return {
      ...{ bank, currency, account, link: linkOf(row, linked(bank)) },
      ...(silentSince !== null && { silentSince: silentSince.toISOString() }),
      ...(says !== null && { says }),
      ...(last !== null && { lastStatement: lastOf(last) }),
      missing: (missing ?? []).map((each) => ({ ...each, since: new Date(each.since).toISOString() })),
      unanswered: (unanswered ?? []).map(({ sentAt, says: said, ...each }) => ({
        ...each,
        ...(sentAt !== null && { sentAt: new Date(sentAt).toISOString() }),
        ...(said !== null && { says: said }),
      })),
      suspense: { items, minor, ...(oldestDay !== null && { oldestDay }) },
    };
  });
}

function linkOf({ askedAt, silentSince }: AccountRow, isLinked: boolean): SettlementBankAccount['link'] {
  if (!isLinked) return 'by_hand';
  if (askedAt === null) return 'unasked';
  return silentSince === null ? 'ok' : 'silent';
}

function lastOf({ statementId, number, day, closing }: NonNullable<AccountRow['last']>) {
  return { statementId, day, closingMinor: closing, ...(number !== null && { number }) };
}

/** Which statements or lines. */
export interface BankFilter {
  readonly bank?: string;
  readonly currency?: string;
  readonly day?: string;
  readonly state?: string;
  readonly limit: number;
  readonly cursor?: string;
}

type StatementRow = Record<string, unknown> & { readonly place: string; readonly takenAt: Date };

/** Statements and notifications that were taken, and files that were refused, the newest first. */
export async function listStatements(
  database: Database,
  { bank, currency, day, limit, cursor }: Omit<BankFilter, 'state'>,
): Promise<{ statements: BankStatementEntry[]; next?: string }> {
  const conditions = new Conditions();
  conditions.add(bank, (place) => `bank = ${place}`);
  conditions.add(currency, (place) => `currency = ${place}`);
  conditions.add(day, (place) => `${place}::date BETWEEN "fromDay"::date AND day::date`);
  conditions.add(cursor, (place) => `file.place < ${place}`);
  const rows = await database.query<StatementRow>(
    `SELECT *
     FROM (
       SELECT ${placeOf('taken_at', 'statement_id')} AS place,
              bank, currency, CASE WHEN EXISTS (SELECT 1 FROM bank_statement later WHERE later.replaces = s.statement_id)
                THEN 'replaced' ELSE 'taken' END AS state,
              format, sha256, taken_at AS "takenAt", taken_by AS "takenBy", statement_id AS "statementId", kind, bank_id AS "bankId",
              number, from_day::text AS "fromDay", day::text AS day, opening_minor::text AS "openingMinor",
              closing_minor::text AS "closingMinor", line_count AS lines, replaces, NULL::jsonb AS faults
       FROM bank_statement s
       UNION ALL
       SELECT ${placeOf('last_at', 'sha256 || bank || currency')},
              bank, currency, 'refused', format, sha256, last_at, taken_by, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
              faults
       FROM bank_file_refused
     ) AS file
     ${conditions.where}
     ORDER BY place DESC
     LIMIT ${conditions.place(limit + 1)}`,
    conditions.values,
  );
  const statements = rows.slice(0, limit).map(({ place: _place, takenAt, fromDay, ...row }) => {
    const said = Object.fromEntries(
      Object.entries({ ...row, from: fromDay }).filter(([, value]) => value !== null),
    );
    return { ...said, takenAt: takenAt.toISOString() } as BankStatementEntry;
  });
  return rows.length > limit ? { statements, next: rows[limit - 1]!.place } : { statements };
}

/** Where a file stands in the list, in text that sorts as its instant does. */
function placeOf(instant: string, id: string): string {
  return `(to_char(${instant} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US ') || ${id}) COLLATE "C"`;
}

/** The bytes of a file, taken, refused or handed in; undefined when there is none. */
export async function findFile(
  database: Database,
  sha256: string,
): Promise<{ readonly format: string; readonly bytes: Uint8Array } | undefined> {
  const [row] = await database.query<{ format: string; bytes: Uint8Array }>(
    `SELECT format, bytes FROM bank_statement WHERE sha256 = $1 AND bytes IS NOT NULL
     UNION ALL
     SELECT format, bytes FROM bank_file_refused WHERE sha256 = $1
     UNION ALL
     SELECT format, bytes FROM bank_acknowledgement WHERE sha256 = $1
     UNION ALL
     SELECT format, bytes FROM bank_file_handed WHERE sha256 = $1
     LIMIT 1`,
    [sha256],
  );
  return row;
}

type LineViewRow = Record<string, unknown> & { readonly day: string; readonly lineId: string };

/** Lines with their parts, the newest day first. */
export async function listLines(
  database: Database,
  { bank, currency, day, state, limit, cursor }: BankFilter,
): Promise<{ lines: BankLineEntry[]; next?: string }> {
  const conditions = new Conditions();
  conditions.add(bank, (place) => `l.bank = ${place}`);
  conditions.add(currency, (place) => `l.currency = ${place}`);
  conditions.add(day, (place) => `l.day = ${place}::date`);
  conditions.add(state, (place) => `l.state = ${place}`);
  const after = cursor === undefined ? undefined : cursorOf(cursor);
  conditions.add(
    after?.day,
    (place) => `(l.day, l.line_id) < (${place}::date, ${conditions.place(after?.id)})`,
  );
  const rows = await database.query<LineViewRow>(
    `SELECT l.line_id AS "lineId", l.statement_id AS "statementId", l.bank, l.currency, l.day::text AS day,
            l.value_date::text AS "valueDate", l.amount_minor::text AS minor, l.end_to_end_id AS "endToEndId", l.remittance,
            l.counterparty, l.state,
            coalesce((SELECT json_agg(json_build_object('part', part, 'target', target, 'targetId', target_id,
                       'minor', amount_minor::text, 'entryId', entry_id) ORDER BY part)
                      FROM bank_allocation p WHERE p.line_id = l.line_id), '[]') AS parts
     FROM bank_line l
     ${conditions.where}
     ORDER BY l.day DESC, l.line_id DESC
     LIMIT ${conditions.place(limit + 1)}`,
    conditions.values,
  );
  const lines = rows
    .slice(0, limit)
    .map(
      (row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as BankLineEntry,
    );
  const last = lines.at(-1);
  return rows.length > limit && last !== undefined
    ? { lines, next: `${last.day} ${last.lineId}` }
    : { lines };
}

/** Day and id after which a page begins; what is no cursor of ours begins nowhere. */
export function cursorOf(cursor: string): { readonly day: string; readonly id: string } {
  const [, day, id] = /^(\d{4}-\d\d-\d\d) (.+)$/.exec(cursor) ?? [];
  return { day: day ?? '-infinity', id: id ?? '' };
}
