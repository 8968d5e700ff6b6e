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
  /** Another one takes its place. */
  'superseded',
] as const;
export type InstructionEvent = (typeof INSTRUCTION_EVENTS)[number];

/** Where each of them leads; what is not here contradicts what is known, and changes nothing. Money is stronger than words. */
export const INSTRUCTION_MOVES: Readonly<
  Record<InstructionState, Readonly<Partial<Record<InstructionEvent, InstructionState>>>>
> = {
  // Its number would be left out: it is sent first, and the bank does not carry it out.
  PREPARED: { sent: 'SENT' },
  SENT: {
    sent: 'SENT',
    acknowledged: 'ACKNOWLEDGED',
    rejected: 'REJECTED',
    declared_dead: 'REJECTED',
    paid: 'SENT',
    paid_in_full: 'SETTLED',
  },
  ACKNOWLEDGED: {
    sent: 'ACKNOWLEDGED',
    acknowledged: 'ACKNOWLEDGED',
    rejected: 'REJECTED',
    declared_dead: 'REJECTED',
    paid: 'ACKNOWLEDGED',
    paid_in_full: 'SETTLED',
  },
  REJECTED: {
    rejected: 'REJECTED',
    paid: 'ACKNOWLEDGED',
    paid_in_full: 'SETTLED',
    superseded: 'SUPERSEDED',
  },
  SETTLED: { sent: 'SETTLED', acknowledged: 'SETTLED' },
  SUPERSEDED: { rejected: 'SUPERSEDED' },
};
