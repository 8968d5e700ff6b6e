import { describe, expect, it } from '@jest/globals';
import { windowState } from '@tonle/contracts';
import { WINDOW_EVENTS, WINDOW_MOVES } from './window-life.table.js';

const moves = windowState.options.flatMap((from) =>
  WINDOW_EVENTS.flatMap((event) => {
    const to = WINDOW_MOVES[from][event];
    return to === undefined ? [] : [`${from} ${event} ${to}`];
  }),
);

describe('the life of a window after its netting', () => {
  it('has these moves and no other', () => {
    expect(moves.sort()).toEqual([
      'APPROVED instructed INSTRUCTED',
      'APPROVED netted_again NETTED',
      'FAILED covered_and_booked SETTLED',
      'FAILED instructed INSTRUCTED',
      'FAILED money_came INSTRUCTED',
      'FAILED netted_again NETTED',
      'INSTRUCTED covered_and_booked SETTLED',
      'INSTRUCTED instruction_dead FAILED',
      'NETTED approved APPROVED',
      'NETTED netted_again NETTED',
      'NETTED nothing_to_pay SETTLED',
      'NETTED rail_proven SETTLED',
      'SETTLED taken_back INSTRUCTED',
    ]);
  });

  it('ends: from every state that it reaches there is a way to SETTLED, and the bank alone leads out of it', () => {
    const ways = new Map(windowState.options.map((from) => [from, Object.values(WINDOW_MOVES[from])]));
    const reaches = (from: string, seen: ReadonlySet<string>): boolean =>
      from === 'SETTLED' ||
      (ways.get(from as never) ?? []).some((to) => !seen.has(to) && reaches(to, new Set([...seen, to])));
    for (const from of ['NETTED', 'APPROVED', 'INSTRUCTED', 'FAILED'])
      expect(reaches(from, new Set([from]))).toBe(true);
    expect(WINDOW_MOVES.SETTLED).toEqual({ taken_back: 'INSTRUCTED' });
  });

  it('never instructs what was not approved', () => {
    expect(
      moves.filter((move) => move.endsWith('instructed INSTRUCTED')).map((move) => move.split(' ')[0]),
    ).toEqual(['APPROVED', 'FAILED']);
    expect(moves.filter((move) => move.endsWith(' FAILED'))).toEqual(['INSTRUCTED instruction_dead FAILED']);
  });
});
