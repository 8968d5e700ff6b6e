import { describe, expect, it } from '@jest/globals';
import { amount, conversionAgrees, parseRate } from '@tonle/money';
import { quoteAnswer, type DirectoryEntry, type Reason } from '@tonle/contracts';
import fc from 'fast-check';
import {
  inState,
  market,
  NOW,
  request,
  roomy,
  sandboxEntries,
  standing,
  type MarketParts,
} from '../testing/market.js';
import { totalCostPercent } from './quote-cost.js';
import { decideQuote } from './quote.decide.js';
import type { QuoteDecision } from './quote.js';

const ID = '11111111-1111-4111-8111-111111111111';
const RATES = [
  standing('FXNAGA', 'KHR>THB', '0.00816000'),
  standing('FXGARUDA', 'KHR>THB', '0.00815000'),
  standing('FXSINGHA', 'KHR>THB', '0.00817000'),
];

function decide(parts: MarketParts = {}, more: Parameters<typeof request>[0] = {}): QuoteDecision {
  return decideQuote({ quoteId: ID, request: request(more) }, market(parts), NOW);
}

function issued(decision: QuoteDecision) {
  if (decision.kind === 'refused')
    throw new Error(`${decision.reason} ${JSON.stringify(decision.candidates)}`);
  return decision.issued;
}

/** The corridor with other limits. */
function limited(limits: object): DirectoryEntry {
  const corridor = sandboxEntries().find(({ kind }) => kind === 'corridor')!;
  return { ...corridor, version: 9, body: { ...(corridor.body as object), limits } };
}
const UNLIMITED = limited({ perPayment: {}, perDebtorDay: {} });

const why = (decision: QuoteDecision) => {
  const candidates = decision.kind === 'refused' ? decision.candidates : decision.issued.candidates;
  return Object.fromEntries(
    candidates.map((each) => [each.provider, each.chosen ? 'chosen' : each.lostBecause]),
  );
};

describe('amounts', () => {
  it('charges 100,240 riel for 820 baht: the worked number of domain 6.8', () => {
    const improvements = [{ provider: 'FXNAGA', participant: 'KHMEKONG', basisPoints: 25 }];
    const { quote, midRate } = issued(decide({ terms: { improvements } }));
    expect(quote).toMatchObject({
      source: { currency: 'KHR', minor: '10024000' },
      target: { currency: 'THB', minor: '82000' },
      rate: '0.00818040',
      baseRate: '0.00816000',
      improvementBasisPoints: 25,
      rateVersion: 1,
      provider: 'FXNAGA',
    });
    expect(midRate).toBe('0.00820000');
  });

  it('offers nothing whose other side has more digits than a message carries', () => {
    const decision = decide({}, { amount: { currency: 'THB', minor: '999999999999999900' } });
    expect(decision.kind).toBe('refused');
    expect(quoteAnswer.safeParse(decision).success).toBe(true);
    expect(why(decision)).toMatchObject({ FXNAGA: 'amount_too_large' });
  });

  it('adds tier and participant improvements and applies them once', () => {
    const terms = {
      improvements: [{ provider: 'FXNAGA', participant: 'KHMEKONG', basisPoints: 5 }],
      tiers: [0n, 10_000_000n, 20_000_000n].map((fromMinor, index) => ({
        provider: 'FXNAGA',
        sourceCurrency: 'KHR',
        targetCurrency: 'THB',
        fromMinor,
        basisPoints: 10 * (index + 1),
      })),
    };
    expect(issued(decide({ terms })).quote.improvementBasisPoints).toBe(25);
    expect(
      issued(decide({ terms }, { amount: { currency: 'THB', minor: '1000' } })).quote.improvementBasisPoints,
    ).toBe(15);
  });

  it('rounds a fixed source down for the payee', () => {
    const { quote } = issued(decide({}, { fixed: 'source', amount: { currency: 'KHR', minor: '10024000' } }));
    expect(quote.target.minor).toBe('81795');
  });

  it('agrees with its rate whatever is fixed (I9)', () => {
    const minor = fc.integer({ min: 100, max: 1_000_000_000 });
    fc.assert(
      fc.property(
        fc.boolean(),
        minor,
        fc.integer({ min: 1, max: 99_999_999 }),
        fc.nat(300),
        (isTarget, units, digits, improvement) => {
          const improvements = [{ provider: 'FXNAGA', participant: 'KHMEKONG', basisPoints: improvement }];
          const rate = `0.${digits.toString().padStart(8, '0')}`;
          const decision = decide(
            {
              directory: [UNLIMITED],
              terms: { improvements },
              rates: [standing('FXNAGA', 'KHR>THB', rate)],
              exposures: [{ ...roomy('FXNAGA', 'THB'), limitMinor: 10n ** 18n }],
            },
            isTarget
              ? { amount: { currency: 'THB', minor: `${units}` } }
              : { fixed: 'source', amount: { currency: 'KHR', minor: `${units}00` } },
          );
          if (decision.kind === 'refused') return expect(why(decision)['FXNAGA']).toBe('amount_too_small');
          const { quote } = decision.issued;
          const [source, target] = [
            amount('KHR', BigInt(quote.source.minor)),
            amount('THB', BigInt(quote.target.minor)),
          ];
          expect(conversionAgrees(source, target, parseRate('KHR', 'THB', quote.rate)!)).toBe(true);
        },
      ),
    );
  });
});

