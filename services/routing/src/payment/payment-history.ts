import type { HistoryStep } from '@tonle/contracts';

/** A step as the row keeps it. */
export interface KeptStep extends HistoryStep {
  /** What brought it: the id of a message, `clock`, a proposal, an operator's word. Absent: it followed the step before at once. */
  readonly by?: string;
}

/** The first step. Its time is that of the door's clock, which may be ahead of ours: never later than what follows. */
export function receivedStep(receivedAt: string, nowMs: number): KeptStep {
  const at = Date.parse(receivedAt) <= nowMs ? receivedAt : new Date(nowMs).toISOString();
  return { from: null, event: 'received', to: 'RECEIVED', at };
}

/** The history with what brought the first of its last `fresh` steps. */
export function broughtBy(history: readonly KeptStep[], fresh: number, by: string): KeptStep[] {
  const first = Math.max(history.length - fresh, 0);
  return history.map((step, index) => (index === first ? { ...step, by } : step));
}

/** The history as others are told it. */
export function toldSteps(history: readonly KeptStep[]): HistoryStep[] {
  return history.map(({ by: _by, ...step }) => step);
}

/**
 * The history with one step more. What leaves the payment where it is and came before, since it is there, is counted and
 * not appended: a reversal that is tried for weeks has a few steps.
 */
export function withStep(history: readonly KeptStep[], step: KeptStep): KeptStep[] {
  if (step.from !== step.to) return [...history, step];
  const arrived = history.findLastIndex(({ from, to }) => from !== to);
  const before = history.findIndex(
    ({ event, to }, index) => index > arrived && event === step.event && to === step.to,
  );
  if (before < 0) return [...history, step];
  const times = (history[before]!.times ?? 1) + 1;
  return [...history.slice(0, before), ...history.slice(before + 1), { ...step, times }];
}

/** How many steps left it where it is, since it came there. */
export function stepsSinceArrival(history: readonly HistoryStep[]): number {
  const arrived = history.findLastIndex(({ from, to }) => from !== to);
  return history.slice(arrived + 1).reduce((sum, { times }) => sum + (times ?? 1), 0);
}

/** How often the reversal was refused since it was first sent, or since people had it sent again. */
export function reversalRefusals(history: readonly HistoryStep[]): number {
  const decided = history.findLastIndex(({ event }) => event.startsWith('decided_'));
  return history
    .slice(decided + 1)
    .filter(({ event }) => event === 'leg_rejected:reversal')
    .reduce((sum, { times }) => sum + (times ?? 1), 0);
}

/** Did two operators have the reversal sent once more? */
export function wasReopened(history: readonly HistoryStep[]): boolean {
  return history.some(({ event }) => event === 'decided_reverse:reversal');
}
