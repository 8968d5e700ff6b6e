import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isReason, REASONS } from '@tonle/contracts';
import { isKnownCode } from '@tonle/iso20022';
import { errorBody, readFspiop } from './bodies.js';
import { errorCodeOf, errorCodeOfRefusal, meaningOfError, statusOfError, writeError } from './errors.js';

const codes = JSON.parse(readFileSync(new URL('./error-codes.json', import.meta.url), 'utf8')) as {
  errors: object;
  told: object;
  refusals: object;
};
const all = Object.keys(codes.errors);

describe('the error codes', () => {
  it('are those of the API from 1000 to 5400', () => {
    expect(all).toHaveLength(57);
    expect(new Set(all.map((code) => code[0]))).toEqual(new Set(['1', '2', '3', '4', '5']));
  });

  it('mean external status reasons of ISO 20022', () => {
    const isos = [...all.map((code) => meaningOfError(code)!.iso!), ...Object.keys(codes.told)];
    expect(isos.filter((iso) => !isKnownCode('ExternalStatusReason1Code', iso))).toEqual([]);
  });

  it.each([
    ['3204', 'not_found', 'BE23', 'payee_unknown'],
    ['3208', 'not_found', 'AG09', undefined],
    ['3302', 'expired', 'AB04', undefined],
    ['3303', 'expired', 'TM01', undefined],
    ['3106', 'other_content', 'AM05', undefined],
    ['4001', 'refused', 'AM04', undefined],
    ['5107', 'refused', 'AC04', 'account_closed'],
    ['5200', 'refused', 'AM14', undefined],
  ])('%s is %s, %s', (code, means, iso, refusal) => {
    expect(meaningOfError(code)).toMatchObject({ means, iso });
    expect(meaningOfError(code)?.refusal).toBe(refusal);
  });

  it('of a server and of the way to it say nothing about what was asked', () => {
    const about = all.filter((code) => /^[12]/.test(code) && code !== '2002');
    expect(new Set(about.map((code) => meaningOfError(code)!.means))).toEqual(new Set(['ambiguous']));
  });

  it.each(['5999', '7000', '0', '', 'toString', '3204 '])('%j is none', (code) => {
    expect(meaningOfError(code)).toBeUndefined();
  });

  it('are told of every reason of ours; those that an end of a payment has, by one of their own', () => {
    const told = Object.values(REASONS).map(({ iso }) => errorCodeOf(iso));
    expect(told.filter((code) => meaningOfError(code) === undefined)).toEqual([]);
    expect(errorCodeOf('AC04')).toBe('5107');
    expect(errorCodeOf('ZZZZ')).toBe('5000');
  });

  it('are told of what broke here as nothing that is known: it may have been done', () => {
    const broken = Object.entries(REASONS).filter(([, { retry }]) => retry === 'ask_status');
    expect(broken.map(([reason]) => reason)).toContain('internal_error');
    expect(meaningOfError(errorCodeOfRefusal({ reason: 'internal_error' }))).toMatchObject({
      means: 'ambiguous',
    });
    expect(statusOfError(errorCodeOfRefusal({ reason: 'internal_error' }))).toBe(500);
    expect(errorCodeOfRefusal({ reason: 'path_unknown' })).toBe('3002');
    expect(errorCodeOfRefusal({ reason: 'account_closed' })).toBe('5107');
    expect(Object.keys(codes.refusals).every(isReason)).toBe(true);
  });

  it('refuse payees with reasons that exist', () => {
    const refusals = all.flatMap((code) => meaningOfError(code)!.refusal ?? []);
    expect(refusals.every(isReason)).toBe(true);
  });
});

describe('a refusal', () => {
  it('has the words of its code and what is wrong, in 128 characters', () => {
    expect(writeError('3204')).toEqual({
      errorInformation: { errorCode: '3204', errorDescription: 'Party not found' },
    });
    const long = writeError('3101', 'x'.repeat(200)).errorInformation.errorDescription;
    expect(long).toMatch(/^Malformed syntax - x+$/);
    expect(long).toHaveLength(128);
  });

  it('of a version names those that are spoken', () => {
    expect(writeError('3001').errorInformation.extensionList?.extension).toEqual([
      { key: '2', value: '0' },
      { key: '1', value: '1' },
      { key: '1', value: '0' },
    ]);
  });

  it('can be read by the other side', () => {
    for (const code of all) {
      const read = readFspiop(errorBody, Buffer.from(JSON.stringify(writeError(code, 'why'))));
      expect(read).toMatchObject({ kind: 'ok', body: { errorInformation: { errorCode: code } } });
    }
  });

  it.each([
    ['3001', 406],
    ['3002', 404],
    ['3105', 400],
    ['3204', 400],
    ['2001', 500],
    ['2002', 501],
    ['2003', 503],
    ['1001', 503],
    ['5200', 400],
  ])('by %s at once has HTTP status %d', (code, status) => {
    expect(statusOfError(code)).toBe(status);
  });
});
