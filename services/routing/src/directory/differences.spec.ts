import { describe, expect, it } from '@jest/globals';
import { differences } from './differences.js';

describe(differences, () => {
  it('are none where only the order of fields differs, at any depth', () => {
    const there = { keys: [{ keyId: 'A', validTo: '2099' }], caps: { THB: '1', KHR: '2' } };
    const inFile = { caps: { KHR: '2', THB: '1' }, keys: [{ validTo: '2099', keyId: 'A' }] };
    expect(differences(there, inFile)).toBe('');
  });

  it('are said by path, with what is there and what is in the file', () => {
    expect(differences({ a: { b: 1 }, c: [1, 2] }, { a: { b: 2 }, c: [1] })).toBe(
      'a.b is 1 there and 2 in the file, c.1 is 2 there and not in the file',
    );
    expect(differences({ a: [] }, { a: {} })).toBe('a is [] there and {} in the file');
    expect(differences({ a: null }, { a: { b: 1 } })).toBe('a is null there and {"b":1} in the file');
  });

  it('are cut where there are many, or long ones', () => {
    const many = differences({ a: 1, b: 1, c: 1, d: 1, e: 1 }, {});
    expect(many).toMatch(/^a is 1 .* c is 1 there and not in the file, and 2 more$/);
    expect(differences({ a: 'x'.repeat(99) }, {})).toBe(
      `a is "${'x'.repeat(39)}... there and not in the file`,
    );
  });
});
