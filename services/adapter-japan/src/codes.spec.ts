import { describe, expect, it } from '@jest/globals';
import { REASONS, type Reason } from '@tonle/contracts';
import { codeOfIso, codeOfRefusal, CODES, finalCode, isLater } from './codes.js';

describe('the code by which we tell', () => {
  it.each<[Reason, string]>([
    ['amount_mismatch', 'AMOUNT_DIFFERS'],
    ['qr_expired', 'CODE_EXPIRED'],
    ['account_closed', 'MERCHANT_CLOSED'],
    ['deadline_passed', 'TOO_LATE'],
    ['schema_invalid', 'MALFORMED'],
    ['key_unknown', 'KEY_UNKNOWN'],
    ['signature_invalid', 'SIGNATURE_INVALID'],
    ['signature_misdirected', 'CLIENT_UNKNOWN'],
    ['key_reused', 'REQUEST_DIFFERS'],
    ['overloaded', 'BUSY'],
    ['corridor_closed', 'CORRIDOR_CLOSED'],
    ['quote_unknown', 'QUOTE_UNKNOWN'],
  ])('%s is %s', (reason, code) => {
    expect(codeOfRefusal({ reason })).toBe(code);
  });

  it('is one of the table for every reason', () => {
    const told = (Object.keys(REASONS) as Reason[]).map((reason) => codeOfRefusal({ reason }));
    expect(told.filter((code) => CODES.errors[code] === undefined)).toEqual([]);
  });

  it('says of what has ended nothing that sounds like later', () => {
    const ends = Object.keys(CODES.errors).map(finalCode);
    expect(ends.filter(isLater)).toEqual([]);
    expect(finalCode(codeOfIso('AB10'))).toBe('REFUSED');
  });

  it.each([
    ['AC06', 'MERCHANT_SUSPENDED'],
    ['AM23', 'FUNDS_SHORT'],
    ['ZZZZ', 'REFUSED'],
  ])('the ISO reason %s is %s', (iso, code) => {
    expect(codeOfIso(iso)).toBe(code);
  });
});
