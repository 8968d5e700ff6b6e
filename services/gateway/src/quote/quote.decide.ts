import { amountFromJson, amountText, amountToJson, sameAmount, type Amount } from '@tonle/money';
import type { Corridor } from '@tonle/directory';
import {
  type PartnerTerms,
  type Quote,
  type QuoteAnswer,
  type QuoteRequest,
  type Refusal,
  refusedField,
} from '@tonle/contracts';
import { readAmount, showAmount } from '../http/public-amount.js';
import { showBetween } from '../payment/between.view.js';
import { showPartnerTerms } from '../payment/partner-terms.view.js';
import type { Lookup } from '../lookup/lookup.js';
import { settledFor } from './order-amount.decide.js';
import type { CreateQuote, PublicQuote } from './quote.schema.js';

/**
 * What to ask fx for. Refuses a lookup that has expired (`qr_expired` when its code has), unknown_currency, the reasons of a
 * wrong amount, amount_mismatch when the code fixes another amount, and schema_invalid when there is no amount at all.
 */
export function quoteRequestOf(
  participant: string,
  body: CreateQuote,
  lookup: Lookup | undefined,
  corridor: Corridor,
  nowMs: number,
): { readonly kind: 'ok'; readonly request: QuoteRequest } | Refusal {
  const expired = lookup === undefined ? undefined : lookupExpiry(lookup, nowMs);
  if (expired !== undefined) return expired;
  const targetCurrency = lookup?.found.currency ?? body.targetCurrency!;
  if (body.targetCurrency !== undefined && body.targetCurrency !== targetCurrency) {
    return refusedField('unknown_currency', '/targetCurrency', `The payee is paid in ${targetCurrency}.`);
  }
  const read = body.amount === undefined ? undefined : readAmount(body.amount, '/amount');
  if (read?.kind === 'refused') return read;
  const coded = lookup?.found.amount === undefined ? undefined : amountFromJson(lookup.found.amount);
  const amount = read?.amount ?? coded;
  if (amount === undefined) return refusedField('schema_invalid', '/amount', 'An amount is required.');
  if (coded !== undefined && amount.currency === coded.currency && !sameAmount(amount, coded)) {
    const said = `The QR code fixes ${amountText(coded)}; this is ${amountText(amount)}.`;
    return refusedField('amount_mismatch', '/amount', said);
  }
  const sourceCurrency = body.sourceCurrency ?? homeCurrency(amount, corridor, targetCurrency);
  const priced = pricedAt(amount, lookup?.found.partnerTerms, { sourceCurrency, targetCurrency });
  if (priced.kind === 'refused') return priced;
  const { fixed, partnerTerms } = priced;
  const unserved = currencyRefusal(corridor, { sourceCurrency, targetCurrency, amount: fixed });
  if (unserved !== undefined) return unserved;
  return {
    kind: 'ok',
    request: {
      participant,
      corridor: corridor.corridorId,
      sourceCurrency,
      targetCurrency,
      direction: 'outbound',
      fixed: fixed.currency === targetCurrency ? 'target' : 'source',
      amount: amountToJson(fixed),
      ...(lookup === undefined ? {} : { notAfter: lookup.found.validUntil }),
      ...(partnerTerms === undefined ? {} : { partnerTerms }),
    },
  };
}

/** An amount in the payee's own currency is what it asks for: settled is what its network said that this comes to. */
function pricedAt(
  amount: Amount,
  partnerTerms: PartnerTerms | undefined,
  { sourceCurrency, targetCurrency }: { readonly sourceCurrency: string; readonly targetCurrency: string },
): { readonly kind: 'ok'; readonly fixed: Amount; readonly partnerTerms?: PartnerTerms } | Refusal {
  const settled = [sourceCurrency, targetCurrency].includes(amount.currency)
    ? undefined
    : settledFor(amount, partnerTerms ?? {}, targetCurrency);
  if (settled === undefined)
    return { kind: 'ok', fixed: amount, ...(partnerTerms !== undefined && { partnerTerms }) };
  if (settled.minor === 0n)
    return refusedField(
      'amount_too_small',
      '/amount/amount',
      `It comes to less than one unit of ${targetCurrency}.`,
    );
  return { kind: 'ok', fixed: settled, partnerTerms: { ...partnerTerms, orderAmount: amountToJson(amount) } };
}

/** Each side of a corridor has its currencies, and an amount is in that of one side. */
function currencyRefusal(
  { home, partner }: Corridor,
  {
    sourceCurrency,
    targetCurrency,
    amount,
  }: { sourceCurrency: string; targetCurrency: string; amount: Amount },
): Refusal | undefined {
  const refuse = (pointer: string, detail: string) => refusedField('unknown_currency', pointer, detail);
  if (!home.currencies.includes(sourceCurrency))
    return refuse('/sourceCurrency', `${sourceCurrency} is not served in this corridor.`);
  if (!partner.currencies.includes(targetCurrency))
    return refuse('/targetCurrency', `${targetCurrency} is not served in this corridor.`);
  const sides = [...new Set([sourceCurrency, targetCurrency])];
  if (!sides.includes(amount.currency))
    return refuse('/amount/currency', `The amount must be in ${sides.join(' or ')}.`);
  return undefined;
}

/** A lookup never holds longer than its code. */
function lookupExpiry({ found }: Lookup, nowMs: number): Refusal | undefined {
  const { qrExpiresAt, validUntil } = found;
  if (Date.parse(validUntil) > nowMs) return undefined;
  return qrExpiresAt !== undefined && Date.parse(qrExpiresAt) <= nowMs
    ? refusedField('qr_expired', '/lookupId', `The QR code expired at ${qrExpiresAt}.`)
    : refusedField('lookup_expired', '/lookupId', `The lookup expired at ${validUntil}.`);
}

/** An amount in the payee's currency says nothing of the payer's, even where both sides have that currency. */
function homeCurrency({ currency }: Amount, { home }: Corridor, targetCurrency: string): string {
  return currency !== targetCurrency && home.currencies.includes(currency) ? currency : home.currencies[0]!;
}

export function showCandidates(candidates: QuoteAnswer['candidates']): PublicQuote['candidates'] {
  return candidates.map(({ source, target, ...candidate }) => ({
    ...candidate,
    ...(source === undefined ? {} : { source: showAmount(source) }),
    ...(target === undefined ? {} : { target: showAmount(target) }),
  }));
}

export function showQuote(
  quote: Quote,
  candidates: QuoteAnswer['candidates'],
  midRate: string | undefined,
): PublicQuote {
  return {
    quoteId: quote.quoteId,
    corridor: quote.corridor,
    fixed: quote.fixed,
    source: showAmount(quote.source),
    target: showAmount(quote.target),
    rate: quote.rate,
    ...(midRate === undefined ? {} : { midRate }),
    ...showBetween(quote.source, quote.target, quote.provider),
    fees: quote.fees.map((fee) => ({ ...fee, amount: showAmount(fee.amount) })),
    ...showPartnerTerms(quote.partnerTerms),
    issuedAt: quote.issuedAt,
    expiresAt: quote.expiresAt,
    candidates: showCandidates(candidates),
  };
}
