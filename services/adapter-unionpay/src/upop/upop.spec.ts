import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { uuidV7, type LegCommand } from '@tonle/contracts';
import type { AskedLeg, InboundFound, InboundMessages, RawMessage, WireReply } from '@tonle/network';
import { beijingTime } from '@tonle/network-upi';
import { unionPayRail } from '../rail.js';
import { unionPaySettings } from '../settings.js';
import { CODES } from './codes.js';
import { notifications } from './inbound.js';
import { isOfSettlementDay, moneyIn, statusOf, uetrOf } from './message.js';
import { withUpopRefunds } from './refund.js';

const settings = unionPaySettings.parse({ TONLE_SANDBOX: 'true' });
const { acp } = settings;
type Stamp = Parameters<InboundMessages['dialect']['instruct']>[2];
const rail = withUpopRefunds(unionPayRail(settings), acp);
const PAID_AT = Date.parse('2026-11-29T04:00:00Z');
const QUERY_ID = `${beijingTime(PAID_AT)}1234567`;
const USD = (minor: string) => ({ currency: 'USD', minor });

function refund(minor: string, acceptedMs: number, more: Partial<LegCommand> = {}): LegCommand {
  const paymentId = uuidV7(acceptedMs, (size) => new Uint8Array(size).fill(7));
  const acceptedAt = new Date(PAID_AT).toISOString();
  const original = { messageId: QUERY_ID, source: USD('1050'), acceptedAt };
  return {
    paymentId,
    uetr: '11111111-2222-4333-8444-555555555555',
    leg: 'credit',
    amount: USD(minor),
    acceptedAt: new Date(acceptedMs).toISOString(),
    refundOf: original,
    ...more,
  } as unknown as LegCommand;
}

function sent(command: LegCommand): Record<string, string> {
  const prepared = rail.prepare(command, {});
  if ('kind' in prepared) throw new Error(prepared.reasonText);
  return rail.send(prepared).parameters as Record<string, string>;
}

const answered = (fields: object, status = 200): WireReply => ({
  kind: 'answered',
  status,
  headers: {},
  bytes: Buffer.from(
    Object.entries(fields)
      .map((each) => each.join('='))
      .join('&'),
  ),
});

describe('a refund', () => {
  it('of all on its day is a cancellation, else a refund under the queryId of the payment', () => {
    const command = refund('1050', PAID_AT + 3_600_000);
    expect(sent(command)).toEqual({
      version: '5.1.0',
      encoding: 'UTF-8',
      bizType: '000201',
      channelType: '07',
      accessType: '0',
      txnType: '31',
      txnSubType: '00',
      merId: acp.merchant,
      orderId: command.paymentId.replaceAll('-', ''),
      txnTime: '20261129130000',
      origQryId: QUERY_ID,
      txnAmt: '1050',
      backUrl: acp.backUrl.href,
      reqReserved: '11111111222243338444555555555555',
    });
    expect(sent(refund('1049', PAID_AT + 3_600_000))['txnType']).toBe('04');
    // The day ends at 23:00 in Beijing.
    expect(sent(refund('1050', Date.parse('2026-11-29T14:59:59Z')))['txnType']).toBe('31');
    expect(sent(refund('1050', Date.parse('2026-11-29T15:00:00Z')))['txnType']).toBe('04');
  });

  it('has the same bytes each time, and another order for each payment', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_050 }),
        fc.integer({ min: 0, max: 86_400_000 * 300 }),
        (minor, after) => {
          const command = refund(String(minor), PAID_AT + after);
          expect(sent(command)).toEqual(sent({ ...command, attempt: 2 }));
          const { orderId } = sent(command);
          expect(orderId).toMatch(/^[0-9a-z]{32}$/);
        },
      ),
    );
  });

  it('of an order in another currency than is settled gives back the same part of the order, and all of it at last', () => {
    const order = fc.constantFrom(
      { currency: 'CNY', minor: '7436' },
      { currency: 'KHR', minor: '4300000' },
      { currency: 'JPY', minor: '1567' },
    );
    fc.assert(
      fc.property(order, fc.integer({ min: 10, max: 1_049 }), (orderAmount, minor) => {
        const of = (part: number) => {
          const { refundOf, ...command } = refund(String(part), PAID_AT);
          const terms = { ...refundOf!, partnerTerms: { orderAmount } };
          return BigInt(sent({ ...command, refundOf: terms })['txnAmt']!);
        };
        const [all, one, rest] = [BigInt(orderAmount.minor), of(minor), of(1050 - minor)];
        expect(of(1050)).toBe(all);
        expect(one * 1050n).toBeLessThanOrEqual(all * BigInt(minor));
        expect(one + rest).toBeLessThanOrEqual(all);
        const step = orderAmount.currency === 'KHR' ? 100n : 1n;
        expect(all - one - rest).toBeLessThanOrEqual(2n * step);
        expect(one % step).toBe(0n);
      }),
    );
    const nothing = { orderAmount: { currency: 'JPY', minor: '9' } };
    const command = refund('1', PAID_AT);
    expect(
      rail.prepare({ ...command, refundOf: { ...command.refundOf!, partnerTerms: nothing } }, {}),
    ).toMatchObject({ kind: 'refused', reason: 'AM12' });
  });

  it('in another currency than was settled cannot be written', () => {
    const command = refund('1050', PAID_AT, { amount: { currency: 'KHR', minor: '100' } });
    expect(rail.prepare(command, {})).toMatchObject({ kind: 'refused', reason: 'AM03' });
  });

  it('of a payment in the other dialect goes by that', () => {
    const other = { ...refund('1', PAID_AT).refundOf!, messageId: 'U3999011620261129000000000000' };
    const leg = {
      command: refund('1', PAID_AT, { refundOf: other }),
      bytes: Buffer.alloc(0),
      externalRef: 'A',
    };
    expect(rail.send(leg).wire).toBe('gateway');
    expect(rail.takesLate?.(leg.command)).toBe(false);
    expect(rail.takesLate?.(refund('1', PAID_AT))).toBe(true);
  });
});

