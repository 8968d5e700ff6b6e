import { describe, expect, it } from '@jest/globals';
import type { CustomerPayment } from '@tonle/iso20022';
import { amount } from '@tonle/money';
import { paymentSubmit, type Quote } from '@tonle/contracts';
import { type Corridor } from '@tonle/directory';
import type { InboundQuote } from '@tonle/door';
import { inboundContentHash, inboundInstruction } from './inbound-payment.decide.js';

const ACCEPTANCE_MS_MAX = 55_000;
const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const QUOTE_ID = '0b5d3c1e-6f0a-4c6e-9d3b-2f1a0e9c8b7d';
const PAYMENT_ID = '0193b0a0-0000-7000-8000-000000000001';
const CORRIDOR = {
  corridorId: 'KH-TH',
  home: { accounts: { spelling: { letterCase: 'lower' } } },
  partner: {
    participant: 'THSWITCH',
    countries: ['TH'],
    currencies: ['THB'],
    accounts: { default: 'bank_account', spelling: { letterCase: 'kept', leftOut: ' -' } },
  },
} as unknown as Corridor;

const QUOTE: InboundQuote = {
  quoteId: QUOTE_ID,
  lookupId: PAYMENT_ID,
  qrText: 'qr',
  payee: {
    kind: 'found',
    creditor: { name: 'Shop', account: 'shop00001@angkor', accountType: 'bakong' },
    displayName: 'Shop',
    creditorAgent: 'KHANGKOR',
    currency: 'KHR',
    validUntil: new Date(NOW + 60_000).toISOString(),
  },
  quote: {
    quoteId: QUOTE_ID,
    source: { currency: 'THB', minor: '33745' },
    target: { currency: 'KHR', minor: '4100000' },
  } as Quote,
};

function paymentOf(more: Partial<CustomerPayment> = {}): CustomerPayment {
  return {
    kind: 'payment',
    messageId: 'TH1',
    createdAt: new Date(NOW).toISOString(),
    endToEndId: 'E1',
    transactionId: 'T1',
    uetr: QUOTE_ID,
    settlementMethod: 'CLRG',
    settlementAmount: amount('THB', 33_745n),
    acceptedAt: '2026-11-22T17:00:00.000+07:00',
    quoteId: QUOTE_ID,
    chargeBearer: 'SLEV',
    debtor: { name: 'Somchai' },
    debtorAccount: { id: '0140000000001' },
    debtorAgent: { bic: 'THSWTHBKXXX' },
    creditorAgent: { bic: 'ANGKKHPPXXX' },
    creditor: { name: 'Shop' },
    creditorAccount: { id: 'SHOP00001@angkor' },
    ...more,
  };
}

const STAMP = {
  paymentId: PAYMENT_ID,
  uetr: PAYMENT_ID,
  nowMs: NOW,
  service: 'adapter-thailand',
  instance: 'i1',
};
const decide = (payment: CustomerPayment, quote: InboundQuote | undefined = QUOTE) =>
  inboundInstruction(
    {
      message: payment,
      version: 'pacs.008.001.08',
      header: undefined,
      headerVersion: undefined,
      unheld: [],
      addressees: [],
      bytes: Buffer.from('<x/>'),
      headers: { signature: 's', cookie: 'c' },
    },
    { corridor: CORRIDOR, quote },
    STAMP,
    ACCEPTANCE_MS_MAX,
  );

