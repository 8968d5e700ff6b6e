import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readParts } from '../index.js';

// Details of XML 1.0 and of its namespaces in which readers differ; libxml2 was asked about each.

const message = readFileSync(new URL('../../samples/good/admi.002.001.01.xml', import.meta.url), 'utf8');
const isWellFormed = (from: string | RegExp, to: string): boolean => {
  const text = message.replace(from, to);
  expect(text).not.toBe(message);
  return readParts(Buffer.from(text), { markup: 'accept' }).wellFormed;
};

describe('the XML declaration', () => {
  it.each([' ', '\n', '\t', '\r\n'])('takes the blank %j', (blank) => {
    expect(isWellFormed(' encoding=', `${blank}encoding${blank}=${blank}`)).toBe(true);
  });

  it.each(['\u00a0', '\u2028', '\ufeff', '\u3000'])('takes no other space: %j', (space) => {
    expect(isWellFormed(' encoding=', `${space}encoding=`)).toBe(false);
    expect(isWellFormed('?>', `${space}?>`)).toBe(false);
  });
});

describe('a processing instruction', () => {
  it.each(['<?p?>', '<?p x?>', '<?é x?>', '<?ក?>', '<?a.b-c x?>', '<?xml-stylesheet x?>'])(
    'may be %s',
    (instruction) => {
      expect(isWellFormed('<Rsn>', `${instruction}<Rsn>`)).toBe(true);
    },
  );

  it.each(['<? p?>', '<??>', '<?1?>', '<?a:b x?>', '<?xml x?>', '<?XML x?>', '<?p'])(
    'may not be %s',
    (instruction) => {
      expect(isWellFormed('<Rsn>', `${instruction}<Rsn>`)).toBe(false);
    },
  );
});

describe('a namespace', () => {
  it.each(['urn:x', 'http://x/a?b=c#d', 'urn:x:%41', 'relative', ''])('may be %j', (uri) => {
    expect(isWellFormed('<Rsn>', `<Rsn><X xmlns="${uri}"/>`)).toBe(true);
  });

  it.each([
    'urn:é',
    'urn:\u00a0x',
    'urn:ក',
    'urn:[x',
    'a b',
    'urn:%4',
    'urn:x#y#z',
    '1rn:x',
    ':x',
    'urn:{x}',
  ])('may not be %j', (uri) => {
    expect(isWellFormed('<Rsn>', `<Rsn><X xmlns="${uri}"/>`)).toBe(false);
    expect(isWellFormed('<Rsn>', `<Rsn><x:X xmlns:x="${uri}"/>`)).toBe(false);
  });
});

describe('a character reference', () => {
  it.each(['&#65;', '&#x41;', '&#x00000041;', '&#0000000065;', '&#xE000;', '&#x10FFFF;', '&#1114111;'])(
    'may be %s',
    (reference) => {
      expect(isWellFormed('<Ref>', `<Ref>${reference}`)).toBe(true);
    },
  );

  it.each([
    '&#0;',
    '&#x00000000;',
    '&#x1F;',
    '&#xD800;',
    '&#xFFFE;',
    '&#x110000;',
    '&#1114112;',
    '&#99999999999;',
    '&#X41;',
    '&#;',
    '&#x;',
  ])('may not be %s', (reference) => {
    expect(isWellFormed('<Ref>', `<Ref>${reference}`)).toBe(false);
  });
});

describe('text between elements', () => {
  const errors = (text: string): number =>
    readParts(Buffer.from(message.replace('<Rsn>', `${text}<Rsn>`))).errors.length;

  it('may be blanks, however they are written', () => {
    expect(['\n\t ', '&#32;', '&#10; &#x9;'].map(errors)).toEqual([0, 0, 0]);
    expect(['x', '&#65;', '&#160;', '&amp;'].map(errors)).toEqual([1, 1, 1, 1]);
  });
});

describe('a file in ISO-8859-1', () => {
  const name = (byte: number): boolean => {
    const text = message.replace('UTF-8', 'ISO-8859-1').replace('<Rsn>', '<Rsn><X\u00ff/>');
    const bytes = Buffer.from(text, 'latin1').map((at) => (at === 0xff ? byte : at));
    return readParts(bytes, { encoding: 'declared' }).wellFormed;
  };

  it('has letters above 0xBF, and no letters of Windows-1252', () => {
    expect([0xc0, 0xe9, 0xff].map(name)).toEqual([true, true, true]);
    expect([0x80, 0x8a, 0x9f].map(name)).toEqual([false, false, false]);
  });
});

describe('characters of several bytes', () => {
  const reading = (from: string, to: string) => readParts(Buffer.from(message.replace(from, to)));
  const offsetOf = (from: string, to: string, wrong: string): number =>
    Buffer.from(message.replace(from, to)).indexOf(wrong);

  it('are read as they are, beside references and carriage returns', () => {
    const { parts } = reading('<Ref>', '<Ref>ដារា &amp; \r\nสุข é \u{1fffe}\u{10ffff}');
    expect(JSON.stringify(parts[0]!.tree)).toContain('ដារា & \\nสุข é \u{1fffe}\u{10ffff}');
  });

  it.each(['\ufffe', '\uffff', '\u0001', '\u001f'])('may not be %j', (character) => {
    const { errors, wellFormed } = reading('<Ref>', `<Ref>ក${character}`);
    expect(wellFormed).toBe(false);
    expect(errors[0]!.offset).toBe(offsetOf('<Ref>', `<Ref>ក${character}`, character));
  });

  it('may be U+FFFD, U+E000 or control characters of Latin-1', () => {
    expect(
      ['\ufffd', '\ue000', '\u0085', '\u009f', '\u00a0'].map((at) => isWellFormed('<Ref>', `<Ref>${at}`)),
    ).toEqual(Array(5).fill(true));
  });

  it('count as bytes before an error', () => {
    const text = '<Ref>ដារា &amp; &ក;';
    const [error] = reading('<Ref>', text).errors;
    expect(error).toMatchObject({ code: 'entity', offset: offsetOf('<Ref>', text, '&ក;') });
  });

  it('may stand in the names of elements and attributes, and errors show them', () => {
    const { errors, wellFormed } = reading('<Rsn>', '<ឈ្មោះ/><Rsn ก="é">');
    expect(wellFormed).toBe(true);
    expect(errors.map(({ path }) => path)).toEqual([
      expect.stringMatching(/\/ឈ្មោះ$/),
      expect.stringMatching(/\/Rsn$/),
    ]);
    expect(errors[1]!.detail).toContain('attribute ก');
    expect(reading('<Rsn>', '<ก><ข></ก></ข><Rsn>').errors.at(-1)!.detail).toContain('ข');
    expect(isWellFormed('<Rsn>', '<\u00d7/><Rsn>')).toBe(false);
    expect(isWellFormed('<Rsn>', '<a:\u0300 xmlns:a="urn:a"/><Rsn>')).toBe(false);
  });
});
