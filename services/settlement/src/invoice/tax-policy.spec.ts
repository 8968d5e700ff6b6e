import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { millionthsOf, readTaxPolicy, TaxPolicy } from './tax-policy.js';

const folder = mkdtempSync(join(tmpdir(), 'tonle-taxes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (content: unknown) => {
  const path = join(folder, 'taxes.json');
  writeFileSync(path, JSON.stringify(content));
  return readTaxPolicy(path);
};
const vat = { name: 'VAT', country: 'KH', percent: '10', from: '2026-01' };

describe('a policy of taxes', () => {
  const policy = new TaxPolicy([
    vat,
    { ...vat, percent: '12.5', from: '2027-01' },
    { name: 'exempt', counterparty: 'KHANGKOR', percent: '0', from: '2026-06' },
  ]);
  const of = (id: string, country: string | undefined, month: string) => {
    const tax = policy.taxOf({ id, country }, month);
    return tax === undefined ? 'none' : `${tax.name} ${tax.percent}`;
  };

  it('takes the newest rate of the country by the month, and that of the counterparty before it', () => {
    expect(of('KHMEKONG', 'KH', '2025-12')).toBe('none');
    expect(of('KHMEKONG', 'KH', '2026-01')).toBe('VAT 10');
    expect(of('KHMEKONG', 'KH', '2027-02')).toBe('VAT 12.5');
    expect(of('KHANGKOR', 'KH', '2026-05')).toBe('VAT 10');
    expect(of('KHANGKOR', 'KH', '2027-01')).toBe('exempt 0');
    expect([of('THSWITCH', 'TH', '2027-01'), of('NOBODY', undefined, '2027-01')]).toEqual(['none', 'none']);
  });

  it('counts per cent exactly', () => {
    expect(['0', '7', '7.5', '12.3456', '100'].map(millionthsOf)).toEqual([
      0n,
      70_000n,
      75_000n,
      123_456n,
      1_000_000n,
    ]);
  });

  it('is read from a file', () => {
    expect(read({ taxes: [vat] }).taxOf({ id: 'A', country: 'KH' }, '2026-11')).toEqual({
      name: 'VAT',
      percent: '10',
    });
  });

  it.each([
    [{ taxes: [{ ...vat, percent: '7,5' }] }, 'taxes.0.percent: must be 0 to 100'],
    [{ taxes: [{ ...vat, percent: '100.1' }] }, 'taxes.0.percent'],
    [{ taxes: [{ ...vat, from: '2026-13' }] }, 'taxes.0.from: must be a month'],
    [
      { taxes: [{ ...vat, counterparty: 'A' }] },
      'taxes.0: must name a country or a counterparty, and not both',
    ],
    [{ taxes: [{ ...vat, country: undefined }] }, 'taxes.0: must name a country or a counterparty'],
    [{ taxes: [vat, { ...vat, percent: '7' }] }, 'taxes: there are two for KH from 2026-01'],
    [{ taxes: [{ ...vat, rate: '1' }] }, 'rate'],
    [{}, 'taxes'],
  ])('of the form %j is refused with what is wrong where', (content, told) => {
    expect(() => read(content)).toThrow(told);
  });
});
