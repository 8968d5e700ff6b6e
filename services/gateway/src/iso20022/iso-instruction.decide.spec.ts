import { describe, expect, it } from '@jest/globals';
import type { Quote } from '@tonle/contracts';
import type { Corridor, ParticipantBody } from '@tonle/directory';
import type { CustomerPayment } from '@tonle/iso20022';
import { amount, type Amount } from '@tonle/money';
import { isoInstruction } from './iso-instruction.decide.js';

const NOW = Date.parse('2026-11-28T03:00:00Z');
const ID = '0b5d3c1e-6f0a-4c6e-9d3b-2f1a0e9c8b7d';
const accounts = { kinds: ['wallet'], default: 'wallet', spelling: { letterCase: 'kept' } };
const CORRIDOR = {
  corridorId: 'KH-WA',
  home: { name: 'Home', currencies: ['KHR', 'USD'], accounts },
  partner: { name: 'Wallets', currencies: ['USD'], participant: 'WALLETS', accounts },
} as unknown as Corridor;
const json = ({ currency, minor }: Amount) => ({ currency, minor: minor.toString() });

/** Source and target of the instruction that a message with these amounts becomes. */
function amountsOf(quoted: Partial<Quote>, settlementAmount: Amount, instructedAmount?: Amount) {
  const quote = { quoteId: ID, corridor: 'KH-WA', rate: '1', ...quoted } as Quote;
  const message = {
    messageId: 'M1',
    endToEndId: 'E1',
    uetr: ID,
    quoteId: ID,
    debtor: { name: 'Sok Dara' },
    debtorAccount: { id: 'sok@mekong' },
    creditor: { name: 'Shop' },
    creditorAccount: { id: 'shop' },
    settlementAmount,
    instructedAmount,
  } as CustomerPayment;
  const made = isoInstruction(
    {
      message,
      version: 'pacs.008.001.08',
      header: undefined,
      headerVersion: undefined,
      unheld: [],
      addressees: [],
      bytes: Buffer.of(),
      headers: {},
    },
    { participant: { participantId: 'KHMEKONG' } as ParticipantBody, quote, corridor: CORRIDOR },
    { paymentId: ID, uetr: ID, nowMs: NOW, service: 'gateway', instance: 'i1' },
  );
  if (made.kind === 'refused') return made.reason;
  const { source, target } = made.instruction.submit;
  return [source, target];
}

describe('the amounts of a pacs.008', () => {
  const [riel, dollars] = [amount('KHR', 4_100_000n), amount('USD', 1_000n)];

  it('are of the sides that the quote has in their currencies, also where both sides have one', () => {
    const quoted = { source: json(riel), target: json(dollars) };
    expect(amountsOf(quoted, dollars, riel)).toEqual([json(riel), json(dollars)]);
    expect(amountsOf(quoted, riel)).toEqual([json(riel), json(dollars)]);
  });

  it('are one each in one currency, so that neither can contradict the quote unseen', () => {
    const quoted = { source: json(dollars), target: json(dollars) };
    expect(amountsOf(quoted, dollars)).toEqual([json(dollars), json(dollars)]);
    const less = amount('USD', 500n);
    expect(amountsOf(quoted, less, dollars)).toEqual([json(dollars), json(less)]);
    expect(amountsOf(quoted, dollars, less)).toEqual([json(less), json(dollars)]);
  });

  it("may be the payee's own, as its network told it with the quote, and no other of its currency", () => {
    const orderAmount = { currency: 'CNY', minor: '7000' };
    const quoted = { source: json(riel), target: json(dollars), partnerTerms: { orderAmount } };
    expect(amountsOf(quoted, dollars, amount('CNY', 7_000n))).toEqual([json(riel), json(dollars)]);
    expect(amountsOf(quoted, dollars, amount('CNY', 7_001n))).toBe('unknown_currency');
  });
});