describe('a payment at the door', () => {
  it('becomes a submit that routing can read, with the quoted target', () => {
    const decision = decide(paymentOf());
    expect(decision).toMatchObject({
      kind: 'ok',
      instruction: {
        takeBeforeMs: NOW + ACCEPTANCE_MS_MAX,
        headers: { signature: 's' },
        creditorShown: 'Shop',
      },
    });
    if (decision.kind !== 'ok') throw new Error(decision.reason);
    const submit = paymentSubmit.parse(JSON.parse(JSON.stringify(decision.instruction.submit)));
    expect(submit).toMatchObject({
      payerSecured: true,
      sender: 'THSWITCH',
      target: { currency: 'KHR', minor: '4100000' },
      creditorAgent: 'KHANGKOR',
      acceptedAt: '2026-11-22T10:00:00.000Z',
      replyTo: { instance: 'i1' },
    });
  });

  it("tells the payer's own amount and its rate where the instructed amount is in a currency of neither side", () => {
    const own = { instructedAmount: amount('MYR', 4_500n), exchangeRate: '7.49000000' };
    expect(decide(paymentOf(own))).toMatchObject({
      instruction: {
        submit: {
          source: { currency: 'THB', minor: '33745' },
          partnerTerms: {
            billingAmount: { currency: 'MYR', minor: '4500' },
            billingRate: { unitCurrency: 'MYR', quotedCurrency: 'THB', rate: '7.49' },
          },
        },
      },
    });
    const instructedAmount = amount('KHR', 4_100_000n);
    for (const none of [{}, { instructedAmount }])
      expect(decide(paymentOf(none))).not.toHaveProperty([
        'instruction',
        'submit',
        'partnerTerms',
        'billingAmount',
      ]);
  });

  it('was accepted in UTC where its time names no zone, and so is its deadline', () => {
    const times = { acceptedAt: '2026-11-22T10:00:00.000', expiresAt: '2026-11-22T10:00:30' };
    expect(new Date().getTimezoneOffset()).not.toBe(0);
    expect(decide(paymentOf(times))).toMatchObject({
      instruction: {
        takeBeforeMs: NOW + ACCEPTANCE_MS_MAX,
        submit: { acceptedAt: '2026-11-22T10:00:00.000Z', deadline: '2026-11-22T10:00:30.000Z' },
      },
    });
  });

  it.each<[string, NonNullable<CustomerPayment['debtorAccount']>, string, string]>([
    ['a number', { id: '0140000000001' }, '0140000000001', 'bank_account'],
    ['a number of a scheme', { id: 'W-77', scheme: 'EWLT' }, 'W77', 'EWLT'],
    ['a proxy', { proxy: { type: 'MBNO', id: '+66 81-234-5678' } }, '+66812345678', 'MBNO'],
  ])('names the payer by %s as its network writes it', (_what, debtorAccount, account, accountType) => {
    const debtor = { name: 'Somchai', account, accountType, country: 'TH' };
    expect(decide(paymentOf({ debtorAccount }))).toMatchObject({ instruction: { submit: { debtor } } });
  });

  it.each<[string, Partial<CustomerPayment>, string]>([
    ['no UETR', { uetr: undefined }, 'element_missing'],
    ['no acceptance time', { acceptedAt: undefined }, 'element_missing'],
    ['no quote', { quoteId: undefined }, 'element_missing'],
    ['a quote id that is none', { quoteId: 'q1' }, 'element_missing'],
    ['no payer name', { debtor: {} }, 'element_missing'],
    ['no payer account', { debtorAccount: undefined }, 'element_missing'],
    [
      'accepted too long ago',
      { acceptedAt: new Date(NOW - ACCEPTANCE_MS_MAX).toISOString() },
      'deadline_passed',
    ],
    ['accepted in the future', { acceptedAt: new Date(NOW + 31_000).toISOString() }, 'deadline_passed'],
    ['another currency', { settlementAmount: amount('KHR', 100n) }, 'unknown_currency'],
    ['another amount', { settlementAmount: amount('THB', 33_746n) }, 'amount_mismatch'],
    ['accepted in a year nobody reads', { acceptedAt: '12026-11-22T10:00:00Z' }, 'deadline_passed'],
    ['a deadline in a year nobody reads', { expiresAt: '12026-11-22T10:00:00Z' }, 'schema_invalid'],
    ['a deadline past the year 9999', { expiresAt: '9999-12-31T23:59:00-05:00' }, 'schema_invalid'],
    ['another payee', { creditorAccount: { id: 'shop00002@angkor' } }, 'payee_unknown'],
  ])('is refused with %s', (_name, more, reason) => {
    expect(decide(paymentOf(more))).toMatchObject({ kind: 'refused', reason });
  });

  it.each([
    [NOW - ACCEPTANCE_MS_MAX - 1500, /^Late by 1\.5 s: accepted at .*Z, it had to arrive within \d+ s\.$/],
    [NOW + 31_000, /^Accepted 31 s in the future, at .*Z\.$/],
  ])('says by how much its acceptance is off', (acceptedMs, detail) => {
    const payment = paymentOf({ acceptedAt: new Date(acceptedMs).toISOString() });
    expect(decide(payment)).toMatchObject({
      reasonField: 'acceptedAt',
      detail: expect.stringMatching(detail),
    });
  });

  it('is cut between characters, not inside of one', () => {
    expect(decide(paymentOf({ remittance: `a${'\u{1f35a}'.repeat(150)}` }))).toMatchObject({
      instruction: { submit: { remittance: `a${'\u{1f35a}'.repeat(139)}` } },
    });
  });

  it('is refused without a known quote', () => {
    const asked = {
      message: paymentOf(),
      version: 'v',
      header: undefined,
      headerVersion: undefined,
      unheld: [],
      addressees: [],
      bytes: Buffer.alloc(0),
      headers: {},
    };
    const found = { corridor: CORRIDOR, quote: undefined };
    const decision = inboundInstruction(asked, found, STAMP, ACCEPTANCE_MS_MAX);
    expect(decision).toMatchObject({ kind: 'refused', reason: 'quote_unknown' });
  });

  it('has one hash for the same content, another for any other', () => {
    const hash = inboundContentHash(paymentOf());
    expect(inboundContentHash(paymentOf({ createdAt: '2026-01-01T00:00:00Z' }))).toEqual(hash);
    for (const more of [
      { endToEndId: 'E2' },
      { settlementAmount: amount('THB', 33_746n) },
      { settlementAmount: amount('KHR', 33_745n) },
      { instructedAmount: amount('THB', 33_745n) },
      { remittance: 'x' },
      { debtor: { name: 'Other' } },
    ]) {
      expect(inboundContentHash(paymentOf(more))).not.toEqual(hash);
    }
  });
});
