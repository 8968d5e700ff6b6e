import { describe, expect, it } from '@jest/globals';
import { refused, type InboundOutcome, type LegCommand } from '@tonle/contracts';
import type { StandingDrawing, StandingLeg, StoredRequest } from '@tonle/network';
import { QrcAnswers } from './answers.js';
import { drawingRoutes, drawnNotice, isDrawn, resultFields } from './drawings.js';
import { readQrc } from './qrc-message.js';

const ANSWERS = new QrcAnswers({ AM04: '51', AM12: '13', TK01: '14', AG09: '25', CH16: '30', AM09: '13' });
const { additionalProcessing, debitTransaction, resultInquiry } = drawingRoutes(ANSWERS);
const SENT = '20261129120000';
const ASKED_AS = 'U3999011620261129120000000000000001';
const NOTICE = drawnNotice(ANSWERS, { '00': { means: 'approved' }, '96': { means: 'open' } }, '39990116');

function message(msgType: string, trxInfo: object, timeStamp = SENT) {
  const msgInfo = { versionNo: '1.0.0', msgID: ASKED_AS, timeStamp, msgType, insID: '39990116' };
  return { bytes: Buffer.from(JSON.stringify({ msgInfo, trxInfo })), headers: {} };
}
const MONEY = { trxAmt: '80.00', trxCurrency: '344', settAmt: '10.23', settCurrency: '840' };
const DRAWING = {
  emvCpqrcPayload: 'hQVDUFYwMQ==',
  ...MONEY,
  settConvRate: '0.1278459',
  retrivlRefNum: '123456789012',
  merchantInfo: { merchantName: 'Jade Garden', merchantCountry: 'HK' },
};
const told = ({ body }: { body: string | Uint8Array }) => {
  const { trxInfo, msgResponse } = readQrc(Buffer.from(body))!;
  return [msgResponse!.responseCode, trxInfo['paymentStatus'], trxInfo['rejectionReason']];
};

describe('what a till asks for by a code', () => {
  const read = (trxInfo: object, timeStamp?: string) =>
    additionalProcessing.read(message('ADDITIONAL_PROCESSING', trxInfo, timeStamp));

  it('is drawn on it: what is settled, for the merchant, under the name of the message', () => {
    expect(read(DRAWING)).toEqual({
      kind: 'ok',
      drawing: {
        drawingId: ASKED_AS,
        code: 'hQVDUFYwMQ==',
        amount: { currency: 'USD', minor: '1023' },
        payee: { name: 'Jade Garden', account: ASKED_AS, accountType: 'ORDER', country: 'HK' },
        endToEndId: '123456789012',
        partnerTerms: {
          orderAmount: { currency: 'HKD', minor: '8000' },
          settlementAmount: { currency: 'USD', minor: '1023' },
          settlementRate: { unitCurrency: 'HKD', quotedCurrency: 'USD', rate: '0.1278459' },
        },
        sentMs: Date.parse('2026-11-29T04:00:00Z'),
        acceptanceMs: 60_000,
        expiresMs: Date.parse('2026-11-29T04:01:00Z'),
      },
    });
  });

  it('is settled as it is when the merchant wants dollars', () => {
    const dollars = { emvCpqrcPayload: 'code', trxAmt: '5.00', trxCurrency: '840' };
    expect(read(dollars)).toMatchObject({
      drawing: { amount: { currency: 'USD', minor: '500' }, payee: { name: ASKED_AS } },
    });
  });

  it('may have been scanned as bars', () => {
    const bars = { ...DRAWING, emvCpqrcPayload: undefined, barcodeCpqrcPayload: '6212345678901234567' };
    expect(read(bars)).toMatchObject({ drawing: { code: '6212345678901234567' } });
  });

  it.each<[string, object, string]>([
    ['no code', { ...DRAWING, emvCpqrcPayload: undefined }, SENT],
    ['no amount', { ...DRAWING, trxAmt: undefined }, SENT],
    ['no word of what is settled', { ...DRAWING, settAmt: undefined }, SENT],
    ['an amount that is none', { ...DRAWING, settAmt: '10,23' }, SENT],
    ['no time', DRAWING, '2026'],
  ])('is refused with %s', (_what, trxInfo, timeStamp) => {
    const refusal = read(trxInfo, timeStamp);
    expect(refusal.kind).toBe('refused');
    const reply = additionalProcessing.refuse!(refusal as never, message('ADDITIONAL_PROCESSING', trxInfo));
    expect(told(reply)[1]).toBe('REJECTED');
  });

  it.each<[string, StandingDrawing, unknown[]]>([
    ['taken: its result is told by us', taken(), ['00', 'CONTINUING', undefined]],
    ['paid', taken('COMPLETED'), ['00', 'APPROVED', undefined]],
    ['failed', taken('REJECTED', 'AM04'), ['51', 'REJECTED', '51']],
    ['refused', refused('payment_code_unknown'), ['14', 'REJECTED', '14']],
  ])('is answered: %s', (_name, drawn, expected) => {
    const asked = message('ADDITIONAL_PROCESSING', DRAWING);
    expect(told(additionalProcessing.write(drawn, {} as never, asked))).toEqual(expected);
    const question = message('TRX_RESULT_INQUIRY', { origMsgID: ASKED_AS });
    const answer = told(resultInquiry.writeDrawn!(drawn, ASKED_AS, question));
    expect(answer).toEqual(['00', ...expected.slice(1)]);
  });
});