describe('an answer', () => {
  const command = refund('400', PAID_AT);
  const leg: AskedLeg = { command, parties: {}, externalRef: command.paymentId.replaceAll('-', '') };
  const key = { orderId: leg.externalRef, txnTime: beijingTime(PAID_AT) };
  const read = (fields: object, asked = 'UPOP_04') => rail.read(answered({ ...key, ...fields }), leg, asked);
  const told = { respCode: '00', origRespCode: '00', queryId: '2', txnAmt: '400', currencyCode: '840' };

  it('00 is asked about: its own word moves nothing', () => {
    expect(read({ respCode: '00', queryId: '9' })).toMatchObject({
      kind: 'follow_up',
      partnerRef: '9',
      question: { operation: 'UPOP_QUERY', parameters: { txnType: '00', ...key } },
      meanwhile: { kind: 'in_progress' },
    });
    expect(read(told, 'UPOP_QUERY')).toEqual({ kind: 'accepted', partnerRef: '2', amount: USD('400') });
    expect(read({ ...told, txnAmt: '300' }, 'UPOP_QUERY')).toMatchObject({ amount: USD('300') });
    expect(read({ ...told, currencyCode: '156' }, 'UPOP_QUERY')).toMatchObject({ kind: 'conflicting' });
  });

  it('about an order in another currency counts by what was settled', () => {
    const terms = { orderAmount: { currency: 'CNY', minor: '7436' } };
    const ofOrder = {
      ...leg,
      command: { ...command, refundOf: { ...command.refundOf!, partnerTerms: terms } },
    };
    const say = (fields: object) =>
      rail.read(answered({ ...key, ...told, currencyCode: '156', ...fields }), ofOrder, 'UPOP_QUERY');
    const settled = { settleAmt: '399', settleCurrencyCode: '840' };
    expect(say({ txnAmt: '2832', ...settled })).toEqual({
      kind: 'accepted',
      partnerRef: '2',
      amount: USD('399'),
    });
    expect(say({ txnAmt: '2832' })).toEqual({ kind: 'accepted', partnerRef: '2' });
    expect(say({ txnAmt: '400' })).toMatchObject({ kind: 'conflicting' });
    expect(say({ txnAmt: '400', currencyCode: '840' })).toMatchObject({ kind: 'conflicting' });
  });

  it('about another order, or none, says nothing', () => {
    for (const asked of ['UPOP_04', 'UPOP_QUERY']) {
      expect(read({ ...told, orderId: 'x' }, asked)).toMatchObject({ kind: 'ambiguous' });
      expect(read({ ...told, txnTime: 'x' }, asked)).toMatchObject({ kind: 'ambiguous' });
      expect(rail.read(answered({ ...key, ...told }, 500), leg, asked)).toMatchObject({ kind: 'ambiguous' });
      expect(rail.read(answered({}), leg, asked)).toMatchObject({ kind: 'ambiguous' });
      expect(rail.read({ kind: 'not_sent', because: 'x' }, leg, asked)).toEqual({
        kind: 'not_sent',
        because: 'x',
      });
    }
  });

  it('is read with its brackets', () => {
    const reserved = '{a=1&orderId=other}';
    expect(read({ reserved, ...told }, 'UPOP_QUERY')).toMatchObject({ kind: 'accepted' });
  });

  it('of every code means what its table says, and no other code ends anything', () => {
    const kinds = { approved: 'approved', rejected: 'rejected', open: 'in_progress' } as const;
    for (const [code, { means }] of Object.entries(CODES)) {
      const kind =
        means === 'approved' || means === 'rejected' || means === 'open' ? kinds[means] : 'ambiguous';
      expect(statusOf({ respCode: '00', origRespCode: code }).kind).toBe(kind);
    }
    fc.assert(
      fc.property(fc.string({ maxLength: 3 }), fc.string({ maxLength: 3 }), (respCode, origRespCode) => {
        const { kind } = statusOf({ respCode, origRespCode });
        if (!(respCode in CODES) || (kind !== 'not_found' && !(origRespCode in CODES)))
          expect(kind).toBe('ambiguous');
      }),
    );
    expect(statusOf({ respCode: 'ZZ' })).toMatchObject({ unmapped: 'respcode ZZ' });
    expect(statusOf({ respCode: '34' })).toEqual({ kind: 'not_found' });
    expect(statusOf({ respCode: '11' })).toMatchObject({ kind: 'ambiguous' });
  });
});

