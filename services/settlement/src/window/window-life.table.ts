import type { WindowState } from '@tonle/contracts';

/** What moves a window that was netted (domain 7.1). */
export const WINDOW_EVENTS = [
  /** Nobody owes anything: its file has no line and goes to no bank. */
  'nothing_to_pay',
  /** Of a gross window: each discharge has its line in the rail's statement. */
  'rail_proven',
  /** By two people at least. */
  'approved',
  /** It is netted without somebody, or with them again: what was approved is not what will be paid. */
  'netted_again',
  'instructed',
  /** The bank has rejected the instruction, or two people have said that it never will carry it out. */
  'instruction_dead',
  /** Money came under an instruction that the bank had rejected, or it waits for money that it had had before. */
  'money_came',
  /** The bank has taken back money by which a net was covered. */
  'taken_back',
  /** Each line is covered, and each entry is booked. */
  'covered_and_booked',
] as const;
export type WindowEvent = (typeof WINDOW_EVENTS)[number];

/** Where each of them leads; what is not here is refused. Before NETTED a window moves by its lanes (window.decide.ts). */
export const WINDOW_MOVES: Readonly<
  Record<WindowState, Readonly<Partial<Record<WindowEvent, WindowState>>>>
> = {
  OPEN: {},
  DRAINING: {},
  CLOSED: {},
  NETTED: {
    nothing_to_pay: 'SETTLED',
    rail_proven: 'SETTLED',
    approved: 'APPROVED',
    netted_again: 'NETTED',
  },
  APPROVED: { netted_again: 'NETTED', instructed: 'INSTRUCTED' },
  INSTRUCTED: { instruction_dead: 'FAILED', covered_and_booked: 'SETTLED' },
  // Once more by the nets that were approved, or approved anew when somebody was taken out.
  FAILED: {
    instructed: 'INSTRUCTED',
    netted_again: 'NETTED',
    money_came: 'INSTRUCTED',
    // People have covered all that was left: nothing is to be instructed.
    covered_and_booked: 'SETTLED',
  },
  // By its instruction, which the bank may carry out yet.
  SETTLED: { taken_back: 'INSTRUCTED' },
};
