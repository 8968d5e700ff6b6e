import { describe, expect, it } from '@jest/globals';
import { writeIso, type Rejection, type Status } from '@tonle/iso20022';
import { amount } from '@tonle/money';
import type { LegCommand } from '@tonle/contracts';
import { legKeyOfMessageId, messageIdOf } from './message.js';
import { LAGOON } from './profile.testing.js';
import { readAnswer } from './status-answer.js';

const PAYMENT = '0193b0a0-0000-7000-8000-000000000001';
const UETR = '0b5d3c1e-6f0a-4c6e-9d3b-2f1a0e9c8b7d';
const COMMAND = { legKey: `${PAYMENT}:C`, uetr: UETR } as LegCommand;

function pacs002(more: Partial<Status>): string {
  const status: Status = {
    kind: 'status',
    messageId: 'TH1',
    createdAt: '2026-11-22T10:00:00.000Z',
    originalMessageId: messageIdOf(COMMAND.legKey),
    originalMessageName: 'pacs.008.001.08',
    originalUetr: UETR,
    status: 'ACCC',
    clearingReference: 'REF1',
    ...more,
  };
  return writeIso(status, 'pacs.002.001.10', undefined, { envelope: 'none' });
}

const read = (text: string, asked: 'payment' | 'enquiry' = 'payment', status = 200) =>
  readAnswer(
    { kind: 'answered', status, headers: {}, bytes: Buffer.from(text) },
    COMMAND,
    asked,
    LAGOON.answers,
  );

/** As many words as a partner likes, in lines of AddtlInf. */
const LINES = Array.from({ length: 30 }, (_, index) => `${index}: ${'word '.repeat(19)}end`);

