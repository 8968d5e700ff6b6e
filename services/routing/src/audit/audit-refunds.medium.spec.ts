import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditWorld, set } from './audit.testing.js';

// Real: PostgreSQL and everything of routing. A payment of 820.00 THB was completed; another is made its refund by hand.

let books: AuditWorld;
beforeAll(async () => {
  books = await AuditWorld.open('routing_audit_refunds');
});
afterAll(() => books.close());

const refund = (minor: number, { currency = 'THB', more = '' } = {}) =>
  set('open', `refund_of = '{completed}', source_currency = '${currency}', source_minor = ${minor}${more}`);
const counter = (minor: number, payment = 'completed') =>
  `INSERT INTO refund_counter (original, used_minor) VALUES ('{${payment}}', ${minor})`;
const refunded = (what: string) => `payment {completed} at COMPLETED of ${what}`;

describe('I14', () => {
  it.each<[string, ...string[]]>([
    ['refund counter of payment {completed} says 0, its refunds say 82000', refund(82_000)],
    [
      'refund counter of payment {completed} says 82001, its refunds say 82000',
      refund(82_000),
      counter(82_001),
    ],
    ['refund counter of payment {completed} says 5, its refunds say 0', counter(5)],
    [refunded('82000 THB is refunded 82001'), refund(82_001), counter(82_001)],
    [
      refunded('80000 THB is refunded 80001'),
      refund(80_001),
      counter(80_001),
      set('completed', 'credit_booked_minor = 80000'),
    ],
    [refunded('82000 THB is refunded 100'), refund(100, { currency: 'USD' }), counter(100)],
    [
      refunded('82000 THB is refunded 100'),
      refund(100),
      counter(100),
      set('completed', `refund_of = '{sent}'`),
    ],
    [
      'payment {sent} at DEBIT_SENT of 82000 THB is refunded 100',
      refund(100),
      set('open', `refund_of = '{sent}'`),
      counter(100, 'sent'),
    ],
    [
      'payment 00000000-0000-4000-8000-000000000000 at nowhere of nothing is refunded 100',
      refund(100),
      set('open', `refund_of = '00000000-0000-4000-8000-000000000000'`),
    ],
  ])('is broken: %s', async (text, ...statements) => {
    const { I14 = [] } = await books.brokenBy(...statements);
    expect(I14).toContainEqual(books.filled(text));
  });

  it.each<[string, ...string[]]>([
    ['all of a payment is given back', refund(82_000), counter(82_000)],
    [
      'what was to be given back was rejected',
      refund(82_000, { more: `, state = 'REJECTED', due_at = NULL` }),
      counter(0),
    ],
    ['nothing was ever given back'],
  ])('holds when %s', async (_when, ...statements) => {
    expect((await books.brokenBy(...statements))['I14']).toBeUndefined();
  });
});

describe('what is invoiced because of a refund', () => {
  // The completed payment gives another one back, whose provider got 1.00 THB more than was given back.
  const caused = (cause: object, more = '') =>
    set(
      'completed',
      `refund_of = '{sent}', instruction = (instruction::jsonb || '${JSON.stringify({ refundCause: cause })}')::json${more}`,
    );
  const conversion = (minor: number, rate: string) => ({
    conversion: { source: { currency: 'KHR', minor: String(minor) }, rate },
  });

  it.each<[string, string, string]>([
    [
      'I5',
      caused(conversion(10_024_100, '0.008180')),
      'refund {completed} at COMPLETED posted fx_difference 0, its cause says 100',
    ],
    [
      'I5',
      caused({ feeReturned: { payer: 'KHMEKONG', amount: { currency: 'KHR', minor: '7' } } }),
      'refund {completed} at COMPLETED posted fee_return 0, its cause says 7',
    ],
    ['I9', caused(conversion(10_024_100, '0.5')), 'refund {completed}: 10024100 KHR at 0.5 is not 82000 THB'],
  ])('breaks %s: %s', async (invariant, statement, text) => {
    const found = await books.brokenBy(statement);
    expect(found[invariant]).toContainEqual(books.filled(text));
  });

  it('is sound where its cause says nothing', async () => {
    const found = await books.brokenBy(caused({ fault: 'switch', fxBearer: 'scheme' }));
    expect([found['I5'], found['I9']]).toEqual([undefined, undefined]);
  });
});
