import { describe, expect, it } from '@jest/globals';
import { bodiesOf, decode } from './decode.js';

const drained = {
  lane: 'a',
  lanes: ['a'],
  windows: [{ windowId: 'w', completed: 3 }],
  at: '2026-11-28T09:00:00Z',
};
const record = (type: string, body: unknown) => ({ type, body: JSON.stringify(body) });

describe('decode', () => {
  it('reads a record by its type, without fields that it does not know', () => {
    expect(decode(record('window.drained', { ...drained, added: 'later' }))).toEqual({
      type: 'window.drained',
      body: drained,
    });
  });

  it('says of a type that it does not know that it is none of its', () => {
    expect(decode(record('window.reopened', drained))).toBeUndefined();
    expect(decode(record('toString', drained))).toBeUndefined();
  });

  it('throws for a body that is not what its type promises', () => {
    expect(() => decode(record('window.drained', { ...drained, windows: 'none' }))).toThrow();
    expect(() => decode({ type: 'window.drained', body: '{' })).toThrow(SyntaxError);
  });
});

describe('bodiesOf', () => {
  it('takes those of one type in their order, and does not look at others', () => {
    const records = [
      record('window.drained', drained),
      { type: 'payment.event', body: 'unread' },
      record('window.drained', { ...drained, lane: 'b' }),
    ];
    expect(bodiesOf(records, 'window.drained').map(({ lane }) => lane)).toEqual(['a', 'b']);
  });
});
