import { describe, expect, it } from '@jest/globals';
import { legKeyOf, uuidV7 } from '@tonle/contracts';
import { beijingTime, fromBeijingTime, legKeyOfMessageId, messageIdOf, questionIdOf } from './message-id.js';

const AT = Date.parse('2026-11-28T16:30:00.123Z');
const id = (fill: number): string => uuidV7(AT, (size) => new Uint8Array(size).fill(fill));

describe('a message id', () => {
  it('has letter, institution, time in Beijing and digits, 49 in all', () => {
    expect(messageIdOf('39990116', id(0))).toBe(`A3999011620261129003000123${'0'.repeat(23)}`);
    expect(messageIdOf('39990116', id(255))).toMatch(/^A3999011620261129003000123\d{23}$/);
  });

  it.each([0, 1, 127, 128, 255])('tells which payment it is of: %d', (fill) => {
    const paymentId = id(fill);
    expect(legKeyOfMessageId('39990116', messageIdOf('39990116', paymentId))).toBe(
      legKeyOf(paymentId, 'credit'),
    );
  });

  it.each([
    '',
    'U39990116000000000000963468',
    messageIdOf('39990117', id(1)),
    `A3999011620261329003000123${'0'.repeat(23)}`,
    `A3999011620261129003000123${'9'.repeat(23)}`,
  ])('%s is of none of ours', (messageId) => {
    expect(legKeyOfMessageId('39990116', messageId)).toBeUndefined();
  });

  it('of a question has 29 characters, and is another one each time', () => {
    const first = questionIdOf('39990116', 'payment', AT);
    expect(first).toMatch(/^A3999011620261129003000\d{6}$/);
    expect(questionIdOf('39990116', 'payment', AT + 1)).not.toBe(first);
    expect(questionIdOf('39990116', 'payment', AT)).toBe(first);
  });
});

describe('a time in Beijing', () => {
  it('is read as it is written', () => {
    expect(fromBeijingTime(beijingTime(AT))).toBe(AT - 123);
    expect(fromBeijingTime(beijingTime(AT, 17))).toBe(AT);
  });

  it.each(['', '2026112900300', '20261329003000', '2026-11-29'])('%j is none', (text) => {
    expect(fromBeijingTime(text)).toBeNaN();
  });
});
