import { describe, expect, it } from '@jest/globals';
import { readIso, writeIso, type ProxyReply } from '@tonle/iso20022';
import type { WantedPayee, WireReply } from '@tonle/network';
import { isoPayees } from './payees.js';
import { isoProfile } from './profile.js';
import { LAGOON, LAGOON_FILE } from './profile.testing.js';

const LOOKUP_ID = '0193b0a0-0000-7000-8000-000000000001';
const MESSAGE_ID = 'LKP0193b0a0000070008000000000000001';
const WANTED: WantedPayee = {
  lookupId: LOOKUP_ID,
  account: '712 3456',
  currencies: ['FJD'],
  network: { participantId: 'LGSWITCH', bic: 'LAGOLGLGXXX' } as WantedPayee['network'],
  at: Date.parse('2026-11-22T10:00:00.000Z'),
};

const payees = isoPayees({ profile: LAGOON, bic: 'TONLKHPPXXX' });
const replied = (text: string): WireReply => ({
  kind: 'answered',
  status: 200,
  headers: {},
  bytes: Buffer.from(text),
});

function acmt024(more: Partial<ProxyReply>): WireReply {
  const reply: ProxyReply = {
    kind: 'proxy_reply',
    messageId: 'L1',
    createdAt: '2026-11-22T10:00:00.000Z',
    originalMessageId: MESSAGE_ID,
    originalVerificationId: MESSAGE_ID,
    assigner: { bic: 'LAGOLGLGXXX' },
    assignee: { bic: 'TONLKHPPXXX' },
    verified: true,
    party: { name: 'Sela Tavua' },
    ...more,
  };
  return replied(writeIso(reply, 'acmt.024.001.03', undefined, { envelope: 'none' }));
}

describe('a payee by account or proxy', () => {
  it('is asked for with the account as the network writes it', () => {
    const question = payees.ask(WANTED);
    if (question.kind !== 'ask') throw new Error(question.kind);
    const { body, ...request } = question.request;
    expect(request).toMatchObject({ method: 'POST', path: '/iso20022/acmt.023', operation: 'acmt.023' });
    expect(readIso(body!)).toMatchObject({
      kind: 'read',
      version: 'acmt.023.001.03',
      header: { from: { bic: 'TONLKHPPXXX' }, to: { bic: 'LAGOLGLGXXX' } },
      message: {
        messageId: MESSAGE_ID,
        account: { proxy: { type: 'MBNO', id: '6797123456' } },
      },
    });
  });

  it('is named as a member of the clearing system where the network does so', () => {
    const agents = { by: 'member', clearingSystem: 'FJCLR', own: '9001', members: { LGSWITCH: '0001' } };
    const profile = isoProfile.parse({ ...LAGOON_FILE, agents });
    const question = isoPayees({ profile, bic: 'TONLKHPPXXX' }).ask(WANTED);
    if (question.kind !== 'ask') throw new Error(question.kind);
    expect(readIso(question.request.body!)).toMatchObject({
      message: { assigner: { memberId: '9001' }, assignee: { memberId: '0001', clearingSystem: 'FJCLR' } },
    });
  });

  it.each<[string, Partial<WantedPayee>, string]>([
    ['what cannot be an account there', { account: 'x' }, 'account_unknown'],
    ['a network that nobody can name', { network: undefined }, 'participant_unknown'],
  ])('asks nobody about %s', (_name, more, reason) => {
    expect(payees.ask({ ...WANTED, ...more })).toMatchObject({ kind: 'refused', reason });
  });

  it('is found with its name', () => {
    expect(payees.read(acmt024({}), WANTED)).toEqual({
      kind: 'found',
      name: 'Sela Tavua',
      account: '6797123456',
      accountType: 'MBNO',
      currency: 'FJD',
    });
  });

  it.each<[string, WireReply, string]>([
    ['a reason', acmt024({ verified: false, reason: 'AC04' }), 'account_closed'],
    ['another reason', acmt024({ verified: false, reason: 'MS03' }), 'payee_unknown'],
    ['no name', acmt024({ party: undefined }), 'payee_unknown'],
    ['an answer to another question', acmt024({ originalMessageId: 'X' }), 'partner_silent'],
    ['garbage', replied('<a'), 'partner_silent'],
    ['silence', { kind: 'ambiguous', because: 'timeout' }, 'partner_silent'],
  ])('is refused for %s', (_name, reply, reason) => {
    expect(payees.read(reply, WANTED)).toMatchObject({ kind: 'refused', reason });
  });
});

describe('a payee by a code that the network reads itself', () => {
  const profile = isoProfile.parse({
    ...LAGOON_FILE,
    payees: { ...LAGOON_FILE.payees, codes: { path: '/codes' } },
  });
  const byCode = isoPayees({ profile, bic: 'TONLKHPPXXX' });
  const wanted = { ...WANTED, code: { text: '000201' } as WantedPayee['code'] };
  const found = { found: true, name: 'Reef', account: '1', accountType: 'BIID', currency: 'FJD' };
  const json = (value: unknown): WireReply => replied(JSON.stringify(value));

  it('is asked for with the text of the code', () => {
    expect(byCode.ask(wanted)).toMatchObject({
      kind: 'ask',
      request: { path: '/codes', contentType: 'application/json', body: Buffer.from('{"qrText":"000201"}') },
    });
  });

  it('is refused where the network reads none', () => {
    expect(payees.ask(wanted)).toMatchObject({ kind: 'refused', reason: 'qr_not_served' });
  });

  it('is found with all that the code says', () => {
    const more = {
      displayName: 'Reef Store',
      amount: { currency: 'FJD', minor: '100' },
      expiresAt: '2026-11-22T12:00:00+12:00',
      reference: 'R1',
    };
    expect(byCode.read(json({ ...found, ...more }), wanted)).toEqual({
      kind: 'found',
      name: 'Reef',
      displayName: 'Reef Store',
      account: '1',
      accountType: 'BIID',
      currency: 'FJD',
      amount: { currency: 'FJD', minor: '100' },
      codeExpiresMs: Date.parse('2026-11-22T00:00:00Z'),
      remittance: 'R1',
    });
  });

  it.each<[string, WireReply, string]>([
    ['its reason', json({ found: false, reason: 'DS24' }), 'qr_expired'],
    ['a reason that nobody knows', json({ found: false, reason: 'toString' }), 'partner_silent'],
    ['half an answer', json({ found: true }), 'partner_silent'],
    ['a part of a kip', json({ ...found, amount: { currency: 'LAK', minor: '150' } }), 'partner_silent'],
    ['money of nobody', json({ ...found, amount: { currency: 'QQQ', minor: '1' } }), 'partner_silent'],
    ['no JSON', replied('<a/>'), 'partner_silent'],
    ['silence', { kind: 'not_sent', because: 'a full pool' }, 'partner_silent'],
  ])('is refused for %s', (_name, reply, reason) => {
    expect(byCode.read(reply, wanted)).toMatchObject({ kind: 'refused', reason });
  });
});
