import { legKeyOf, type LegKind, type OpenLegShown, type StatementProof } from '@tonle/contracts';
import type { StatementItem } from './reconciliation.js';

// What statements prove of legs whose outcome is not known (domain 6.12): pure. The leg's adapter decides what it means.

const LEG_KINDS: readonly LegKind[] = ['debit', 'credit', 'reversal'];

/** Booked lines under one key, those that undo each other left out. */
export interface StandingLines {
  /** Lines of the leg's direction that stand. */
  readonly forth: readonly StatementItem[];
  /** Lines the other way that undo nothing here. */
  readonly back: readonly StatementItem[];
  /** Some line was undone by another of its amount. */
  readonly undone: boolean;
}

/**
 * What the lines of a payment that is open here prove, if they are one clear word: not several, some the other way, undone or
 * pending.
 */
export function proofOf(
  own: readonly StatementItem[],
  { forth, back, undone }: StandingLines,
  currency: string,
  paymentId: string,
): StatementProof[] {
  const isRejected = own.length > 0 && own.every(({ status }) => status === 'rejected');
  const booked = forth.length === 1 && back.length === 0 && !undone ? forth[0] : undefined;
  const line = booked ?? (isRejected ? own[0] : undefined);
  const legKey = line && legOf(line, paymentId);
  if (line === undefined || legKey === undefined) return [];
  const proof: StatementProof = {
    legKey,
    says: booked === undefined ? 'rejected' : 'booked',
    ...(line.partnerRef !== null && { partnerRef: line.partnerRef }),
    ...(booked !== undefined && { amount: { currency, minor: line.amountMinor.toString() } }),
    lineId: line.lineId,
    days: [line.day],
  };
  return [proof];
}

/** Our leg that a line is about. Undefined when it goes another way than the leg that it names: that is money that came back. */
function legOf(line: StatementItem, paymentId: string): string | undefined {
  if (line.legKey !== null) {
    const kind = LEG_KINDS.find((each) => line.legKey!.endsWith(legKeyOf('', each)));
    return line.leg === null || line.leg === kind ? line.legKey : undefined;
  }
  return legKeyOf(paymentId, line.leg ?? 'credit');
}

/** A statement that was taken: its day, and when it was asked for. */
export interface TakenDay {
  readonly day: string;
  readonly askedAt: Date;
}

export interface AbsenceInput {
  readonly legs: readonly OpenLegShown[];
  /** Days whose statement is here, in order. */
  readonly taken: readonly TakenDay[];
  /** Lines of these days that may be about one of the legs. */
  readonly lines: readonly StatementItem[];
  /** So many whole days must lack a leg: the network's contract. */
  readonly daysMin: number;
  readonly dayOf: (instant: Date) => string;
  /** The first instant of the day after. */
  readonly endOf: (day: string) => Date;
}

/**
 * Legs that none of the statements has which should have it: those of the day of its intent and of every day after it, without a
 * gap, each asked for when its day was over, and the last one of a day that ended after the leg's last byte.
 */
export function absentLegs(input: AbsenceInput): StatementProof[] {
  const { legs, lines, daysMin } = input;
  return legs.flatMap((leg) => {
    const days = wholeDaysOf(leg, input);
    const last = days.at(-1);
    if (last === undefined || days.length < daysMin) return [];
    if (input.endOf(last).getTime() < Date.parse(leg.sendBefore)) return [];
    const mentioned = lines.some((line) => days.includes(line.day) && mayBe(line, leg));
    return mentioned ? [] : [{ legKey: leg.legKey, says: 'absent' as const, days }];
  });
}

function wholeDaysOf({ intentAt }: OpenLegShown, { taken, dayOf, endOf }: AbsenceInput): string[] {
  const whole = new Set(taken.filter(({ day, askedAt }) => askedAt >= endOf(day)).map(({ day }) => day));
  const days: string[] = [];
  for (let day = dayOf(new Date(intentAt)); whole.has(day); day = dayOf(endOf(day))) days.push(day);
  return days;
}

/** A line of its amount that nobody can place may be the leg. */
function mayBe(line: StatementItem, { legKey, uetr, amount }: OpenLegShown): boolean {
  if (line.legKey !== null || line.uetr !== null) return line.legKey === legKey || line.uetr === uetr;
  return line.amountMinor === BigInt(amount.minor);
}
