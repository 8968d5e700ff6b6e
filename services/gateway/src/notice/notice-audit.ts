import { firstUuidV7, TERMINAL_STATES, type AuditFinding } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import { END_TYPES } from './notice.decide.js';

const SHOWN_MAX = 20;
/** Payments that came before are looked at no more: they were, every time until then. */
const LOOK_BACK_MS = 86_400_000;

interface Check {
  readonly invariant: string;
  /** How many rows the check looks at, column `n`. */
  readonly count: string;
  /** A row a violation, one text column `violation`. */
  readonly violations: string;
}

// What the checks look at. `recent`: payments of the look-back.
const SCOPE = `
  WITH scope AS (
    SELECT $1::uuid AS recent, $2::text[] AS ends, $3::text[] AS final)`;

const CHECKS: readonly Check[] = [
  {
    invariant: 'I19 the end of a payment is told to the bank that sent it',
    count: `SELECT count(*)::int AS n FROM scope JOIN request ON payment_id >= recent AND state = ANY (final)`,
    violations: `
      SELECT format('payment %s is %s, and %s was not told', r.payment_id, state, sender) AS violation
      FROM scope
      JOIN request AS r ON payment_id >= recent AND state = ANY (final)
      WHERE NOT EXISTS (
        SELECT
        FROM notice AS n
        WHERE n.payment_id = r.payment_id AND n.participant = r.sender AND n.type = ANY (ends))`,
  },
  {
    invariant: 'I19 the end of a payment is told once to each bank',
    count: `SELECT count(*)::int AS n FROM scope JOIN notice ON payment_id >= recent AND type = ANY (ends)`,
    violations: `
      SELECT format('%s was told %s of payment %s', participant, string_agg(type, ', ' ORDER BY position), payment_id) AS violation
      FROM scope
      JOIN notice ON payment_id >= recent AND type = ANY (ends)
      GROUP BY participant, payment_id
      HAVING count(*) > 1`,
  },
  {
    invariant: 'I19 an FX provider is told once what became of a quote that was used',
    count: `SELECT count(*)::int AS n FROM scope JOIN notice ON payment_id >= recent AND type = 'quote.used'`,
    violations: `
      SELECT format('%s was told %s of the quote of payment %s, which has ended', used.participant,
                    coalesce(said.types, 'nothing'), used.payment_id) AS violation
      FROM scope
      JOIN notice AS used ON payment_id >= recent AND type = 'quote.used'
      CROSS JOIN LATERAL (
        SELECT string_agg(type, ', ' ORDER BY position) AS types, count(*) AS times
        FROM notice AS n
        WHERE n.payment_id = used.payment_id
          AND n.participant = used.participant
          AND n.type IN ('quote.completed', 'quote.failed')) AS said
      WHERE said.times <> 1
        AND EXISTS (SELECT FROM notice AS n WHERE n.payment_id = used.payment_id AND n.type = ANY (ends))`,
  },
  {
    invariant: 'I19 no notice stands behind the end of its feed',
    count: 'SELECT count(*)::int AS n FROM notice_feed',
    violations: `
      SELECT format('the feed of %s ends at %s, and has position %s', participant, last, position) AS violation
      FROM notice_feed AS f
      CROSS JOIN LATERAL (
        SELECT max(position) AS position FROM notice AS n WHERE n.participant = f.participant) AS newest
      WHERE position > last`,
  },
];

/** I19: the ends of payments are told, once to each. What routing has ended and nobody here was told of is among it. */
export async function auditNotices(database: Queryable, nowMs: number): Promise<AuditFinding[]> {
  const sinceMs = Math.max(nowMs - LOOK_BACK_MS, (await firstCompared(database)) ?? nowMs);
  const values = [firstUuidV7(sinceMs), END_TYPES, [...TERMINAL_STATES]];
  const findings: AuditFinding[] = [];
  for (const { invariant, count, violations: sql } of CHECKS) {
    const [looked] = await database.query<{ n: number }>(`${SCOPE} ${count}`, values);
    const rows = await database.query<{ violation: string }>(`${SCOPE} ${sql} LIMIT ${SHOWN_MAX}`, values);
    const violations = rows.map(({ violation }) => violation);
    findings.push({ invariant, ok: violations.length === 0, checked: looked!.n, violations });
  }
  return [...findings, await auditGaps(database)];
}

/** What came before a gateway compared for the first time came before it told, maybe: that is not judged. */
async function firstCompared(database: Queryable): Promise<number | undefined> {
  const [row] = await database.query<{ at: Date | null }>(
    'SELECT min(checked_until) AS at FROM notice_check',
  );
  return row?.at?.getTime();
}

async function auditGaps(database: Queryable): Promise<AuditFinding> {
  const [compared] = await database.query<{ n: number }>('SELECT count(*)::int AS n FROM notice_check');
  const rows = await database.query<{ missing: number; from: Date; until: Date }>(
    `SELECT missing, from_at AS "from", until_at AS "until" FROM notice_gap ORDER BY from_at LIMIT ${SHOWN_MAX}`,
  );
  const violations = rows.map(
    ({ missing, from, until }) =>
      `of the payments that came from ${from.toISOString()} until ${until.toISOString()}, ${missing} ended and nobody was told`,
  );
  return {
    invariant: 'I19 whatever has ended at routing is told here',
    ok: violations.length === 0,
    checked: compared!.n,
    violations,
  };
}
