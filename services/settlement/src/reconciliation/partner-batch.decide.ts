import { counted } from '@tonle/contracts';
import { minorText } from '@tonle/money';
import type {
  BatchCycle,
  BatchSides,
  BatchFinding,
  BatchPayment,
  BatchVerdict,
  PartnerBatch,
} from './partner-batch.js';

// The level P-B of domain 7.5: batches of networks against lines of banks, one to one or several to several. Pure.

/** By which its break is known, by the day of the statement first. */
export function batchKey(batch: PartnerBatch): string {
  return `${dayPrefix(batch.day)}${nameOf(batch)}`;
}

/** What all keys of a day begin with. */
export const dayPrefix = (day: string): string => `batch ${day} `;

/** As the network has it: once, whenever it is told. */
const nameOf = ({ account, batchId, agreement }: PartnerBatch): string =>
  [account, batchId, ...(agreement === '' ? [] : [agreement])].join(' ');

/** What came of each batch: of its own sums, and of its money at the bank. Whatever order things are in, it is the same. */
export function judgeBatches(facts: BatchSides, currency: string): readonly BatchVerdict[] {
  const batches = [...facts.batches].sort(byTime);
  const firsts = new Map<string, PartnerBatch>();
  for (const batch of [...batches].sort((a, b) => (a.day < b.day ? -1 : 1)))
    if (!firsts.has(nameOf(batch))) firsts.set(nameOf(batch), batch);
  const firstOf = (batch: PartnerBatch): PartnerBatch => firsts.get(nameOf(batch))!;
  const counting = batches.filter((batch) => firstOf(batch) === batch);
  const judged = groupsOf(counting, facts).flatMap((group) => judgeGroup(group, facts, currency));
  const again = batches.filter((batch) => firstOf(batch) !== batch);
  return [...judged, ...again.map((batch) => repeated(batch, firstOf(batch), currency))].sort((a, b) =>
    byTime(a.batch, b.batch),
  );
}

/** Told again with the statement of another day: the first one counts. */
function repeated(batch: PartnerBatch, first: PartnerBatch, currency: string): BatchVerdict {
  const said = `the statement of ${first.day} told it with ${minorText(first.netMinor, currency)}; this one is not settled again`;
  return {
    ...{ batch, key: batchKey(batch), paidMinor: 0n, sources: [], kind: 'differs', isExact: false },
    findings: [
      {
        type: 'DUPLICATE',
        ourMinor: first.netMinor,
        theirMinor: batch.netMinor,
        detail: `told twice: ${said}`,
      },
    ],
  };
}

/** Batches that are paid together, with what paid them. */
export interface BatchGroup {
  readonly batches: readonly PartnerBatch[];
  readonly payments: readonly BatchPayment[];
}

/**
 * Which payments are for which batches: those that name it, and those that cover the nets of its days. What is joined by one payment
 * belongs together. A payment for no batch is in no group.
 */
export function groupsOf(
  batches: readonly PartnerBatch[],
  { payments, toldCycles }: Pick<BatchSides, 'payments' | 'toldCycles'>,
): readonly BatchGroup[] {
  const groups = new Map(batches.map((batch) => [batch, new Set([batch])]));
  const paidBy = new Map<PartnerBatch, BatchPayment[]>();
  for (const payment of payments) {
    const [first, ...others] = batches.filter((batch) => isFor(payment, batch, toldCycles));
    if (first === undefined) continue;
    paidBy.set(first, [...(paidBy.get(first) ?? []), payment]);
    for (const other of others) {
      const joined = new Set([...groups.get(first)!, ...groups.get(other)!]);
      for (const each of joined) groups.set(each, joined);
    }
  }
  return [...new Set(groups.values())].map((group) => ({
    batches: [...group].sort(byTime),
    payments: [...group]
      .flatMap((batch) => paidBy.get(batch) ?? [])
      .sort((a, b) => (a.source < b.source ? -1 : 1)),
  }));
}

