import { describe, expect, it } from '@jest/globals';
import { readQr, writeQr, type QrRead } from '@tonle/emvqr';
import type { WantedPayee, WireReply } from '@tonle/network';
import { isTokenRefused, tokenOf } from './json-api.js';
import { jsonPayees } from './json-payees.js';
import { isoProfile } from './profile.js';
import { LAGOON_FILE } from './profile.testing.js';

const LOOKUP_ID = '0193b0a0-0000-7000-8000-00000000abcd';
const REFERENCE = '800000000000abcd';
const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const profile = isoProfile.parse({
  ...LAGOON_FILE,
  payees: {
    accounts: [
      { type: 'BBAN', form: '(\\d{6})(\\w+)', bank: { member: '$1', account: '$2' }, guessed: true },
    ],
    banks: { '970436': 'A bank' },
    codes: {},
  },
  json: {
    asks: ['payees', 'statuses'],
    errors: {
      '14': { means: 'refused', iso: 'AC01', refusal: 'account_unknown' },
      '25': { means: 'not_found', iso: 'AG09' },
    },
  },
});
const payees = jsonPayees(profile, profile.json!);
const WANTED: WantedPayee = {
  lookupId: LOOKUP_ID,
  account: '9704361017595600',
  currencies: ['VND'],
  at: NOW,
};
const GOOD = {
  ResponseInfo: { Status: 'SUCCESS' },
  RequestId: REFERENCE,
  BenId: '970436',
  AccountNumber: '1017595600',
  AccountName: 'NGUYEN VAN AN',
  Currency: 'VND',
};
const replied = (body: unknown, status = 200): WireReply => ({
  kind: 'answered',
  status,
  headers: {},
  bytes: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});

function codeOf(amount?: string): QrRead {
  const fields = { acquirerBin: '970436', consumerId: '1017595600', serviceCode: 'QRIBFTTA' };
  const written = writeQr({ scheme: 'VIETQR', fields, currency: 'VND', amount });
  const read = written.kind === 'written' ? readQr(written.text, NOW) : written;
  if (read.kind !== 'read') throw new Error(read.detail);
  return read;
}
const byCode = (amount?: string): WantedPayee => ({ ...WANTED, account: undefined, code: codeOf(amount) });

