// Structured Fields as RFC 8941 has them, in the cases of its public test suite that a dictionary can hold.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDictionary, serializeInnerList, type BareItem, type Member } from './structured-field.js';

const bare = (text: string): BareItem | undefined => {
  const member = parseDictionary(`a=${text}`)?.get('a');
  return member?.kind === 'item' ? member.item.bare : undefined;
};
const written = (member: Member | undefined): string | undefined =>
  member?.kind === 'list'
    ? serializeInnerList(member.items, member.parameters)
    : member && serializeInnerList([member.item], new Map()).slice(1, -1);
const canonical = (text: string): string | undefined => {
  const members = parseDictionary(text);
  return members && [...members].map(([name, member]) => `${name}=${written(member)}`).join(', ');
};

describe('items', () => {
  it.each<[string, BareItem | undefined]>([
    ['42', { kind: 'integer', value: 42 }],
    ['-42', { kind: 'integer', value: -42 }],
    ['00', { kind: 'integer', value: 0 }],
    ['-0', { kind: 'integer', value: 0 }],
    ['042', { kind: 'integer', value: 42 }],
    ['999999999999999', { kind: 'integer', value: 999_999_999_999_999 }],
    ['1000000000000000', undefined],
    ['-', undefined],
    ['--1', undefined],
    ['4-2', undefined],
    ['1.23', { kind: 'decimal', text: '1.23' }],
    ['-1.23', { kind: 'decimal', text: '-1.23' }],
    ['-0.0', { kind: 'decimal', text: '0.0' }],
    ['007.500', { kind: 'decimal', text: '7.5' }],
    ['123456789012.1', { kind: 'decimal', text: '123456789012.1' }],
    ['1234567890123.1', undefined],
    ['1.2345', undefined],
    ['1.', undefined],
    ['1.5.4', undefined],
    ['1..4', undefined],
    ['"foo bar"', { kind: 'string', value: 'foo bar' }],
    ['""', { kind: 'string', value: '' }],
    ['"b\\"\\\\a"', { kind: 'string', value: 'b"\\a' }],
    ['"foo', undefined],
    ['"\\a"', undefined],
    ['"f\u00fc\u00fc"', undefined],
    ['"\t"', undefined],
    ['foo123/456', { kind: 'token', value: 'foo123/456' }],
    ['a_b-c3/*', { kind: 'token', value: 'a_b-c3/*' }],
    ['*foo', { kind: 'token', value: '*foo' }],
    ['@foo', undefined],
    [':aGVsbG8=:', { kind: 'bytes', value: Buffer.from('hello') }],
    ['::', { kind: 'bytes', value: Buffer.alloc(0) }],
    [':aGVsbG8=', undefined],
    [':aGVsb G8=:', undefined],
    [':aGVsbG!8=:', undefined],
    ['?1', { kind: 'boolean', value: true }],
    ['?0', { kind: 'boolean', value: false }],
    ['?2', undefined],
    ['?', undefined],
    ['', undefined],
  ])('%s', (text, expected) => expect(bare(text)).toEqual(expected));
});

describe('dictionaries', () => {
  it.each<[string, string | undefined]>([
    ['', ''],
    ['  a=1', 'a=1'],
    ['a=1,b=2', 'a=1, b=2'],
    ['a=1 \t,\t  b=2', 'a=1, b=2'],
    ['a=1 ', 'a=1'],
    ['a=1,b=2,a=3', 'a=3, b=2'],
    ['a', 'a=?1'],
    ['a, b;x, c=3', 'a=?1, b=?1;x, c=3'],
    ['a=(1  2) ', 'a=(1 2)'],
    ['a=()', 'a=()'],
    ['a=(1 2);q=1.0', 'a=(1 2);q=1.0'],
    ['a=("x";p y);q', 'a=("x";p y);q'],
    ['a=b; q=1.0', 'a=b;q=1.0'],
    ['a=3;c;d=5', 'a=3;c;d=5'],
    ['a=3;c=5;c=6', 'a=3;c=6'],
    ['a=3;c=?0', 'a=3;c=?0'],
    ['a=1,', undefined],
    ['a=1,,b=2', undefined],
    [',a=1', undefined],
    ['a=1 b=2', undefined],
    ['a =1', undefined],
    ['a= 1', undefined],
    ['A=1', undefined],
    ['1a=1', undefined],
    ['a=b ;q=0.5', undefined],
    ['a=b;q =0.5', undefined],
    ['a=b;q= 0.5', undefined],
    ['a=(1 42', undefined],
    ['a=(1,42)', undefined],
    ['a=("x""y")', undefined],
    ['a=((1))', undefined],
    ['\ta=1', undefined],
  ])('"%s" is written %s', (text, expected) => expect(canonical(text)).toBe(expected));

  it('read what they wrote, and never throw', () => {
    const field = fc.oneof(fc.string({ maxLength: 60 }), fc.stringMatching(/^[a-c0-9"=:;(),? .\\-]{0,40}$/));
    fc.assert(
      fc.property(field, (text) => {
        const once = canonical(text);
        return once === undefined || canonical(once) === once;
      }),
      { numRuns: 5_000 },
    );
  });
});
