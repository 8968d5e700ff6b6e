import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  adapterCalls,
  fxCalls,
  refused,
  type LookupAnswer,
  type Quote,
  type QuoteAnswer,
  type Refusal,
} from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import { DirectCalls } from '@tonle/messaging';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import type { CorridorGate } from './corridor/corridor-gate.js';
import type { InboundQuote } from './inbound-quote.js';
import { InboundQuoteService } from './inbound-quote.service.js';
import { InboundQuoteStore } from './inbound-quote.store.js';
import type { LookupBudget } from './lookups/lookup-budget.js';
import { InboundQuotes1765000000001 } from './migrations/1765000000001-inbound-quotes.js';

// Real: PostgreSQL, calls in process. The home adapter and fx are played by the test.

const QUOTE_ID = '00000000-0000-4000-8000-000000000001';
const CODE = { lookupId: '01890000-0000-7000-8000-000000000000', qrText: 'a code' };
const CORRIDOR = {
  corridorId: 'KH-TH',
  home: { adapter: 'adapter-home', currencies: ['KHR'] },
  partner: { participant: 'THSWITCH', currencies: ['THB'] },
} as unknown as Corridor;
const PAYEE: LookupAnswer = {
  kind: 'found',
  creditor: { name: 'Shop', account: 'shop@angkor', accountType: 'bakong' },
  displayName: 'Shop',
  creditorAgent: 'KHANGKOR',
  currency: 'KHR',
  qrExpiresAt: '2026-01-05T03:10:00Z',
  validUntil: '2026-01-05T03:10:00Z',
};
const riel = (minor: string) => ({ currency: 'KHR', minor });
const baht = (minor: string) => ({ currency: 'THB', minor });

const quoteOf = (): Quote => ({
  quoteId: QUOTE_ID,
  corridor: 'KH-TH',
  provider: 'FXNAGA',
  participant: 'THSWITCH',
  fixed: 'target',
  source: baht('33745'),
  target: riel('4100000'),
  rate: '121.5',
  baseRate: '121.5',
  rateVersion: 1,
  improvementBasisPoints: 0,
  fees: [],
  issuedAt: '2026-01-05T03:00:00Z',
  expiresAt: '2026-01-05T03:10:00Z',
});
const quoted = (quote: Quote): QuoteAnswer => ({ kind: 'quoted', quote, candidates: [] });

let test: TestDatabase;
let calls: DirectCalls;
let payee: LookupAnswer;
let corridor: Corridor | undefined;
let quotes: InboundQuoteService;
const asked: object[] = [];
/** Whoever asked, in order; a refusal stands for a budget that is used up. */
const spent: string[] = [];
let exhausted: Refusal | undefined;
const budget: Pick<LookupBudget, 'within'> = {
  within: (participant, ask) => {
    spent.push(participant);
    return exhausted === undefined ? ask() : Promise.resolve(exhausted);
  },
};

let barred: (creditorAgent?: string) => Refusal | undefined = () => undefined;
const gate: Pick<CorridorGate, 'offer'> = { offer: (_corridor, _direction, bank) => barred(bank) };

beforeAll(async () => {
  test = await createTestDatabase('inbound_quote');
  await test.database.openOrm({ migrations: [InboundQuotes1765000000001] });
});
afterAll(() => test.drop());
beforeEach(() => {
  asked.length = 0;
  spent.length = 0;
  exhausted = undefined;
  barred = () => undefined;
  payee = PAYEE;
  corridor = CORRIDOR;
  calls = new DirectCalls();
  calls.serve(adapterCalls('adapter-home').lookup, ({ items }) =>
    Promise.resolve({ items: items.map(() => payee) }),
  );
  calls.serve(fxCalls.quote, ({ items }) => {
    asked.push(...items);
    const quote = quoteOf();
    return Promise.resolve({ items: items.map(() => quoted(quote)) });
  });
  quotes = new InboundQuoteService(calls, new InboundQuoteStore(test.database), () => corridor, budget, gate);
});

