import type { LegKind, StatementProof } from '@tonle/contracts';
import { magnitude } from '@tonle/money';
import {
  amountBreak,
  conflict,
  duplicates,
  missingAtPartner,
  missingAtUs,
  refundUnmatched,
  secondOfLeg,
  timingBreak,
  waitingForFile,
} from './found-break.decide.js';
import { feeBreak, rateBreak, type FeeFormula } from './line-terms.decide.js';
import type {
  AgreedItem,
  ExpectedItem,
  FoundBreak,
  MatchResult,
  StatementItem,
  StrongKey,
} from './reconciliation.js';
import { proofOf, type StandingLines } from './statement-proof.decide.js';

// Pass 1 and 2 of domain 7.5: strong keys only. What differs is typed (domain 7.6); nothing is repaired here.

export interface MatchInput {
  readonly day: string;
  readonly currency: string;
  readonly strongKey: StrongKey;
  /** Items of the day and of its neighbours, and those under keys that are looked at whatever their day. */
  readonly expected: readonly ExpectedItem[];
  /** Lines, likewise. */
  readonly lines: readonly StatementItem[];
  /** Keys under which a break is open: judged again in every run, so that whoever corrects it ends it. */
  readonly broken: ReadonlySet<string>;
  /** Payments of lines, by key, that routing has: one has not ended yet, or its end is on the way to us. */
  readonly open: ReadonlyMap<string, string>;
  /** Local day of an instant in the partner's calendar. */
  readonly dayOf: (instant: Date) => string;
  /** Younger than this instant: the other side may not have it yet. */
  readonly settledBefore: Date;
  /** A partner network, or the home rail; absent: nobody asks. */
  readonly side?: 'home' | 'partner';
  /** Differences so small are no claim, as long as the day's sum allows; absent: none are. */
  readonly tolerance?: Tolerance;
  /** Days, beside this one, whose statement is here. */
  readonly taken?: ReadonlySet<string>;
  /** So near to midnight the other side may have it on the day beside; 0 or absent: nothing waits for a file. */
  readonly edgeMs?: number;
  /** What the network takes of each payment, by its contract; absent: fees are not compared. */
  readonly fee?: FeeFormula;
  /** Items that the statement shows under their own keys, by leg key: a line that names one under another key is its second. */
  readonly shownLegs?: ReadonlyMap<string, ExpectedItem>;
}

/** What a partner's own conversion may differ by. */
export interface Tolerance {
  readonly itemMinor: bigint;
  /** What is left of the day's. */
  readonly leftMinor: bigint;
}

/** Compares our items of a day with the partner's statement of that day. Pure. */
export function matchDay(input: MatchInput): MatchResult {
  const lines = groupLines(input);
  const verdicts: Judged[] = [];
  const proofs: StatementProof[] = [];
  const items = input.expected.map((item) => {
    const key = keyOfItem(item, input.strongKey);
    const own = lines.get(key) ?? [];
    const isOfDay = input.dayOf(item.endedAt) === input.day || own.some(({ day }) => day === input.day);
    return { key, item, own, isOfDay };
  });
  const known = new Set(items.map(({ key }) => key));
  // All items of one key are judged in the same run: else a break of one would have the others looked at in the next.
  const looked = new Set(items.filter(({ isOfDay }) => isOfDay).map(({ key }) => key));
  for (const of of items)
    if (looked.has(of.key) || input.broken.has(of.key))
      verdicts.push({ ...of, verdict: judge(of.item, of.key, of.own, input) });
  for (const [key, own] of lines) {
    if (known.has(key)) continue;
    const isOfDay = own.some(({ day }) => day === input.day);
    const paymentId = input.open.get(key);
    if (isOfDay && paymentId !== undefined)
      proofs.push(...proofOf(own, bookedOf(own, undefined), input.currency, paymentId));
    if (isOfDay || input.broken.has(key))
      verdicts.push({ key, own, isOfDay, verdict: judgeAlone(key, own, input) });
  }
  return { ...resultOf(rounded(verdicts, input.tolerance), input.broken), proofs };
}

