import { minorText } from '@tonle/money';
import type { ExpectedItem, FoundBreak, StatementItem } from './reconciliation.js';

// What differs, by its type and in words (domain 7.6). Pure.

/** What the column of an amount holds: a partner may show large lines often. */
const MINOR_MAX = 10n ** 18n - 1n;

/** Where and when it is compared. */
interface ComparedDay {
  readonly currency: string;
  readonly dayOf: (instant: Date) => string;
}

/** Ours alone. */
export function missingAtPartner(item: ExpectedItem, key: string): FoundBreak {
  return {
    type: 'MISSING_AT_PARTNER',
    key,
    paymentId: item.paymentId,
    ourMinor: item.amountMinor,
    detail: `our ${item.leg} leg is ${item.state}; the statement has no line for it`,
  };
}

/** Theirs alone. */
export function missingAtUs(key: string, line: StatementItem, currency: string): FoundBreak {
  return {
    type: 'MISSING_AT_US',
    key,
    theirMinor: line.amountMinor,
    detail: `statement line ${line.lineId} of ${minorText(line.amountMinor, currency)} belongs to no payment of ours`,
  };
}

/** Opposite outcomes. */
export function conflict(
  item: ExpectedItem,
  key: string,
  theirMinor: bigint | undefined,
  what: string,
): FoundBreak {
  return {
    type: 'STATUS_CONFLICT',
    key,
    paymentId: item.paymentId,
    ourMinor: item.amountMinor,
    theirMinor,
    detail: `our payment is ${item.state}, but ${what}`,
  };
}

/** Same key, other amount. */
export function amountBreak(
  item: ExpectedItem,
  key: string,
  line: StatementItem,
  currency: string,
): FoundBreak[] {
  if (line.amountMinor === item.amountMinor) return [];
  return [
    {
      type: 'AMOUNT',
      key,
      paymentId: item.paymentId,
      ourMinor: item.amountMinor,
      theirMinor: line.amountMinor,
      detail: `our ${item.leg} leg is of ${minorText(item.amountMinor, currency)}, line ${line.lineId} of ${minorText(line.amountMinor, currency)}`,
    },
  ];
}

/** Several lines for one key. */
export function duplicates(
  key: string,
  booked: readonly StatementItem[],
  item: ExpectedItem | undefined,
  currency: string,
): FoundBreak[] {
  if (booked.length < 2) return [];
  const sum = booked.reduce((total, line) => total + line.amountMinor, 0n);
  const isKept = sum <= MINOR_MAX;
  const lines = `${booked.length} times: ${booked.map((line) => line.lineId).join(', ')}`;
  return [
    {
      type: 'DUPLICATE',
      key,
      paymentId: item?.paymentId,
      ourMinor: item?.amountMinor,
      ...(isKept && { theirMinor: sum }),
      detail: `the statement shows it ${lines}; together ${minorText(sum, currency)}`,
    },
  ];
}

/** Both sides have it, on neighbouring days. */
export function timingBreak(
  item: ExpectedItem,
  key: string,
  line: StatementItem,
  { dayOf }: Pick<ComparedDay, 'dayOf'>,
): FoundBreak[] {
  const ours = dayOf(item.endedAt);
  if (ours === line.day) return [];
  return [
    {
      type: 'TIMING',
      key,
      paymentId: item.paymentId,
      ourMinor: item.amountMinor,
      theirMinor: line.amountMinor,
      detail: `ours on ${ours}, theirs on ${line.day}`,
    },
  ];
}

/** It lies near to a day whose statement is not here: that file decides what it is (domain 7.6). */
export function waitingForFile(item: ExpectedItem, key: string, beside: string): FoundBreak {
  return {
    ...{ type: 'TIMING', key, paymentId: item.paymentId, ourMinor: item.amountMinor, waits: true },
    detail: `our ${item.leg} leg is ${item.state}, near to midnight; the statement of ${beside}, which may have it, is not here yet`,
  };
}

/** A refund of what we do not have, or more given back than the payment had. */
export function refundUnmatched(
  key: string,
  theirMinor: bigint,
  line: StatementItem,
  currency: string,
  item?: ExpectedItem,
): FoundBreak {
  const given = `line ${line.lineId} gives back ${minorText(theirMinor, currency)}`;
  return {
    ...{ type: 'REFUND_UNMATCHED', key, paymentId: item?.paymentId, ourMinor: item?.amountMinor, theirMinor },
    detail:
      item === undefined
        ? `${given}${line.refundOf === null ? '' : ` of ${line.refundOf}`}, and is of no payment of ours`
        : `${given} in all, and the payment was of ${minorText(item.amountMinor, currency)}`,
  };
}

/** Another key for a leg that the statement shows under its own: one of the two is nobody's money. */
export function secondOfLeg(
  key: string,
  line: StatementItem,
  item: ExpectedItem,
  { currency }: Pick<ComparedDay, 'currency'>,
): FoundBreak {
  return {
    ...{ type: 'DUPLICATE', key, paymentId: item.paymentId, ourMinor: 0n, theirMinor: line.amountMinor },
    detail: `line ${line.lineId} of ${minorText(line.amountMinor, currency)} names the ${item.leg} leg that the statement shows under another key as well`,
  };
}
