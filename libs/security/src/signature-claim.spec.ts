import { describe, expect, it } from '@jest/globals';
import { readClaims } from './signature-claim.js';

const INPUT = 'sig1=("@method" "@path");created=1;keyid="K";alg="ed25519";nonce="nonce-0001"';
const SIGNATURE = 'sig1=:AAAA:';

describe('what a request claims', () => {
  it('is read', () => {
    expect(readClaims({ 'signature-input': INPUT, signature: SIGNATURE })).toMatchObject([
      { components: ['@method', '@path'], keyId: 'K', nonce: 'nonce-0001', created: 1 },
    ]);
  });

  it.each([
    [
      'nonce-0001',
      'x',
      'The nonce has 1 character; 8 to 128 visible ASCII characters are needed, without blanks.',
    ],
    [
      'nonce-0001',
      'short',
      'The nonce has 5 characters; 8 to 128 visible ASCII characters are needed, without blanks.',
    ],
    [
      ';nonce="nonce-0001"',
      '',
      'The parameter nonce, a string, is required; 8 to 128 visible ASCII characters are needed.',
    ],
    [';created=', ';made=', 'The parameter created, seconds since 1970, is required.'],
    [';keyid=', ';key=', 'The parameter keyid, a string, is required.'],
    ['alg="ed25519"', 'alg=ed25519', 'The parameter alg must be a string.'],
    [';alg=', ';expires="1";alg=', 'The parameter expires must be seconds since 1970.'],
    ['"@path"', '"@method"', 'The component @method is covered twice.'],
    ['"@path"', '"@path";req', 'The component @path must have no parameters.'],
    ['"@path"', 'path', 'The covered components must be strings.'],
    ['sig1=', 'sig2=', 'Signature has no bytes for the label sig2 of Signature-Input.'],
    [INPUT, '', 'Signature-Input names no signature.'],
  ])('says which part is wrong: %s as %s', (part, instead, detail) => {
    const headers = { 'signature-input': INPUT.replace(part, instead), signature: SIGNATURE };
    expect(readClaims(headers)).toEqual({ kind: 'refused', reason: 'signature_invalid', detail });
  });

  it('says which header is missing', () => {
    expect(readClaims({ signature: SIGNATURE })).toMatchObject({ detail: 'Signature-Input is missing.' });
    expect(readClaims({ 'signature-input': INPUT })).toMatchObject({ detail: 'Signature is missing.' });
  });
});
