import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { InboundMessages, InboundRoute, RawMessage } from '@tonle/network';
import { japanInbound } from './inbound.js';
import { japanSettings } from './settings.js';

const { routes, refusal, notice } = japanInbound(japanSettings.parse({}));
const messagesAt = (path: string): InboundMessages => {
  const route: InboundRoute | undefined = routes[`/japan/v1/${path}`];
  if (route?.kind !== 'messages') throw new Error(`${path} takes no messages`);
  return route;
};
const [payments, enquiries, results] = ['payments', 'payments/enquiry', 'results'].map(messagesAt) as [
  InboundMessages,
  InboundMessages,
  InboundMessages,
];
const ID = '019ac000-0000-7000-8000-000000000001';
const QUOTE = '019ac000-0000-7000-8000-000000000002';

const message = (body: unknown): RawMessage => ({
  bytes: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  headers: {},
});
const PAYMENT = {
  requestId: 'R1',
  quoteId: QUOTE,
  amount: { currency: 'JPY', value: '1437' },
  payer: { account: 'JPW0000000001', name: 'Aoi Sato', brand: 'Hanami Pay' },
  acceptedAt: '2026-11-29T01:30:00+09:00',
};
const keyOf = (more: object = {}) => {
  const read = payments.dialect.read(message({ ...PAYMENT, ...more }));
  if (read.kind !== 'instruction') throw new Error(read.kind);
  return read.key;
};

describe('a payment of a wallet', () => {
  it('is known by its id and its content, whenever it is sent', () => {
    expect(keyOf({ acceptedAt: '2026-11-29T01:30:05+09:00', more: 'not looked at' })).toEqual(keyOf());
    expect(keyOf().messageId).toBe('R1');
  });

  it.each([
    { amount: { currency: 'JPY', value: '1438' } },
    { quoteId: ID },
    { payer: { ...PAYMENT.payer, account: 'JPW0000000002' } },
  ])('is another one with %j', (more) => {
    expect(keyOf(more).contentHash).not.toEqual(keyOf().contentHash);
  });

  it.each([
    ['Aoi Sato', 'Aoi Sato'],
    ['   ', 'Hanami Pay'],
    [undefined, 'Hanami Pay'],
  ])('of a payer named %j is screened by the name of %s', (name, screened) => {
    const payer = { ...PAYMENT.payer, name };
    const read = payments.dialect.read(message({ ...PAYMENT, payer }));
    if (read.kind !== 'instruction') throw new Error(read.kind);
    const [source, target] = [
      { currency: 'JPY', minor: '1437' },
      { currency: 'KHR', minor: '4000000' },
    ];
    const creditor = { name: 'Kep Crab', account: 'shop00048@angkor', accountType: 'bakong' };
    const found = {
      corridor: {
        corridorId: 'KH-JP',
        partner: { participant: 'JPAGGR', currencies: ['JPY'], countries: ['JP'] },
      },
      quote: {
        quote: { quoteId: QUOTE, source, target },
        payee: {
          creditor,
          creditorAgent: 'KHANGKOR',
          displayName: 'Kep Crab',
          validUntil: '2026-12-01T00:00:00Z',
        },
        lookupId: ID,
      },
    } as unknown as Parameters<typeof payments.dialect.instruct>[1];
    const nowMs = Date.parse(PAYMENT.acceptedAt);
    const stamp = { paymentId: ID, uetr: ID, nowMs, service: 'adapter-japan', instance: '1' };
    const made = payments.dialect.instruct(read.asked, found, stamp);
    expect(made).toMatchObject({ instruction: { submit: { debtor: { name: screened } } } });
  });

  it.each([
    { requestId: '' },
    { requestId: 'a\0b' },
    { quoteId: 'Q1' },
    { amount: { currency: 'JPY', value: 1437 } },
    { amount: { currency: 'JPY', value: '1437.00' } },
    { amount: { currency: 'JPY', value: '0' } },
    { amount: { currency: 'KHR', value: '150' } },
    { payer: { account: 'JPW0000000001' } },
    { acceptedAt: '2026-11-29T01:30:00' },
  ])('is none with %j, and its answer says where', (more) => {
    const read = payments.dialect.read(message({ ...PAYMENT, ...more }));
    if (read.kind !== 'unreadable') throw new Error(read.kind);
    const { status, body } = payments.dialect.writeUnreadable(read, { messageId: '', nowMs: 0 });
    expect([status, body]).toEqual([422, expect.stringContaining('MALFORMED')]);
    expect(body).toContain(Object.keys(more)[0]);
  });
});

it('a question names a payment of theirs, a result one of ours', () => {
  expect(enquiries.dialect.read(message({ requestId: 'R1' }))).toMatchObject({
    kind: 'question',
    about: { messageId: 'R1' },
  });
  const told = results.dialect.read(message({ payment: { requestId: ID, status: 'PENDING' } }));
  if (told.kind !== 'call_back') throw new Error(told.kind);
  expect(results.legKeyOf?.(told.asked)).toBe(`${ID}:C`);
});

it('noise is unreadable on every path', () => {
  const noise = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record({ requestId: fc.jsonValue() }, { requiredKeys: [] }),
  );
  fc.assert(
    fc.property(noise, fc.constantFrom(payments, results), (body, { dialect }) => {
      expect(dialect.read(message(body)).kind).toBe('unreadable');
    }),
  );
});

it('what may be sent again is told by 503, what may not by 422', () => {
  const statusOf = (reason: Parameters<NonNullable<typeof refusal>>[0]['reason']) =>
    refusal!({ kind: 'refused', reason }).status;
  expect([statusOf('overloaded'), statusOf('signature_invalid'), statusOf('qr_expired')]).toEqual([
    503, 422, 422,
  ]);
});

it.each([
  [200, true],
  [422, false],
  [503, false],
])('a notice that is answered by %d is taken: %s', (status, taken) => {
  const reply = { kind: 'answered', status, headers: {}, bytes: Buffer.from('{}') } as const;
  expect(notice!.isTaken(reply)).toBe(taken);
  expect(notice!.isTaken({ kind: 'ambiguous', because: 'timeout' })).toBe(false);
});
