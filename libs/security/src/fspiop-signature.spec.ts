import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { signFspiop, verifyFspiop, type FspiopSubject } from './fspiop-signature.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keys = new Map([
  ['BKRW', publicKey],
  ['MOMO', other.publicKey],
]);
const find = (source: string) => keys.get(source);
const SUBJECT: FspiopSubject = {
  method: 'POST',
  uri: '/transfers',
  source: 'BKRW',
  destination: 'TONLE',
  date: 'Sun, 29 Nov 2026 10:15:30 GMT',
};
const BODY = Buffer.from('{"transferId":"b51ec534-ee48-4575-b6a9-ead2955b8069"}');
type Headers = Record<string, string>;
const HEADERS = signFspiop(SUBJECT, BODY, privateKey) as Headers;
const verifyWith = (headers: Headers, more: { method?: string; url?: string; body?: Uint8Array } = {}) =>
  verifyFspiop({ method: 'POST', url: '/transfers', headers, body: BODY, ...more }, find);
const parts = (headers: Headers) =>
  JSON.parse(headers['fspiop-signature']!) as { signature: string; protectedHeader: string };
/** The header with other members, signed again: what an FSP of this key could send. */
const resigned = (change: object): Headers => {
  const protectedHeader = Buffer.from(JSON.stringify({ ...membersOf(HEADERS), ...change })).toString(
    'base64url',
  );
  return { ...HEADERS, 'fspiop-signature': JSON.stringify({ ...parts(HEADERS), protectedHeader }) };
};
const membersOf = (headers: Headers) =>
  JSON.parse(Buffer.from(parts(headers).protectedHeader, 'base64url').toString()) as Record<string, string>;