describe('a payee that is asked for in JSON', () => {
  it('is named by bank and account, under a reference of ours', () => {
    const question = payees.ask(WANTED);
    if (question.kind !== 'ask') throw new Error(question.kind);
    const { body, ...request } = question.request;
    expect(request).toMatchObject({ wire: 'api', path: '/api/core/v1/account/lookup' });
    expect(JSON.parse(Buffer.from(body!).toString())).toEqual({
      RequestId: REFERENCE,
      BenId: '970436',
      AccountNumber: '1017595600',
      AccountType: 'BBAN',
    });
  });

  it('is asked for by the text of a code', () => {
    const wanted = byCode();
    const question = payees.ask(wanted);
    if (question.kind !== 'ask') throw new Error(question.kind);
    const body = JSON.parse(Buffer.from(question.request.body!).toString()) as unknown;
    expect(body).toEqual({ RequestId: REFERENCE, QrData: wanted.code!.text });
  });

  it('of a bank that the network does not have is asked of nobody', () => {
    expect(payees.ask({ ...WANTED, account: '9999991017595600' })).toMatchObject({
      reason: 'account_unknown',
    });
  });

  it.each<[string, unknown, WantedPayee, object]>([
    ['an account', GOOD, WANTED, {}],
    [
      'an answer that calls its head otherwise',
      { ...GOOD, ResponseInf: GOOD.ResponseInfo, ResponseInfo: undefined },
      WANTED,
      {},
    ],
    ['a code with its amount', GOOD, byCode('250000'), { amount: { currency: 'VND', minor: '250000' } }],
    [
      'a code whose amount the network knows',
      { ...GOOD, Amount: 9000 },
      byCode(),
      { amount: { currency: 'VND', minor: '9000' } },
    ],
  ])('is found: %s', (_name, body, wanted, more) => {
    expect(payees.read(replied(body), wanted)).toMatchObject({
      kind: 'found',
      name: 'NGUYEN VAN AN',
      account: '9704361017595600',
      accountType: 'BBAN',
      currency: 'VND',
      ...more,
    });
  });

  it.each<[string, WireReply, WantedPayee, string]>([
    ['silence', { kind: 'ambiguous', because: 'timeout' }, WANTED, 'partner_silent'],
    ['no JSON', replied('<html>'), WANTED, 'partner_silent'],
    ['a broken server', replied(GOOD, 503), WANTED, 'partner_silent'],
    ['another question', replied({ ...GOOD, RequestId: '8000000000000000' }), WANTED, 'partner_silent'],
    ['another account', replied({ ...GOOD, AccountNumber: '1' }), WANTED, 'partner_silent'],
    ['another bank', replied({ ...GOOD, BenId: '970403' }), WANTED, 'partner_silent'],
    ['another currency', replied({ ...GOOD, Currency: 'USD' }), WANTED, 'partner_silent'],
    ['another amount', replied({ ...GOOD, Amount: '250001' }), byCode('250000'), 'partner_silent'],
    ['part of a dong', replied({ ...GOOD, Amount: '0.5' }), byCode(), 'partner_silent'],
    ['nobody', replied({ ...GOOD, AccountName: '' }), WANTED, 'partner_silent'],
    ['a code that no table has', replied(errorOf('91')), WANTED, 'partner_silent'],
    ['an unknown account', replied(errorOf('14')), WANTED, 'account_unknown'],
    ['nothing found', replied(errorOf('25')), WANTED, 'payee_unknown'],
  ])('is not found in an answer about %s', (_name, reply, wanted, reason) => {
    expect(payees.read(reply, wanted)).toMatchObject({ kind: 'refused', reason });
  });
});

it('names a code that no table has, so that it is counted', () => {
  expect(payees.read(replied(errorOf('91')), WANTED)).toMatchObject({ unmapped: 'code 91' });
});

function errorOf(ErrCode: string): object {
  return { ResponseInfo: { Status: 'ERROR', ErrCode }, RequestId: REFERENCE };
}

describe('a token', () => {
  const { json } = profile;
  it.each([
    [
      { access_token: 'T', expires_in: '60' },
      { text: 'T', lifeMs: 60_000 },
    ],
    [
      { access_token: 'T', expires_in: 60 },
      { text: 'T', lifeMs: 60_000 },
    ],
    // Whose life nobody says, or nobody can read.
    [{ access_token: 'T' }, { text: 'T', lifeMs: 300_000 }],
    [
      { access_token: 'T', expires_in: '0' },
      { text: 'T', lifeMs: 300_000 },
    ],
    [
      { access_token: 'T', expires_in: '-1' },
      { text: 'T', lifeMs: 300_000 },
    ],
    [{ access_token: null }, undefined],
    [{ result: 'ERROR', ErrCode: 'X' }, undefined],
    ['', undefined],
  ])('%j', (body, token) => {
    expect(tokenOf(replied(body), json!)).toEqual(token);
    expect(tokenOf(replied(body, 400), json!)).toBeUndefined();
  });

  it('is refused by a 401 alone', () => {
    expect(isTokenRefused(replied('', 401))).toBe(true);
    expect(isTokenRefused(replied('', 403))).toBe(false);
  });
});

it('error codes stand for reasons that ISO has', () => {
  const errors = { '14': { means: 'refused', iso: 'ZZ99' } };
  const read = isoProfile.safeParse({ ...LAGOON_FILE, json: { asks: ['payees'], errors } });
  expect(read.error?.issues[0]?.message).toBe('an ISO reason that no edition has');
});
