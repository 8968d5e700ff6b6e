import { showAmount } from '../http/public-amount.js';
import { showFound } from './lookup.js';
import type { PublicLookup } from './lookup.schema.js';
import type { LookupFound } from './lookup.service.js';
import type { NotOffered, PayeeOffer } from './offer.decide.js';

/** The best offer as the payee, for callers that take what they get; then all of them. */
export function showLookup({ lookup, offers, notOffered }: LookupFound): PublicLookup {
  return { ...showFound(lookup), offers: offers.map(showOffer), notOffered: notOffered.map(showNotOffered) };
}

function showOffer({ lookup, corridor, price, because }: PayeeOffer): PublicLookup['offers'][number] {
  return {
    ...showFound(lookup),
    network: corridor.partner.participant,
    rankedBecause: because,
    ...(price?.kind !== 'priced' ? {} : { price: showPrice(price, lookup.found.amount !== undefined) }),
  };
}

/** Without an amount of the code's, what was compared is nobody's payment: only its cost says something. */
function showPrice(
  { source, totalCostPercent }: Extract<PayeeOffer['price'], { kind: 'priced' }>,
  isPayeesAmount: boolean,
): NonNullable<PublicLookup['offers'][number]['price']> {
  return {
    ...(isPayeesAmount ? { source: showAmount(source) } : {}),
    ...(totalCostPercent === undefined ? {} : { totalCostPercent }),
  };
}

function showNotOffered({ corridor, refusal }: NotOffered): PublicLookup['notOffered'][number] {
  const { reason, detail } = refusal;
  return {
    corridor: corridor.corridorId,
    network: corridor.partner.participant,
    code: reason,
    ...(detail === undefined ? {} : { detail }),
  };
}