describe('a code that a payer abroad scans', () => {
  it('is resolved without a price as long as nobody names an amount', async () => {
    expect(await quotes.resolve(CODE, undefined)).toMatchObject({
      kind: 'resolved',
      payee,
      quote: undefined,
    });
    expect(asked).toEqual([]);
  });

  it.each([
    ['of the payee', riel('4100000'), 'target'],
    ['of the payer', baht('33745'), 'source'],
  ])('is priced for an amount %s, not longer than the code holds', async (_whose, amount, fixed) => {
    expect(await quotes.resolve(CODE, amount)).toMatchObject({ quote: { quoteId: QUOTE_ID } });
    const { qrExpiresAt: notAfter } = PAYEE;
    const pair = { sourceCurrency: 'THB', targetCurrency: 'KHR', direction: 'inbound' };
    expect(asked).toEqual([{ participant: 'THSWITCH', corridor: 'KH-TH', ...pair, fixed, amount, notAfter }]);
  });

  it('is paid on any instance: what was quoted is kept', async () => {
    await quotes.resolve(CODE, riel('4100000'));
    const elsewhere = new InboundQuoteService(
      calls,
      new InboundQuoteStore(test.database),
      () => corridor,
      budget,
      gate,
    );
    const found = await elsewhere.find(QUOTE_ID);
    expect(found).toMatchObject({ ...CODE, quoteId: QUOTE_ID, payee, quote: { rate: '121.5' } });
    expect(await elsewhere.find('00000000-0000-4000-8000-000000000009')).toBeUndefined();
    expect(await elsewhere.find('not an id')).toBeUndefined();
  });

  it('names nobody while nothing may come in, and nobody of a bank that is paused', async () => {
    barred = (bank) => (bank === undefined ? undefined : refused('participant_paused', bank));
    expect(await quotes.resolve(CODE, riel('4100000'))).toMatchObject({ reason: 'participant_paused' });
    barred = () => refused('corridor_closed');
    spent.length = 0;
    expect(await quotes.payeeOf(CODE)).toEqual(refused('corridor_closed'));
    expect([asked, spent]).toEqual([[], []]);
  });

  it('that carries an amount fixes it', async () => {
    payee = { ...PAYEE, amount: riel('500000') };
    await quotes.resolve(CODE, undefined);
    expect(asked).toMatchObject([{ amount: riel('500000') }]);
    expect(await quotes.resolve(CODE, riel('500000'))).toMatchObject({ kind: 'resolved' });
    expect(await quotes.resolve(CODE, riel('4100000'))).toMatchObject({
      reason: 'amount_mismatch',
      detail: expect.stringMatching(/^The QR code fixes \d+ KHR; this is 41000 KHR\.$/),
    });
  });

  it('is refused as the home network refuses it, or in a currency of neither side', async () => {
    expect(await quotes.resolve(CODE, { currency: 'USD', minor: '100' })).toEqual(
      refused('unknown_currency'),
    );
    payee = { kind: 'refused', reason: 'qr_expired', detail: 'yesterday' };
    expect(await quotes.resolve(CODE, undefined)).toEqual(refused('qr_expired', 'yesterday'));
  });

  it('is resolved though another that is asked for at the same time breaks', async () => {
    const codes = Array.from({ length: 40 }, (_, n) => ({ ...CODE, qrText: `code ${n}` }));
    calls.serve(adapterCalls('adapter-home').lookup, ({ items }) =>
      items.some(({ qrText }) => qrText === 'code 13')
        ? Promise.reject(new Error('unreadable'))
        : Promise.resolve({ items: items.map(() => PAYEE) }),
    );
    const answers = await Promise.all(codes.map((code) => quotes.resolve(code, undefined)));
    const refused = codes.filter((_, n) => answers[n]!.kind === 'refused');
    expect(refused.map(({ qrText }) => qrText)).toEqual(['code 13']);
  });

  it('is priced though the price of another that is asked for at the same time breaks', async () => {
    const codes = Array.from({ length: 40 }, (_, n) => ({ ...CODE, qrText: `code ${n}` }));
    calls.serve(fxCalls.quote, ({ items }) =>
      items.some(({ amount }) => amount.minor === '1400')
        ? Promise.reject(new Error('unreadable'))
        : Promise.resolve({ items: items.map(() => quoted(quoteOf())) }),
    );
    const answers = await Promise.all(codes.map((code, n) => quotes.resolve(code, riel(`${n + 1}00`))));
    const refused = codes.filter((_, n) => answers[n]!.kind === 'refused');
    expect(refused.map(({ qrText }) => qrText)).toEqual(['code 13']);
  });

  it('is kept though another that is quoted at the same time cannot be', async () => {
    const store = new InboundQuoteStore(test.database);
    const made = Array.from({ length: 40 }, (_, n) => {
      const expiresAt = n === 13 ? 'no time at all' : '2026-01-05T03:10:00Z';
      const quoteId = `00000000-0000-4000-8000-0000000002${10 + n}`;
      return { ...CODE, quoteId, payee, quote: { ...quoteOf(), quoteId, expiresAt } } as InboundQuote;
    });
    const saved = await Promise.allSettled(made.map((quote) => store.save(quote)));
    expect(saved.filter(({ status }) => status === 'rejected')).toEqual([saved[13]]);
    expect((saved[13] as PromiseRejectedResult).reason).toMatchObject({ code: '22007' });
    const elsewhere = new InboundQuoteStore(test.database);
    const found = await Promise.all(made.map(({ quoteId }) => elsewhere.find(quoteId)));
    expect(found.map((each) => each?.quoteId)).toEqual(
      made.map(({ quoteId }, n) => (n === 13 ? undefined : quoteId)),
    );
  });

  it('is found by who pays at the same time as one that names no quote', async () => {
    const ids = Array.from({ length: 40 }, (_, n) => `00000000-0000-4000-8000-0000000001${10 + n}`);
    await test.database.query(
      `INSERT INTO inbound_quote (quote_id, body, expires_at)
       SELECT id, json_build_object('quoteId', id), now() FROM unnest($1::uuid[]) AS id`,
      [ids],
    );
    const asked = ids.map((id, n) => quotes.find(n === 13 ? `${id}'` : id));
    const found = (await Promise.all(asked)).map((quote) => quote?.quoteId);
    expect(found).toEqual(ids.map((id, n) => (n === 13 ? undefined : id)));
  });

  it('is told only within the budget of the network that asks', async () => {
    await quotes.resolve(CODE, undefined);
    expect(spent).toEqual(['THSWITCH']);
    exhausted = { ...refused('lookups_exhausted'), retryAfterS: 7 };
    expect(await quotes.resolve(CODE, undefined)).toEqual(exhausted);
  });

  it('is a matter for later while a service or the directory is away', async () => {
    const alone = new InboundQuoteService(
      new DirectCalls(),
      new InboundQuoteStore(test.database),
      () => corridor,
      budget,
      gate,
    );
    expect(await alone.resolve(CODE, undefined)).toEqual(refused('unavailable'));
    corridor = undefined;
    expect(await quotes.resolve(CODE, undefined)).toMatchObject({ reason: 'unavailable' });
  });
});