function isFor(
  { references, windowDays }: BatchPayment,
  batch: PartnerBatch,
  toldCycles: BatchSides['toldCycles'],
): boolean {
  const { reference } = batch;
  if (reference !== null && references.includes(reference)) return true;
  return windowDays.length > 0 && daysOf(batch, toldCycles).some((day) => windowDays.includes(day));
}

/**
 * Payments of days that the network has passed over: they are for no batch, and later days are settled already. Of each its day.
 */
export function strayPayments(
  facts: BatchSides,
): readonly { readonly payment: BatchPayment; readonly day: string }[] {
  const { batches, payments, toldCycles, takenDays } = facts;
  const newest =
    batches
      .flatMap((batch) => daysOf(batch, toldCycles))
      .sort()
      .at(-1) ?? '';
  return payments.flatMap((payment) => {
    const [day] = payment.windowDays;
    const isStray =
      day !== undefined &&
      day < newest &&
      takenDays.has(day) &&
      !batches.some((batch) => isFor(payment, batch, toldCycles));
    return isStray ? [{ payment, day }] : [];
  });
}

/** Local days whose payments it settles: as it says, as the statement of its cycle does, or that of its own. */
function daysOf(batch: PartnerBatch, toldCycles: BatchSides['toldCycles']): readonly string[] {
  const days = batch.cycles.map(
    (cycle) => cycle.day ?? toldCycles.find((told) => isSameCycle(told, cycle))?.day ?? batch.day,
  );
  return days.length === 0 ? [batch.day] : [...new Set(days)].sort();
}

function judgeGroup({ batches, payments }: BatchGroup, facts: BatchSides, currency: string): BatchVerdict[] {
  const paid = payments.reduce((sum, { minor }) => sum + minor, 0n);
  const shares = sharesOf(
    batches.map(({ netMinor }) => netMinor),
    paid,
  );
  const isAlone = batches.length === 1 && payments.length <= 1;
  const sources = payments.map(({ source }) => source);
  return batches.map((batch, index) => {
    const paidMinor = shares[index]!;
    const due = dueOf(batch, facts);
    const isDue = due !== undefined && facts.coveredUpTo !== undefined && due <= facts.coveredUpTo;
    const differs = differenceOf(batch, { paidMinor, due, isDue, parts: payments.length }, currency);
    const late = lateOf(payments, due);
    const found = [...totalFindings(batch, facts, currency), ...differs, ...late];
    const isPaid = paidMinor === batch.netMinor;
    const kind = found.length > 0 ? 'differs' : isPaid ? 'matched' : 'waits';
    return {
      batch,
      key: batchKey(batch),
      paidMinor,
      sources,
      kind,
      isExact: isAlone && isPaid,
      findings: found,
    };
  });
}

/**
 * What of a payment is for each of several nets, in their order: those that go the other way are taken for settled in it, the others
 * get what is left one after the other, the last one all of it. The shares always sum to the payment.
 */
export function sharesOf(nets: readonly bigint[], paid: bigint): readonly bigint[] {
  const total = nets.reduce((sum, net) => sum + net, 0n);
  const isAlong = (net: bigint): boolean => (total < 0n ? net < 0n : net > 0n);
  const last = nets.some(isAlong) ? nets.findLastIndex(isAlong) : nets.length - 1;
  let left = paid - nets.reduce((sum, net, index) => (isAlong(net) || index === last ? sum : sum + net), 0n);
  return nets.map((net, index) => {
    if (index === last) return left;
    if (!isAlong(net)) return net;
    const share = clamped(left, net);
    left -= share;
    return share;
  });
}

/** Of what is left no more than the net, and nothing of the other way. */
function clamped(left: bigint, net: bigint): bigint {
  if (left === 0n || left > 0n !== net > 0n) return 0n;
  return net > 0n ? (left < net ? left : net) : left > net ? left : net;
}

/** The day on which it has to be paid: its value date, or that of the instruction for its days. */
function dueOf(batch: PartnerBatch, { instructed, toldCycles }: BatchSides): string | undefined {
  if (batch.valueDate !== null) return batch.valueDate;
  return daysOf(batch, toldCycles)
    .flatMap((day) => instructed.get(day) ?? [])
    .sort()
    .at(-1);
}

