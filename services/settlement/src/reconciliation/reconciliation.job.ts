import type { ServiceCalls } from '@tonle/messaging';
import type { Clock, Random } from '@tonle/platform';
import { adapterCalls, type StatementLine } from '@tonle/contracts';
import type { CalendarBody } from '@tonle/directory';
import type { Database } from '@tonle/persistence';
import { matchDay, unpaired, type MatchInput } from './reconciliation.decide.js';
import type { ReconciliationTarget } from './reconciliation-targets.js';
import {
  expectedItems,
  expectedItemsOf,
  replaceBreaks,
  statementLines,
  statementLinesOf,
  upsertStatementLines,
} from './reconciliation.store.js';

const PAGE_MAX = 1000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Younger items may be on their way to the other side. */
const SETTLING_MS = 60_000;

export interface ReconciliationResult {
  readonly partner: string;
  readonly currency: string;
  readonly day: string;
  readonly lines: number;
  readonly ours: number;
  readonly matched: number;
  readonly waiting: number;
  readonly breaks: Readonly<Record<string, number>>;
  readonly opened: number;
  readonly resolved: number;
}

/** Asks the partners for a day's statements and types what differs from ours. Running it again changes nothing. */
export class ReconciliationJob {
  constructor(
    private readonly database: Database,
    private readonly calls: ServiceCalls,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** The local day that ended last, in a partner's calendar. */
  yesterday(calendar: CalendarBody): string {
    return localDay(new Date(this.clock.now() - DAY_MS), calendar);
  }

  async run(
    target: ReconciliationTarget,
    day: string,
    progress: (text: string) => Promise<void>,
  ): Promise<ReconciliationResult> {
    const { partner, currency } = target;
    const statement = { partner, currency, day };
    const startedMs = this.clock.now();
    const lines = await this.fetch(target, day, progress);
    await progress(`${partner} ${currency} ${day}: matching`);
    const input = await this.sides(target, day, startedMs);
    const result = matchDay(input);
    const ids = result.breaks.map(() => this.random.id(startedMs));
    const changed = await this.database.transaction((transaction) =>
      replaceBreaks(transaction, statement, result.breaks, result.judged, ids, new Date(startedMs)),
    );
    const breaks: Record<string, number> = {};
    for (const found of result.breaks) breaks[found.type] = (breaks[found.type] ?? 0) + 1;
    return {
      ...statement,
      lines,
      ours: input.expected.length,
      matched: result.matched,
      waiting: result.waiting,
      breaks,
      ...changed,
    };
  }

  /** Ours and theirs of the day and its neighbours, and of any day what has no counterpart there. */
  private async sides(target: ReconciliationTarget, day: string, startedMs: number): Promise<MatchInput> {
    const { partner, currency, corridors, side, strongKey, calendar } = target;
    const start = Date.parse(`${day}T00:00:00Z`) - calendar.utcOffsetMinutes * MINUTE_MS;
    const range = { from: new Date(start - DAY_MS), to: new Date(start + 2 * DAY_MS) };
    const selection = { corridors, currency, side, ...range };
    const near: MatchInput = {
      day,
      strongKey,
      expected: await expectedItems(this.database, selection),
      lines: await statementLines(this.database, { partner, currency, day }),
      dayOf: (instant) => localDay(instant, calendar),
      settledBefore: new Date(startedMs - SETTLING_MS),
    };
    const alone = unpaired(near);
    const items = await expectedItemsOf(this.database, selection, strongKey, alone.lines);
    const lines = await statementLinesOf(this.database, { partner, currency }, strongKey, alone.items);
    return { ...near, expected: [...near.expected, ...items], lines: [...near.lines, ...lines] };
  }

  private async fetch(
    target: ReconciliationTarget,
    day: string,
    progress: (text: string) => Promise<void>,
  ): Promise<number> {
    const { partner, currency } = target;
    const contract = adapterCalls(target.adapter).statement;
    let cursor: string | undefined;
    let count = 0;
    const seen = new Map<string, number>();
    do {
      const request = { day, currency, pageMax: PAGE_MAX, ...(cursor === undefined ? {} : { cursor }) };
      const page = await this.calls.call(contract, request);
      await upsertStatementLines(this.database, { partner, currency, day }, named(page.lines, seen));
      count += page.lines.length;
      cursor = page.nextCursor;
      await progress(`${partner} ${currency} ${day}: ${count} statement lines`);
    } while (cursor !== undefined);
    return count;
  }
}

/** A partner may show a line twice under one id: both are kept, so that matching sees the duplicate. */
function named(lines: readonly StatementLine[], seen: Map<string, number>): StatementLine[] {
  return lines.map((line) => {
    const times = (seen.get(line.lineId) ?? 0) + 1;
    seen.set(line.lineId, times);
    return times === 1 ? line : { ...line, lineId: `${line.lineId}#${times}` };
  });
}

function localDay(instant: Date, calendar: CalendarBody): string {
  return new Date(instant.getTime() + calendar.utcOffsetMinutes * MINUTE_MS).toISOString().slice(0, 10);
}
