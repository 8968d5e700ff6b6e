import { counted, paymentIdOfLegKey, routingCalls } from '@tonle/contracts';
import type { CalendarBody } from '@tonle/directory';
import type { ServiceCalls } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { Clock, Random } from '@tonle/platform';
import type { Telemetry } from '@tonle/telemetry';
import { brokenKeys, replaceBreaks } from './break.store.js';
import { localDay, startOfDay } from './local-day.js';
import { keyOfItem, keyOfLine, matchDay, type MatchInput } from './reconciliation.decide.js';
import type { ReconciliationTarget } from './reconciliation-targets.js';
import { expectedItems, expectedItemsOf } from './reconciliation.store.js';
import type { StatementItem } from './reconciliation.js';
import { fetchStatement } from './statement-fetch.js';
import { replacementFault, replacements, sequenceFault } from './statement-sequence.decide.js';
import type { ProofFeed } from './proof-feed.js';
import { headsOf, isUuid, replaceStatement, statementLines, statementLinesOf } from './statement.store.js';

const DAY_MS = 86_400_000;
/** Younger items may be on their way to the other side. */
const SETTLING_MS = 60_000;
/** Payments that routing is asked about at once. */
const ASKED_MAX = 1_000;

/** ours = matched + waiting + those that breaks are about; `lines` are all that the statement has. */
export interface ReconciliationResult {
  readonly partner: string;
  readonly currency: string;
  readonly day: string;
  readonly lines: number;
  readonly ours: number;
  readonly matched: number;
  readonly waiting: number;
  /** Lines of payments that have not ended here yet, or that are too young. */
  readonly open: number;
  readonly breaks: Readonly<Record<string, number>>;
  readonly opened: number;
  readonly resolved: number;
  /** Payments whose outcome the statement has proven. */
  readonly proven: number;
  /** Statements of the day, taken before, that gave way: a sentence each. Their bytes are in the adapter's evidence. */
  readonly replaced: readonly string[];
}

/** Asks the partners for a day's statements and types what differs from ours. Running it again changes nothing. */
export class ReconciliationJob {
  constructor(
    private readonly database: Database,
    private readonly calls: ServiceCalls,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly telemetry: Telemetry,
    private readonly proofs: Pick<ProofFeed, 'take'>,
  ) {}

  today(calendar: CalendarBody): string {
    return localDay(new Date(this.clock.now()), calendar);
  }

  /** Rejects when the statement cannot be had, or is not whole: then the one before it stands. */
  async run(
    target: ReconciliationTarget,
    day: string,
    progress: (text: string) => Promise<void>,
  ): Promise<ReconciliationResult> {
    const { partner, currency } = target;
    const statement = { partner, currency, day };
    const startedMs = this.clock.now();
    const fetched = await fetchStatement(this.calls, target, day, (count) =>
      progress(`${partner} ${currency} ${day}: ${counted(count, 'statement line')}`),
    );
    const taken = await headsOf(this.database, statement);
    const fault =
      sequenceFault(await headsOf(this.database, statement, 1), fetched.heads) ??
      replacementFault(taken, fetched.heads);
    if (fault !== undefined) throw new Error(fault);
    await this.database.transaction((transaction) =>
      replaceStatement(transaction, statement, { ...fetched, askedAt: new Date(startedMs) }),
    );
    const replaced = replacements(taken, fetched.heads);
    for (const each of replaced) this.telemetry.log.warn(statement, `a statement was replaced: ${each}`);
    await progress(`${partner} ${currency} ${day}: matching`);
    const result = matchDay(await this.sides(target, day, startedMs));
    const ids = result.breaks.map(() => this.random.id(startedMs));
    const changed = await this.database.transaction((transaction) =>
      replaceBreaks(transaction, statement, result.breaks, result.judged, ids, new Date(startedMs)),
    );
    const proven = await this.proofs.take(target, day, result.proofs);
    const breaks: Record<string, number> = {};
    for (const found of result.breaks) breaks[found.type] = (breaks[found.type] ?? 0) + 1;
    const { ours, matched, waiting, open } = result;
    const lines = fetched.lines.length;
    return { ...statement, lines, ours, matched, waiting, open, breaks, ...changed, proven, replaced };
  }

  /** Ours and theirs of the day and its neighbours, and of any day under keys that do not agree there or have a break. */
  private async sides(target: ReconciliationTarget, day: string, startedMs: number): Promise<MatchInput> {
    const { partner, currency, corridors, side, strongKey, calendar } = target;
    const { database } = this;
    const start = startOfDay(day, calendar);
    const range = { from: new Date(start - DAY_MS), to: new Date(start + 2 * DAY_MS) };
    const selection = { corridors, currency, side, ...range };
    const near: MatchInput = {
      day,
      currency,
      strongKey,
      expected: await expectedItems(database, selection),
      lines: await statementLines(database, { partner, currency, day }),
      broken: new Set(),
      open: new Map(),
      dayOf: (instant: Date) => localDay(instant, calendar),
      settledBefore: new Date(startedMs - SETTLING_MS),
    };
    const broken = new Set(await brokenKeys(database, { partner, currency }));
    const keys = [...new Set([...matchDay(near).breaks.map(({ key }) => key), ...broken])];
    const items = await expectedItemsOf(database, selection, strongKey, keys);
    const lines = await statementLinesOf(database, { partner, currency }, strongKey, keys);
    const both = {
      ...near,
      broken,
      expected: distinct([...near.expected, ...items], ({ paymentId, leg }) => `${paymentId}:${leg}`),
      lines: distinct([...near.lines, ...lines], (line) => `${line.day} ${line.lineId}`),
    };
    return { ...both, open: await this.openKeys(both) };
  }

  /** Payments of lines alone that routing has: asked, since the open ones have no other home. */
  private async openKeys({ lines, expected, strongKey }: MatchInput): Promise<ReadonlyMap<string, string>> {
    const ended = new Set(expected.map((item) => keyOfItem(item, strongKey)));
    const alone = lines.filter((line) => !ended.has(keyOfLine(line, strongKey)));
    const open = new Map<string, string>();
    for (let from = 0; from < alone.length; from += ASKED_MAX) {
      const asked = alone.slice(from, from + ASKED_MAX);
      const paymentIds = asked.flatMap((line) => paymentIdOf(line) ?? []);
      const uetrs = asked.flatMap(({ uetr }) => uetr ?? []);
      if (paymentIds.length + uetrs.length === 0) continue;
      const { payments } = await this.calls.call(routingCalls.known, { paymentIds, uetrs });
      const known = new Map(
        payments.flatMap(({ paymentId, uetr }) => [
          [paymentId, paymentId],
          [uetr, paymentId],
        ]),
      );
      for (const line of asked) {
        const paymentId = known.get(paymentIdOf(line) ?? '') ?? known.get(line.uetr ?? '');
        if (paymentId !== undefined) open.set(keyOfLine(line, strongKey), paymentId);
      }
    }
    return open;
  }
}

function paymentIdOf({ legKey }: StatementItem): string | undefined {
  const paymentId = legKey === null ? undefined : paymentIdOfLegKey(legKey);
  return paymentId !== undefined && isUuid(paymentId) ? paymentId : undefined;
}

function distinct<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
