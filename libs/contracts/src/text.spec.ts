import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  counted,
  isText,
  plainText,
  printable,
  printableValue,
  shortenedText,
  textFault,
  textFaults,
} from './text.js';

const UNFIT = {
  NUL: '\u0000',
  'a line feed': '\n',
  'a tab': '\t',
  'an escape': '\u001b',
  DEL: '\u007f',
  'a control of Latin-1': '\u0085',
  'the first half of a character': '\ud83d',
  'the second half of a character': '\ude00',
  'a line separator': '\u2028',
  'U+FFFE': '\ufffe',
  'U+FFFF': '\uffff',
  'U+1FFFF': '\u{1ffff}',
  'U+FDD0': '\ufdd0',
  'an override of direction': '\u202e',
  'an isolate of direction': '\u2066',
};

describe('a text', () => {
  it.each(Object.entries(UNFIT))('does not hold %s', (_name, character) => {
    const text = `Sok${character}Dara`;
    expect(isText(text)).toBe(false);
    expect(textFault(text)).toMatch(/^U\+[0-9A-F]{4,6} at character 4 /);
    expect(plainText(text, 140)).toBe('Sok Dara');
  });

  it('holds every script, with what joins and breaks words in it', () => {
    const zeroWidth = 'សុខ\u200bដារា क\u200dष';
    for (const text of ['ดารา สุข', zeroWidth, '\u05d0\u200f', '😀', '\ufffd', '\ue000', '\u00a0'])
      expect([text, textFault(text)]).toEqual([text, undefined]);
  });

  it.each(Object.entries(UNFIT))('is shown on a terminal without %s', (name, character) => {
    const text = `Sok${character}Dara`;
    const shown = printable(text);
    const stays = name === 'a line feed' || name === 'a tab';
    expect(stays ? shown : /^Sok(?:\\u[0-9a-f]{4}){1,2}Dara$/.test(shown)).toEqual(stays ? text : true);
    expect(isText(printableValue(text))).toBe(true);
    // What is escaped in JSON means the same.
    const quoted = `{"name":"Sok${stays ? '' : character}Dara"}`;
    if (/^[^\p{Cc}]*$/u.test(character)) expect(JSON.parse(printable(quoted))).toEqual(JSON.parse(quoted));
  });

  it('is cut between characters, and fits once it is plain, whatever it was', () => {
    expect(plainText('ab😀c', 3)).toBe('ab😀');
    const anything = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) });
    fc.assert(
      fc.property(anything, fc.nat(20), (text, max) => {
        const plain = plainText(text, max);
        expect([isText(plain), [...plain].length <= max]).toEqual([true, true]);
      }),
    );
  });
});

describe('a text that is shortened', () => {
  it('shows that it is, and has no half of a character', () => {
    expect(shortenedText('ab😀c', 4)).toBe('ab😀c');
    expect(shortenedText('a😀😀😀c', 4)).toBe('a...');
    expect(shortenedText('a\u0000b', 3)).toBe('a b');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 3, max: 20 }), (text, max) => {
        const plain = plainText(text, text.length);
        const short = shortenedText(text, max);
        const kept = short.slice(0, -3);
        expect([short.isWellFormed(), [...short].length <= max]).toEqual([true, true]);
        expect(short === plain || (short === `${kept}...` && plain.startsWith(kept))).toBe(true);
      }),
    );
  });
});

describe('the texts in a value', () => {
  it('are all looked at, the names of fields too', () => {
    const value = { name: 'a\u0000', of: [{ town: 'b' }, { town: '\uffff' }], n: 1, none: null, 'c\n': 'd' };
    expect(textFaults(value).map(({ path }) => path)).toEqual(['/name', '/of/1/town', '']);
    expect(textFaults(value)[0]!.message).toContain('U+0000 at character 2');
  });
});

it('a count stands before its noun, in the right number', () => {
  const told = [0, 1, 2, 1n, 11n].map((count) => counted(count, 'payment'));
  expect(told).toEqual(['0 payments', '1 payment', '2 payments', '1 payment', '11 payments']);
  expect([1, 2].map((count) => counted(count, 'enquiry', 'enquiries'))).toEqual(['1 enquiry', '2 enquiries']);
});
