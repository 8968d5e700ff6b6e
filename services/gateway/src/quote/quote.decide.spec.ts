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

  it.each([
    ['the lookup', { validUntil: '2026-11-20T03:00:00Z' }, 'lookup_expired'],
    ['the code', { validUntil: '2026-11-20T02:59:00Z', qrExpiresAt: '2026-11-20T02:59:00Z' }, 'qr_expired'],
  ])('is refused once %s is over', (_what, found, reason) => {
    expect(ask(found)).toMatchObject({ kind: 'refused', reason, errors: [{ path: '/lookupId' }] });
  });
});