describe('competition', () => {
  it('chooses the cheapest and explains every other', () => {
    const decision = decide({ rates: RATES });
    expect(why(decision)).toEqual({ FXSINGHA: 'chosen', FXNAGA: 'dearer', FXGARUDA: 'dearer' });
    const costs = issued(decision).candidates.map((each) => [each.provider, each.totalCostPercent]);
    expect(costs).toEqual([
      ['FXGARUDA', '0.71'],
      ['FXNAGA', '0.59'],
      ['FXSINGHA', '0.47'],
    ]);
  });

  it('says of each why it could not offer', () => {
    const rates = [
      ...RATES.slice(0, 1),
      standing('FXGARUDA', 'KHR>THB', '0.00819000', { pushedAtMs: NOW - 120_001 }),
      standing('FXSINGHA', 'KHR>THB', undefined),
      standing('KHANGKOR', 'KHR>THB', '0.00819900'),
    ];
    expect(why(decide({ rates }))).toEqual({
      FXNAGA: 'chosen',
      FXGARUDA: 'rate_stale',
      FXSINGHA: 'rate_withdrawn',
      KHANGKOR: 'provider_unknown',
    });
    const ended = [standing('FXNAGA', 'KHR>THB', '0.00816', { validUntilMs: NOW })];
    expect(why(decide({ rates: ended }))).toEqual({ FXNAGA: 'rate_stale' });
    expect(why(decide({ rates: RATES, directory: [inState('FXSINGHA', 'paused')] }))).toMatchObject({
      FXSINGHA: 'provider_paused',
    });
    expect(
      why(
        decide({
          rates: RATES,
          terms: { relationships: [{ provider: 'FXGARUDA', participant: 'KHMEKONG' }] },
        }),
      ),
    ).toEqual({
      FXGARUDA: 'chosen',
      FXNAGA: 'no_relationship',
      FXSINGHA: 'no_relationship',
    });
  });

  it('keeps to exposure limits, within a batch as well', () => {
    const exposures = [
      { ...roomy('FXSINGHA', 'THB'), limitMinor: 200_000n, openMinor: 10_000n, positionMinor: 20_000n },
      roomy('FXNAGA', 'THB'),
    ];
    const shared = market({ rates: RATES.filter((each) => each.provider !== 'FXGARUDA'), exposures });
    const chosen = [1, 2, 3].map(() => why(decideQuote({ quoteId: ID, request: request() }, shared, NOW)));
    expect(chosen).toEqual([
      { FXSINGHA: 'chosen', FXNAGA: 'dearer' },
      { FXSINGHA: 'chosen', FXNAGA: 'dearer' },
      { FXSINGHA: 'exposure_limit', FXNAGA: 'chosen' },
    ]);
  });

  it('gives no more room than the limit for a position in favour', () => {
    const exposures = [{ ...roomy('FXNAGA', 'THB'), limitMinor: 81_999n, positionMinor: -1_000_000n }];
    expect(decide({ exposures })).toMatchObject({ kind: 'refused', reason: 'liquidity_short' });
  });

  it('breaks a tie by the older rate, and says so', () => {
    const rates = [
      standing('FXNAGA', 'KHR>THB', '0.00816'),
      standing('FXGARUDA', 'KHR>THB', '0.008160', { pushedAtMs: NOW - 2_000 }),
    ];
    expect(why(decide({ rates }))).toEqual({ FXGARUDA: 'chosen', FXNAGA: 'same_cost' });
  });

  it('refuses with its candidates when nobody can', () => {
    expect(decide({ rates: [standing('FXNAGA', 'KHR>THB', undefined)] })).toEqual({
      kind: 'refused',
      reason: 'no_quote_available',
      candidates: [{ provider: 'FXNAGA', chosen: false, lostBecause: 'rate_withdrawn' }],
    });
  });
});

describe('terms of a quote', () => {
  it('holds 600 s, or as long as what it was asked for', () => {
    expect(issued(decide()).quote).toMatchObject({
      issuedAt: '2026-11-20T03:00:00.000Z',
      expiresAt: '2026-11-20T03:10:00.000Z',
    });
    expect(issued(decide({}, { notAfter: '2026-11-20T10:05:00+07:00' })).quote.expiresAt).toBe(
      '2026-11-20T03:05:00.000Z',
    );
    expect(issued(decide({}, { notAfter: '2026-11-21T03:00:00Z' })).quote.expiresAt).toBe(
      '2026-11-20T03:10:00.000Z',
    );
  });

  it("invoices the corridor's scheme fee to the debtor's agent", () => {
    expect(issued(decide()).quote.fees).toEqual([
      { kind: 'scheme', payer: 'KHMEKONG', amount: { currency: 'KHR', minor: '10000' } },
    ]);
  });
});

