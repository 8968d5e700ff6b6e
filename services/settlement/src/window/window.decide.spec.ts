import { describe, expect, it } from '@jest/globals';
import { decideClosing } from './window.decide.js';
import type { DueWindow } from './window.js';

const base: DueWindow = {
  windowId: 'THSWITCH-THB-2026-11-20',
  settlementMode: 'DEFERRED_NET',
  state: 'OPEN',
  cutOffAt: new Date('2026-11-20T16:00:00Z'),
  marks: [],
  received: {},
};
const mark = (lane: string, lanes: string[], completed: number) => ({
  lane,
  lanes,
  completed,
});

describe('closing a window', () => {
  it('waits while no lane has spoken', () => {
    expect(decideClosing(base).kind).toBe('wait');
  });

  it('waits for every lane that exists, not only for those that spoke', () => {
    const window = { ...base, marks: [mark('a', ['a', 'b'], 0)] };
    expect(decideClosing(window)).toEqual({
      kind: 'wait',
      missing: 'lane b has not said yet that it is drained',
    });
  });

  it('waits until as many payments arrived as the lane completed', () => {
    const window = { ...base, marks: [mark('a', ['a'], 3)], received: { a: 2 } };
    expect(decideClosing(window)).toEqual({
      kind: 'wait',
      missing: 'lane a completed 3 payments, of which 2 arrived',
    });
    expect(decideClosing({ ...window, received: { a: 3 } })).toEqual({ kind: 'close' });
  });

  it('closes an empty window once all lanes have spoken', () => {
    const window = {
      ...base,
      marks: [mark('a', ['a', 'b'], 0), mark('b', ['a', 'b'], 0)],
    };
    expect(decideClosing(window)).toEqual({ kind: 'close' });
  });

  it('takes the largest count of a lane that spoke twice', () => {
    const window = { ...base, marks: [mark('a', ['a'], 2), mark('a', ['a'], 0)], received: { a: 1 } };
    expect(decideClosing(window).kind).toBe('wait');
  });
});