function differenceOf(
  { netMinor }: PartnerBatch,
  {
    paidMinor,
    due,
    isDue,
    parts,
  }: { paidMinor: bigint; due?: string | undefined; isDue: boolean; parts: number },
  currency: string,
): BatchFinding[] {
  if (paidMinor === netMinor) return [];
  const isMore = netMinor >= 0n ? paidMinor > netMinor : paidMinor < netMinor;
  if (!isDue && !isMore) return [];
  const [ourMinor, theirMinor] = netMinor < 0n ? [-netMinor, -paidMinor] : [netMinor, paidMinor];
  const whose = netMinor < 0n ? 'we owe it' : 'the network owes it';
  const what = `${minorText(ourMinor, currency)} (${whose}${due === undefined ? '' : `, due ${due}`})`;
  const moved = `${minorText(theirMinor, currency)} in ${counted(parts, 'part')}`;
  const detail = `${what}: the bank has moved ${moved}`;
  return [{ type: parts === 0 ? 'BATCH_LATE' : 'BATCH_SHORT', ...dueOn(due), ourMinor, theirMinor, detail }];
}

const dueOn = (day: string | undefined) => (day === undefined ? {} : { day });

/** Paid, with a later value date than it has. */
function lateOf(payments: readonly BatchPayment[], due: string | undefined): BatchFinding[] {
  const last = payments
    .flatMap(({ valueDate }) => valueDate ?? [])
    .sort()
    .at(-1);
  if (due === undefined || last === undefined || last <= due) return [];
  return [{ type: 'BATCH_LATE', day: due, detail: `due ${due}, paid with value date ${last}` }];
}

/** Its own sum, and its cycles as the statements of their days told them. */
function totalFindings(batch: PartnerBatch, facts: BatchSides, currency: string): BatchFinding[] {
  const sum = batch.cycles.reduce((all, { netMinor }) => all + netMinor, 0n);
  const said = (minor: bigint): string => minorText(minor, currency);
  const wrong = (ourMinor: bigint, theirMinor: bigint, detail: string): BatchFinding => ({
    ...{ type: 'FILE_TOTAL', ourMinor, theirMinor },
    detail: `${detail}; ask the network for the file again`,
  });
  if (sum !== batch.netMinor)
    return [wrong(sum, batch.netMinor, `it is ${said(batch.netMinor)}, and its cycles are ${said(sum)}`)];
  const [first] = batch.cycles.flatMap((cycle) => cycleFault(cycle, facts, said) ?? []);
  return first === undefined ? [] : [wrong(first.ourMinor, first.theirMinor, first.detail)];
}

function cycleFault(
  cycle: BatchCycle,
  { toldCycles, takenDays }: BatchSides,
  said: (minor: bigint) => string,
): { readonly ourMinor: bigint; readonly theirMinor: bigint; readonly detail: string } | undefined {
  const { cycleId, day, count, netMinor: theirMinor } = cycle;
  const settles = `it settles ${counted(count, 'payment')} for ${said(theirMinor)} of cycle ${cycleId}`;
  const told = toldCycles.filter((each) => isSameCycle(each, cycle));
  if (told.length === 0)
    return day !== undefined && takenDays.has(day)
      ? { ourMinor: 0n, theirMinor, detail: `${settles}, which the statement of ${day} does not have` }
      : undefined;
  const items = told.reduce((sum, each) => sum + each.count, 0);
  const ourMinor = told.reduce((sum, each) => sum + each.netMinor, 0n);
  return items === count && ourMinor === theirMinor
    ? undefined
    : { ourMinor, theirMinor, detail: `${settles}, whose items are ${items} for ${said(ourMinor)}` };
}

const isSameCycle = (one: BatchCycle, other: BatchCycle): boolean =>
  one.account === other.account && one.cycleId === other.cycleId;

/** The oldest due first, so that what is left over goes to the newest. */
function byTime(a: PartnerBatch, b: PartnerBatch): number {
  const [one, other] = [a, b].map((batch) =>
    [batch.valueDate ?? '', batch.day, batchKey(batch)].join(' '),
  ) as [string, string];
  return one < other ? -1 : one > other ? 1 : 0;
}