describe('refusals, in their order', () => {
  it.each<[string, Parameters<typeof request>[0], string]>([
    ['an unknown participant', { participant: 'NOBODY' }, 'participant_unknown'],
    ['an unknown corridor', { corridor: 'KH-XX' }, 'corridor_unknown'],
    ['a pair that is not served', { sourceCurrency: 'USD', targetCurrency: 'KHR' }, 'unknown_currency'],
    [
      'a fixed amount in the other currency',
      { amount: { currency: 'KHR', minor: '100' } },
      'unknown_currency',
    ],
    ['nothing', { amount: { currency: 'THB', minor: '0' } }, 'amount_not_positive'],
    ['half a riel', { fixed: 'source', amount: { currency: 'KHR', minor: '10050' } }, 'too_many_decimals'],
    ['what holds no longer', { notAfter: '2026-11-20T03:00:00Z' }, 'lookup_expired'],
    [
      'more than one payment may be',
      { fixed: 'source', amount: { currency: 'KHR', minor: '1000000100' } },
      'limit_per_payment',
    ],
  ])('%s', (_name, more, reason) =>
    expect(decide({}, more)).toMatchObject({ kind: 'refused', reason, candidates: [] }),
  );

  it('says the limit, also where the payee gets a fixed amount, before anybody consents', () => {
    const most = { rates: [standing('FXNAGA', 'KHR>THB', '0.01000000')] };
    const baht = (minor: string) => ({ amount: { currency: 'THB', minor } });
    expect(issued(decide(most, baht('10000000'))).quote.source.minor).toBe('1000000000');
    expect(decide(most, baht('10000001'))).toMatchObject({
      kind: 'refused',
      reason: 'limit_per_payment',
      detail:
        'The limit per payment in corridor KH-TH is 10000000 KHR; this payment would be of 10000001 KHR.',
      candidates: [{ provider: 'FXNAGA', chosen: false, lostBecause: 'amount_too_large' }],
    });
    const fixed = { fixed: 'source', amount: { currency: 'KHR', minor: '1000000000' } } as const;
    expect(issued(decide(most, fixed)).quote.target.minor).toBe('10000000');
  });

  it("counts the limit of a payer's day, when that is lower", () => {
    const tight = limited({ perPayment: {}, perDebtorDay: { KHR: '10000000' } });
    expect(decide({ directory: [tight] })).toMatchObject({
      reason: 'limit_per_payment',
      detail: expect.stringContaining('The limit per payer and day in corridor KH-TH is 100000 KHR; '),
    });
  });

  it.each<[string, MarketParts, Parameters<typeof request>[0], Reason]>([
    [
      'later, when rates are missing',
      { rates: [standing('FXNAGA', 'KHR>THB', undefined)] },
      {},
      'no_quote_available',
    ],
    ['never, when no provider serves it', { terms: { relationships: [] } }, {}, 'no_provider'],
    [
      'more money, when it buys nothing',
      {},
      { fixed: 'source', amount: { currency: 'KHR', minor: '100' } },
      'amount_too_small',
    ],
    [
      'the most that is asked for, past those that do not serve it',
      {
        rates: RATES.slice(0, 2),
        terms: { relationships: [{ provider: 'FXNAGA', participant: 'KHMEKONG' }] },
        exposures: [],
      },
      {},
      'liquidity_short',
    ],
    [
      'later, when they say different things',
      { rates: [...RATES.slice(0, 1), standing('FXGARUDA', 'KHR>THB', undefined)], exposures: [] },
      {},
      'no_quote_available',
    ],
  ])('asks for what would help: %s', (_what, parts, more, reason) => {
    expect(decide(parts, more)).toMatchObject({ kind: 'refused', reason });
  });

  it('a paused participant', () => {
    expect(decide({ directory: [inState('KHMEKONG', 'paused')] })).toMatchObject({
      reason: 'participant_paused',
    });
  });

  it('asks to come later while the directory is not here', () => {
    const empty = { ...market(), directory: { isEmpty: true } as never };
    expect(decideQuote({ quoteId: ID, request: request() }, empty, NOW)).toMatchObject({
      reason: 'unavailable',
    });
  });
});

describe('total cost', () => {
  const mid = parseRate('KHR', 'THB', '0.00800000')!;
  it.each([
    ['nothing at the reference rate', 1_250_000n, 0n, 10_000n, '0.00'],
    ['the fee alone', 1_237_500n, 12_500n, 9_900n, '1.00'],
    ['below zero when better than the reference', 1_250_000n, 0n, 10_100n, '-1.00'],
    ['half-even at two decimals', 1_000_000n, 50n, 8_000n, '0.00'],
  ])('%s', (_name, source, fees, target, expected) => {
    expect(totalCostPercent(amount('KHR', source), fees, amount('THB', target), mid)).toBe(expected);
  });
});
