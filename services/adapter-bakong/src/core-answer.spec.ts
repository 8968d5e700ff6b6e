import { describe, expect, it } from '@jest/globals';
import { writeIso, type CustomerStatus } from '@tonle/iso20022';
import { readCoreAnswer } from './core-answer.js';

const REF = 'MEKOKHPPXXX/NAGAKHPPXXX/00000000001';
const HASH = 'a'.repeat(64);

function pain002(more: Partial<CustomerStatus>): string {
  const status: CustomerStatus = {
    kind: 'customer_status',
    messageId: 'REP1',
    createdAt: '2026-11-22T10:00:00.000+07:00',
    originalMessageId: 'CRT1',
    originalMessageName: 'pain.001.001.05',
    originalPaymentInformationId: REF,
    originalEndToEndId: 'E1',
    status: 'ACSP',
    ...more,
  };
  return writeIso(status, 'pain.002.001.06', undefined, { envelope: 'none' });
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const ENVELOPE = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>${body}</S:Body></S:Envelope>`;
const RETURN = (text: string, operation = 'makeFullFundTransfer'): string =>
  ENVELOPE(
    `<ns2:${operation}Response xmlns:ns2="http://webservice.nbc.org.kh/"><return>${escape(text)}</return></ns2:${operation}Response>`,
  );
const FAULT = (text: string): string =>
  ENVELOPE(`<S:Fault><faultcode>S:Client</faultcode><faultstring>${text}</faultstring></S:Fault>`);
const REJECTED = (because: string): string =>
  RETURN(pain002({ status: 'RJCT', reason: 'NARR', reasonText: [`REJECTED AT CORE DUE TO: [${because}]`] }));

const read = (text: string, status = 200) =>
  readCoreAnswer(
    { kind: 'answered', status, headers: {}, bytes: Buffer.from(text) },
    'makeFullFundTransfer',
    REF,
  );

describe('what the core says', () => {
  it.each<[string, string, number, object]>([
    [
      'ACSP with a hash is booked, not yet accepted',
      RETURN(pain002({ ledgerHash: HASH })),
      200,
      { kind: 'booked', ledgerHash: HASH },
    ],
    ['ACSP without a hash is in progress', RETURN(pain002({})), 200, { kind: 'in_progress' }],
    [
      'a hash that is none is in progress',
      RETURN(pain002({ ledgerHash: 'x' })),
      200,
      { kind: 'in_progress' },
    ],
    ['pending is in progress', RETURN(pain002({ status: 'PDNG' })), 200, { kind: 'in_progress' }],
    ['no money', REJECTED('insufficient balance'), 200, { kind: 'rejected', reason: 'AM04' }],
    ['closed', REJECTED('account closed'), 200, { kind: 'rejected', reason: 'AC04' }],
    ['unknown account', REJECTED('creditor account not found'), 200, { kind: 'rejected', reason: 'AC01' }],
    ['any other core text', REJECTED('the moon is full'), 200, { kind: 'rejected', reason: 'MS03' }],
    ['already existed: our first try may be meant', REJECTED('already existed'), 200, { kind: 'existed' }],
    ['already reversed: evidence conflicts', REJECTED('already reversed'), 200, { kind: 'conflicting' }],
    [
      'a rejection in ISO words',
      RETURN(pain002({ status: 'RJCT', reason: 'AC06' })),
      200,
      { kind: 'rejected', reason: 'AC06' },
    ],
    [
      'an answer to another transfer',
      RETURN(pain002({ ledgerHash: HASH, originalPaymentInformationId: 'OTHER' })),
      200,
      { kind: 'ambiguous' },
    ],
    [
      'another operation answers',
      RETURN(pain002({ ledgerHash: HASH }), 'makeReverseTransaction'),
      200,
      { kind: 'ambiguous' },
    ],
    ['credentials refused, after it was written', FAULT('invalid credentials'), 500, { kind: 'ambiguous' }],
    ['the form was refused: final', FAULT('wrong format: amount'), 500, { kind: 'rejected', reason: 'CH16' }],
    ['5xx', 'busy', 503, { kind: 'ambiguous' }],
    ['a good body under 5xx', RETURN(pain002({ ledgerHash: HASH })), 502, { kind: 'ambiguous' }],
    ['garbage', 'garbage', 200, { kind: 'ambiguous' }],
    ['a DOCTYPE', `<!DOCTYPE x>${RETURN(pain002({ ledgerHash: HASH }))}`, 200, { kind: 'ambiguous' }],
    ['not pain.002', RETURN('<a/>'), 200, { kind: 'ambiguous' }],
    ['nothing', '', 200, { kind: 'ambiguous' }],
  ])('%s', (_name, text, status, expected) => {
    expect(read(text, status)).toMatchObject(expected);
  });

  it.each([
    ['fault', FAULT('no account of Sok Dara'), 500, 'fault in words'],
    ['rejection', REJECTED('Sok Dara is no customer'), 200, 'rejection in words'],
  ])(
    'names a %s that no table has without its words: these may name people',
    (_name, text, status, unmapped) => {
      expect(read(text, status)).toMatchObject({ unmapped });
    },
  );

  it('has all words of a rejection and of a fault', () => {
    const lines = Array.from({ length: 9 }, (_, index) => `${index}: ${'word '.repeat(19)}end`);
    const rejected = {
      status: 'RJCT',
      reasonText: ['REJECTED AT CORE DUE TO: [the moon is full]', ...lines],
    };
    const reasonText = rejected.reasonText.join(' ');
    expect(read(RETURN(pain002(rejected)))).toMatchObject({ kind: 'rejected', reasonText });
    const inIso = pain002({ ...rejected, reason: 'AC06', reasonText: lines });
    expect(read(RETURN(inIso))).toMatchObject({ reason: 'AC06', reasonText: lines.join(' ') });
    const fault = `wrong format: ${lines.join(' ')}`;
    expect(read(FAULT(fault), 500)).toMatchObject({ kind: 'rejected', reasonText: fault });
  });

  it('passes on what never left and what is ambiguous', () => {
    const over = (kind: 'not_sent' | 'ambiguous') =>
      readCoreAnswer({ kind, because: 'b' }, 'makeFullFundTransfer', REF);
    expect([over('not_sent').kind, over('ambiguous').kind]).toEqual(['not_sent', 'ambiguous']);
  });
});
