import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { instructionState, type InstructionState, type WindowState } from '@tonle/contracts';
import { WINDOW_MOVES } from '../window/window-life.table.js';
import { INSTRUCTION_EVENTS, INSTRUCTION_MOVES, type InstructionEvent } from './instruction-life.table.js';
import { decideInstructionMove } from './instruction-move.decide.js';

const every = instructionState.options.flatMap((from) =>
  INSTRUCTION_EVENTS.flatMap((event) => {
    const to = INSTRUCTION_MOVES[from][event];
    return to === undefined ? [] : [{ from, event, to }];
  }),
);
const BY_PEOPLE: readonly InstructionEvent[] = ['covered', 'covered_in_full'];
const BY_BANK: readonly InstructionEvent[] = ['paid', 'paid_in_full'];

describe('the life of an instruction', () => {
  it('has these moves from one state to another, and no other', () => {
    const moves = every.flatMap(({ from, event, to }) => (from === to ? [] : [`${from} ${event} ${to}`]));
    expect(moves.sort()).toEqual([
      'ACKNOWLEDGED bounced REJECTED',
      'ACKNOWLEDGED covered_in_full SETTLED',
      'ACKNOWLEDGED declared_dead REJECTED',
      'ACKNOWLEDGED paid_in_full SETTLED',
      'ACKNOWLEDGED rejected REJECTED',
      'PREPARED sent SENT',
      'PREPARED withdrawn WITHDRAWN',
      'REJECTED paid ACKNOWLEDGED',
      'REJECTED paid_in_full SETTLED',
      'REJECTED superseded SUPERSEDED',
      'SENT acknowledged ACKNOWLEDGED',
      'SENT bounced REJECTED',
      'SENT covered_in_full SETTLED',
      'SENT declared_dead REJECTED',
      'SENT paid_in_full SETTLED',
      'SENT rejected REJECTED',
      'SETTLED bounced REJECTED',
      'SETTLED taken_back ACKNOWLEDGED',
    ]);
  });

  it('hears of money wherever the bank may have it, from the bank and from people alike', () => {
    const takes = (events: readonly InstructionEvent[]) =>
      instructionState.options.filter((from) =>
        events.every((event) => INSTRUCTION_MOVES[from][event] !== undefined),
      );
    expect(takes(BY_BANK)).toEqual(['SENT', 'ACKNOWLEDGED', 'REJECTED']);
    expect(takes(BY_PEOPLE)).toEqual(takes(BY_BANK));
  });

  it('is acknowledged by the bank alone: by its words, or by its money after it had rejected it', () => {
    const acknowledging = every.filter(({ from, to }) => to === 'ACKNOWLEDGED' && from !== to);
    expect(acknowledging.map(({ event }) => event).sort()).toEqual(['acknowledged', 'paid', 'taken_back']);
  });

  it('is rejected again when the bank takes back the money by which it had come to life', () => {
    const back = (from: InstructionState, hasPaid: boolean, wasRejected: boolean) =>
      decideInstructionMove(from, 'taken_back', { hasPaid, wasRejected });
    expect(back('SETTLED', false, true)).toEqual({ state: 'REJECTED', windowEvent: 'instruction_dead' });
    expect(back('ACKNOWLEDGED', false, true)).toEqual({ state: 'REJECTED', windowEvent: 'instruction_dead' });
    expect(back('SETTLED', true, true)).toEqual({ state: 'ACKNOWLEDGED' });
    expect(back('SETTLED', false, false)).toEqual({ state: 'ACKNOWLEDGED' });
    expect(back('SENT', false, false)).toEqual({ state: 'SENT' });
    expect(back('PREPARED', false, false)).toBeUndefined();
  });

  it('takes no rejection after the bank has paid, and one after people have covered it changes nothing', () => {
    for (const from of instructionState.options)
      expect(decideInstructionMove(from, 'rejected', { hasPaid: true })).toBeUndefined();
    expect(decideInstructionMove('SETTLED', 'rejected', { hasPaid: false })).toEqual({ state: 'SETTLED' });
  });
});

/** What a run has come to, by the rules alone. */
interface Run {
  state: InstructionState;
  window: WindowState;
  hasPaid: boolean;
  wasRejected: boolean;
  isSaid: boolean;
}

describe('an instruction and its window', () => {
  it('agree, whatever happens in whatever order: a dead one has failed its window, no other has', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...INSTRUCTION_EVENTS), { maxLength: 30 }), (events) => {
        const none = { hasPaid: false, wasRejected: false, isSaid: false };
        const run: Run = { state: 'PREPARED', window: 'INSTRUCTED', ...none };
        for (const event of events) step(run, event);
      }),
      { numRuns: 2_000 },
    );
  });
});

function step(run: Run, event: InstructionEvent): void {
  const before = run.state;
  const isByBank = BY_BANK.includes(event);
  const isBack = event === 'taken_back';
  if (isBack && !run.hasPaid) return;
  // All that it has paid is taken back.
  const hasPaid = !isBack && (run.hasPaid || isByBank);
  const move = decideInstructionMove(before, event, { hasPaid, wasRejected: run.wasRejected });
  if (move === undefined) return;
  run.state = move.state;
  run.hasPaid = hasPaid;
  run.wasRejected ||= run.state === 'REJECTED';
  run.isSaid ||= event === 'acknowledged' || isByBank;
  if (move.windowEvent !== undefined) {
    const window = WINDOW_MOVES[run.window][move.windowEvent];
    if (window === undefined)
      throw new Error(`${run.window} cannot ${move.windowEvent} (${before} ${event})`);
    run.window = window;
  }
  const isDead = ['REJECTED', 'SUPERSEDED', 'WITHDRAWN'].includes(run.state);
  expect([event, before, run.state, run.window]).toEqual([
    event,
    before,
    run.state,
    isDead ? 'FAILED' : 'INSTRUCTED',
  ]);
  if (run.state === 'ACKNOWLEDGED') expect(run.isSaid).toBe(true);
  if (BY_PEOPLE.includes(event) && run.state !== before) expect(run.state).toBe('SETTLED');
}
