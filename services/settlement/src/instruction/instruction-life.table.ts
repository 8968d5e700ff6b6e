import type { InstructionState } from '@tonle/contracts';

/** What happens to an instruction. */
export const INSTRUCTION_EVENTS = [
  /** Its first byte is about to leave: from now on it may have arrived. */
  'sent',
  'acknowledged',
  'rejected',
  /** Two people have it from the bank that it will never be carried out. */
  'declared_dead',
  /** A line of the bank covers one of its lines. */
  'paid',
  'paid_in_full',
  /** People cover one of its lines by an entry: the bank has neither done nor said anything. */
  'covered',
  'covered_in_full',
  /** The bank takes back what it had paid. */
  'taken_back',
  /** Money that it sent back has come once more: it did not get there. */
  'bounced',
  /** Two people have it not sent at all. */
  'withdrawn',
  /** Another one takes its place. */
  'superseded',
] as const;
export type InstructionEvent = (typeof INSTRUCTION_EVENTS)[number];

/** Where each of them leads; what is not here contradicts what is known, and changes nothing. Money is stronger than words. */
export const INSTRUCTION_MOVES: Readonly<
  Record<InstructionState, Readonly<Partial<Record<InstructionEvent, InstructionState>>>>
> = {
  // The bank never hears of it, and of its number by another one.
  PREPARED: { sent: 'SENT', withdrawn: 'WITHDRAWN' },
  SENT: {
    sent: 'SENT',
    acknowledged: 'ACKNOWLEDGED',
    rejected: 'REJECTED',
    declared_dead: 'REJECTED',
    paid: 'SENT',
    paid_in_full: 'SETTLED',
    covered: 'SENT',
    covered_in_full: 'SETTLED',
    taken_back: 'SENT',
    bounced: 'REJECTED',
  },
  ACKNOWLEDGED: {
    sent: 'ACKNOWLEDGED',
    acknowledged: 'ACKNOWLEDGED',
    rejected: 'REJECTED',
    declared_dead: 'REJECTED',
    paid: 'ACKNOWLEDGED',
    paid_in_full: 'SETTLED',
    covered: 'ACKNOWLEDGED',
    covered_in_full: 'SETTLED',
    taken_back: 'ACKNOWLEDGED',
    bounced: 'REJECTED',
  },
  REJECTED: {
    rejected: 'REJECTED',
    paid: 'ACKNOWLEDGED',
    paid_in_full: 'SETTLED',
    // The bank stays where it is: it will not carry out what people have covered otherwise.
    covered: 'REJECTED',
    covered_in_full: 'REJECTED',
    taken_back: 'REJECTED',
    bounced: 'REJECTED',
    superseded: 'SUPERSEDED',
  },
  // Rejected: what people have covered alone (instruction-move.decide.ts).
  SETTLED: {
    sent: 'SETTLED',
    acknowledged: 'SETTLED',
    rejected: 'SETTLED',
    taken_back: 'ACKNOWLEDGED',
    bounced: 'REJECTED',
  },
  SUPERSEDED: { rejected: 'SUPERSEDED', taken_back: 'SUPERSEDED' },
  WITHDRAWN: {},
};

/** Nothing more comes under these by itself: another one may be made for the same window. */
export const ENDED_INSTRUCTIONS: ReadonlySet<InstructionState> = new Set<InstructionState>([
  'REJECTED',
  'SETTLED',
  'SUPERSEDED',
  'WITHDRAWN',
]);
