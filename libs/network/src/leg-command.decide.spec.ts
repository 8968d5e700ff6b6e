import { describe, expect, it } from '@jest/globals';
import type { LegCommand, LegOutcome } from '@tonle/contracts';
import { decideCommand } from './leg-command.decide.js';
import type { KnownLeg, LegReport } from './leg.js';

const commandOf = (attempt: number): LegCommand =>
  ({ legKey: 'p:D', paymentId: 'p', leg: 'debit', attempt }) as LegCommand;

/** One list of reported outcomes for each attempt, all with the same bytes. */
function knownOf(...attempts: LegOutcome[][]): KnownLeg {
  const answers = attempts.flatMap((outcomes, index) =>
    outcomes.map((outcome, at): LegReport => ({
      legKey: 'p:D',
      paymentId: 'p',
      leg: 'debit',
      attempt: index + 1,
      outcome,
      at,
    })),
  );
  return {
    legKey: 'p:D',
    attempts: attempts.map((_, index) => ({ attempt: index + 1, bytesHash: 'h', intentMs: 0 })),
    answers,
  };
}

describe('a command whose leg key is known', () => {
  it.each<[string, KnownLeg, number, boolean, string]>([
    ['repeat while in flight: wait', knownOf([]), 1, false, 'wait'],
    ['repeat of an accepted one: answer', knownOf(['unknown', 'accepted']), 1, false, 'answer accepted 1'],
    ['repeat of an open one: answer unknown', knownOf(['unknown']), 1, false, 'answer unknown 1'],
    ['attempt 2 after not sent: send', knownOf(['not_sent'], []), 2, true, 'send'],
    ['attempt 2 after not received: send', knownOf(['unknown', 'not_received'], []), 2, true, 'send'],
    ['attempt 2 after a refused reversal: send', knownOf(['rejected'], []), 2, true, 'send'],
    ['attempt 2 while attempt 1 is open: ask', knownOf(['unknown'], []), 2, true, 'ask'],
    ['attempt 2 while attempt 1 is in flight: ask', knownOf([], []), 2, true, 'ask'],
    [
      'attempt 2 after accepted: answer for attempt 2',
      knownOf(['accepted'], []),
      2,
      true,
      'answer accepted 2',
    ],
    ['attempt 2 after blocked: answer, never send', knownOf(['blocked'], []), 2, true, 'answer blocked 2'],
    ['attempt 3 with an open attempt 2: ask', knownOf(['not_sent'], ['unknown'], []), 3, true, 'ask'],
  ])('%s', (_name, known, attempt, isNew, expected) => {
    const decision = decideCommand(known, commandOf(attempt), 'h', isNew);
    const told =
      decision.kind === 'answer'
        ? `answer ${decision.report.outcome} ${decision.report.attempt}`
        : decision.kind;
    expect(told).toBe(expected);
  });

  it.each<[string, LegOutcome[], string]>([
    ['a contradiction', ['unknown', 'conflicting'], 'send'],
    ['a block', ['blocked'], 'send'],
    ['an acceptance', ['accepted'], 'answer'],
    ['silence', ['unknown'], 'ask'],
  ])('is sent once more after %s when people say so, and not otherwise', (_name, outcomes, expected) => {
    const known = knownOf(outcomes, []);
    expect(decideCommand(known, { ...commandOf(2), reopened: true }, 'h', true).kind).toBe(expected);
    const alone = decideCommand(known, commandOf(2), 'h', true).kind;
    expect(alone).toBe(expected === 'send' ? 'answer' : expected);
    // Never with other bytes than those of before.
    if (expected === 'send')
      expect(decideCommand(known, { ...commandOf(2), reopened: true }, 'other', true).kind).toBe('conflict');
  });

  it('is a conflict with other bytes, unless the leg was accepted', () => {
    expect(decideCommand(knownOf(['not_sent'], []), commandOf(2), 'other', true).kind).toBe('conflict');
    expect(decideCommand(knownOf(['accepted'], []), commandOf(2), 'other', true).kind).toBe('answer');
  });

  it('waits or is answered as a repeat, whatever its bytes: a name in the directory may have changed', () => {
    expect(decideCommand(knownOf([]), commandOf(1), 'other', false).kind).toBe('wait');
    expect(decideCommand(knownOf(['unknown']), commandOf(1), 'other', false).kind).toBe('answer');
  });
});
