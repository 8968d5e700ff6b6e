import { describe, expect, it } from '@jest/globals';
import { waitsFor, type WaitingWindow } from './window-waits.decide.js';

const NETTED: WaitingWindow = {
  state: 'NETTED',
  isGross: false,
  disputed: false,
  valueDate: '2026-12-01',
  failedReason: null,
  openEntries: 0,
  isCovered: false,
};

describe('waitsFor', () => {
  it('names the proposal that others have to decide on, and says when there is none', () => {
    expect(waitsFor(NETTED)).toBe('one person to propose it, and another to approve');
    expect(waitsFor({ ...NETTED, pendingApproval: 'settlement.1' })).toBe(
      'other operators to decide on settlement.1',
    );
  });

  it('names a dispute and what is wanting before anything else, and asks no person for a gross window', () => {
    expect(waitsFor({ ...NETTED, disputed: true, pendingApproval: 'settlement.1' })).toBe(
      'the end of its dispute',
    );
    expect(waitsFor({ ...NETTED, wanting: 'no bank for THB' })).toBe('no bank for THB');
    expect(waitsFor({ ...NETTED, isGross: true })).toBe("the rail's statement");
  });

  it('asks for nothing of a settled window', () => {
    expect(waitsFor({ ...NETTED, state: 'SETTLED' })).toBeUndefined();
  });
});
