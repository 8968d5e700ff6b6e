import type { HistoryStep } from '@tonle/contracts';

/**
 * The history with one step more. What leaves the payment where it is and came before, since it is there, is counted and
 * not appended: a reversal that is tried for weeks has a few steps.
 */
export function withStep(history: readonly HistoryStep[], step: HistoryStep): HistoryStep[] {
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