type Verdict = 'matched' | 'nothing' | 'waiting' | 'open' | FoundBreak[];

interface Judged {
  readonly key: string;
  /** Absent for lines alone. */
  readonly item?: ExpectedItem;
  readonly own: readonly StatementItem[];
  readonly isOfDay: boolean;
  readonly verdict: Verdict;
}

/** Amounts that differ by no more than the tolerance are rounding, in the order of the items, while the day's sum lasts. */
function rounded(verdicts: readonly Judged[], tolerance: Tolerance | undefined): readonly Judged[] {
  if (tolerance === undefined) return verdicts;
  let left = tolerance.leftMinor;
  return verdicts.map((judged) => {
    const { verdict, isOfDay } = judged;
    const [found] = typeof verdict === 'string' || verdict.length > 1 ? [] : verdict;
    const differs = found?.type === 'AMOUNT' && isOfDay ? differenceOf(found) : 0n;
    if (differs === 0n || differs > tolerance.itemMinor || differs > left) return judged;
    left -= differs;
    const detail = `${found!.detail}, by no more than the tolerance`;
    return { ...judged, verdict: [{ ...found!, type: 'ROUNDING' as const, detail }] };
  });
}

/** By how much the two amounts of a break differ. */
export function differenceOf({ ourMinor = 0n, theirMinor = 0n }: FoundBreak): bigint {
  return magnitude(ourMinor - theirMinor);
}

function resultOf(verdicts: readonly Judged[], broken: ReadonlySet<string>): Omit<MatchResult, 'proofs'> {
  const ours = verdicts.filter(
    ({ item, isOfDay, verdict }) => item !== undefined && isOfDay && verdict !== 'nothing',
  );
  const count = (of: readonly Judged[], wanted: Verdict): number =>
    of.filter(({ verdict }) => verdict === wanted).length;
  const left = new Set(verdicts.filter(({ verdict }) => verdict === 'waiting').map(({ key }) => key));
  const looked = [...verdicts.map(({ key }) => key), ...broken];
  return {
    ours: ours.length,
    matched: count(ours, 'matched'),
    waiting: count(ours, 'waiting'),
    open: verdicts.filter(
      ({ item, isOfDay, verdict }) =>
        item === undefined && isOfDay && (verdict === 'open' || verdict === 'waiting'),
    ).length,
    breaks: verdicts.flatMap(({ verdict, isOfDay }) =>
      typeof verdict === 'string' ? [] : verdict.map((found) => ({ ...found, isOfDay })),
    ),
    judged: [...new Set(looked)].filter((key) => !left.has(key)),
    agreed: ours.flatMap(({ key, item, own, verdict }) =>
      verdict === 'matched' ? [agreedOf(key, item!, own)] : [],
    ),
  };
}

function agreedOf(key: string, item: ExpectedItem, own: readonly StatementItem[]): AgreedItem {
  const line = own.find(({ status }) => status === 'booked');
  return { key, item, line, isExact: item.booked && line !== undefined && own.length === 1 };
}

/** What finds an item for certain in the statements of its network. */
export function keyOfItem(item: ExpectedItem, strongKey: StrongKey): string {
  return strongKey === 'uetr' ? item.uetr : (item.partnerRef ?? `${item.paymentId}:${item.leg}`);
}

/** What finds a line for certain among our items; its own id, when it has nothing of the kind. */
export function keyOfLine(line: StatementItem, strongKey: StrongKey): string {
  return (strongKey === 'uetr' ? line.uetr : line.partnerRef) ?? line.lineId;
}

/** Lines by key. One that two days show with the same id and time is one. */
function groupLines({
  lines,
  strongKey,
}: Pick<MatchInput, 'lines' | 'strongKey'>): Map<string, StatementItem[]> {
  const groups = new Map<string, StatementItem[]>();
  const seen = new Set<string>();
  for (const line of lines) {
    const shown = JSON.stringify([line.lineId, line.status, line.bookedAt.getTime()]);
    if (seen.has(shown)) continue;
    seen.add(shown);
    const key = keyOfLine(line, strongKey);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [line]);
    else group.push(line);
  }
  return groups;
}

