import { describe, expect, it } from '@jest/globals';
import { writeConsumerCode } from '@tonle/emvqr';
import type { CodeTable, WireReply } from '@tonle/network';
import { payerCodes } from './payer-codes.js';
import { readQrc } from './qrc-message.js';

const RESPONSES: CodeTable = {
  '00': { means: 'approved' },
  '25': { means: 'not_found' },
  '57': { means: 'rejected' },
  '96': { means: 'open' },
};
const codes = payerCodes(RESPONSES, { institution: '39990116', token: '6292010116000000017' });
const WANTED = {
  codeId: '01a226c2-bd81-778b-bec2-f078743bf4e8',
  participant: 'KHMEKONG',
  debtor: { name: 'Sok Dara', account: 'u0000001@mekong', accountType: 'bakong' },
  most: { currency: 'KHR', minor: '20000000' },
  at: Date.parse('2026-11-29T04:00:00Z'),
};
const codeOf = (application: string) =>
  writeConsumerCode([
    { tag: '85', value: '4350563031' },
    { tag: '61', objects: [{ tag: '4F', value: application }] },
  ]);
const CODE = codeOf('A000000333010101');

function answered(trxInfo: object, responseCode = '00'): WireReply {
  const msgInfo = {
    ...{ versionNo: '1.0.0', msgID: 'A3999011620261129120000000123', timeStamp: '20261129120000' },
    ...{ msgType: 'QRC_GENERATION', insID: '39990116' },
  };
  const body = { msgInfo, trxInfo, msgResponse: { responseCode, responseMsg: 'words' } };
  return { kind: 'answered', status: 200, headers: {}, bytes: Buffer.from(JSON.stringify(body)) };
}

describe('a code for a payer to show', () => {
  it('is asked for under the id of the code, for the token, without the account', () => {
    const asked = codes.ask(WANTED);
    if ('kind' in asked) throw new Error(asked.reason);
    expect(asked.path).toBe('/scis/switch/qrcgeneration');
    const { msgInfo, trxInfo } = readQrc(asked.body!)!;
    expect(msgInfo).toMatchObject({ msgType: 'QRC_GENERATION', timeStamp: '20261129120000' });
    expect(msgInfo.msgID).toMatch(/^A39990116\d{40}$/);
    expect(trxInfo).toMatchObject({ token: '6292010116000000017', cpqrcNo: '1' });
    expect(JSON.stringify(trxInfo)).not.toContain('mekong');
    expect(codes.ask(WANTED)).toEqual(asked);
  });

  it.each<[string, WireReply, object]>([
    ['the first of a list', answered({ emvCpqrcPayload: [CODE, 'other'] }), { kind: 'issued', text: CODE }],
    [
      'with its digits',
      answered({ emvCpqrcPayload: [CODE], barcodeCpqrcPayload: ['6212345678901234567'] }),
      { kind: 'issued', text: CODE, barcode: '6212345678901234567' },
    ],
    [
      'digits that are none',
      answered({ emvCpqrcPayload: [CODE], barcodeCpqrcPayload: ['62'] }),
      { text: CODE },
    ],
    ['one alone', answered({ emvCpqrcPayload: CODE }), { kind: 'issued', text: CODE }],
    [
      'of another scheme',
      answered({ emvCpqrcPayload: [codeOf('A000000003')] }),
      { reason: 'partner_silent' },
    ],
    ['no code', answered({ emvCpqrcPayload: ['62'] }), { reason: 'partner_silent' }],
    ['nothing', answered({}), { reason: 'partner_silent' }],
    ['a refusal', answered({}, '57'), { reason: 'payment_codes_not_served', detail: 'words' }],
    ['an unknown token', answered({}, '25'), { reason: 'payment_codes_not_served' }],
    ['later', answered({ emvCpqrcPayload: CODE }, '96'), { reason: 'partner_silent' }],
    ['a code that nobody knows', answered({}, 'ZZ'), { unmapped: 'response code ZZ' }],
    ['silence', { kind: 'ambiguous', because: 'timeout' }, { reason: 'partner_silent' }],
  ])('%s', (_name, reply, expected) => {
    expect(codes.read(reply, WANTED)).toMatchObject(expected);
  });
});
