import { describe, expect, it } from '@jest/globals';
import { refused, type PriceAnswer, type Reason } from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import { mostUseful, rankOffers, type Unranked } from './offer.decide.js';
import type { Lookup } from './lookup.js';

const priced = (minor: string, totalCostPercent?: string): PriceAnswer => ({
  kind: 'priced',
  source: { currency: 'KHR', minor },
  target: { currency: 'LAK', minor: '1' },
  ...(totalCostPercent === undefined ? {} : { totalCostPercent }),
});
const offer = (
  corridorId: string,
  price: PriceAnswer | undefined,
  { steady = true, amount = true, priority = 0 } = {},
): Unranked => ({
  lookup: { found: amount ? { amount: { currency: 'LAK', minor: '1' } } : {} } as unknown as Lookup,
  corridor: { corridorId, priority } as Corridor,
  steady,
  ...(price === undefined ? {} : { price }),
});
const ranked = (...offers: Unranked[]) =>
  rankOffers(offers).map(({ corridor, because }) => `${corridor.corridorId} ${because}`);

describe('offers', () => {
  it.each<[string, Unranked[], string[]]>([
    ['one', [offer('a', undefined)], ['a only']],
    ['the cheaper first', [offer('a', priced('200')), offer('b', priced('100'))], ['b cheapest', 'a dearer']],
    [
      'at the same cost the preferred one first',
      [offer('a', priced('100')), offer('b', priced('100'), { priority: 1 })],
      ['b cheapest', 'a same_cost'],
    ],
    [
      'without a price last',
      [offer('a', refused('no_quote_available')), offer('b', undefined), offer('c', priced('9'))],
      ['c cheapest', 'a not_priced', 'b not_priced'],
    ],
    [
      'without any price by preference',
      [offer('a', undefined), offer('b', undefined, { priority: 2 })],
      ['b not_priced', 'a not_priced'],
    ],
    [
      'a cheap one whose payments do not go through last',
      [offer('a', priced('1'), { steady: false }), offer('b', priced('2')), offer('c', undefined)],
      ['b cheapest', 'c not_priced', 'a unsteady'],
    ],
    [
      'by per cent where an amount is not fixed, also below zero',
      [
        offer('a', priced('1', '0.10'), { amount: false }),
        offer('b', priced('3', '-0.20'), { amount: false }),
        offer('c', priced('2', '12.00')),
      ],
      ['b cheapest', 'a dearer', 'c dearer'],
    ],
  ])('are ranked: %s', (_name, offers, expected) => {
    expect(ranked(...offers)).toEqual(expected);
    expect(ranked(...[...offers].reverse())).toEqual(expected);
  });
});

describe('of several refusals', () => {
  it.each<[Reason, Reason[]]>([
    ['partner_silent', ['payee_unknown', 'partner_silent', 'account_closed']],
    ['account_closed', ['payee_unknown', 'account_closed', 'corridor_closed']],
    ['payee_unknown', ['corridor_closed', 'payee_unknown']],
    ['corridor_closed', ['qr_unreadable', 'corridor_closed']],
    ['qr_unreadable', ['qr_not_served', 'qr_unreadable']],
  ])('%s helps most', (reason, reasons) => {
    expect(mostUseful(reasons.map((each) => refused(each, each)))).toEqual(refused(reason, reason));
  });
});
