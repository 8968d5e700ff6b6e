import { describe, expect, it } from '@jest/globals';
import { reasonFields, refused, refusedTime, type PaymentEventMessage } from '@tonle/contracts';
import { readIso, writeIso, type CanonicalMessage, type CustomerPayment, type Status } from '@tonle/iso20022';
import { amount } from '@tonle/money';
import type { CallerAnswer, Reading } from '../dialect.js';
import { instructionOf, newsOf } from '../door.testing.js';
import { storedRequestOf } from '../instruction.js';
import { IsoDialect } from './iso-dialect.js';
import { isoContentHash } from './iso-payment.js';
import type { IsoFamily } from './iso-reading.js';
import type { IsoAsked, IsoUsage } from './iso-usage.js';

const NOW = Date.UTC(2026, 0, 5, 3);
const AT = new Date(NOW).toISOString();
const STAMP = { messageId: 'A1', nowMs: NOW };
const SELF = { bic: 'TONLKHPPXXX' };
const UETR = '0b5d3c1e-6f0a-4c6e-9d3b-2f1a0e9c8b7d';

const USAGE: IsoUsage<undefined, PaymentEventMessage> = {
  answers: { 'pacs.008.001.08': 'pacs.002.001.10', 'pacs.028.001.03': 'pacs.002.001.10' },
  self: SELF,
  names: SELF,
  open: { http: 202 },
  contentType: 'application/xml',
  key: (payment) => ({ messageId: payment.messageId, contentHash: isoContentHash(payment) }),
  instruct: () => refused('quote_unknown'),
  about: ({ originalUetr }) => ({ uetr: originalUetr }),
  isAbout: ({ originalMessageId }, { request }) => originalMessageId === request.messageId,
  reference: () => 'REF1',
  texts: (reason, words) => [...(reason === undefined ? [] : [reason]), ...words],
  unknown: () => ({ originalMessageId: 'M1', originalMessageName: 'pacs.008' }),
  rejection: ({ reason, reference = 'NOTPROVIDED' }) => ({ relatedReference: reference, reason }),
};
const PAYMENT: CustomerPayment = {
  kind: 'payment',
  messageId: 'M1',
  createdAt: AT,
  endToEndId: 'E1',
  uetr: UETR,
  settlementMethod: 'CLRG',
  settlementAmount: amount('THB', 82_000n),
  settlementDate: '2026-01-05',
  chargeBearer: 'SLEV',
  debtor: { name: 'Sok Dara' },
  debtorAgent: { bic: 'MEKOKHPPXXX' },
  creditor: { name: 'Somchai' },
  creditorAgent: { bic: 'THSWTHBKXXX' },
};
const QUESTION: CanonicalMessage = {
  kind: 'status_request',
  messageId: 'Q1',
  createdAt: AT,
  originalMessageId: 'M1',
  originalMessageName: 'pacs.008.001.08',
  originalUetr: UETR,
};

const dialectOf = (family: IsoFamily, more: Partial<typeof USAGE> = {}) =>
  new IsoDialect({ ...USAGE, ...more }, family);
const bytesOf = (message: CanonicalMessage, version: string, header?: Parameters<typeof writeIso>[2]) =>
  Buffer.from(writeIso(message, version, header, { envelope: header === undefined ? 'none' : 'tonle' }));
const PACS_008 = bytesOf(PAYMENT, 'pacs.008.001.08');

function askedOf(reading: Reading<IsoAsked>): IsoAsked {
  if (reading.kind === 'unreadable') throw new Error(reading.reason);
  return reading.asked;
}

/** The answer to bytes of one family, read again. */
function answered(
  family: IsoFamily,
  bytes: Uint8Array,
  answer: CallerAnswer<PaymentEventMessage>,
  more: Partial<typeof USAGE> = {},
) {
  const dialect = dialectOf(family, more);
  const reply = dialect.write(answer, askedOf(dialect.read({ bytes, headers: {} })), STAMP);
  return { ...reply, reading: readIso(Buffer.from(reply.body)) };
}

