import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { adapterCalls, fxCalls, refused, type LookupAnswer, type PriceAnswer } from '@tonle/contracts';
import { writeQr } from '@tonle/emvqr';
import { ServiceUnavailable } from '@tonle/messaging';
import { networkTo } from '../testing/directory-entries.js';
import { GatewayWorld } from '../testing/gateway-world.js';

// Real: the gateway with PostgreSQL and HTTP. Two made-up networks that can both pay one code: `reef` its LAO QR account,
// `cards` the UnionPay account beside it.

const NETWORKS = ['reef', 'cards'] as const;
const written = writeQr({
  scheme: 'LAOQR',
  fields: { iin: '27710418', paymentType: '002', receiverId: 'aBc' },
  rawAccounts: { '15': '2771041800520446LAOM00000000001' },
  currency: 'LAK',
  amount: '57000',
  payeeName: 'Khop Chai Deu',
  payeeCity: 'Vientiane',
});
const qrText = written.kind === 'written' ? written.text : '';

let world: GatewayWorld;
/** What each network says of the payee, and fx of each corridor. */
let said: Record<string, () => Promise<LookupAnswer>>;
let prices: Record<string, PriceAnswer>;
let asked: string[];
let pricesAsked: number;

const found = (currency: string, minor: string): LookupAnswer => ({
  kind: 'found',
  creditor: { name: 'Khop Chai Deu', account: 'aBc', accountType: 'LAOQR', country: 'LA' },
  displayName: 'Khop Chai Deu',
  creditorAgent: 'REEF',
  currency,
  amount: { currency, minor },
  validUntil: new Date(world.platform.clock.now() + 600_000).toISOString(),
});
const priced = (minor: string): PriceAnswer => ({
  kind: 'priced',
  source: { currency: 'KHR', minor },
  target: { currency: 'LAK', minor: '5700000' },
  totalCostPercent: '0.25',
});
const lookUp = (more: object = {}) => world.post('/v1/lookups', { qrText, ...more });
const ranks = (json: { offers: { corridor: string; rankedBecause: string }[] }) =>
  json.offers.map(({ corridor, rankedBecause }) => `${corridor} ${rankedBecause}`);

beforeAll(async () => {
  world = await GatewayWorld.start('gateway_lookup_offers', {}, [
    ...networkTo('reef', { schemes: ['LAOQR'], countries: ['LA'], currencies: ['LAK'] }),
    ...networkTo('cards', { schemes: ['UNIONPAY'], countries: ['CN'], currencies: ['USD'] }),
  ]);
  const { calls } = world.platform;
  for (const id of NETWORKS) {
    calls.serve(adapterCalls(`adapter-${id}`).lookup, async ({ items }) => {
      asked.push(...items.map(({ corridor }) => corridor));
      return { items: await Promise.all(items.map(() => said[id]!())) };
    });
    calls.serve(adapterCalls(`adapter-${id}`).health, () => Promise.resolve({}));
  }
  calls.serve(fxCalls.price, ({ items }) => {
    pricesAsked += items.length;
    return Promise.resolve({ items: items.map(({ corridor }) => prices[corridor]!) });
  });
});
afterAll(() => world.close());

beforeEach(() => {
  asked = [];
  pricesAsked = 0;
  said = {
    reef: () => Promise.resolve(found('LAK', '5700000')),
    cards: () => Promise.resolve(found('USD', '261')),
  };
  prices = { 'KH-reef': priced('1090000'), 'KH-cards': priced('1070000') };
});

