import { describe, expect, it } from '@jest/globals';
import { readForm, readParameters } from './parameter-text.js';

describe('an answer of parameters', () => {
  it.each<[string, Record<string, string>]>([
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a=&b=x=y', { a: '', b: 'x=y' }],
    ['a={x=1&y=2}&b=[1&2]', { a: '{x=1&y=2}', b: '[1&2]' }],
    ['a={x={y=1&z=2}&w=[3&4]}&b=5', { a: '{x={y=1&z=2}&w=[3&4]}', b: '5' }],
    ['a=pre{x&y}post&b=1', { a: 'pre{x&y}post', b: '1' }],
    ['a=1]&b=2}', { a: '1]', b: '2}' }],
    ['a={1]2}&b=3', { a: '{1]2}', b: '3' }],
  ])('%s is read with its brackets', (text, read) => {
    expect(readParameters(text)).toEqual(read);
  });

  it.each(['', 'a', '=1', 'a=1&', 'a={1&b=2', 'a=[{]&b=2', 'a=1&a=2', 'a=1&&b=2'])('%j is none', (text) => {
    expect(readParameters(text)).toBeUndefined();
  });

  it('has names of every kind', () => {
    expect(readParameters('__proto__=1')).toEqual(Object.fromEntries([['__proto__', '1']]));
  });
});

it('a form is read as it is encoded, and each name once', () => {
  expect(readForm('a=%26+1&b=x%3D')).toEqual({ a: '& 1', b: 'x=' });
  for (const text of ['', 'a=1&a=2']) expect(readForm(text)).toBeUndefined();
});