it.each([
  ['156', '8850', 'CNY', '8850'],
  ['840', '1050', 'USD', '1050'],
  ['392', '498', 'JPY', '498'],
  ['116', '400000', 'KHR', '400000'],
  ['840', '0001050', 'USD', '1050'],
])('an amount in %s of %s is in the smallest unit', (currencyCode, txnAmt, currency, minor) => {
  expect(moneyIn({ currencyCode, txnAmt }, 'txn')).toEqual({ currency, minor });
});

it.each(['', '10.50', '-1', '1e3', '1234567890123'])('%j is no amount', (txnAmt) => {
  expect(moneyIn({ currencyCode: '840', txnAmt }, 'txn')).toBeUndefined();
});

describe('a notification', () => {
  const route = notifications(acp) as InboundMessages<{ fields: Record<string, string>; raw: RawMessage }>;
  const FIELDS = {
    txnType: '01',
    respCode: '00',
    merId: acp.merchant,
    orderId: 'SHOP20261129000001',
    txnTime: beijingTime(PAID_AT),
    queryId: QUERY_ID,
    txnAmt: '8850',
    currencyCode: '156',
    settleAmt: '1250',
    settleCurrencyCode: '840',
    reqReserved: Buffer.from('000201').toString('base64'),
  };
  const readForm = (fields: object) =>
    route.dialect.read({
      bytes: Buffer.from(new URLSearchParams(fields as Record<string, string>).toString()),
      headers: {},
    });
  const asked = (fields: object = FIELDS) => {
    const reading = readForm(fields);
    if (reading.kind !== 'instruction') throw new Error(reading.kind);
    return reading;
  };

  it('is an instruction by its queryId, priced by what is settled', () => {
    const reading = asked();
    expect(reading.key.messageId).toBe(QUERY_ID);
    expect(route.scannedOf!(reading.asked)).toEqual({
      qrText: '000201',
      amount: USD('1250'),
      partnerTerms: { orderAmount: { currency: 'CNY', minor: '8850' }, settlementAmount: USD('1250') },
    });
    // Whatever was signed anew, and when, it is the same.
    expect(asked({ ...FIELDS, signature: 'x', respCode: 'A6' }).key).toEqual(reading.key);
    expect(asked({ ...FIELDS, txnAmt: '8851' }).key).not.toEqual(reading.key);
  });

  it.each([
    [{ respCode: '01' }, 'question'],
    [{ respCode: 'ZZ' }, 'question'],
    [{ txnType: '31', orderId: `V${QUERY_ID}` }, 'question'],
    [{ txnType: '04', orderId: '0196f3a0b1c27d3e8f4a5b6c7d8e9f00' }, 'call_back'],
    [{ merId: '111111111111111' }, 'unreadable'],
    [{ queryId: '1' }, 'unreadable'],
    [{ txnAmt: '10.5' }, 'unreadable'],
    [{ currencyCode: '000' }, 'unreadable'],
  ])('with %j is %s', (change, kind) => {
    expect(readForm({ ...FIELDS, ...change }).kind).toBe(kind);
  });

  it('counts when a query says the same, and waits for another one otherwise', () => {
    const { asked: hint } = asked();
    const { confirmation } = route;
    const say = (change: object) =>
      confirmation!.read(answered({ ...FIELDS, origRespCode: '00', ...change }), hint);
    expect(confirmation!.ask(hint).parameters).toMatchObject({ txnType: '00', orderId: FIELDS.orderId });
    expect(say({})).toEqual({ kind: 'confirmed' });
    expect(say({ origRespCode: 'A6' })).toEqual({ kind: 'confirmed' });
    for (const code of ['03', '04', '05', '01', '34', '99', '']) {
      expect(say({ origRespCode: code }).kind).toBe('ambiguous');
      if (code !== '') expect(say({ respCode: code }).kind).toBe('ambiguous');
    }
    for (const name of [
      'txnAmt',
      'currencyCode',
      'settleAmt',
      'settleCurrencyCode',
      'queryId',
      'reqReserved',
    ])
      expect(say({ [name]: '1' }).kind).toBe('ambiguous');
  });

  it('that comes a day late pays nobody, whatever else would be refused for the moment', () => {
    const { asked: late } = asked();
    const found = {
      corridor: { partner: { countries: ['CN'], currencies: ['USD'] } },
      quote: undefined,
      refusal: { kind: 'refused', reason: 'unavailable' },
    } as unknown as InboundFound;
    const instruct = (nowMs: number) => route.dialect.instruct(late, found, { nowMs } as Stamp);
    expect(instruct(PAID_AT + 86_399_999)).toMatchObject({ reason: 'unavailable' });
    expect(instruct(PAID_AT + 86_400_000)).toMatchObject({ reason: 'deadline_passed' });
  });

  it('that cannot be passed on is cancelled on its day, and refunded later unless it was', () => {
    const { asked: hint } = asked();
    const { giveBack, isBack } = route.confirmation!;
    const on = giveBack(hint, PAID_AT + 60_000)
      .flat()
      .map(({ parameters }) => parameters!);
    expect(on).toMatchObject([
      { txnType: '31', orderId: `V${QUERY_ID}`, origQryId: QUERY_ID, txnAmt: '8850' },
      { txnType: '00', orderId: `V${QUERY_ID}` },
    ]);
    expect(on[0]!['reqReserved']).toBe(uetrOf(QUERY_ID).replaceAll('-', ''));
    const later = giveBack(hint, PAID_AT + 86_400_000);
    const told = ({ parameters }: (typeof later)[number][number]) => [
      parameters!['txnType'],
      parameters!['orderId'],
    ];
    expect(later.map((way) => way.map(told))).toEqual([
      [['00', `V${QUERY_ID}`]],
      [
        ['04', `R${QUERY_ID}`],
        ['00', `R${QUERY_ID}`],
      ],
    ]);
    const back = { respCode: '00', txnTime: FIELDS.txnTime, orderId: `V${QUERY_ID}` };
    expect(isBack(answered({ ...back, origRespCode: '00' }), hint)).toBe('back');
    expect(isBack(answered({ ...back, origRespCode: '00', orderId: `R${QUERY_ID}` }), hint)).toBe('back');
    expect(isBack(answered({ ...back, respCode: '34' }), hint)).toBe('not_back');
    // That it was taken is not that it is back, and what is open or silent may be back yet.
    expect(isBack(answered(back), hint)).toBe('unknown');
    expect(isBack(answered({ ...back, origRespCode: '05' }), hint)).toBe('unknown');
    expect(isBack(answered({ ...back, origRespCode: '00', orderId: FIELDS.orderId }), hint)).toBe('unknown');
    expect(isBack({ kind: 'ambiguous', because: 'timeout' }, hint)).toBe('unknown');
  });
});

it('a UETR of a payment follows from its queryId', () => {
  expect(uetrOf(QUERY_ID)).toBe(uetrOf(QUERY_ID));
  expect(uetrOf(QUERY_ID)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(isOfSettlementDay(QUERY_ID, PAID_AT)).toBe(true);
});
