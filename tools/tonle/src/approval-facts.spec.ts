import { describe, expect, it } from '@jest/globals';
import { changeRows, factRows } from './approval-facts.js';

describe('what a proposal would change', () => {
  it('is from what to what, and what only one side has', () => {
    expect(
      changeRows(
        { state: 'NETTED', nets: { A: '-5.00' }, because: 'late' },
        { state: 'APPROVED', nets: { A: '-5.00' }, postings: ['one', 'two'], sent: [] },
      ),
    ).toEqual([
      ['change', 'state NETTED -> APPROVED'],
      ['change', 'nets.A -5.00, as before'],
      ['before', 'because late'],
      ['after', 'postings 1 one'],
      ['after', 'postings 2 two'],
      ['after', 'sent none'],
    ]);
    expect(changeRows()).toEqual([]);
  });

  it('has a line for each fact, however deep', () => {
    expect(
      factRows('does', { day: '2026-11-28', contents: [{ name: 'a.csv', sizes: [1, 2] }], no: null }),
    ).toEqual([
      ['does', 'day 2026-11-28'],
      ['does', 'contents 1.name a.csv'],
      ['does', 'contents 1.sizes 1 1'],
      ['does', 'contents 1.sizes 2 2'],
      ['does', 'no null'],
    ]);
  });
});