describe('FSPIOP-Signature', () => {
  it('repeats the headers of the request in its own', () => {
    expect(membersOf(HEADERS)).toEqual({
      alg: 'RS256',
      'FSPIOP-URI': '/transfers',
      'FSPIOP-HTTP-Method': 'POST',
      'FSPIOP-Source': 'BKRW',
      'FSPIOP-Destination': 'TONLE',
      Date: SUBJECT.date,
    });
    expect(HEADERS).toMatchObject({
      'fspiop-uri': '/transfers',
      'fspiop-http-method': 'POST',
      'fspiop-source': 'BKRW',
      'fspiop-destination': 'TONLE',
      date: SUBJECT.date,
    });
  });

  it('is verified with who sent it, to whom and when', () => {
    const { source, destination, date } = SUBJECT;
    expect(verifyWith(HEADERS)).toEqual({ kind: 'verified', source, destination, date });
  });

  it('of a request without a body is over no bytes', () => {
    const subject = { ...SUBJECT, method: 'GET', uri: '/transfers/b51ec534' };
    const headers = signFspiop(subject, new Uint8Array(0), privateKey) as Headers;
    const line = { method: 'GET', url: subject.uri };
    expect(verifyWith(headers, { ...line, body: new Uint8Array(0) }).kind).toBe('verified');
    expect(verifyWith(headers, { ...line, body: Buffer.from('{}') })).toMatchObject({
      reason: 'signature_wrong',
    });
  });

  it('of a look-up has no destination; whoever hands it on may add one', () => {
    const { destination: _, ...subject } = { ...SUBJECT, method: 'GET', uri: '/parties/MSISDN/250788123456' };
    const headers = signFspiop(subject, new Uint8Array(0), privateKey) as Headers;
    const line = { method: 'GET', url: subject.uri, body: new Uint8Array(0) };
    expect(verifyWith(headers, line).kind).toBe('verified');
    expect(verifyWith({ ...headers, 'fspiop-destination': 'TONLE' }, line).kind).toBe('verified');
  });

  it.each<[string, Headers, object, string, string]>([
    ['no signature', { ...HEADERS, 'fspiop-signature': undefined! }, {}, 'missing', 'FSPIOP-Signature'],
    ['no JSON', { ...HEADERS, 'fspiop-signature': 'a.b.c' }, {}, 'malformed', 'no JSON'],
    ['null', { ...HEADERS, 'fspiop-signature': 'null' }, {}, 'malformed', 'needs'],
    ['no part', { ...HEADERS, 'fspiop-signature': '{"signature":"a"}' }, {}, 'malformed', 'protectedHeader'],
    ['too long', { ...HEADERS, 'fspiop-signature': 'x'.repeat(40_001) }, {}, 'malformed', 'too long'],
    [
      'padding',
      { ...HEADERS, 'fspiop-signature': JSON.stringify({ ...parts(HEADERS), signature: 'AA==' }) },
      {},
      'malformed',
      'base64url',
    ],
    ['no algorithm', resigned({ alg: 'none' }), {}, 'wrong_algorithm', 'RS256'],
    ['a shared secret', resigned({ alg: 'HS256' }), {}, 'wrong_algorithm', 'RS256'],
    ['a longer digest', resigned({ alg: 'RS512' }), {}, 'wrong_algorithm', 'RS256'],
    ['a critical header', resigned({ crit: ['exp'], exp: 1 }), {}, 'malformed', 'crit'],
    ['another body', HEADERS, { body: Buffer.from('{}') }, 'signature_wrong', 'body'],
    ['a blank more', HEADERS, { body: Buffer.concat([BODY, Buffer.from(' ')]) }, 'signature_wrong', 'body'],
    ['another path', HEADERS, { url: '/quotes' }, 'header_differs', 'FSPIOP-URI'],
    ['a query more', HEADERS, { url: '/transfers?a=1' }, 'header_differs', 'FSPIOP-URI'],
    ['another method', HEADERS, { method: 'PUT' }, 'header_differs', 'FSPIOP-HTTP-Method'],
    ['another URI header', { ...HEADERS, 'fspiop-uri': '/quotes' }, {}, 'header_differs', 'FSPIOP-URI'],
    [
      'no source',
      { ...HEADERS, 'fspiop-source': undefined! },
      {},
      'header_differs',
      'FSPIOP-Source is missing',
    ],
    ['another source', { ...HEADERS, 'fspiop-source': 'MOMO' }, {}, 'header_differs', 'FSPIOP-Source'],
    [
      'another destination',
      { ...HEADERS, 'fspiop-destination': 'X' },
      {},
      'header_differs',
      'FSPIOP-Destination',
    ],
    [
      'a destination less',
      { ...HEADERS, 'fspiop-destination': undefined! },
      {},
      'header_differs',
      'FSPIOP-Destination',
    ],
    [
      'a destination that is not signed',
      resigned({ 'FSPIOP-Destination': undefined }),
      {},
      'header_differs',
      'not in the protected',
    ],
    ['another date', { ...HEADERS, date: 'Sun, 29 Nov 2026 10:15:31 GMT' }, {}, 'header_differs', 'Date'],
    ['a date that is not signed', resigned({ Date: undefined }), {}, 'header_differs', 'Date is not in'],
    ['another header of its own', resigned({ 'Content-Type': 'x' }), {}, 'header_differs', 'Content-Type'],
    ['another key', resigned({ 'FSPIOP-Source': 'MOMO' }), {}, 'header_differs', 'FSPIOP-Source'],
    ['a header that was changed', resigned({ kid: '1' }), {}, 'signature_wrong', 'protected header'],
  ])('is refused by name: %s', (_what, headers, more, reason, words) => {
    expect(verifyWith(headers, more)).toMatchObject({
      kind: 'refused',
      reason,
      detail: expect.stringContaining(words),
    });
  });

  it('of an FSP without a key, or by the key of another, is refused', () => {
    const unknown = signFspiop({ ...SUBJECT, source: 'NOBODY' }, BODY, privateKey) as Headers;
    expect(verifyWith(unknown)).toMatchObject({ reason: 'key_unknown' });
    const lent = signFspiop({ ...SUBJECT, source: 'MOMO' }, BODY, privateKey) as Headers;
    expect(verifyWith(lent)).toMatchObject({ reason: 'signature_wrong' });
  });

  it('does not survive the change of any character', () => {
    const text = HEADERS['fspiop-signature']!;
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('A', 'b', '0', '_', '"', ' '), (at, given) => {
        fc.pre(text[at] !== given);
        const changed = `${text.slice(0, at)}${given}${text.slice(at + 1)}`;
        expect(verifyWith({ ...HEADERS, 'fspiop-signature': changed }).kind).toBe('refused');
      }),
    );
  });

  it('is made by RSA keys only', () => {
    const { privateKey: curve } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(() => signFspiop(SUBJECT, BODY, curve)).toThrow(RangeError);
  });
});