/** Booked lines, those that undo each other left out. `leg`: undefined when no item says which direction is right. */
function bookedOf(own: readonly StatementItem[], leg: LegKind | undefined): StandingLines {
  const booked = own.filter(({ status }) => status === 'booked');
  const first = leg ?? booked.find((line) => line.leg !== 'reversal')?.leg ?? null;
  const isBack = (line: StatementItem): boolean => line.leg !== null && first !== null && line.leg !== first;
  const forth = booked.filter((line) => !isBack(line));
  const back = booked.filter(isBack).filter((line) => {
    const undoes = forth.findIndex(({ amountMinor }) => amountMinor === line.amountMinor);
    if (undoes >= 0) forth.splice(undoes, 1);
    return undoes < 0;
  });
  return { forth, back, undone: forth.length + back.length < booked.length };
}

function judge(item: ExpectedItem, key: string, own: readonly StatementItem[], input: MatchInput): Verdict {
  const { forth, back, undone } = bookedOf(own, item.leg);
  const [first] = forth;
  const [returned] = back;
  if (!item.booked) {
    const moved = first ?? returned;
    if (moved !== undefined) return [conflict(item, key, moved.amountMinor, 'the partner booked it')];
    return own.length === 0 ? 'nothing' : 'matched';
  }
  if (returned !== undefined) {
    const backMinor = back.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
    if (backMinor > item.amountMinor)
      return [refundUnmatched(key, backMinor, returned, input.currency, item)];
    return [conflict(item, key, returned.amountMinor, `line ${returned.lineId} goes the other way`)];
  }
  if (first === undefined) {
    if (undone) return [conflict(item, key, 0n, 'the partner took it back')];
    if (own.some((line) => line.status === 'rejected')) {
      const found = conflict(item, key, undefined, 'the partner rejected it');
      // Domain 6.10: we paid the payee, and the partner did not charge its payer.
      const isLoss = input.side === 'partner' && item.leg === 'debit' && item.state === 'COMPLETED';
      return [isLoss ? { ...found, type: 'PARTNER_FAILED_WE_PAID' } : found];
    }
    if (own.length > 0 || item.endedAt >= input.settledBefore) return 'waiting';
    const beside = dayToCome(item, input);
    return [beside === undefined ? missingAtPartner(item, key) : waitingForFile(item, key, beside)];
  }
  const found = [
    ...amountBreak(item, key, first, input.currency),
    ...rateBreak(item, key, first),
    ...feeBreak(item, key, first, input),
    ...duplicates(key, forth, item, input.currency),
    ...timingBreak(item, key, first, input),
  ];
  return found.length === 0 ? 'matched' : found;
}

/** Lines that none of our items is about. */
function judgeAlone(key: string, own: readonly StatementItem[], input: MatchInput): Verdict {
  const { forth, back } = bookedOf(own, undefined);
  const [first] = [...forth, ...back];
  if (first === undefined) return 'nothing';
  if (input.open.has(key)) return 'open';
  if (first.bookedAt >= input.settledBefore) return 'waiting';
  const leg = first.legKey === null ? undefined : input.shownLegs?.get(first.legKey);
  if (leg !== undefined) return [secondOfLeg(key, first, leg, input)];
  const returned =
    forth.length === 0 ? back[0] : forth.find((line) => line.leg === 'reversal' || line.refundOf !== null);
  const alone =
    returned === undefined
      ? missingAtUs(key, first, input.currency)
      : refundUnmatched(key, returned.amountMinor, returned, input.currency);
  return [alone, ...duplicates(key, forth, undefined, input.currency)];
}

/** The neighbouring day, when the item lies near to it and its statement is not here: it may have it (`TIMING`). */
function dayToCome({ endedAt }: ExpectedItem, { edgeMs = 0, taken, dayOf }: MatchInput): string | undefined {
  const own = dayOf(endedAt);
  const beside = [edgeMs, -edgeMs].map((ms) => dayOf(new Date(endedAt.getTime() + ms)));
  return beside.find((day) => day !== own && taken?.has(day) !== true);
}
