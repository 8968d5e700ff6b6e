import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { paymentEvent } from './messages.js';
import { lateBy, REASON_TEXT_MAX, reasonFields, reasonWords } from './reason-text.js';

const { reasonText, reasonMore } = paymentEvent.shape;

describe('the words beside a reason', () => {
  it('are whole again, and fit into the fields that carry them, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), (words) => {
        const fields = reasonFields(words);
        expect(reasonWords(fields)).toBe(words);
        expect(reasonText.parse(fields.reasonText)!.length).toBeLessThanOrEqual(200);
        expect(fields.reasonText!.isWellFormed()).toBe(true);
        expect(reasonMore.parse(fields.reasonMore) ?? '').toBe(words.slice(fields.reasonText!.length));
      }),
    );
  });

  it('are divided beside a surrogate pair', () => {
    const fields = reasonFields(`${'x'.repeat(199)}\u{1f600}y`);
    expect(fields).toEqual({ reasonText: 'x'.repeat(199), reasonMore: '\u{1f600}y' });
  });

  it('may be as long as their bound', () => {
    const words = '\u{1f600}'.repeat(REASON_TEXT_MAX);
    expect(reasonMore.safeParse(reasonFields(words).reasonMore).success).toBe(true);
  });

  it('are those of an earlier version, which told no more, and none where there are none', () => {
    expect(reasonWords({ reasonText: 'closed' })).toBe('closed');
    expect(reasonFields('closed')).toEqual({ reasonText: 'closed' });
    expect(reasonFields(null)).toEqual({});
    expect(reasonWords({})).toBeUndefined();
  });
});

it('says by how much something came too late', () => {
  expect(lateBy(3_250, 'it had to be here at noon')).toBe('Late by 3.25 s: it had to be here at noon.');
});
