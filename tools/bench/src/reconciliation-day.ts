import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { StatementLine } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';

// A day of payments, made by number: ours by the database, theirs page by page, so that neither is ever in memory as a whole.

export const DAY = '2026-11-20';
const DAY_START_MS = Date.parse(`${DAY}T00:00:00Z`) - 7 * 3_600_000;
const DAY_MS = 86_400_000;
const PAYMENTS_AT_ONCE = 50_000;
/** Of so many payments one each is missing there, missing here, of another amount, twice, and pending. */
const DIFFERS_EVERY = 1_000;

/** What is wrong with the payment of a number. */
type Difference = 'missing_there' | 'missing_here' | 'amount' | 'twice' | 'pending' | 'none';

function differenceOf(number: number): Difference {
  switch (number % DIFFERS_EVERY) {
    case 1:
      return 'missing_there';
    case 2:
      return 'missing_here';
    case 3:
      return 'amount';
    case 4:
      return 'twice';
    case 5:
      return 'pending';
    default:
      return 'none';
  }
}

/** What a run over so many payments has to find. */
export function expectedOf(payments: number): Readonly<Record<string, number>> {
  const counts = {
    lines: 0,
    ours: 0,
    matched: 0,
    waiting: 0,
    missingThere: 0,
    missingHere: 0,
    amount: 0,
    twice: 0,
  };
  for (let number = 0; number < payments; number += 1) {
    const difference = differenceOf(number);
    counts.lines += difference === 'missing_there' ? 0 : difference === 'twice' ? 2 : 1;
    counts.ours += difference === 'missing_here' ? 0 : 1;
    counts.matched += difference === 'none' ? 1 : 0;
    counts.waiting += difference === 'pending' ? 1 : 0;
    counts.missingThere += difference === 'missing_there' ? 1 : 0;
    counts.missingHere += difference === 'missing_here' ? 1 : 0;
    counts.amount += difference === 'amount' ? 1 : 0;
    counts.twice += difference === 'twice' ? 1 : 0;
  }
  return counts;
}

function uetrOf(number: number): string {
  const hash = createHash('md5').update(number.toString()).digest('hex');
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20)].join(
    '-',
  );
}

const amountOf = (number: number): number => 1_000 + (number % 900_000);

/** Our side, as settlement has it. */
export async function makePayments(
  database: Database,
  payments: number,
  say: (text: string) => void,
): Promise<void> {
  for (let from = 0; from < payments; from += PAYMENTS_AT_ONCE) {
    await database.query(
      `INSERT INTO payment_record (payment_id, version, state, direction, corridor, uetr, end_to_end_id, fx_provider,
         source_currency, source_minor, target_currency, target_minor, credit_ref, lane, ended_at)
       SELECT md5('p' || n)::uuid, 5, 'COMPLETED', 'outbound', 'KH-TH', md5(n::text)::uuid, 'E' || n, 'FXNAGA', 'KHR', 10000,
         'THB', 1000 + n % 900000, 'R' || n, 'a', to_timestamp(($3::bigint + n::bigint * $4::bigint / $5::bigint) / 1000.0)
       FROM generate_series($1::int, $2::int) AS n
       WHERE n % ${DIFFERS_EVERY} <> 2`,
      [from, Math.min(from + PAYMENTS_AT_ONCE, payments) - 1, DAY_START_MS, DAY_MS, payments],
    );
    say(`made ${Math.min(from + PAYMENTS_AT_ONCE, payments)} payments`);
  }
  // Their days beside are here already: what lies near to midnight waits for no file.
  await database.query(
    `INSERT INTO statement_taken (partner, currency, day, asked_at)
     SELECT 'THSWITCH', 'THB', $1::date + n, now() FROM unnest(ARRAY[-1, 1]) AS n`,
    [DAY],
  );
}

function linesOf(number: number, payments: number): StatementLine[] {
  const difference = differenceOf(number);
  if (difference === 'missing_there') return [];
  const at = DAY_START_MS + Math.floor((number * DAY_MS) / payments);
  const line: StatementLine = {
    lineId: `L${number}`,
    uetr: uetrOf(number),
    leg: 'credit',
    amount: { currency: 'THB', minor: (amountOf(number) + (difference === 'amount' ? 1 : 0)).toString() },
    status: difference === 'pending' ? 'pending' : 'booked',
    bookedAt: new Date(at).toISOString(),
  };
  return difference === 'twice' ? [line, { ...line, lineId: `M${number}` }] : [line];
}

/** The partner's statement, a page at a time; its totals come with the last. */
export class StatementPages {
  private count = 0;
  private sum = 0n;

  constructor(private readonly payments: number) {}

  page(cursor: string | undefined, max: number): object {
    const from = Number.parseInt(cursor ?? '0', 10);
    if (from === 0) [this.count, this.sum] = [0, 0n];
    const to = Math.min(from + max, this.payments);
    const lines: StatementLine[] = [];
    for (let number = from; number < to; number += 1) lines.push(...linesOf(number, this.payments));
    this.count += lines.length;
    for (const { amount } of lines) this.sum += BigInt(amount.minor);
    if (to < this.payments) return { lines, nextCursor: to.toString() };
    return { lines, totals: { count: this.count, amountMinor: this.sum.toString() } };
  }
}

/** Memory that is a process's alone, and that of all below it, in MB; 0 where there is no /proc. */
export function anonymousMb(root: number): number {
  let kilobytes = 0;
  try {
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      kilobytes += ownKilobytes(name, root);
    }
  } catch {
    // No Linux.
  }
  return Math.round(kilobytes / 1_024);
}

function ownKilobytes(name: string, root: number): number {
  try {
    const status = readFileSync(`/proc/${name}/status`, 'utf8');
    const isOurs = name === root.toString() || status.includes(`PPid:\t${root}\n`);
    return isOurs ? Number.parseInt(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? '0', 10) : 0;
  } catch {
    // It ended meanwhile.
    return 0;
  }
}