const taken = (
  state: 'COMPLETED' | 'CREDIT_UNKNOWN',
  messageId = 'M1',
): CallerAnswer<PaymentEventMessage> => {
  const instruction = instructionOf(NOW, { messageId, uetr: UETR });
  const request = storedRequestOf<PaymentEventMessage>(instruction);
  return { kind: 'taken', request, news: newsOf(instruction.submit, state), repeated: false };
};

describe('what is read', () => {
  it('is an instruction with its key, or a question with what it is about', () => {
    const headers = { signature: 's' };
    expect(dialectOf('pacs.008').read({ bytes: PACS_008, headers })).toMatchObject({
      kind: 'instruction',
      key: { messageId: 'M1' },
      asked: { version: 'pacs.008.001.08', headers, message: { uetr: UETR } },
    });
    const bytes = bytesOf(QUESTION, 'pacs.028.001.03');
    expect(dialectOf('pacs.028').read({ bytes, headers: {} })).toMatchObject({
      kind: 'question',
      about: { uetr: UETR },
    });
  });

  it.each<[string, IsoFamily, string, string]>([
    ['a message of another family', 'pacs.028', PACS_008.toString(), 'unknown_message'],
    [
      'a version that is not answered',
      'pacs.008',
      bytesOf(PAYMENT, 'pacs.008.001.12').toString(),
      'unknown_message',
    ],
    ['what is no XML', 'pacs.008', 'hello', 'malformed_xml'],
    ['a document type', 'pacs.008', `<!DOCTYPE x>${PACS_008.toString()}`, 'malformed_xml'],
    [
      'an override of direction',
      'pacs.008',
      PACS_008.toString().replace('Sok ', 'Sok &#x202E;'),
      'schema_invalid',
    ],
    ['a line break in a name', 'pacs.008', PACS_008.toString().replace('Sok ', 'Sok\n'), 'schema_invalid'],
    ['a wrong field', 'pacs.008', PACS_008.toString().replace('>820.00<', '>-820.00<'), 'schema_invalid'],
  ])('is nothing of ours: %s', (_what, family, text, reason) => {
    const dialect = dialectOf(family);
    const reading = dialect.read({ bytes: Buffer.from(text), headers: {} });
    expect(reading).toMatchObject({ kind: 'unreadable', reason });
    if (reading.kind !== 'unreadable') throw new Error('it was read');
    expect(reading.reference).toBe(text === 'hello' ? undefined : 'M1');
    const reply = dialect.writeUnreadable(reading, STAMP);
    expect(reply).toMatchObject({ status: 400, contentType: 'application/xml' });
    expect(readIso(Buffer.from(reply.body))).toMatchObject({
      version: 'admi.002.001.01',
      message: { kind: 'rejection', reason, relatedReference: reading.reference ?? 'NOTPROVIDED' },
    });
  });
});

