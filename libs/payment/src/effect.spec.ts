import { describe, expect, it } from '@jest/globals';
import {
  EFFECTS,
  legProven,
  legSent,
  onlyBreaks,
  stepsOf,
  TRANSITION_TABLE,
  type EffectStep,
  type MachineEffect,
} from './index.js';

const TELLS: ReadonlySet<EffectStep['kind']> = new Set(['send', 'open_break', 'notify']);
const rows = TRANSITION_TABLE.map((row) => ({
  ...row,
  name: `${row.from.join(' ')} on ${row.on.join(' ')}`,
}));

describe('effects', () => {
  it('are all known, and each does something', () => {
    const used = new Set(TRANSITION_TABLE.flatMap(({ effects }) => effects));
    const names = Object.keys(EFFECTS) as MachineEffect[];
    for (const name of names) expect([name, EFFECTS[name].length > 0]).toEqual([name, true]);
    // Other figures than ours open their break outside the table.
    expect(names.filter((name) => !used.has(name))).toEqual(['open_break_amount']);
  });

  it.each(rows)('of $name tell nothing that a later one still changes', ({ effects }) => {
    const kinds = stepsOf(effects).map(({ kind }) => kind);
    const told = kinds.findIndex((kind) => kind === 'send' || kind === 'notify');
    if (told >= 0) expect(kinds.slice(told).every((kind) => TELLS.has(kind))).toBe(true);
  });

  it.each(rows)('of $name prove the leg that the event speaks of, one at most', ({ on, effects }) => {
    const proven = stepsOf(effects).filter(({ kind }) => kind === 'post_leg');
    expect(proven.length).toBeLessThanOrEqual(1);
    const leg = legProven(effects);
    if (leg !== undefined) for (const event of on) expect(event.endsWith(`:${leg}`)).toBe(true);
    expect(stepsOf(effects).filter(({ kind }) => kind === 'send').length).toBeLessThanOrEqual(1);
  });

  // Domain 6.8 to 6.10, read as a story; with the worked numbers the ledger's tests do the same moves.
  it.each<[string, readonly MachineEffect[], string]>([
    [
      'a reservation',
      ['reserve_limits', 'reserve_funds'],
      'limit take, reserve obligations, reserve payout, use_quote',
    ],
    [
      'its end without a payment',
      ['void_funds', 'release_limits'],
      'void obligations, void payout, limit give_back',
    ],
    ['an accepted debit', ['discharge_debit'], 'post_leg debit debit_discharge, reserve way_back'],
    [
      'an accepted credit',
      ['post_obligations', 'discharge_credit', 'assign_windows', 'notify'],
      'void way_back, post obligations, post_leg credit credit_discharge, assign_windows, notify',
    ],
    ['an accepted reversal', ['reverse_discharge', 'close_leg'], 'post_leg reversal reversal, close_leg'],
    ['legs', ['send_debit', 'send_credit', 'send_reversal'], 'send debit, send credit, send reversal'],
    [
      'evidence against',
      ['open_break_status_conflict', 'open_break_amount', 'open_break_late_success'],
      'open_break STATUS_CONFLICT, open_break AMOUNT, open_break LATE_SUCCESS',
    ],
  ])('of %s are what the books need', (_name, effects, story) => {
    expect(
      stepsOf(effects)
        .map((step) => Object.values(step).join(' '))
        .join(', '),
    ).toBe(story);
  });

  it('give back what they make pending, part by part', () => {
    const partsOf = (kind: EffectStep['kind']) =>
      Object.values(EFFECTS).flatMap((effect) =>
        effect.flatMap((step) => (step.kind === kind && 'lines' in step ? [step.lines] : [])),
      );
    // A payout is freed by the discharge that posts it, a way back by the reversal.
    const freed = new Set([...partsOf('void'), ...partsOf('post')]);
    expect(new Set(partsOf('reserve'))).toEqual(new Set(['obligations', 'payout', 'way_back']));
    expect(freed).toEqual(new Set(['obligations', 'payout', 'way_back']));
  });

  it('are asked for what they send, prove and leave alone', () => {
    expect(legSent(['discharge_debit', 'send_reversal'])).toBe('reversal');
    expect(legSent(['notify'])).toBeUndefined();
    expect(legProven(['post_obligations', 'discharge_credit', 'notify'])).toBe('credit');
    expect(legProven(['post_obligations'])).toBeUndefined();
    expect(onlyBreaks(['open_break_amount'])).toBe(true);
    expect(onlyBreaks(['open_break_status_conflict', 'notify'])).toBe(false);
  });
});
