import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readTermsFile } from './fx.settings.js';

const home = mkdtempSync(join(tmpdir(), 'terms-'));
afterAll(() => rmSync(home, { recursive: true }));

const read = (content: unknown) => {
  const file = join(home, 'fx.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readTermsFile({ TONLE_FX_FILE: file });
};
const provider = {
  provider: 'FXNAGA',
  relationships: ['KHMEKONG'],
  tiers: [],
  participants: [],
  exposureLimits: { THB: '100' },
};
const terms = (more: object = {}, rate = '0.0082') => ({
  providers: [{ ...provider, ...more }],
  midRates: [{ sourceCurrency: 'KHR', targetCurrency: 'THB', rate }],
});

describe('the file of rates and terms', () => {
  it('is read, or is not there', () => {
    expect(read(terms())).toMatchObject({ midRates: [{ rate: '0.0082' }] });
    expect(readTermsFile({ TONLE_FX_FILE: join(home, 'none.json') })).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    [
      'a rate of 12 digits',
      terms({}, '121.512345678'),
      'midRates.0.rate: 121.512345678 THB for one KHR is no rate; write digits above zero, at most 11, 10 of them',
    ],
    ['a rate of nothing', terms({}, '0.000'), 'midRates.0.rate: 0.000 THB for one KHR is no rate'],
    ['a currency that is none', terms({ exposureLimits: { THX: '1' } }), 'THX is not a known currency'],
    [
      'a name with a control in it',
      terms({ provider: 'FX\u0000' }),
      'providers.0.provider: U+0000 at character 3',
    ],
    ['what is no JSON', '{', 'it cannot be read'],
  ])('is refused with a sentence for %s', (_what, content, sentence) => {
    expect(() => read(content)).toThrow(sentence);
  });
});
