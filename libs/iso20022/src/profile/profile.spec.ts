import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  isKnownCode,
  knownMessages,
  PROFILES,
  readIso,
  readMessage,
  checkProfile,
  type ProfileName,
} from '../index.js';
import { findSchema } from '../schema/registry.js';
import { routeOf } from '../mapping/shape.js';
import { isIban, isLei } from './identifiers.js';

const sample = (name: string): string =>
  readFileSync(new URL(`../../samples/good/${name}.xml`, import.meta.url), 'utf8');
const PAYMENT = sample('pacs.008.001.08-envelope');

function codes(xml: string, profile: ProfileName, on?: string): string[] {
  const reading = readMessage(Buffer.from(xml));
  if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.errors));
  return checkProfile(reading.message, profile, on).map(({ code }) => code);
}

const changed = (from: string | RegExp, to: string): string => {
  const xml = PAYMENT.replace(from, to);
  expect(xml).not.toBe(PAYMENT);
  return xml;
};

describe('tonle', () => {
  it('takes our own messages', () => {
    expect(codes(PAYMENT, 'tonle')).toEqual([]);
    expect(codes(sample('pacs.002.001.10-accepted'), 'tonle')).toEqual([]);
    expect(readIso(Buffer.from(PAYMENT), { profile: 'tonle', on: '2026-11-14' }).kind).toBe('read');
  });

  it.each<[string, string | RegExp, string]>([
    ['identifier_slash', '<EndToEndId>E2E-0001', '<EndToEndId>/E2E'],
    ['identifier_slash', '<EndToEndId>E2E-0001', '<EndToEndId>E2E//1'],
    ['identifier_blank', '<EndToEndId>E2E-0001', '<EndToEndId>   '],
    ['offset_missing', '<AccptncDtTm>2026-11-14T09:30:00+07:00', '<AccptncDtTm>2026-11-14T09:30:00'],
    ['bic_country', '<BICFI>NAGATHBK', '<BICFI>NAGAZZBK'],
    ['unknown_country', '<Ctry>KH', '<Ctry>ZZ'],
    ['unknown_code', '<Cd>GDDS', '<Cd>ZZZZ'],
    ['count_mismatch', '<NbOfTxs>1', '<NbOfTxs>2'],
    ['sum_mismatch', '<SttlmInf>', '<CtrlSum>820.01</CtrlSum><SttlmInf>'],
    ['element_required', /<UETR>.*<\/UETR>/, ''],
    ['iban_check', /<Othr>\s*<Id>010555000111222<\/Id>\s*<\/Othr>/, '<IBAN>GB82WEST12345698765431</IBAN>'],
  ])('refuses %s', (code, from, to) => {
    expect(codes(changed(from, to), 'tonle')).toEqual([code]);
  });

  it('finds a place for each problem', () => {
    const reading = readIso(Buffer.from(changed('<BICFI>NAGATHBK', '<BICFI>NAGAZZBK')), { profile: 'tonle' });
    expect(reading).toMatchObject({
      kind: 'refused',
      errors: [{ code: 'bic_country', line: expect.any(Number) }],
    });
    if (reading.kind === 'refused')
      expect(PAYMENT.split('\n')[reading.errors[0]!.line - 1]).toContain('NAGATHBK');
  });

  it('asks for a reason with a rejection', () => {
    const rejected = sample('pacs.002.001.15-rejected').replace(/<StsRsnInf>[\s\S]*<\/StsRsnInf>/, '');
    expect(codes(rejected, 'tonle')).toEqual(['element_required']);
  });

  it('adds sums exactly', () => {
    expect(
      codes(
        changed(
          '<SttlmInf>',
          '<CtrlSum>820.000</CtrlSum><TtlIntrBkSttlmAmt Ccy="THB">820</TtlIntrBkSttlmAmt><SttlmInf>',
        ),
        'tonle',
      ),
    ).toEqual([]);
  });
});

describe('nexus and cbpr', () => {
  it('speak their versions and characters only', () => {
    expect(codes(PAYMENT, 'nexus')).toEqual(
      expect.arrayContaining(['version_not_spoken', 'characters', 'value_not_allowed', 'element_required']),
    );
    expect(codes(PAYMENT, 'cbpr')).toContain('characters');
  });

  it('ask for structured addresses from their day on', () => {
    const unstructured = changed('<TwnNm>Bangkok</TwnNm>', '');
    expect(codes(unstructured, 'cbpr', '2026-11-14')).not.toContain('address_structure');
    expect(codes(unstructured, 'cbpr', '2026-11-15')).toContain('address_structure');
  });

  it('name elements that exist', () => {
    for (const { messages } of Object.values(PROFILES)) {
      for (const [message, rules] of Object.entries(messages)) {
        const versions = knownMessages().filter((version) => version.startsWith(message));
        const paths = [...(rules.required ?? []).flat(), ...(rules.values ?? []).map(({ path }) => path)];
        for (const path of paths) expect(versions.some((version) => hasPath(version, path))).toBe(true);
      }
    }
  });
});

function hasPath(version: string, path: string): boolean {
  const document = findSchema(version)!.roots.get('Document')!;
  if (document.kind !== 'complex') return false;
  const [root] = [...document.slots.keys()];
  return routeOf(document, `${root}/${path}`) !== undefined;
}

describe('code sets and check digits', () => {
  it('know codes by day', () => {
    expect(isKnownCode('ExternalPurpose1Code', 'GDDS')).toBe(true);
    expect(isKnownCode('ExternalPurpose1Code', 'GDDS', '2020-01-01')).toBe(true);
    expect(isKnownCode('ExternalPurpose1Code', 'ZZZZ')).toBe(false);
    expect(isKnownCode('NoSuchSet', 'A')).toBeUndefined();
  });

  it('hold or do not', () => {
    expect(isIban('GB82WEST12345698765432')).toBe(true);
    expect(isIban('GB82WEST12345698765431')).toBe(false);
    expect(isLei('5493001KJTIIGC8Y1R12')).toBe(true);
    expect(isLei('5493001KJTIIGC8Y1R13')).toBe(false);
  });
});
