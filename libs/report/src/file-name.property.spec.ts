import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reportFileName } from './file-name.js';
import { manifestBytes, sha256Of } from './manifest.js';

const NAME = {
  kind: 'R1',
  receiver: 'KHMEKONG',
  currency: 'THB',
  period: '2026-11-20',
  version: 1,
  sequence: 7,
  extension: 'csv',
};

describe('the name of a file', () => {
  it('says what it is', () => {
    expect(reportFileName(NAME)).toBe('R1_KHMEKONG_TONLE_THB_2026-11-20_v1_000007.csv');
    expect(reportFileName({ ...NAME, receiver: '', currency: '' })).toBe(
      'R1_TONLE_TONLE_ALL_2026-11-20_v1_000007.csv',
    );
  });

  it('is a plain name in one folder, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(reportFileName({ ...NAME, receiver: text, period: text })).toMatch(
          /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
        );
      }),
    );
  });
});

it('a manifest is the same bytes for the same facts', () => {
  const facts = { kind: 'R1', rows: 1 } as unknown as Parameters<typeof manifestBytes>[0];
  expect(manifestBytes(facts).toString()).toBe('{\n  "kind": "R1",\n  "rows": 1\n}\n');
  expect(sha256Of(Buffer.from('abc'))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});
