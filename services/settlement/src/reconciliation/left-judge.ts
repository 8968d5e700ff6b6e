import { createHash } from 'node:crypto';
import { paymentIdOfLegKey, legKeyOf, type StatementProof } from '@tonle/contracts';
import type { Transaction } from '@tonle/persistence';
import type { Random } from '@tonle/platform';
import type { CompareRequest } from './engine.js';
import { localDay } from './local-day.js';
import { noteJudged, type FoundDifference } from './match.store.js';
import {
  differenceOf,
  keyOfItem,
  keyOfLine,
  matchDay,
  type MatchInput,
  type Tolerance,
} from './reconciliation.decide.js';
import { expectedItemsOf, itemsOfPayments } from './reconciliation.store.js';
import type { ExpectedItem, JudgedBreak, MatchResult, StatementItem } from './reconciliation.js';
import { edgeMsOf, feeOfNetwork, ruleId, type RuleSet } from './rule-set.store.js';
import { isUuid, otherCurrencies, statementLinesOf, takenDaysOf } from './statement.store.js';
import { leftBatch, type LeftBatch } from './workspace.store.js';

/** Asks routing which payments of lines it has: those that are open have no other home. By strong key. */
export type KnownPayments = (
  lines: readonly StatementItem[],
  strongKey: CompareRequest['target']['strongKey'],
) => Promise<ReadonlyMap<string, string>>;

/** Pass 2 of domain 7.5: keys that pass 1 left, in their order, a batch at a time. */
export class LeftJudge {
  readonly counts = { ours: 0, matched: 0, waiting: 0, open: 0 };
  readonly proofs: StatementProof[] = [];
  private readonly hash = createHash('sha256');
  private readonly rules: { readonly exact: string; readonly differs: string };
  private readonly terms: Pick<MatchInput, 'fee' | 'edgeMs'>;
  private tolerance: Tolerance | undefined;
  private taken: ReadonlySet<string> | undefined;

  constructor(
    private readonly transaction: Transaction,
    private readonly random: Random,
    private readonly known: KnownPayments,
    ruleSet: RuleSet,
    private readonly request: CompareRequest,
  ) {
    this.rules = { exact: ruleId(ruleSet, 1), differs: ruleId(ruleSet, 2) };
    const { partner, currency } = request.target;
    const fee = feeOfNetwork(ruleSet, request.target);
    this.terms = { edgeMs: edgeMsOf(ruleSet), ...(fee !== undefined && { fee }) };
    const found = ruleSet.rules.tolerances.find(
      (each) => each.partner === partner && each.currency === currency,
    );
    if (found !== undefined)
      this.tolerance = { itemMinor: BigInt(found.itemMinor), leftMinor: BigInt(found.dayMinor) };
  }

  /** SHA-256 over all that was looked at. */
  digest(): string {
    return this.hash.digest('hex');
  }

  async batch(first: number, max: number): Promise<void> {
    const input = await this.sidesOf(await leftBatch(this.transaction, first, max));
    const result = matchDay(input);
    this.hash.update(JSON.stringify(seen(input)));
    const { counts } = this;
    counts.ours += result.ours;
    counts.matched += result.matched;
    counts.waiting += result.waiting;
    counts.open += result.open;
    this.proofs.push(...result.proofs);
    const found = await this.differences(result, input);
    if (this.tolerance !== undefined) {
      const spent = found.reduce(
        (sum, each) => (each.type === 'ROUNDING' ? sum + differenceOf(each) : sum),
        0n,
      );
      this.tolerance = { ...this.tolerance, leftMinor: this.tolerance.leftMinor - spent };
    }
    await noteJudged(this.transaction, {
      agreed: result.agreed,
      found,
      judged: result.judged,
      rules: this.rules,
    });
  }

  /** Both sides of the day and its neighbours, and of any day under keys that do not agree there or have a break. */
  private async sidesOf({ broken, items, lines }: LeftBatch): Promise<MatchInput> {
    const { transaction } = this;
    const { target, day, settledBefore } = this.request;
    const { currency, strongKey, side, calendar } = target;
    this.taken ??= await takenDaysOf(transaction, target);
    const near: MatchInput = {
      ...{ day, currency, strongKey, side, settledBefore, taken: this.taken },
      ...this.terms,
      expected: items,
      lines,
      broken: new Set(),
      open: new Map(),
      dayOf: (instant) => localDay(instant, calendar),
      ...(this.tolerance !== undefined && { tolerance: this.tolerance }),
    };
    const keys = [...new Set([...matchDay(near).breaks.map(({ key }) => key), ...broken])].sort();
    const farItems = await expectedItemsOf(transaction, target, strongKey, keys);
    const farLines = await statementLinesOf(transaction, target, strongKey, keys);
    const expected = distinct([...items, ...farItems], ({ paymentId, leg }) => `${paymentId}:${leg}`);
    const both = distinct([...lines, ...farLines], (line) => `${line.day} ${line.lineId}`);
    const ended = new Set(expected.map((item) => keyOfItem(item, strongKey)));
    const alone = both.filter((line) => !ended.has(keyOfLine(line, strongKey)));
    const open = alone.length === 0 ? near.open : await this.known(alone, strongKey);
    const shownLegs = await this.shownLegsOf(alone);
    return { ...near, broken, expected, lines: both, open, shownLegs };
  }

