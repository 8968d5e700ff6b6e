import type {
  ExpectedItem,
  FoundBreak,
  MatchResult,
  StatementItem,
  StrongKey,
  Unpaired,
} from './reconciliation.js';

// Pass 1 and 2 of domain 7.5: strong keys only. What differs is typed (domain 7.6); nothing is repaired here.

export interface MatchInput {
  readonly day: string;
  readonly strongKey: StrongKey;
  /** Items of the day and of its neighbours. */
  readonly expected: readonly ExpectedItem[];
  /** Lines of the day and of its neighbours. */
  readonly lines: readonly StatementItem[];
  /** Local day of an instant in the partner's calendar. */
  readonly dayOf: (instant: Date) => string;
  /** Younger than this instant: the other side may not have it yet. */
  readonly settledBefore: Date;
}

/** Compares our items of a day with the partner's statement of that day. Pure. */
export function matchDay(input: MatchInput): MatchResult {
  const lines = groupLines(input);
  const known = new Set<string>();
  const breaks: FoundBreak[] = [];
  const judged: string[] = [];
  let matched = 0;
  let waiting = 0;
  for (const item of input.expected) {
    const key = keyOfItem(item, input.strongKey);
    known.add(key);
    const own = lines.get(key) ?? [];
    if (input.dayOf(item.endedAt) !== input.day && !own.some((line) => line.day === input.day)) continue;
    const verdict = judge(item, key, own, input);
    if (verdict !== 'waiting') judged.push(key);
    if (verdict === 'matched') matched += 1;
    else if (verdict === 'waiting') waiting += 1;
    else breaks.push(...verdict);
  }
  for (const [key, own] of lines) {
    if (known.has(key)) continue;
    const mine = own.filter((line) => line.day === input.day && line.status === 'booked');
    const first = mine[0];
    if (first === undefined) continue;
    if (first.bookedAt >= input.settledBefore) waiting += 1;
    else breaks.push(missingAtUs(key, first), ...duplicates(key, mine, undefined));
  }
  return { matched, breaks, waiting, judged };
}

/** What to look for beyond the neighbouring days: an unknown outcome may take days to end. Pure. */
export function unpaired(input: MatchInput): Unpaired {
  const lines = groupLines(input);
  const items = input.expected.map((item) => ({ item, key: keyOfItem(item, input.strongKey) }));
  const known = new Set(items.map(({ key }) => key));
  return {
    items: items
      .filter(({ item, key }) => input.dayOf(item.endedAt) === input.day && !lines.has(key))
      .map(({ key }) => key),
    lines: [...lines]
      .filter(([key, own]) => !known.has(key) && own.some((line) => line.day === input.day))
      .map(([key]) => key),
  };
}

function keyOfItem(item: ExpectedItem, strongKey: StrongKey): string {
  return strongKey === 'uetr' ? item.uetr : (item.partnerRef ?? `${item.paymentId}:${item.leg}`);
}

function groupLines({ lines, strongKey }: MatchInput): Map<string, StatementItem[]> {
  const groups = new Map<string, StatementItem[]>();
  for (const line of lines) {
    const key = (strongKey === 'uetr' ? line.uetr : line.partnerRef) ?? line.lineId;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [line]);
    else group.push(line);
  }
  return groups;
}

function judge(
  item: ExpectedItem,
  key: string,
  own: readonly StatementItem[],
  input: MatchInput,
): 'matched' | 'waiting' | FoundBreak[] {
  const booked = own.filter((line) => line.status === 'booked');
  const first = booked[0];
  if (!item.booked)
    return first === undefined
      ? 'matched'
      : [conflict(item, key, first.amountMinor, 'the partner booked it')];
  if (first === undefined) {
    if (own.some((line) => line.status === 'rejected'))
      return [conflict(item, key, undefined, 'the partner rejected it')];
    if (own.length > 0 || item.endedAt >= input.settledBefore) return 'waiting';
    return [missingAtPartner(item, key)];
  }
  const found = [
    ...amountBreak(item, key, first),
    ...duplicates(key, booked, item),
    ...timingBreak(item, key, first, input),
  ];
  return found.length === 0 ? 'matched' : found;
}

function missingAtPartner(item: ExpectedItem, key: string): FoundBreak {
  return {
    type: 'MISSING_AT_PARTNER',
    severity: 2,
    key,
    paymentId: item.paymentId,
    ourMinor: item.amountMinor,
    detail: `our ${item.leg} leg is ${item.state}; the statement has no line for it`,
  };
}

function missingAtUs(key: string, line: StatementItem): FoundBreak {
  return {
    type: 'MISSING_AT_US',
    severity: 1,
    key,
    theirMinor: line.amountMinor,
    detail: `statement line ${line.lineId} belongs to no payment that ended here`,
  };
}

function conflict(item: ExpectedItem, key: string, theirMinor: bigint | undefined, what: string): FoundBreak {
  return {
    type: 'STATUS_CONFLICT',
    severity: 1,
    key,
    paymentId: item.paymentId,
    ourMinor: item.amountMinor,
    theirMinor,
    detail: `our payment is ${item.state}, but ${what}`,
  };
}

function amountBreak(item: ExpectedItem, key: string, line: StatementItem): FoundBreak[] {
  if (line.amountMinor === item.amountMinor) return [];
  return [
    {
      type: 'AMOUNT',
      severity: 2,
      key,
      paymentId: item.paymentId,
      ourMinor: item.amountMinor,
      theirMinor: line.amountMinor,
      detail: `the amounts of our ${item.leg} leg and of line ${line.lineId} differ`,
    },
  ];
}

function duplicates(
  key: string,
  booked: readonly StatementItem[],
  item: ExpectedItem | undefined,
): FoundBreak[] {
  if (booked.length < 2) return [];
  return [
    {
      type: 'DUPLICATE',
      severity: 1,
      key,
      paymentId: item?.paymentId,
      ourMinor: item?.amountMinor,
      theirMinor: booked.reduce((sum, line) => sum + line.amountMinor, 0n),
      detail: `the statement shows it ${booked.length} times: ${booked.map((line) => line.lineId).join(', ')}`,
    },
  ];
}

function timingBreak(item: ExpectedItem, key: string, line: StatementItem, input: MatchInput): FoundBreak[] {
  const ours = input.dayOf(item.endedAt);
  if (ours === line.day) return [];
  return [
    {
      type: 'TIMING',
      severity: 3,
      key,
      paymentId: item.paymentId,
      ourMinor: item.amountMinor,
      theirMinor: line.amountMinor,
      detail: `ours on ${ours}, theirs on ${line.day}`,
    },
  ];
}
