import {
  adapterCalls,
  counted,
  type ClearingCycle,
  type StatementBatch,
  type StatementHead,
  type StatementLine,
} from '@tonle/contracts';
import type { ServiceCalls } from '@tonle/messaging';
import { minorText } from '@tonle/money';
import type { ReconciliationTarget } from './reconciliation-targets.js';

const PAGE_MAX = 1000;
/** More of one day is not read: a network that never ends would fill the memory. */
const LINES_MAX = 1_000_000;

/** What the network says that it told: all lines, and what they add up to without direction. */
type Totals = { readonly count: number; readonly amountMinor: string };

export interface FetchedStatement {
  readonly count: number;
  readonly heads: readonly StatementHead[];
  /** What a network without settlement files leaves empty. */
  readonly settled: SettledTogether;
}

/** What the lines of a day come to by clearing cycles, and what is settled together. */
export interface SettledTogether {
  readonly cycles: readonly ClearingCycle[];
  readonly batches: readonly StatementBatch[];
}

/** Takes the lines of a page; `first`: how many came before. */
export type KeepPage = (lines: readonly StatementLine[], first: number) => Promise<void>;

/**
 * Reads a network's statement of a day, page by page, so that no more than one page is in memory. Throws when it is not whole: pages
 * that go round, no totals, or totals that are not those of the lines (decisions 30); then what was kept is to be forgotten.
 */
export async function fetchStatement(
  calls: ServiceCalls,
  { adapter, currency }: Pick<ReconciliationTarget, 'adapter' | 'currency'>,
  day: string,
  keep: KeepPage,
): Promise<FetchedStatement> {
  const contract = adapterCalls(adapter).statement;
  const cursors = new Set<string>();
  const read = { count: 0, sum: 0n };
  for (let cursor: string | undefined; ;) {
    const asked = { day, currency, pageMax: PAGE_MAX, ...(cursor === undefined ? {} : { cursor }) };
    const page = await calls.call(contract, asked);
    if (page.missing !== undefined)
      throw page.fault === undefined
        ? new Error(page.missing)
        : new RefusedStatement(page.missing, page.fault);
    await keep(page.lines, read.count);
    read.count += page.lines.length;
    for (const { amount } of page.lines) read.sum += BigInt(amount.minor);
    cursor = page.nextCursor;
    if (cursor === undefined) {
      assertWhole(read, page.totals, currency);
      const { heads = [], cycles = [], batches = [] } = page;
      return { count: read.count, heads, settled: { cycles, batches } };
    }
    if (cursors.has(cursor)) throw new RefusedStatement('the statement is not whole: its pages go round');
    cursors.add(cursor);
    if (page.lines.length === 0)
      throw new RefusedStatement('the statement is not whole: a page without lines, and more follow');
    if (read.count >= LINES_MAX) throw new RefusedStatement(`the statement has more than ${LINES_MAX} lines`);
  }
}

/** A statement that contradicts itself, or the one before it: refused whole, and a break. */
export class RefusedStatement extends Error {
  constructor(
    message: string,
    readonly type: 'FILE_TOTAL' | 'FILE_GAP' = 'FILE_TOTAL',
  ) {
    super(message);
  }
}

function assertWhole(
  { count, sum }: { count: number; sum: bigint },
  totals: Totals | undefined,
  currency: string,
): void {
  if (totals === undefined) throw new RefusedStatement('the statement is not whole: it ends without totals');
  if (totals.count !== count)
    throw new RefusedStatement(
      `the statement is not whole: it counts ${counted(totals.count, 'line')}, ${count} came`,
    );
  if (sum !== BigInt(totals.amountMinor))
    throw new RefusedStatement(
      `the statement is not whole: it adds up to ${minorText(BigInt(totals.amountMinor), currency)}, its lines to ${minorText(sum, currency)}`,
    );
}
