import { adapterCalls, counted, type StatementHead, type StatementLine } from '@tonle/contracts';
import type { ServiceCalls } from '@tonle/messaging';
import type { ReconciliationTarget } from './reconciliation-targets.js';

const PAGE_MAX = 1000;
/** More of one day is not read: a network that never ends would fill the memory. */
const LINES_MAX = 1_000_000;

/** What the network says that it told: all lines, and what they add up to without direction. */
type Totals = { readonly count: number; readonly amountMinor: string };

export interface FetchedStatement {
  readonly lines: readonly StatementLine[];
  readonly heads: readonly StatementHead[];
}

/**
 * All lines of a network's statement of a day. Throws when it is not whole: pages that go round, no totals, or totals that are
 * not those of the lines (decisions 30).
 */
export async function fetchStatement(
  calls: ServiceCalls,
  { adapter, currency }: Pick<ReconciliationTarget, 'adapter' | 'currency'>,
  day: string,
  progress: (lines: number) => Promise<void>,
): Promise<FetchedStatement> {
  const contract = adapterCalls(adapter).statement;
  const cursors = new Set<string>();
  const lines: StatementLine[] = [];
  for (let cursor: string | undefined; ;) {
    const asked = { day, currency, pageMax: PAGE_MAX, ...(cursor === undefined ? {} : { cursor }) };
    const page = await calls.call(contract, asked);
    if (page.missing !== undefined) throw new Error(page.missing);
    for (const each of page.lines) lines.push(each);
    await progress(lines.length);
    cursor = page.nextCursor;
    if (cursor === undefined) {
      assertWhole(lines, page.totals);
      return { lines: named(lines), heads: page.heads ?? [] };
    }
    if (cursors.has(cursor)) throw new Error('the statement is not whole: its pages go round');
    cursors.add(cursor);
    if (page.lines.length === 0)
      throw new Error('the statement is not whole: a page without lines, and more follow');
    if (lines.length >= LINES_MAX) throw new Error(`the statement has more than ${LINES_MAX} lines`);
  }
}

function assertWhole(lines: readonly StatementLine[], totals: Totals | undefined): void {
  if (totals === undefined) throw new Error('the statement is not whole: it ends without totals');
  if (totals.count !== lines.length)
    throw new Error(
      `the statement is not whole: it counts ${counted(totals.count, 'line')}, ${lines.length} came`,
    );
  const sum = lines.reduce((total, { amount }) => total + BigInt(amount.minor), 0n);
  if (sum !== BigInt(totals.amountMinor))
    throw new Error(
      `the statement is not whole: it adds up to ${totals.amountMinor} minor units, its lines to ${sum}`,
    );
}

/** A partner may show a line twice under one id: both are kept, so that matching sees the duplicate. */
function named(lines: readonly StatementLine[]): StatementLine[] {
  const seen = new Map<string, number>();
  return lines.map((line) => {
    let times = (seen.get(line.lineId) ?? 0) + 1;
    // Another line may have the name that this one would get.
    while (times > 1 && seen.has(`${line.lineId}#${times}`)) times += 1;
    seen.set(line.lineId, times);
    if (times === 1) return line;
    const lineId = `${line.lineId}#${times}`;
    seen.set(lineId, 1);
    return { ...line, lineId };
  });
}
