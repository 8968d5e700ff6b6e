import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { legKeyOf, type LegCommand } from '@tonle/contracts';
import type { AskedLeg, WireReply } from '@tonle/network';
import { japanRail, legKeyOfRequest, readStanding } from './rail.js';

const rail = japanRail({ sendMs: 1_000 });
const ID = '019ac000-0000-7000-8000-000000000001';
const SHOP = '00000000001010001000123000001';
const COMMAND = {
  legKey: legKeyOf(ID, 'credit'),
  paymentId: ID,
  leg: 'credit',
  uetr: '6c1f7b0e-93a4-4f7a-8f3c-0d2b6c9a1e55',
  amount: { currency: 'JPY', minor: '1200' },
  debtor: { name: 'Sok Dara', account: 'u0000001@mekong', accountType: 'bakong' },
  creditor: { name: 'Sakura Books', account: SHOP, accountType: 'JPQR' },
  acceptedAt: '2026-11-28T16:30:00.000Z',
  sendBefore: '2026-11-28T16:30:30.000Z',
} as LegCommand;
const leg = { command: COMMAND, externalRef: ID, parties: {} } as AskedLeg;
const [PAY, ENQUIRY] = ['payment', 'payment.enquiry'];

function answered(body: unknown, status = 200): WireReply {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { kind: 'answered', status, headers: {}, bytes };
}
const standing = (more: object = {}): WireReply =>
  answered({ payment: { requestId: ID, paymentId: 'JP1', status: 'ACCEPTED', ...more } });
const error = (code: unknown, status = 422): WireReply =>
  answered({ error: { code, message: 'so' } }, status);
const yen = (value: unknown, currency = 'JPY') => ({ amount: { currency, value } });

describe('a payment as it is sent', () => {
  const prepared = (more: Partial<LegCommand> = {}) => rail.prepare({ ...COMMAND, ...more }, {});
  const bodyOf = (more?: Partial<LegCommand>) => {
    const leg = prepared(more);
    if ('kind' in leg) throw new Error(leg.reasonText);
    return { ...leg, body: JSON.parse(Buffer.from(leg.bytes).toString()) as object };
  };

  it('is in whole yen, to a JPQR-ID, and not good after a minute', () => {
    expect(bodyOf()).toMatchObject({
      externalRef: ID,
      body: {
        requestId: ID,
        jpqrId: SHOP,
        amount: { currency: 'JPY', value: '1200' },
        payer: { name: 'Sok Dara', account: 'u0000001@mekong' },
        reference: COMMAND.uetr,
        acceptedAt: '2026-11-28T16:30:00Z',
        expiresAt: '2026-11-28T16:31:00Z',
      },
    });
  });

  it('has the same bytes at every attempt', () => {
    const again = { attempt: 2, sendBefore: '2026-11-28T16:31:00.000Z' };
    expect(bodyOf(again).bytes).toEqual(bodyOf().bytes);
  });

  it('is in no other currency', () => {
    expect(prepared({ amount: { currency: 'USD', minor: '1200' } })).toMatchObject({ reason: 'AM03' });
  });
});

