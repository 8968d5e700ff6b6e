import { describe, expect, it } from '@jest/globals';
import { REASONS, type LegCommand, type Reason } from '@tonle/contracts';
import { isKnownCode } from '@tonle/iso20022';
import type { AskedLeg, LegAnswer, WireReply } from '@tonle/network';
import { RESULTS } from './codes.js';
import { alipayRail } from './rail.js';
import { alipaySettings } from './settings.js';

const settings = alipaySettings.parse({});
const rail = alipayRail(settings);

const answered = (body: unknown, status = 200): WireReply => ({
  kind: 'answered',
  status,
  headers: {},
  bytes: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const resultReply = (resultCode: unknown, resultStatus: unknown, more: object = {}) =>
  answered({ result: { resultCode, resultStatus, resultMessage: 'words' }, ...more });

describe('codes', () => {
  it('each reason of ours has a code that they know, and each ISO reason that they map is one', () => {
    for (const reason of Object.keys(REASONS) as Reason[])
      expect(RESULTS.codes.results).toHaveProperty(RESULTS.ofRefusal({ kind: 'refused', reason }).resultCode);
    expect(
      Object.values({ ...RESULTS.codes.told, ...RESULTS.codes.refusals }).filter(
        (code) => !(code in RESULTS.codes.results),
      ),
    ).toEqual([]);
    const isos = [
      ...Object.keys(RESULTS.codes.told),
      ...Object.values(RESULTS.codes.results).flatMap(({ iso }) => iso ?? []),
    ];
    expect(isos.filter((iso) => !isKnownCode('ExternalStatusReason1Code', iso))).toEqual([]);
  });

  it('the end of a payment is final whatever its reason, and an open one is never F', () => {
    for (const iso of [...Object.keys(RESULTS.codes.told), 'XXXX'])
      expect(RESULTS.ofFailure(iso).resultStatus).toBe('F');
    expect(RESULTS.outcomeOf(undefined).paymentResult).toMatchObject({
      resultCode: 'PAYMENT_IN_PROCESS',
      resultStatus: 'U',
    });
    expect(RESULTS.outcomeOf({ state: 'CREDIT_UNKNOWN' }).paymentResult.resultStatus).toBe('U');
    expect(RESULTS.outcomeOf({ state: 'COMPLETED' }).paymentResult.resultStatus).toBe('S');
    expect(RESULTS.outcomeOf({ state: 'EXPIRED' }).paymentResult.resultStatus).toBe('F');
  });
});

const command = {
  legKey: '01990000-0000-7000-8000-000000000001:credit',
  leg: 'credit',
  amount: { currency: 'USD', minor: '1247' },
  creditor: { name: 'Shop', account: 'AP1', accountType: 'ORDER' },
  acceptedAt: '2026-11-22T09:30:02.123Z',
} as LegCommand;
const leg: AskedLeg = { command, parties: {}, externalRef: 'AP1' };
const read = (reply: WireReply, asked = 'notifyPayment') => rail.read(reply, leg, asked) as LegAnswer;

const scalarsOf = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(scalarsOf) : [value];

describe('the rail', () => {
  it('tells the same bytes however often, every scalar a text', () => {
    const prepared = rail.prepare(command, {});
    if ('kind' in prepared) throw new Error(prepared.reasonText);
    const again = rail.enquire({ ...leg, command } as Parameters<typeof rail.enquire>[0], 0);
    if ('kind' in again || 'bulk' in again) throw new Error('a request was meant');
    expect(Buffer.from(again.body!)).toEqual(prepared.bytes);
    expect(rail.send(prepared).path).toBe('/aps/api/v1/payments/notifyPayment');
    expect(
      scalarsOf(JSON.parse(prepared.bytes.toString())).filter((each) => typeof each !== 'string'),
    ).toEqual([]);
  });

  const refund = {
    ...command,
    legKey: '01990000-0000-7000-8000-000000000009:C',
    amount: { currency: 'USD', minor: '512' },
    otherAmount: { currency: 'KHR', minor: '2050000' },
    refundOf: { messageId: '20251122194010800100188000000002' },
  } as LegCommand;

  it('gives back under an id of its own, in the currency of the push', () => {
    const prepared = rail.prepare(refund, {});
    if ('kind' in prepared) throw new Error(prepared.reasonText);
    expect(prepared.externalRef).toBe('01990000000070008000000000000009C');
    expect(rail.send(prepared).path).toBe('/aps/api/v1/payments/refund');
    expect(prepared.bytes.toString()).toBe(
      JSON.stringify({
        acquirerId: settings.acquirerId,
        paymentId: '20251122194010800100188000000002',
        refundRequestId: prepared.externalRef,
        refundAmount: { currency: 'KHR', value: '2050000' },
        settlementAmount: { currency: 'USD', value: '512' },
      }),
    );
    const again = rail.enquire({ ...leg, command: refund } as Parameters<typeof rail.enquire>[0], 0);
    if ('kind' in again || 'bulk' in again) throw new Error('a request was meant');
    expect(Buffer.from(again.body!)).toEqual(prepared.bytes);
  });

  it('gives no part of a riel back', () => {
    const part = { ...refund, otherAmount: { currency: 'KHR', minor: '2050050' } };
    expect(rail.prepare(part, {})).toMatchObject({ kind: 'refused', reason: 'AM12' });
  });

  it.each<[string, string, LegAnswer]>([
    ['SUCCESS', 'S', { kind: 'accepted', partnerRef: 'R1' }],
    ['PAYMENT_IN_PROCESS', 'U', { kind: 'in_progress', partnerRef: 'R1' }],
    ['REFUND_AMOUNT_EXCEED', 'F', { kind: 'rejected', reason: 'AM09' } as LegAnswer],
    ['REFUND_AMOUNT_EXCEED_LIMIT', 'F', { kind: 'rejected', reason: 'AM09' } as LegAnswer],
    ['REFUND_WINDOW_EXCEED', 'F', { kind: 'rejected', reason: 'TM01' } as LegAnswer],
    ['ORDER_NOT_EXIST', 'F', { kind: 'rejected', reason: 'AG09' } as LegAnswer],
    ['REPEAT_REQ_INCONSISTENT', 'F', { kind: 'conflicting' } as LegAnswer],
    ['UNKNOWN_EXCEPTION', 'U', { kind: 'ambiguous' } as LegAnswer],
  ])('reads %s with %s of a refund', (code, status, expected) => {
    const asked: AskedLeg = { command: refund, parties: {}, externalRef: '1' };
    expect(rail.read(resultReply(code, status, { refundId: 'R1' }), asked, 'refund')).toMatchObject(expected);
  });

  it.each<[string, string, LegAnswer['kind'], LegAnswer['kind']]>([
    ['SUCCESS', 'S', 'accepted', 'accepted'],
    ['PAYMENT_IN_PROCESS', 'U', 'in_progress', 'in_progress'],
    ['UNKNOWN_EXCEPTION', 'U', 'ambiguous', 'ambiguous'],
    ['RISK_REJECT', 'F', 'rejected', 'rejected'],
    ['ORDER_IS_CLOSED', 'F', 'rejected', 'rejected'],
    ['REPEAT_REQ_INCONSISTENT', 'F', 'conflicting', 'conflicting'],
    // The signature of a second telling may be wrong when the first one was right.
    ['INVALID_SIGNATURE', 'F', 'rejected', 'ambiguous'],
    ['SUCCESS', 'F', 'ambiguous', 'ambiguous'],
    ['RISK_REJECT', 'S', 'ambiguous', 'ambiguous'],
    ['NEVER_SEEN', 'F', 'ambiguous', 'ambiguous'],
  ])('%s with %s is %s when it is told, %s when it is told again', (code, status, first, again) => {
    expect(read(resultReply(code, status)).kind).toBe(first);
    expect(read(resultReply(code, status), 'notifyPayment.again').kind).toBe(again);
  });

  it('reads the result of the call, and never a paymentResult in its place', () => {
    expect(read(resultReply('SUCCESS', 'S', { paymentResult: { resultStatus: 'F' } })).kind).toBe('accepted');
    expect(read(answered({ paymentResult: { resultCode: 'SUCCESS', resultStatus: 'S' } })).kind).toBe(
      'ambiguous',
    );
  });

  it('names a code that it does not know, and no words', () => {
    expect(read(resultReply('NEVER_SEEN', 'F'))).toMatchObject({ unmapped: 'result NEVER_SEEN' });
    expect(read(resultReply('Sok Dara, +855', 'F'))).toMatchObject({ unmapped: 'result in words' });
  });

  it('is total: noise is ambiguous, never an outcome', () => {
    const good = JSON.stringify({ result: { resultCode: 'RISK_REJECT', resultStatus: 'F' } });
    for (let at = 0; at < good.length; at += 1)
      for (const text of [
        good.slice(0, at),
        good.slice(at),
        `${good.slice(0, at)}\u0000${good.slice(at + 1)}`,
      ]) {
        const { kind } = read(answered(text));
        expect(['ambiguous', 'rejected']).toContain(kind);
      }
    for (const body of [
      null,
      1,
      '""',
      [],
      {},
      { result: [] },
      { result: { resultCode: {}, resultStatus: 'S' } },
    ])
      expect(read(answered(body)).kind).toBe('ambiguous');
    expect(read(resultReply('SUCCESS', 'S', {}), 'x').kind).toBe('accepted');
    expect(RESULTS.read({ kind: 'not_sent', because: 'x' })).toEqual({ kind: 'not_sent', because: 'x' });
    expect(read(answered({ result: { resultCode: 'SUCCESS', resultStatus: 'S' } }, 503)).kind).toBe(
      'ambiguous',
    );
  });
});
