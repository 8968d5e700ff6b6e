import { findCurrency } from '@tonle/money';
import type { AuditReport, AuditFinding } from '@tonle/contracts';
import type { Database, Transaction } from '@tonle/persistence';
import { AUDIT_CHECKS, COUNTS, RATE_CHECK, type AuditCheck } from './audit-sql.js';
import { TOTALS } from './audit-totals-sql.js';

/** So many violations of an invariant are named, and so many are counted. */
const TOLD_MAX = 20;
const FOUND_MAX = 10_000;

type Counts = Readonly<Record<AuditCheck['table'], bigint>>;

// Totals that always stand in the report, so that a gate can add them up without asking which are there.
const ALWAYS = [
  'payments.completed',
  'payments.rejected',
  'payments.expired',
  'payments.blocked',
  'transfers.obligation_source',
  'transfers.obligation_target',
  'transfers.fee',
  'transfers.discharge',
  'transfers.reversal',
];

const CURRENCIES = `
SELECT source_currency AS code FROM payment
UNION
SELECT target_currency FROM payment`;

/** Checks the real tables in one snapshot; every finding says what is broken, where. */
export class AuditStore {
  constructor(private readonly database: Database) {}

  async report(service: string, nowMs: number): Promise<AuditReport> {
    return this.database.transaction(
      async (transaction) => {
        const findings: AuditFinding[] = [];
        const [counts] = await transaction.query<Counts>(COUNTS);
        for (const check of AUDIT_CHECKS) findings.push(await findingOf(transaction, check, counts!));
        const totals = await totalsOf(transaction);
        findings.push(gate(totals));
        return { service, at: new Date(nowMs).toISOString(), findings, totals };
      },
      { isolation: 'repeatable read' },
    );
  }
}

async function findingOf(transaction: Transaction, check: AuditCheck, counts: Counts): Promise<AuditFinding> {
  const values = check.invariant === RATE_CHECK ? await currencies(transaction) : [];
  const known = await knownOf(transaction, check);
  const rows = await transaction.query<ViolationRow>(newestFirst(check.violations, values.length), [
    ...values,
    known.seen,
    known.acknowledged,
  ]);
  return {
    invariant: check.invariant,
    ok: rows.length === 0,
    checked: Number(counts[check.table]),
    violations: rows.map(({ what }) => what),
    about: rows.map(({ about }) => about ?? ''),
    ...(rows.length > 0 && { found: rows[0]!.found, acknowledged: rows[0]!.acknowledged }),
  };
}

interface ViolationRow {
  readonly what: string;
  readonly about: string | null;
  readonly found: number;
  readonly acknowledged: number;
}

/** What nobody has seen before what stops a corridor, and that before what was acknowledged: the last hide none of the first. */
function newestFirst(violations: string, values: number): string {
  const [seen, acknowledged] = [`$${values + 1}::text[]`, `$${values + 2}::text[]`];
  return `
    SELECT what, about, (count(*) OVER ())::int AS found,
      (count(*) FILTER (WHERE about = ANY (${acknowledged})) OVER ())::int AS acknowledged
    FROM (
      SELECT what, to_jsonb(each) ->> 'about' AS about
      FROM (${violations}) AS each
      LIMIT ${FOUND_MAX}) AS violation
    ORDER BY coalesce(about = ANY (${acknowledged}), false), coalesce(about = ANY (${seen}), false)
    LIMIT ${TOLD_MAX}`;
}

/** What of routing's own is found still, by what it is about; acknowledged where every corridor goes on. */
async function knownOf(
  transaction: Transaction,
  { invariant }: AuditCheck,
): Promise<{ seen: string[]; acknowledged: string[] }> {
  const rows = await transaction.query<{ about: string; acknowledged: boolean }>(
    `SELECT about, bool_and(resumed_at IS NOT NULL) AS acknowledged
     FROM corridor_stop
     WHERE service = 'routing'
       AND invariant = $1
       AND gone_at IS NULL
     GROUP BY about`,
    [invariant],
  );
  return {
    seen: rows.map(({ about }) => about),
    acknowledged: rows.filter(({ acknowledged }) => acknowledged).map(({ about }) => about),
  };
}

async function currencies(transaction: Transaction) {
  const rows = await transaction.query<{ code: string }>(CURRENCIES);
  const known = rows.flatMap(({ code }) => findCurrency(code) ?? []);
  return [
    known.map(({ code }) => code),
    known.map(({ scale }) => scale),
    known.map(({ payableStep }) => payableStep),
  ];
}

async function totalsOf(transaction: Transaction): Promise<Record<string, string>> {
  const rows = await transaction.query<{ name: string; value: string }>(TOTALS);
  return {
    ...Object.fromEntries(ALWAYS.map((name) => [name, '0'])),
    ...Object.fromEntries(rows.map(({ name, value }) => [name, value])),
  };
}

/** The gate of decisions 22 over routing's own totals. A blocked payment posts like a completed one. */
function gate(totals: Readonly<Record<string, string>>): AuditFinding {
  const of = (name: string) => BigInt(totals[name]!);
  const done = of('payments.completed') + of('payments.blocked');
  const violations: string[] = [];
  const check = (what: string, left: bigint, right: bigint) => {
    if (left !== right) violations.push(`${what}: ${left} is not ${right}`);
  };
  const ends = done + of('payments.rejected') + of('payments.expired') + of('payments.open');
  check('payments = completed + rejected + expired + blocked + open', of('payments'), ends);
  check('obligation transfers = 2 x completed', of('transfers.obligations'), 2n * done);
  const discharged = of('transfers.discharge') - of('transfers.reversal');
  check(
    'discharges - reversals = completed + open and secured',
    discharged,
    done + of('payments.open_secured_gross'),
  );
  return { invariant: 'gate', ok: violations.length === 0, checked: Number(of('payments')), violations };
}
