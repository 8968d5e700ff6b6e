import type { Queryable } from '@tonle/persistence';
import { dayOf, endOf } from './checkpoint.store.js';

// What was summed up by the end of a day, and what has moved since: a balance of any instant reads one row an account and a
// day of transfers.
const TURNOVERS = `
SELECT a.account_id AS "accountId", a.code, a.kind, a.owner, a.currency,
       (coalesce(c.debits, 0) + coalesce(m.debits, 0))::bigint AS debits,
       (coalesce(c.credits, 0) + coalesce(m.credits, 0))::bigint AS credits
FROM ledger_account AS a
LEFT JOIN LATERAL (
  SELECT debits, credits
  FROM ledger_checkpoint
  WHERE account_id = a.account_id
    AND day <= $3::date
  ORDER BY day DESC
  LIMIT 1
) AS c ON true
LEFT JOIN (
  SELECT account, sum(debited) AS debits, sum(credited) AS credits
  FROM (
    SELECT debit AS account, minor AS debited, 0 AS credited
    FROM ledger_transfer
    WHERE at >= $1::timestamptz AND at < $2::timestamptz
    UNION ALL
    SELECT credit, 0, minor
    FROM ledger_transfer
    WHERE at >= $1::timestamptz AND at < $2::timestamptz
  ) AS side
  GROUP BY account
) AS m ON m.account = a.account_id
WHERE ($4::text IS NULL OR a.code = $4)
ORDER BY a.currency, a.code`;

const LINES = `
SELECT t.chain_id AS "chainId", t.kind, d.code AS debit, c.code AS credit, t.minor, t.reference, t.at
FROM ledger_transfer AS t
JOIN ledger_account AS d ON d.account_id = t.debit
JOIN ledger_account AS c ON c.account_id = t.credit
WHERE (t.debit = $1 OR t.credit = $1)
  AND t.at >= $2::timestamptz
  AND t.at < $3::timestamptz
  AND ($4::timestamptz IS NULL OR (t.at, t.chain_id, t.kind) > ($4::timestamptz, $5::uuid, $6::text))
ORDER BY t.at, t.chain_id, t.kind
LIMIT $7`;

// Of the instant of a line, those up to it.
const BESIDE = `
SELECT coalesce(sum(CASE WHEN debit = $1 THEN minor ELSE -minor END), 0)::bigint AS minor
FROM ledger_transfer
WHERE (debit = $1 OR credit = $1)
  AND at = $2::timestamptz
  AND (chain_id, kind) <= ($3::uuid, $4::text)`;

const ACCOUNTS = `
SELECT account_id AS "accountId", code, kind, owner, currency
FROM ledger_account
WHERE ($1::text IS NULL OR code = $1)
ORDER BY currency, code`;

export interface AccountRow {
  readonly accountId: number;
  readonly code: string;
  readonly kind: string;
  /** Participant, rail, bank or window; empty for accounts of the scheme. */
  readonly owner: string;
  readonly currency: string;
}

/** All that an account had moved up to an instant. */
export interface Turnover extends AccountRow {
  readonly debits: bigint;
  readonly credits: bigint;
}

export interface StatementRow {
  readonly chainId: string;
  readonly kind: string;
  readonly debit: string;
  readonly credit: string;
  readonly minor: bigint;
  readonly reference: string | null;
  readonly at: Date;
}

/** Names a line of a statement, as the last of a page. */
export interface LinePlace {
  readonly at: string;
  readonly chainId: string;
  readonly kind: string;
}

/** Reads the copy of the ledger, up to where it has been copied. */
export class BalanceStore {
  /** Of every account that something was posted to, or of one: what it had moved before `atMs`. */
  async turnovers(
    database: Queryable,
    atMs: number,
    checkpointedDay: string | undefined,
    code?: string,
  ): Promise<Turnover[]> {
    // The last day that is over by then, and summed up.
    const dayBefore = dayOf(atMs - 86_400_000);
    const day = checkpointedDay === undefined || dayBefore < checkpointedDay ? dayBefore : checkpointedDay;
    const isSummed = checkpointedDay !== undefined;
    return database.query<Turnover>(TURNOVERS, [
      isSummed ? new Date(endOf(day)).toISOString() : '-infinity',
      new Date(atMs).toISOString(),
      isSummed ? day : null,
      code ?? null,
    ]);
  }

  /** Every account that something was posted to. */
  accounts(database: Queryable): Promise<AccountRow[]> {
    return database.query<AccountRow>(ACCOUNTS, [null]);
  }

  async account(database: Queryable, code: string): Promise<AccountRow | undefined> {
    return (await database.query<AccountRow>(ACCOUNTS, [code]))[0];
  }

  /** Lines of an account in a span, in their order, after a place. */
  async lines(
    database: Queryable,
    account: number,
    span: { readonly fromMs: number; readonly untilMs: number },
    after: LinePlace | undefined,
    max: number,
  ): Promise<StatementRow[]> {
    return database.query<StatementRow>(LINES, [
      account,
      new Date(span.fromMs).toISOString(),
      new Date(span.untilMs).toISOString(),
      after?.at ?? null,
      after?.chainId ?? null,
      after?.kind ?? null,
      max,
    ]);
  }

  /** What the lines of a place's instant moved, up to the place and with it: debits less credits. */
  async movedUpTo(database: Queryable, account: number, place: LinePlace): Promise<bigint> {
    const [row] = await database.query<{ minor: bigint }>(BESIDE, [
      account,
      place.at,
      place.chainId,
      place.kind,
    ]);
    return row!.minor;
  }
}
