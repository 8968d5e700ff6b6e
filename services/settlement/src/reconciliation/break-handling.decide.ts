import { BREAK_TERMS, counted, type BreakHandling, type BreakType } from '@tonle/contracts';
import { magnitude, minorText } from '@tonle/money';

// What the switch does with breaks by itself (domain 7.6, "auto action"): pure.

const DAY_MS = 86_400_000;
const WHOLE = 10_000n;

/** An open break with which nothing was done yet. */
export interface UnhandledBreak {
  readonly breakId: string;
  readonly type: BreakType;
  readonly partner: string;
  readonly currency: string;
  readonly day: string;
  readonly key: string;
  readonly paymentId: string | null;
  readonly source: 'statement' | 'payment' | 'settlement';
  readonly ourMinor: bigint | null;
  readonly theirMinor: bigint | null;
}

/** What is done first, and in words. */
export interface FirstHandling {
  readonly handling: BreakHandling;
  readonly detail: string;
}

/** What is done first with a break of its type. */
export function firstHandling(found: UnhandledBreak): FirstHandling {
  const { handling } = BREAK_TERMS[found.type];
  // Only what a statement lacks can be asked about, and only what one has be kept as a payment.
  const isOfStatement = found.source === 'statement';
  if ((handling === 'enquires' || handling === 'shadowed') && !isOfStatement)
    return { handling: 'raised', detail: WORDS.raised };
  return { handling, detail: handling === 'claim_due' ? claimOf(found) : WORDS[handling] };
}

const WORDS: Readonly<Record<BreakHandling, string>> = {
  none: '',
  waits: 'the next file ends or retypes it',
  enquires: 'the network is asked about it',
  shadowed:
    'what they have is kept as a payment that we do not have; money that a bank brings for it goes to suspense',
  reversals_stopped: 'nothing of the payment is given back while this is open',
  held: 'no refund of the payment is taken while this is open; what is of no payment is in no window',
  left_out: 'the second one is in no window of ours; what a bank pays for it goes to suspense',
  in_suspense: 'its money is in suspense until people decide',
  chased: 'each day that it is late is noted',
  claim_due: 'a claim is due',
  file_refused: 'nothing of the file counts; the one before it stands',
  booked: 'booked to ROUNDING',
  fed_back: 'told to the payment as evidence',
  calendar_due: 'people adjust the calendar in the directory, or ask the bank',
  raised: 'people are told at once',
};

/** What is claimed, and of whom. */
export function claimOf({ type, currency, ourMinor, theirMinor }: UnhandledBreak): string {
  const [ours, theirs] = [ourMinor ?? 0n, theirMinor ?? 0n];
  const differs = magnitude(ours - theirs);
  if (type === 'PARTNER_FAILED_WE_PAID')
    return (
      `a claim is due for ${minorText(ours, currency)}: we paid, and the network has not charged its payer. ` +
      "Where the network refuses it, ask the payee's bank for a refund"
    );
  return `a claim is due${differs === 0n ? '' : ` for the difference of ${minorText(differs, currency)}`}`;
}

/** Interest that may be asked of whoever pays late, by the rules. */
export interface LateInterest {
  readonly basisPointsPerYear: bigint;
  readonly daysOfYear: bigint;
}

/** Simple interest for so many days, what is less than a minor unit left out. */
export function interestOf(
  minor: bigint,
  days: number,
  { basisPointsPerYear, daysOfYear }: LateInterest,
): bigint {
  return (minor * basisPointsPerYear * BigInt(days)) / (WHOLE * daysOfYear);
}

/** Days from one to another, none when it is not later. */
export function daysLate(due: string, today: string): number {
  return Math.max(0, Math.round((Date.parse(today) - Date.parse(due)) / DAY_MS));
}

/** What is noted of a day on which a bank has not paid all (domain 7.6: interest note, chase). */
export function chaseNote(
  { currency, ourMinor, theirMinor }: Pick<UnhandledBreak, 'currency' | 'ourMinor' | 'theirMinor'>,
  days: number,
  interest: LateInterest | undefined,
): string {
  const openMinor = (ourMinor ?? 0n) - (theirMinor ?? 0n);
  const late = `${counted(days, 'day')} late`;
  if (openMinor <= 0n) return `${late}: ask the bank`;
  const owed = `${late}: ${minorText(openMinor, currency)} is still to come; ask the bank`;
  if (interest === undefined) return owed;
  return `${owed}. Interest so far: ${minorText(interestOf(openMinor, days, interest), currency)}`;
}
