/** What each audited invariant of domain 6.15 says, in words for people who read a report. */
export const INVARIANTS = {
  I1: 'every transfer is in the one currency of both its accounts',
  I2: 'each currency sums to zero, and account columns are the sums of transfers',
  I3: 'a payment has one final state, reaches it, and never leaves it',
  I4: 'at most one leg of a kind is accepted, and only an accepted debit is reversed',
  I5: 'completed payments posted both currencies, the others neither',
  I6: 'pending columns are the sums of the open payments',
  I7: 'no headroom and no rail mirror is below zero',
  I8: 'a quote is used once, before it expires, with its own amounts',
  I9: 'source, rate and target agree within the rounding rule',
  I10: 'the same request has the same answer, another one under its key has no effect',
  I11: 'a leg has the same bytes in every attempt',
  I12: 'nothing is credited before the payer is secured and both currencies are reserved',
  I13: 'no reservation is released while a leg is unknown',
  I14: 'open and completed refunds of a payment are at most what it paid, and are counted',
  I15: 'each completed payment is in exactly one window per partner and currency',
  I16: 'the nets of a window sum to zero',
  I17: 'prefunds and mirrors of rails and banks move by payments or statement lines, each line once',
  I18: 'what people decide about a payment is decided by two of them, with evidence',
  I19: 'the end of a payment is told once, and is that of the event',
  I20: 'enquiries of a partner stay within its budget',
  I22: 'the audit log is one chain from its first entry on',
  I23: 'limit counters are the sums of the payments',
  I24: 'late evidence never edits a final payment, and opens a break',
  gate: 'accepted = completed + rejected + expired + blocked + open; obligations = 2 x completed',
  'fx-exposure': 'exposure is the sum of unused quotes and positions',
} as const satisfies Readonly<Record<string, string>>;

/**
 * Those that keep money where it belongs: what breaks one of these stops the corridors that it is about. The others are an alarm:
 * headroom (I7) refuses by itself, and windows (I15, I16) are looked at before anybody settles them.
 */
export const STOPPING_INVARIANTS: ReadonlySet<string> = new Set<Invariant>([
  'I1',
  'I2',
  'I3',
  'I4',
  'I5',
  'I6',
  'I8',
  'I9',
  'I11',
  'I12',
  'I13',
  'I14',
  'I17',
  'I18',
  'I24',
]);

export type Invariant = keyof typeof INVARIANTS;

/** A finding's name for a person: its number and what it says. */
export function describeInvariant(invariant: string): string {
  return Object.hasOwn(INVARIANTS, invariant)
    ? `${invariant} ${INVARIANTS[invariant as Invariant]}`
    : invariant;
}
