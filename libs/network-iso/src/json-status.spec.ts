import { describe, expect, it } from '@jest/globals';
import type { AskedLeg, WireReply } from '@tonle/network';
import { isoNetwork } from './network.js';
import { isoProfile } from './profile.js';
import { LAGOON_FILE } from './profile.testing.js';
import type { IsoSettings } from './settings.js';

const errors = { '25': { means: 'not_found', iso: 'AG09' }, '14': { means: 'refused', iso: 'AC01' } };
const profile = isoProfile.parse({ ...LAGOON_FILE, json: { asks: ['statuses'], errors } });
const rail = isoNetwork(profile, { name: 'LAGOON' }).rail!({
  bic: 'TONLKHPPXXX',
  sendMs: 1,
  api: { asks: ['statuses'] },
} as unknown as IsoSettings);
const UETR = '5d3f1c9e-8f2b-4a6d-9c1e-2b7a4d8e0f31';
const LEG_KEY = '0193b0a0-0000-7000-8000-00000000abcd:C';
const MESSAGE_ID = '0193b0a000007000800000000000abcdC';
const leg = {
  command: {
    legKey: LEG_KEY,
    uetr: UETR,
    endToEndId: 'E2E',
    amount: { currency: 'VND', minor: '250000' },
  },
} as unknown as AskedLeg;
const REFERENCE = MESSAGE_ID.slice(-16);
const GOOD = {
  ResponseInfo: { Status: 'SUCCESS' },
  RequestId: REFERENCE,
  MessageId: MESSAGE_ID,
  Uetr: UETR,
  TransactionStatus: 'ACSC',
  Reference: 'VN1',
  Amount: 250_000,
};
const replied = (body: unknown, status = 200): WireReply => ({
  kind: 'answered',
  status,
  headers: {},
  bytes: Buffer.from(JSON.stringify(body)),
});

describe('a payment that is asked about in JSON', () => {
  it('is named by its ids', () => {
    const question = rail.enquire(leg as Parameters<typeof rail.enquire>[0], 0);
    if (!('path' in question)) throw new Error('no question');
    expect(question).toMatchObject({ wire: 'api', path: '/api/core/v1/payment/status' });
    expect(JSON.parse(Buffer.from(question.body!).toString())).toEqual({
      RequestId: REFERENCE,
      MessageId: MESSAGE_ID,
      Uetr: UETR,
      EndToEndId: 'E2E',
    });
  });

  it('is named by its own id and the UETR of what it gives back when it is a return', () => {
    const refundOf = { uetr: 'a'.repeat(36), endToEndId: 'E1' };
    const back = { command: { ...leg.command, refundOf } } as Parameters<typeof rail.enquire>[0];
    const question = rail.enquire(back, 0);
    if (!('path' in question)) throw new Error('no question');
    expect(JSON.parse(Buffer.from(question.body!).toString())).toMatchObject({
      MessageId: MESSAGE_ID,
      Uetr: refundOf.uetr,
      EndToEndId: 'E1',
    });
    const told = { ...GOOD, Uetr: refundOf.uetr };
    expect(rail.read(replied(told), back, 'payment.status')).toMatchObject({ kind: 'accepted' });
  });

  it.each<[string, WireReply, object]>([
    [
      'done',
      replied(GOOD),
      { kind: 'accepted', partnerRef: 'VN1', amount: { currency: 'VND', minor: '250000' } },
    ],
    ['on its way', replied({ ...GOOD, TransactionStatus: 'ACSP' }), { kind: 'in_progress' }],
    [
      'refused',
      replied({ ...GOOD, TransactionStatus: 'RJCT', ReasonCode: 'AC04', ReasonText: 'closed' }),
      { kind: 'rejected', reason: 'AC04', reasonText: 'closed' },
    ],
    [
      'not there',
      replied({ ...GOOD, ResponseInfo: { Status: 'ERROR', ErrCode: '25' } }),
      { kind: 'not_found' },
    ],
    // The question was refused, not the payment.
    [
      'a bad question',
      replied({ ...GOOD, ResponseInfo: { Status: 'ERROR', ErrCode: '14' } }),
      { kind: 'ambiguous' },
    ],
    [
      'an error of no table',
      replied({ ...GOOD, ResponseInfo: { Status: 'ERROR', ErrCode: '96' } }),
      { kind: 'ambiguous', unmapped: 'code 96' },
    ],
    [
      'a status of no table',
      replied({ ...GOOD, TransactionStatus: 'DONE' }),
      { kind: 'ambiguous', unmapped: 'status DONE' },
    ],
    ['another payment', replied({ ...GOOD, Uetr: 'x' }), { kind: 'ambiguous' }],
    ['another message', replied({ ...GOOD, MessageId: 'x' }), { kind: 'conflicting' }],
    ['another question', replied({ ...GOOD, RequestId: 'x' }), { kind: 'ambiguous' }],
    ['part of a dong', replied({ ...GOOD, Amount: '0.5' }), { kind: 'ambiguous' }],
    ['nothing', replied({ ...GOOD, Uetr: undefined }), { kind: 'ambiguous' }],
    ['a broken server', replied(GOOD, 500), { kind: 'ambiguous' }],
    ['silence', { kind: 'ambiguous', because: 'timeout' }, { kind: 'ambiguous', because: 'timeout' }],
    ['no token', { kind: 'not_sent', because: 'there is no token' }, { kind: 'not_sent' }],
  ])('%s', (_name, reply, expected) => {
    expect(rail.read(reply, leg, 'payment.status')).toMatchObject(expected);
  });
});