describe('a code that two networks can pay', () => {
  it('offers both, the cheaper first, which is what a caller gets that knows of none', async () => {
    const { status, json } = await lookUp();
    expect(status).toBe(200);
    expect(asked.toSorted()).toEqual(['KH-cards', 'KH-reef']);
    expect(ranks(json)).toEqual(['KH-cards cheapest', 'KH-reef dearer']);
    const [{ network, rankedBecause, price, ...best }] = json.offers;
    expect(json).toEqual({ ...best, offers: json.offers, notOffered: [] });
    expect([network, rankedBecause, price]).toEqual([
      'CARDS',
      'cheapest',
      { source: { currency: 'KHR', amount: '10700.00' }, totalCostPercent: '0.25' },
    ]);
    expect(json.offers[1]).toMatchObject({ amount: { currency: 'LAK', amount: '57000.00' } });
  });

  it('is paid through the offer that the payer chooses', async () => {
    const { json } = await lookUp();
    const { lookupId } = json.offers[1];
    const quote = await world.post('/v1/quotes', { lookupId });
    expect(quote.json).toMatchObject({
      corridor: 'KH-reef',
      target: { currency: 'LAK', amount: '57000.00' },
    });
    const body = { lookupId, quoteId: quote.json.quoteId, debtor: { name: 'Dara', account: 'u1@mekong' } };
    expect((await world.pay(body, 'offer-1')).status).toBeLessThan(300);
    expect(world.submits.at(-1)).toMatchObject({ corridor: 'KH-reef', lookup: { lookupId, qrText } });
    const elsewhere = await world.post('/v1/quotes', { lookupId, corridor: 'KH-cards' });
    expect(elsewhere.json).toMatchObject({
      code: 'corridor_unknown',
      detail: expect.stringContaining('KH-reef'),
    });
    const other = await world.pay({ ...body, lookupId: json.lookupId }, 'offer-2');
    expect(other.json).toMatchObject({ code: 'corridor_unknown' });
  });

  it('is found although one network is silent, broken or away, and says so', async () => {
    let answer: (late: LookupAnswer) => void = () => undefined;
    said['reef'] = () => new Promise((say) => (answer = say));
    const silent = await lookUp();
    answer(refused('payee_unknown'));
    expect(ranks(silent.json)).toEqual(['KH-cards only']);
    expect(silent.json.notOffered).toEqual([
      {
        corridor: 'KH-reef',
        network: 'REEF',
        code: 'partner_silent',
        detail: 'The network had not answered when another had found the payee.',
      },
    ]);
    said['reef'] = () => Promise.reject(new ServiceUnavailable('adapter-reef', 'is away'));
    expect((await lookUp()).json).toMatchObject({
      corridor: 'KH-cards',
      notOffered: [{ code: 'partner_silent' }],
    });
    said['reef'] = () => Promise.reject(new Error('a defect'));
    expect((await lookUp()).json).toMatchObject({
      corridor: 'KH-cards',
      notOffered: [{ code: 'unavailable' }],
    });
    expect(pricesAsked).toBe(0);
  });

  it('is quoted without a lookup in the corridor that is named, or the preferred one', async () => {
    const amount = { currency: 'KHR', amount: '40000' };
    const ask = async (more: object) => {
      const { json } = await world.post('/v1/quotes', { targetCurrency: 'LAK', amount, ...more });
      return json.corridor ?? json.code;
    };
    expect([await ask({}), await ask({ corridor: 'KH-reef' }), await ask({ corridor: 'KH-TH' })]).toEqual([
      'KH-reef',
      'KH-reef',
      'unknown_currency',
    ]);
  });

  it('stays in order of preference when fx does not price it', async () => {
    prices['KH-cards'] = refused('no_quote_available') as PriceAnswer;
    expect(ranks((await lookUp()).json)).toEqual(['KH-reef cheapest', 'KH-cards not_priced']);
  });
});

describe('when nobody has found the payee', () => {
  it.each<[string, LookupAnswer, LookupAnswer]>([
    ['partner_silent', refused('payee_unknown'), refused('partner_silent')],
    ['account_closed', refused('payee_unknown'), refused('account_closed')],
  ])('the refusal is the one that helps most: %s', async (code, reef, cards) => {
    said = { reef: () => Promise.resolve(reef), cards: () => Promise.resolve(cards) };
    expect((await lookUp()).json.code).toBe(code);
  });

  it('an adapter that breaks has not said that nobody knows the payee', async () => {
    said = {
      reef: () => Promise.resolve(refused('payee_unknown')),
      cards: () => Promise.reject(new Error('a defect')),
    };
    expect((await lookUp()).json).toMatchObject({ status: 503, code: 'unavailable' });
  });

  it('counts as one lookup, whoever was asked', async () => {
    const small = { participant: 'KHSMALL' };
    const counts = async () => {
      const { json } = await world.get('/v1/ops/lookups', { participant: 'OPERATOR' });
      return json.participants.find((each: { participant: string }) => each.participant === 'KHSMALL')?.hour;
    };
    // A guess costs three, also while another network is silent.
    said = {
      reef: () => Promise.resolve(refused('payee_unknown') as LookupAnswer),
      cards: () => Promise.resolve(refused('partner_silent') as LookupAnswer),
    };
    expect((await world.post('/v1/lookups', { qrText }, small)).json.code).toBe('partner_silent');
    said['reef'] = () => Promise.resolve(found('LAK', '5700000'));
    const statuses = [];
    for (let n = 0; n < 10; n += 1)
      statuses.push((await world.post('/v1/lookups', { qrText }, small)).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(9);
    await world.until(async () => (await counts())?.asked === 11);
    expect(await counts()).toMatchObject({ notFound: 1, found: 9, refused: 1 });
  });
});