describe('what is to somebody else', () => {
  const OTHER = { bic: 'OTHRSGSGXXX' };
  const wrong = { kind: 'refused', reason: 'wrong_recipient' };
  const header = (version: string) => ({
    from: { bic: 'MEKOKHPPXXX' },
    to: OTHER,
    businessMessageId: 'B1',
    messageDefinition: version,
    createdAt: AT,
  });
  const STATUS: CanonicalMessage = {
    kind: 'status',
    messageId: 'S1',
    createdAt: AT,
    originalMessageId: 'M1',
    originalMessageName: 'pacs.008.001.08',
    status: 'ACCC',
  };
  const VERIFY: CanonicalMessage = {
    kind: 'proxy_request',
    messageId: 'V1',
    createdAt: AT,
    verificationId: 'V1',
    assigner: { bic: 'MEKOKHPPXXX' },
    assignee: SELF,
    account: { proxy: { type: 'MBNO', id: '0066812345678' } },
  };
  const spoken = { ...USAGE.answers, 'pacs.002.001.10': '', 'acmt.023.001.03': 'acmt.024.001.03' };

  it.each<[IsoFamily, CanonicalMessage, string]>([
    ['pacs.008', PAYMENT, 'pacs.008.001.08'],
    ['pacs.028', QUESTION, 'pacs.028.001.03'],
    ['pacs.002', STATUS, 'pacs.002.001.10'],
    ['acmt.023', VERIFY, 'acmt.023.001.03'],
  ])('by its header is read and refused: %s', (family, message, version) => {
    const bytes = bytesOf(message, version, header(version));
    const reading = dialectOf(family, { answers: spoken }).read({ bytes, headers: {} });
    expect(reading).toMatchObject({ refusal: { ...wrong, errors: [{ path: '/AppHdr/To' }] } });
  });

  it.each<[IsoFamily, CanonicalMessage, string, string]>([
    ['pacs.008', PAYMENT, 'pacs.008.001.08', '/FIToFICstmrCdtTrf/CdtTrfTxInf[1]/InstdAgt'],
    ['pacs.028', QUESTION, 'pacs.028.001.03', '/FIToFIPmtStsReq/TxInf[1]/InstdAgt'],
  ])('by its instructed agent is read and refused, with its path: %s', (family, message, version, path) => {
    const dialect = dialectOf(family, { answers: spoken });
    const read = (instructedAgent: object) =>
      dialect.read({
        bytes: bytesOf({ ...message, instructedAgent } as CanonicalMessage, version),
        headers: {},
      });
    expect(read(OTHER)).toMatchObject({ refusal: { ...wrong, errors: [{ path }] } });
    expect(read(SELF)).not.toHaveProperty('refusal');
    expect(read({ name: 'Tonle' })).not.toHaveProperty('refusal');
  });

  it('is answered with the ISO reason and the words', () => {
    const texts = (reason: string | undefined, words: readonly string[]) => [`${reason} ${words.join(' ')}`];
    const refusal = { ...refused('wrong_recipient'), errors: [{ path: '/AppHdr/To', message: 'not us' }] };
    const reasonText = ['wrong_recipient /AppHdr/To: not us'];
    expect(answered('pacs.008', PACS_008, refusal, { texts })).toMatchObject({
      reading: { message: { status: 'RJCT', reason: 'AGNT', reasonText } },
    });
    const question = answered('pacs.028', bytesOf(QUESTION, 'pacs.028.001.03'), refusal, { texts });
    expect(question).toMatchObject({ reading: { message: { reason: 'AGNT', reasonText } } });
    expect(question).not.toMatchObject({ reading: { message: { status: expect.any(String) } } });
  });
});