  /** Of the legs that lines alone name those that the statements show under their own keys. */
  private async shownLegsOf(alone: readonly StatementItem[]): Promise<ReadonlyMap<string, ExpectedItem>> {
    const { target } = this.request;
    const named = new Set(alone.flatMap(({ legKey }) => legKey ?? []));
    const paymentIds = [...named].map(paymentIdOfLegKey).filter(isUuid);
    if (paymentIds.length === 0) return new Map();
    const items = (await itemsOfPayments(this.transaction, target, paymentIds)).filter((item) =>
      named.has(legKeyOf(item.paymentId, item.leg)),
    );
    const keys = items.map((item) => keyOfItem(item, target.strongKey));
    const lines = await statementLinesOf(this.transaction, target, target.strongKey, keys);
    const shown = new Set(
      lines.flatMap((line) => (line.status === 'booked' ? [keyOfLine(line, target.strongKey)] : [])),
    );
    return new Map(
      items
        .filter((item) => shown.has(keyOfItem(item, target.strongKey)))
        .map((item) => [legKeyOf(item.paymentId, item.leg), item]),
    );
  }

  /** What is found, as it is kept; what is missing there and stands in another currency's statement is of another type. */
  private async differences(result: MatchResult, input: MatchInput): Promise<FoundDifference[]> {
    const { strongKey } = input;
    const { day, target } = this.request;
    const missing = result.breaks.flatMap(({ type, key }) => (type === 'MISSING_AT_PARTNER' ? [key] : []));
    const elsewhere = await otherCurrencies(this.transaction, this.request.target, strongKey, missing);
    const items = groupsOf(input.expected, (item) => keyOfItem(item, strongKey));
    const lines = groupsOf(input.lines, (line) => keyOfLine(line, strongKey));
    const parts = new Map<string, number>();
    return result.breaks.map((each) => {
      const name = `${each.type} ${each.key} ${each.isOfDay}`;
      const part = parts.get(name) ?? 0;
      parts.set(name, part + 1);
      const about = aboutOf(each, items.get(each.key) ?? [], lines.get(each.key) ?? []);
      const other = each.type === 'MISSING_AT_PARTNER' ? elsewhere.get(each.key) : undefined;
      return {
        ...(other === undefined ? each : inOtherCurrency(each, other)),
        breakId: this.random.id(this.request.now.getTime()),
        part,
        ...about,
        day: each.isOfDay || about.at === null ? day : localDay(about.at, target.calendar),
      };
    });
  }
}

function inOtherCurrency(found: JudgedBreak, currency: string): JudgedBreak {
  return {
    ...found,
    type: 'CURRENCY',
    detail: `${found.detail} in this currency; that of ${currency} has one`,
  };
}

/** Direction, time and line, which suggestions are looked for by. */
function aboutOf(
  found: JudgedBreak,
  items: readonly ExpectedItem[],
  lines: readonly StatementItem[],
): Pick<FoundDifference, 'leg' | 'at' | 'lineId'> {
  const item = items.find(({ paymentId }) => paymentId === found.paymentId);
  const line = lines.find(({ status }) => status === 'booked');
  const at = item?.endedAt ?? line?.bookedAt ?? null;
  return { leg: item?.leg ?? line?.leg ?? null, at, lineId: line?.lineId ?? null };
}

function groupsOf<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}

/** All that decides, in an order that is the same each time. */
function seen(input: MatchInput): unknown[] {
  const { expected, lines, broken, open, settledBefore, shownLegs, taken } = input;
  return [
    expected.map((item) => [
      ...[item.paymentId, item.leg, item.state, item.partnerRef, item.amountMinor.toString()],
      ...[item.booked, item.endedAt.getTime(), item.endedAt >= settledBefore, item.counterMinor.toString()],
    ]),
    lines.map((line) => [
      ...[
        line.lineId,
        line.day,
        line.uetr,
        line.partnerRef,
        line.legKey,
        line.leg,
        line.amountMinor.toString(),
      ],
      ...[line.status, line.bookedAt.getTime(), line.bookedAt >= settledBefore],
      ...[line.counterMinor?.toString(), line.feeMinor?.toString(), line.refundOf],
    ]),
    [...broken].sort(),
    [...open].sort(([one], [other]) => (one < other ? -1 : 1)),
    [...(shownLegs?.keys() ?? [])].sort(),
    besideOf(input).filter((day) => taken?.has(day) === true),
  ];
}

/** Days, beside those of items near to midnight, whose statement decides about them. */
function besideOf({ expected, edgeMs = 0, dayOf }: MatchInput): string[] {
  const days = expected.flatMap(({ endedAt }) =>
    [edgeMs, -edgeMs].map((ms) => dayOf(new Date(endedAt.getTime() + ms))),
  );
  return [...new Set(days)].sort();
}

function distinct<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
