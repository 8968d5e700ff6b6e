import { describe, expect, it } from '@jest/globals';
import { bankSettings } from './bank.settings.js';

describe(bankSettings, () => {
  it('knows no bank when none is named: their files come by hand', () => {
    const { addresses, everyMs } = bankSettings({});
    expect([[...addresses], everyMs]).toEqual([[], 60_000]);
  });

  it('knows each by its address, with certificates where there are any', () => {
    const banks = { A: 'http://127.0.0.1:7429/A', B: { url: 'https://bank.example', authority: 'ca.pem' } };
    const { addresses } = bankSettings({
      TONLE_SETTLEMENT_BANKS: JSON.stringify(banks),
      TONLE_KEYS_DIR: 'k',
    });
    expect(
      [...addresses].map(([bank, { url, tls, signature }]) => [bank, url.href, tls, signature.keyPath]),
    ).toEqual([
      ['A', 'http://127.0.0.1:7429/A', undefined, 'k/TONLE.key.pem'],
      ['B', 'https://bank.example/', { authority: 'ca.pem' }, 'k/TONLE.key.pem'],
    ]);
  });

  it.each(['{', '[]', '{"A": 1}', '{"A": "nowhere"}', '{"A": {"url": "https://b.example", "ca": "x"}}'])(
    'refuses %s, by the name of the setting',
    (value) => {
      expect(() => bankSettings({ TONLE_SETTLEMENT_BANKS: value })).toThrow('TONLE_SETTLEMENT_BANKS');
    },
  );
});