describe('what is answered', () => {
  it('says how a payment stands, 202 while it is open', () => {
    expect(answered('pacs.008', PACS_008, taken('COMPLETED'))).toMatchObject({
      status: 200,
      reading: {
        version: 'pacs.002.001.10',
        message: { status: 'ACCC', originalMessageId: 'M1', originalUetr: UETR, clearingReference: 'REF1' },
      },
    });
    const open = answered('pacs.008', PACS_008, taken('CREDIT_UNKNOWN'));
    expect(open).toMatchObject({ status: 202, reading: { message: { status: 'ACSP' } } });
  });

  it('says the same of every open payment when the usage does', () => {
    const usage = { open: { http: 200, status: 'PDNG' } } as const;
    expect(answered('pacs.008', PACS_008, taken('CREDIT_UNKNOWN'), usage)).toMatchObject({
      status: 200,
      reading: { message: { status: 'PDNG' } },
    });
    expect(answered('pacs.008', PACS_008, taken('COMPLETED'), usage)).toMatchObject({
      reading: { message: { status: 'ACCC' } },
    });
  });

  it('rejects with the ISO reason of a refusal and the code of the registry', () => {
    expect(answered('pacs.008', PACS_008, refused('key_reused'))).toMatchObject({
      status: 200,
      reading: { message: { status: 'RJCT', reason: 'DUPL', reasonText: ['key_reused'] } },
    });
  });

  it('knows no payment that the question is not about', () => {
    const bytes = bytesOf(QUESTION, 'pacs.028.001.03');
    expect(answered('pacs.028', bytes, taken('COMPLETED'))).toMatchObject({
      reading: { message: { status: 'ACCC' } },
    });
    const other = bytesOf({ ...QUESTION, originalMessageId: 'M2' } as CanonicalMessage, 'pacs.028.001.03');
    for (const answer of [taken('COMPLETED'), { kind: 'unknown' } as const]) {
      const { reading } = answered('pacs.028', answer.kind === 'unknown' ? bytes : other, answer);
      expect(reading).toMatchObject({ message: { reason: 'AG09' } });
      expect(reading).not.toMatchObject({ message: { status: expect.any(String) } });
    }
  });

  it('tells of a payment over REST under whatever key, and names the key that a message id holds', () => {
    const question = { ...QUESTION, originalMessageId: undefined, originalMessageName: undefined };
    const bytes = bytesOf(question as CanonicalMessage, 'pacs.028.001.03');
    const isAbout = () => true;
    const told = (key: string) =>
      answered('pacs.028', bytes, taken('COMPLETED', key), { isAbout }).reading as unknown as {
        message: object;
      };
    const status = { status: 'ACCC', originalUetr: UETR };
    expect(told('k'.repeat(35)).message).toMatchObject({ ...status, originalMessageId: 'k'.repeat(35) });
    for (const key of ['k'.repeat(36), UETR, 'k'.repeat(140)]) {
      expect(told(key).message).toMatchObject(status);
      expect(told(key).message).not.toHaveProperty('originalMessageId');
    }
  });

  it('has a header when its question had one, and always for a usage that names the other side', () => {
    const peer = { bic: 'MEKOKHPPXXX' };
    const header = {
      from: peer,
      to: SELF,
      businessMessageId: 'M1',
      messageDefinition: 'pacs.008.001.08',
      createdAt: AT,
    };
    const enveloped = bytesOf(PAYMENT, 'pacs.008.001.08', header);
    const expected = { header: { from: SELF, to: peer, businessMessageId: 'A1' } };
    expect(answered('pacs.008', enveloped, taken('COMPLETED')).reading).toMatchObject(expected);
    expect(answered('pacs.008', PACS_008, taken('COMPLETED')).reading).not.toMatchObject(expected);
    const named = answered('pacs.008', PACS_008, taken('COMPLETED'), { peer: () => peer }).reading;
    expect(named).toMatchObject({
      ...expected,
      message: { instructingAgent: peer, instructedAgent: SELF },
    });
  });

  it.each(['head.001.001.01', 'head.001.001.02', 'head.001.001.03', 'head.001.001.04'])(
    'has the header in the version of its question: %s',
    (headerVersion) => {
      const header = {
        from: { bic: 'MEKOKHPPXXX' },
        to: SELF,
        businessMessageId: 'M1',
        messageDefinition: 'pacs.008.001.08',
        createdAt: AT,
      };
      const options = { envelope: 'tonle', headerVersion } as const;
      const bytes = Buffer.from(writeIso(PAYMENT, 'pacs.008.001.08', header, options));
      expect(answered('pacs.008', bytes, taken('COMPLETED')).reading).toMatchObject({ headerVersion });
    },
  );

  it('says each finding by itself, over as many lines as it needs, and cuts no word', () => {
    const path = '/FIToFICstmrCdtTrf/CdtTrfTxInf/InstgAgt';
    const sentence = `${'The message is signed by another participant, '.repeat(4)}which ends here.`;
    const refusal = refused('not_permitted', undefined, [
      { path, message: sentence },
      { path: `/${'x'.repeat(150)}`, message: 'Too long.' },
    ]);
    const { reading } = answered('pacs.008', PACS_008, refusal);
    const { reasonText } = (reading as unknown as { message: { reasonText: string[] } }).message;
    expect(reasonText[0]).toBe('not_permitted');
    expect(Math.max(...reasonText.map((line) => line.length))).toBeLessThanOrEqual(105);
    expect(reasonText.join(' ')).toContain(`${path}: ${sentence}`);
    expect(reasonText.join('')).toContain(`/${'x'.repeat(150)}`);
    expect(reasonText.some((line) => line.includes('ends here.') && line.includes('xxx'))).toBe(false);
  });

  const rejected = (more: Partial<PaymentEventMessage>): CallerAnswer<PaymentEventMessage> => {
    const instruction = instructionOf(NOW, { messageId: 'M1' });
    return {
      kind: 'taken',
      request: storedRequestOf<PaymentEventMessage>(instruction),
      news: {
        ...newsOf(instruction.submit, 'EXPIRED'),
        reason: 'deadline_passed',
        isoReason: 'TM01',
        ...more,
      },
      repeated: false,
    };
  };
  const saying = (answer: CallerAnswer<PaymentEventMessage>) =>
    (answered('pacs.008', PACS_008, answer).reading as unknown as { message: Status }).message.reasonText!;

  it('says by which element a payment was late, as who refused it decided', () => {
    const late = 'Late by 3 s: accepted at noon.';
    expect(saying(rejected({ reasonText: late, reasonField: 'acceptedAt' }))[1]).toBe(`AccptncDtTm: ${late}`);
    expect(saying(rejected({ reasonText: late, reasonField: 'deadline' }))[1]).toBe(`XpryDtTm: ${late}`);
    expect(saying(refusedTime('deadline_passed', 'acceptedAt', 'Late by 1 s.'))[1]).toBe(
      'AccptncDtTm: Late by 1 s.',
    );
  });

  it('names no element where none is at fault, and reads the news of earlier versions', () => {
    const released = 'Late by 3 s: released at noon.';
    expect(saying(rejected({ reasonText: released }))).toEqual(['deadline_passed', released]);
    expect(saying(rejected({ reasonText: released, reasonField: 'other' }))).toEqual([
      'deadline_passed',
      released,
    ]);
    expect(saying(rejected({}))).toEqual(['deadline_passed']);
  });

  it('says all words of the other side', () => {
    const words = `Creditor's side: ${'this account was closed '.repeat(40)}today`;
    const more = { reason: 'partner_rejected', isoReason: 'AC04', ...reasonFields(words) } as const;
    const lines = saying(rejected(more));
    expect(lines[0]).toBe('partner_rejected');
    expect(lines.slice(1).join(' ')).toBe(words);
  });

  it('says what a question says and nothing is looked for by', () => {
    const text = bytesOf(QUESTION, 'pacs.028.001.03').toString();
    const more = text.replace(/(<OrgnlUETR>[^<]*<\/OrgnlUETR>)/, '$1<ClrSysRef>CLR-7</ClrSysRef>');
    for (const answer of [taken('COMPLETED'), { kind: 'unknown' } as const]) {
      expect(answered('pacs.028', Buffer.from(more), answer).reading).toMatchObject({
        message: { reasonText: expect.arrayContaining([expect.stringMatching(/^Not used: .*ClrSysRef$/)]) },
      });
    }
  });

  it('to a call-back is nothing but that it was taken in', () => {
    const asked = askedOf(dialectOf('pacs.008').read({ bytes: PACS_008, headers: {} }));
    expect(dialectOf('pacs.002').write({ kind: 'noted' }, asked, STAMP)).toMatchObject({
      status: 202,
      body: '',
    });
  });
});
