import { describe, expect, it } from '@jest/globals';
import type { HistoryStep, PaymentState } from '@tonle/contracts';
import { reversalRefusals, stepsSinceArrival, withStep } from './payment-history.js';

let second = 0;
const step = (from: PaymentState | null, event: string, to: PaymentState): HistoryStep => ({
  from,
  event,
  to,
  at: new Date((second += 1_000)).toISOString(),
});
const stay = (event: string) => step('UNWINDING', event, 'UNWINDING');
const START = [step(null, 'received', 'RECEIVED'), step('CREDIT_SENT', 'leg_rejected:credit', 'UNWINDING')];
const grown = (history: readonly HistoryStep[], ...steps: HistoryStep[]) =>
  steps.reduce<readonly HistoryStep[]>((before, next) => withStep(before, next), history);

describe('a history', () => {
  it('counts what comes again and changes nothing: it is bounded, and its last step is the last that came', () => {
    const steps = Array.from({ length: 900 }, (_, n) =>
      stay(['leg_rejected:reversal', 'leg_not_sent:reversal', 'leg_not_sent:reversal'][n % 3]!),
    );
    const history = grown(START, ...steps);
    expect(history.map(({ event, times }) => [event, times])).toEqual([
      ['received', undefined],
      ['leg_rejected:credit', undefined],
      ['leg_rejected:reversal', 300],
      ['leg_not_sent:reversal', 600],
    ]);
    expect(history.at(-1)!.at).toBe(steps.at(-1)!.at);
    expect([stepsSinceArrival(START), stepsSinceArrival(history)]).toEqual([0, 900]);
  });

  it('tells a second stay from the first', () => {
    const review = step('UNWINDING', 'leg_exhausted:reversal', 'MANUAL_REVIEW');
    const again = step('MANUAL_REVIEW', 'decided_reverse:reversal', 'UNWINDING');
    const refused = () => stay('leg_rejected:reversal');
    const first = grown(START, refused(), refused(), review);
    expect(reversalRefusals(first)).toBe(2);
    const second = grown(first, again, refused());
    expect(second.map(({ times }) => times)).toEqual([
      undefined,
      undefined,
      2,
      undefined,
      undefined,
      undefined,
    ]);
    // People had it sent again: the count begins anew.
    expect(reversalRefusals(second)).toBe(1);
    expect(reversalRefusals(grown(second, refused(), refused()))).toBe(3);
  });
});