describe("the specification's own example (Signature v1.1, 4)", () => {
  // The key is that of RFC 7515, A.2. Line breaks took three hyphens of the printed signature; with them it fits.
  const n =
    'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZ' +
    'S-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R' +
    '2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW' +
    '9gb54h4FRWyuXpoQ';
  const signature =
    'dz2ntyS0_rDyA0pLeWluG--tBcYYrlvG99ffkXcEB-uve5Qzvzyn0ZUi82J7h17RsdfHPuTnbEGvCeU9Y4Bg0nIZHGL4icswaaO09T5hPPY-K' +
    'BTzVQeHkokLmL4dXpHdr1ggSEpu3WEU3nfgOFGGAdOq355i1iGuDbhqm_lSfVHaqdVCEhkJ2Y_r2glO2QpdZrcbvsBV39derj_PlfISBBGjdh' +
    '0dIPxnFIVcZuPHiq9Ha2MslrBHfqwFfNeU_xhErBd2PywkDQJbKOlfqdkmFC9bS8Ofx0O6Mg7qdFGw-QkseJTfp0HMbH1d9e6H0cocY8xfuDN' +
    'GaZpOJhxiYtiPLg';
  const protectedHeader = Buffer.from(
    '{"alg":"RS256","FSPIOP-Destination":"5678","FSPIOP-URI":"/quotes","FSPIOP-HTTP-Method":"POST",' +
      '"Date":"Tue, 23 May 2017 21:12:31 GMT","FSPIOP-Source":"1234"}',
  ).toString('base64url');
  const body = JSON.stringify({
    payee: { partyIdInfo: { partyIdType: 'MSISDN', partyIdentifier: '15295558888', fspId: '5678' } },
    amountType: 'RECEIVE',
    transactionType: {
      scenario: 'TRANSFER',
      initiator: 'PAYER',
      subScenario: 'P2P Transfer across MM systems',
      initiatorType: 'CONSUMER',
    },
    note: 'this is a sample for POST /quotes',
    amount: { amount: '150', currency: 'USD' },
    fees: { amount: '1.5', currency: 'USD' },
    extensionList: [1, 2, 3].map((each) => ({ value: `value${each}`, key: `key${each}` })),
    geoCode: { latitude: '57.323889', longitude: '125.520001' },
    expiration: '2017-05-24T08:40:00.000-04:00',
    payer: {
      personalInfo: {
        complexName: { firstName: 'Bill', middleName: 'Ben', LastName: 'Lee' },
        dateOfBirth: '1986-02-14',
      },
      partyIdInfo: {
        partyIdType: 'MSISDN',
        partySubIdOrType: 'RegisteredCustomer',
        partyIdentifier: '16135551212',
        fspId: '1234',
      },
      name: 'Bill Lee',
    },
    quoteId: '59e331fa-345f-4554-aac8-fcd8833f7d50',
    transactionId: '36629a51-393a-4e3c-b347-c2cb57e1e1fc',
  });
  const headers = {
    'fspiop-uri': '/quotes',
    'fspiop-http-method': 'POST',
    'fspiop-source': '1234',
    'fspiop-destination': '5678',
    date: 'Tue, 23 May 2017 21:12:31 GMT',
    'fspiop-signature': JSON.stringify({ signature, protectedHeader }),
  };

  it('is verified', () => {
    const key = createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' });
    const request = { method: 'POST', url: '/quotes', headers, body: Buffer.from(body) };
    expect(verifyFspiop(request, () => key)).toMatchObject({ kind: 'verified', source: '1234' });
  });
});
