import { describe, expect, it } from '@jest/globals';
import type { Corridor } from '@tonle/directory';
import type { Lookup } from '../lookup/lookup.js';
import { quoteRequestOf } from './quote.decide.js';

const NOW = Date.parse('2026-11-20T03:00:00Z');
const CORRIDOR = {
  corridorId: 'KH-TH',
  home: { currencies: ['KHR', 'USD'] },
  partner: { currencies: ['THB'] },
} as unknown as Corridor;
const amount = { currency: 'THB', amount: '820.00' };

const lookupOf = (found: Partial<Lookup['found']>): Lookup => ({
  lookupId: 'L1',
  participant: 'KHMEKONG',
  corridor: 'KH-TH',
  found: {
    kind: 'found',
    creditor: { name: 'Somchai', account: '0066812345678', accountType: 'MBNO' },
    displayName: 'Somchai',
    creditorAgent: 'THSWITCH',
    currency: 'THB',
    validUntil: '2026-11-20T03:02:00Z',
    ...found,
  },
});
const ask = (found: Partial<Lookup['found']>) =>
  quoteRequestOf('KHMEKONG', { lookupId: 'L1', amount }, lookupOf(found), CORRIDOR, NOW);

describe('a quote for a payee that was looked up', () => {
  it('holds no longer than the lookup', () => {
    expect(ask({})).toMatchObject({ kind: 'ok', request: { notAfter: '2026-11-20T03:02:00Z' } });
    const bare = { targetCurrency: 'THB', amount };
    expect(quoteRequestOf('KHMEKONG', bare, undefined, CORRIDOR, NOW)).toMatchObject({
      kind: 'ok',
      request: { fixed: 'target', amount: { currency: 'THB', minor: '82000' } },
    });
  });

  it('runs to the partner, and takes what the partner said of the money with it', () => {
    const partnerTerms = { orderAmount: { currency: 'CNY', minor: '10000' } };
    expect(ask({ partnerTerms })).toMatchObject({ request: { direction: 'outbound', partnerTerms } });
  });

  it("is from the payer's usual currency, even where both sides have the payee's", () => {
    const dollars = { ...CORRIDOR, partner: { ...CORRIDOR.partner, currencies: ['USD'] } };
    const body = { targetCurrency: 'USD', amount: { currency: 'USD', amount: '8.20' } };
    const asked = (more: object) => quoteRequestOf('KHMEKONG', { ...body, ...more }, undefined, dollars, NOW);
    expect(asked({})).toMatchObject({ request: { sourceCurrency: 'KHR', fixed: 'target' } });
    expect(asked({ sourceCurrency: 'USD' })).toMatchObject({ request: { sourceCurrency: 'USD' } });
  });

  describe('in dollars, of a payee with a currency of its own', () => {
    const corridor = { ...CORRIDOR, partner: { ...CORRIDOR.partner, currencies: ['USD'] } };
    const settlementRate = { unitCurrency: 'HKD', quotedCurrency: 'USD', rate: '0.1278459' };
    const asked = (text: string, code = 'HKD', partnerTerms: object = { settlementRate }) => {
      const body = { lookupId: 'L1', amount: { currency: code, amount: text } };
      const lookup = lookupOf({ currency: 'USD', partnerTerms });
      return quoteRequestOf('KHMEKONG', body, lookup, corridor, NOW);
    };

    it('settles what its network said that the amount comes to, and keeps what was asked for', () => {
      expect(asked('80.00')).toMatchObject({
        request: {
          sourceCurrency: 'KHR',
          fixed: 'target',
          amount: { currency: 'USD', minor: '1023' },
          partnerTerms: { settlementRate, orderAmount: { currency: 'HKD', minor: '8000' } },
        },
      });
      const quote = { quoteId: 'Q', unitCurrency: 'USD', quotedCurrency: 'HKD', rate: '7.80' };
      expect(asked('80.00', 'HKD', { quote })).toMatchObject({ request: { amount: { minor: '1026' } } });
      expect(asked('8.00', 'USD')).toMatchObject({ request: { amount: { minor: '800' } } });
    });

    it.each([
      ['of another currency', '80.00', 'CNY', { settlementRate }, 'unknown_currency'],
      [
        'into another currency',
        '80.00',
        'HKD',
        { settlementRate: { ...settlementRate, quotedCurrency: 'CNY' } },
        'unknown_currency',
      ],
      [
        'for several units',
        '80.00',
        'HKD',
        { settlementRate: { ...settlementRate, unit: '100' } },
        'unknown_currency',
      ],
      ['that nobody told', '80.00', 'HKD', {}, 'unknown_currency'],
      ['that makes nothing of it', '0.03', 'HKD', { settlementRate }, 'amount_too_small'],
    ])('is refused at a rate %s', (_what, text, code, partnerTerms, reason) => {
      expect(asked(text, code, partnerTerms)).toMatchObject({ kind: 'refused', reason });
    });
  });

  it.each([
    ['the lookup', { validUntil: '2026-11-20T03:00:00Z' }, 'lookup_expired'],
    ['the code', { validUntil: '2026-11-20T02:59:00Z', qrExpiresAt: '2026-11-20T02:59:00Z' }, 'qr_expired'],
  ])('is refused once %s is over', (_what, found, reason) => {
    expect(ask(found)).toMatchObject({ kind: 'refused', reason, errors: [{ path: '/lookupId' }] });
  });
});