it.each([
  ['DEBIT_TRANSACTION', 'V1'],
  ['REFUND', undefined],
  [undefined, undefined],
])('a question about a %s may name it by its voucher: %s', (origMsgType, partnerRef) => {
  const asked = { origMsgID: 'U1', origMsgType, qrcVoucherNo: 'V1' };
  expect(resultInquiry.read(message('TRX_RESULT_INQUIRY', asked))).toEqual({
    kind: 'ok',
    externalRef: 'U1',
    partnerRef,
  });
});

describe('our result', () => {
  it('says for which message the money is there', () => {
    expect(isDrawn(command())).toBe(true);
    expect(resultFields(command())).toEqual({ origMsgID: ASKED_AS, paymentStatus: 'CONTINUING', ...MONEY });
  });

  it('is told by a message of its own when there is none', () => {
    const asked = NOTICE.write(request('REJECTED', 'AM04'))!;
    const { msgInfo, trxInfo } = readQrc(asked.body!)!;
    expect(asked.path).toBe('/scis/switch/additionalprocessingresult');
    expect(msgInfo.msgID).toMatch(/^A39990116\d{40}$/);
    expect(trxInfo).toMatchObject({ origMsgID: ASKED_AS, paymentStatus: 'REJECTED', rejectionReason: '51' });
    expect(NOTICE.write(request('REJECTED', 'AM04'))).toEqual(asked);
  });

  it.each([
    ['was paid', request('COMPLETED')],
    ['has no end yet', request('CREDIT_UNKNOWN')],
    ['was not drawn on a code', { ...request('REJECTED'), submit: { creditor: {} } as never }],
  ])('is told by its leg or not at all: %s', (_name, stored) => {
    expect(NOTICE.write(stored)).toBeUndefined();
  });
});

describe('a debit', () => {
  const asked = (more: object = {}) => message('DEBIT_TRANSACTION', { ...MONEY, origMsgID: 'A1', ...more });

  it.each<[string, StandingLeg | undefined, object, string | undefined, unknown]>([
    ['of what we have said', { command: command() }, { qrcVoucherNo: 'V1' }, 'V1', '04'],
    ['without a voucher', { command: command() }, {}, ASKED_AS, '04'],
    ['again', { command: command(), outcome: 'accepted' }, {}, ASKED_AS, '00'],
    ['of another amount', { command: command() }, { settAmt: '10.24' }, undefined, '13'],
    ['of less', { command: command() }, { trxAmt: '79.00' }, undefined, '13'],
    [
      'of another amount, again',
      { command: command(), outcome: 'accepted' },
      { trxAmt: '1.00' },
      undefined,
      '13',
    ],
    ['of what was refused', { command: command(), outcome: 'rejected' }, {}, undefined, '25'],
    ['of what was given up', { command: command(), isGivenUp: true }, {}, undefined, '25'],
    [
      'of what was given up and learnt',
      { command: command(), outcome: 'accepted', isGivenUp: true },
      {},
      undefined,
      '25',
    ],
    ['of a payment of another kind', { command: command('UNIONPAY_MERCHANT') }, {}, undefined, '25'],
  ])('%s', (_name, leg, more, partnerRef, code) => {
    const said = debitTransaction.says!(leg!, asked(more));
    expect(said).toEqual(
      partnerRef === undefined ? undefined : expect.objectContaining({ kind: 'accepted', partnerRef }),
    );
    expect(told(debitTransaction.write(leg, 'A1', asked(more)))[0]).toBe(code);
  });

  it('of what we never said is not known', () => {
    expect(told(debitTransaction.write(undefined, 'A1', asked()))).toEqual(['25', undefined, undefined]);
  });
});

function command(accountType = 'ORDER'): LegCommand {
  return {
    uetr: '0f8e1b7e-3f0a-4a51-9b5c-6f1d2f3a4b5c',
    amount: { currency: 'USD', minor: '1023' },
    otherAmount: { currency: 'KHR', minor: '4092000' },
    creditor: { name: 'Jade Garden', account: ASKED_AS, accountType },
    partnerTerms: { orderAmount: { currency: 'HKD', minor: '8000' } },
  } as LegCommand;
}

function request(state: InboundOutcome['state'], isoReason?: string): StoredRequest<InboundOutcome> {
  const isoStatus = { COMPLETED: 'ACCC', REJECTED: 'RJCT' }[state as string] ?? 'PDNG';
  return {
    paymentId: '01a226c2-bd81-778b-bec2-f078743bf4e8',
    uetr: '0f8e1b7e-3f0a-4a51-9b5c-6f1d2f3a4b5c',
    submit: {
      ...{ direction: 'outbound', paymentCodeId: 'code', target: { currency: 'USD', minor: '1023' } },
      creditor: { account: ASKED_AS },
    },
    news: { state, isoStatus, isoReason, at: '2026-11-29T04:00:05.000Z' },
  } as unknown as StoredRequest<InboundOutcome>;
}

function taken(state: InboundOutcome['state'] = 'CREDIT_SENT', isoReason?: string): StandingDrawing {
  return { kind: 'taken', request: request(state, isoReason), news: undefined, repeated: false };
}
