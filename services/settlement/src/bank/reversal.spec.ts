import { describe, expect, it } from '@jest/globals';
import { decideReversal, type ReversibleLine, type ReversiblePart } from './reversal.decide.js';

const part = (minor: bigint, target = 'instruction_line', more: Partial<ReversiblePart> = {}) => ({
  ...{ lineId: 'B:THB:1', part: 1, target, targetId: 'E1', minor, isWhole: true },
  account: 'SUSPENSE:THB',
  ...more,
});
const candidate = (lineId: string, parts: readonly ReversiblePart[], more: Partial<ReversibleLine> = {}) => ({
  ...{ lineId, day: '2026-11-27', isNamed: false, parts },
  ...more,
});
const taken = (...candidates: ReversibleLine[]) => decideReversal({ amountMinor: -100n }, candidates)?.lineId;

describe('a line that the bank takes back', () => {
  it('is undone as a whole, in all its parts', () => {
    expect(taken(candidate('1', [part(60n), part(40n, 'suspense')]))).toBe('1');
    expect(taken(candidate('1', [part(60n)]))).toBeUndefined();
    expect(taken(candidate('1', [part(-100n)]))).toBeUndefined();
    expect(taken()).toBeUndefined();
  });

  it('is left to people when something of it has gone on, or nobody knows how to undo it', () => {
    const moved = part(40n, 'suspense', { isWhole: false });
    expect(taken(candidate('1', [part(60n), moved]))).toBeUndefined();
    expect(taken(candidate('1', [part(100n, 'reversal')]))).toBeUndefined();
    expect(taken(candidate('1', [part(100n, 'rail')]))).toBeUndefined();
  });

  it('is the one that is named, else one that nobody had placed, else the newest', () => {
    const cover = candidate('1', [part(100n)]);
    const newer = candidate('2', [part(100n)], { day: '2026-11-28' });
    const twice = candidate('3', [part(100n, 'suspense')], { day: '2026-11-26' });
    const named = candidate('4', [part(100n)], { day: '2026-11-20', isNamed: true });
    expect(taken(cover, newer, twice, named)).toBe('4');
    expect(taken(cover, newer, twice)).toBe('3');
    expect(taken(cover, newer)).toBe('2');
    expect(taken(newer, cover)).toBe('2');
    expect(taken(candidate('5', [part(100n)]), cover)).toBe('5');
  });
});
