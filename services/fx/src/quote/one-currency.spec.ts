import { describe, expect, it } from '@jest/globals';
import type { DirectoryEntry } from '@tonle/contracts';
import { market, NOW, request, sandboxEntries, standing } from '../testing/market.js';
import { decideQuote } from './quote.decide.js';

const ID = '11111111-1111-4111-8111-111111111111';

/** The Thai corridor as one that settles dollars, with the bank that payments in dollars alone run through. */
function dollars(
  state = 'active',
  settlementBanks: object | undefined = { USD: 'SETTLER' },
): DirectoryEntry[] {
  const changed = (id: string, more: object): DirectoryEntry => {
    const entry = sandboxEntries().find((each) => each.id === id)!;
    return { ...entry, version: 9, body: { ...(entry.body as object), ...more } };
  };
  const settler = { participantId: 'SETTLER', kind: 'settlement_bank', state, scopes: [], railDomains: [] };
  const limits = { perPayment: { USD: '250000' }, perDebtorDay: {} };
  return [
    changed('thailand', { currencies: ['USD'] }),
    changed('KH-TH', { settlementBanks, limits }),
    { ...changed('FXNAGA', settler), id: 'SETTLER' },
  ];
}

const asked = { sourceCurrency: 'USD', targetCurrency: 'USD', direction: 'outbound' as const };
const amount = { currency: 'USD', minor: '2500' };
const decide = (more: Parameters<typeof request>[0] = {}, directory = dollars()) =>
  decideQuote(
    { quoteId: ID, request: request({ ...asked, amount, ...more }) },
    market({ directory, rates: [standing('FXNAGA', 'USD>USD', '0.5')], exposures: [] }),
    NOW,
  );

describe('a quote in one currency', () => {
  it('has rate 1, the bank between the two sides, no provider that competes and no exposure', () => {
    for (const fixed of ['source', 'target'] as const)
      expect(decide({ fixed })).toMatchObject({
        kind: 'issued',
        issued: {
          candidates: [],
          midRate: undefined,
          quote: {
            provider: 'SETTLER',
            direction: 'outbound',
            fixed,
            source: amount,
            target: amount,
            rate: '1',
            fees: [{ kind: 'scheme', amount: { currency: 'USD', minor: '3' } }],
            expiresAt: '2026-11-20T03:10:00.000Z',
          },
        },
      });
  });

  it('keeps what the partner said of the money', () => {
    const partnerTerms = { orderAmount: { currency: 'CNY', minor: '17700' } };
    expect(decide({ partnerTerms })).toMatchObject({ issued: { quote: { partnerTerms } } });
  });

  it('runs the way that was told, and is not given without', () => {
    expect(decide({ direction: 'inbound' })).toMatchObject({ issued: { quote: { direction: 'inbound' } } });
    expect(decide({ direction: undefined })).toMatchObject({ reason: 'unknown_currency' });
  });

  it.each<[string, Parameters<typeof request>[0], DirectoryEntry[], string]>([
    ['where the corridor has no bank for it', {}, dollars('active', {}), 'unknown_currency'],
    ['while its bank is paused', {}, dollars('paused'), 'participant_paused'],
    [
      'of more than one payment may be',
      { amount: { currency: 'USD', minor: '250001' } },
      dollars(),
      'limit_per_payment',
    ],
  ])('is refused %s', (_when, more, directory, reason) => {
    expect(decide(more, directory)).toMatchObject({ kind: 'refused', reason, candidates: [] });
  });
});