describe('what an answer means for the leg', () => {
  it.each<[string, WireReply, string, object]>([
    ['accepted', standing(yen('1200')), PAY, { kind: 'accepted', partnerRef: 'JP1', amount: COMMAND.amount }],
    ['accepted without an amount', standing(), PAY, { kind: 'accepted', partnerRef: 'JP1' }],
    ['another amount', standing(yen('1201')), PAY, { kind: 'accepted', amount: { minor: '1201' } }],
    ['another currency', standing(yen('1200', 'USD')), PAY, { kind: 'conflicting' }],
    ['accepted, of nobody knows what', standing({ paymentId: null }), PAY, { kind: 'ambiguous' }],
    ['an amount in words', standing(yen(1200)), PAY, { kind: 'ambiguous' }],
    ['an amount with decimals', standing(yen('1200.00')), PAY, { kind: 'ambiguous' }],
    ['pending', standing({ status: 'PENDING' }), PAY, { kind: 'in_progress', partnerRef: 'JP1' }],
    [
      'rejected',
      standing({ status: 'REJECTED', reason: 'MERCHANT_CLOSED' }),
      ENQUIRY,
      { kind: 'rejected', reason: 'AC04' },
    ],
    [
      'rejected without a reason',
      standing({ status: 'REJECTED' }),
      PAY,
      { kind: 'rejected', reason: 'MS03' },
    ],
    [
      'rejected for an unheard-of reason',
      standing({ status: 'REJECTED', reason: 'MOON' }),
      PAY,
      { kind: 'rejected', reason: 'MS03', unmapped: 'reason MOON' },
    ],
    [
      'a status that no table has',
      standing({ status: 'Sato Aoi' }),
      PAY,
      { kind: 'ambiguous', unmapped: 'status in words' },
    ],
    ['about another payment', standing({ requestId: 'other' }), PAY, { kind: 'ambiguous' }],
    ['no payment', answered({}), PAY, { kind: 'ambiguous' }],
    ['too late', error('TOO_LATE'), PAY, { kind: 'rejected', reason: 'TM01' }],
    ['a call that was not looked at', error('SIGNATURE_INVALID'), PAY, { kind: 'rejected', reason: 'DS0E' }],
    ['the same of a question', error('SIGNATURE_INVALID'), ENQUIRY, { kind: 'ambiguous' }],
    ['a refusal of a question', error('REFUSED'), ENQUIRY, { kind: 'ambiguous' }],
    ['other content', error('REQUEST_DIFFERS'), PAY, { kind: 'conflicting' }],
    ['unknown', error('PAYMENT_UNKNOWN'), ENQUIRY, { kind: 'not_found' }],
    ['unknown, to the payment itself', error('PAYMENT_UNKNOWN'), PAY, { kind: 'ambiguous' }],
    ['busy', error('BUSY', 503), PAY, { kind: 'ambiguous' }],
    ['a refusal of a broken server', error('REFUSED', 500), PAY, { kind: 'ambiguous' }],
    ['a code of no table', error('MOON'), PAY, { kind: 'ambiguous', unmapped: 'error MOON' }],
    ['words for a code', error('Sato Aoi'), PAY, { kind: 'ambiguous', unmapped: 'error in words' }],
    ['nothing', { kind: 'ambiguous', because: 'timeout' }, PAY, { kind: 'ambiguous', because: 'timeout' }],
    ['nothing sent', { kind: 'not_sent', because: 'no connection' }, PAY, { kind: 'not_sent' }],
  ])('%s', (_name, reply, asked, expected) => {
    expect(rail.read(reply, leg, asked)).toMatchObject(expected);
  });

  it('no noise moves money', () => {
    const noise = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record({ error: fc.record({ code: fc.string(), message: fc.jsonValue() }) }),
      fc.record({ payment: fc.record({ requestId: fc.constant(ID), status: fc.string() }) }),
    );
    fc.assert(
      fc.property(
        noise,
        fc.integer({ min: 100, max: 599 }),
        fc.constantFrom(PAY, ENQUIRY),
        (body, status, asked) => {
          expect(rail.read(answered(body, status), leg, asked!).kind).toBe('ambiguous');
        },
      ),
    );
  });
});

it('asks by the id under which it was sent', () => {
  const asked = rail.enquire(leg as Parameters<typeof rail.enquire>[0], 0);
  expect(asked).toMatchObject({ method: 'GET', path: `/jpqr/v1/payments/${ID}`, operation: ENQUIRY });
});

it('knows its leg by that id, and no other', () => {
  expect(legKeyOfRequest(ID)).toBe(COMMAND.legKey);
  expect(['', 'x', ID.toUpperCase(), `${ID}:C`].map(legKeyOfRequest)).toEqual(Array(4).fill(undefined));
});

it('a call-back is read as an answer is', () => {
  const told = { requestId: ID, paymentId: 'JP1', status: 'PENDING', amount: undefined, reason: undefined };
  expect(readStanding(told, COMMAND)).toEqual({ kind: 'in_progress', partnerRef: 'JP1' });
});