describe('what a signed answer means', () => {
  it.each(['RJCT', 'BLCK'])('%s has all words of all its lines', (status) => {
    const said = read(pacs002({ status, reason: 'AC04', reasonText: LINES }));
    expect(said).toMatchObject({ reasonText: LINES.join(' ') });
  });

  it('has the words of all its reasons', () => {
    const one = pacs002({ status: 'RJCT', reason: 'AC04', reasonText: ['closed'] });
    const more =
      '<StsRsnInf><Rsn><Cd>NARR</Cd></Rsn><AddtlInf>by</AddtlInf><AddtlInf>its owner</AddtlInf></StsRsnInf>';
    const said = read(one.replace('</StsRsnInf>', `</StsRsnInf>${more}`));
    expect(said).toMatchObject({ kind: 'rejected', reason: 'AC04', reasonText: 'closed by its owner' });
  });

  it('has the description of an admi.002 and its additional data', () => {
    const of = (more: Partial<Rejection>) => {
      const rejection: Rejection = { kind: 'rejection', relatedReference: 'R', reason: 'FF01', ...more };
      return read(writeIso(rejection, 'admi.002.001.01', undefined, { envelope: 'none' }));
    };
    expect(of({ description: 'Too long.', findings: 'Line 3.' })).toMatchObject({
      reasonText: 'Too long. Line 3.',
    });
    expect(of({})).toMatchObject({ reasonText: 'FF01' });
  });

  it.each<[string, Partial<Status>, object]>([
    [
      'ACCC',
      { originalAmount: amount('THB', 82_000n) },
      { kind: 'accepted', partnerRef: 'REF1', amount: { currency: 'THB', minor: '82000' } },
    ],
    ['ACSC', { status: 'ACSC' }, { kind: 'accepted' }],
    ['ACCC without a reference', { clearingReference: undefined }, { kind: 'ambiguous' }],
    ['ACWP is in progress', { status: 'ACWP' }, { kind: 'in_progress', partnerRef: 'REF1' }],
    ['ACSP is in progress', { status: 'ACSP' }, { kind: 'in_progress' }],
    ['PDNG is in progress', { status: 'PDNG' }, { kind: 'in_progress' }],
    ['RJCT with its reason', { status: 'RJCT', reason: 'AC04' }, { kind: 'rejected', reason: 'AC04' }],
    ['RJCT without one', { status: 'RJCT' }, { kind: 'rejected', reason: 'MS03' }],
    ['RJCT with a code of blanks', { status: 'RJCT', reason: '   ' }, { kind: 'rejected', reason: 'MS03' }],
    [
      'RJCT with what nobody sees',
      { status: 'RJCT', reason: '\u200bAC' },
      { kind: 'rejected', reason: 'MS03' },
    ],
    ['a duplicate may be our own first try', { status: 'RJCT', reason: 'DUPL' }, { kind: 'ambiguous' }],
    ['frozen by law', { status: 'BLCK' }, { kind: 'blocked' }],
    ['another UETR', { originalUetr: PAYMENT.replace('7000', '4000') }, { kind: 'ambiguous' }],
    ['another message under our UETR', { originalMessageId: 'OTHER' }, { kind: 'conflicting' }],
    ['no status on a payment', { status: undefined, reason: 'AG09' }, { kind: 'ambiguous' }],
    [
      'a status that the profile does not have',
      { status: 'CANC' },
      { kind: 'ambiguous', unmapped: 'status CANC' },
    ],
    [
      'a reason of no code set',
      { status: 'RJCT', reason: 'ZZ99' },
      { kind: 'rejected', unmapped: 'reason ZZ99' },
    ],
    [
      'a reason in words',
      { status: 'RJCT', reason: 'Sok' },
      { kind: 'rejected', unmapped: 'reason in words' },
    ],
  ])('%s', (_name, more, expected) => expect(read(pacs002(more))).toMatchObject(expected));

  it('not found only answers an enquiry', () => {
    expect(read(pacs002({ status: undefined, reason: 'AG09' }), 'enquiry')).toEqual({ kind: 'not_found' });
    expect(read(pacs002({ status: undefined, reason: 'MS03' }), 'enquiry').kind).toBe('ambiguous');
  });

  it('admi.002 ends a payment and says nothing to an enquiry', () => {
    const text = writeIso(
      { kind: 'rejection', relatedReference: 'X', reason: 'FF01' },
      'admi.002.001.01',
      undefined,
      { envelope: 'none' },
    );
    expect(read(text, 'payment', 400)).toMatchObject({ kind: 'rejected', reason: 'FF01' });
    expect(read(text, 'enquiry', 400).kind).toBe('ambiguous');
  });

  it('means what the profile says', () => {
    const answers = { ...LAGOON.answers, statuses: { ACWP: 'accepted' as const }, notFound: 'AB05' };
    const reading = (more: Partial<Status>, asked: 'payment' | 'enquiry') =>
      readAnswer(
        { kind: 'answered', status: 200, headers: {}, bytes: Buffer.from(pacs002(more)) },
        COMMAND,
        asked,
        answers,
      ).kind;
    expect(reading({ status: 'ACWP' }, 'payment')).toBe('accepted');
    expect(reading({ status: 'ACCC' }, 'payment')).toBe('ambiguous');
    expect(reading({ status: undefined, reason: 'AB05' }, 'enquiry')).toBe('not_found');
  });

  it.each([
    ['not sent', { kind: 'not_sent', because: 'a full pool' }],
    ['ambiguous', { kind: 'ambiguous', because: 'timeout' }],
  ] as const)('what was %s stays so', (_name, reply) => {
    expect(readAnswer(reply, COMMAND, 'payment', LAGOON.answers)).toEqual(reply);
  });

  it.each([
    ['5xx', pacs002({}), 503],
    ['garbage', '<a', 200],
    ['JSON', '{}', 401],
  ])('%s is ambiguous', (_name, text, status) => {
    expect(read(text, 'payment', status).kind).toBe('ambiguous');
  });
});

describe('an answer about a return', () => {
  const original = { uetr: UETR, endToEndId: 'E2E' };
  const command = { ...COMMAND, uetr: PAYMENT, refundOf: original } as LegCommand;
  const about = (more: Partial<Status>) =>
    readAnswer(
      { kind: 'answered', status: 200, headers: {}, bytes: Buffer.from(pacs002(more)) },
      command,
      'enquiry',
      LAGOON.answers,
    ).kind;

  it('has its message id, and the UETR of what it gives back', () => {
    expect(about({})).toBe('accepted');
    expect(about({ originalUetr: '1b5d3c1e-6f0a-4c6e-9d3b-2f1a0e9c8b7d' })).toBe('ambiguous');
    // Of the payment, or of another return of it.
    expect(about({ originalMessageId: undefined, originalMessageName: undefined })).toBe('ambiguous');
    expect(about({ originalMessageId: 'LG1' })).toBe('ambiguous');
  });
});

it('makes message ids that lead back to the leg', () => {
  for (const letter of ['D', 'C', 'R']) {
    const key = `${PAYMENT}:${letter}`;
    expect(messageIdOf(key)).toHaveLength(33);
    expect(legKeyOfMessageId(messageIdOf(key))).toBe(key);
  }
  expect(legKeyOfMessageId('TH123')).toBeUndefined();
});
