import { currency, findCurrency, type Amount, type AmountJson } from '@tonle/money';
import type { PartnerRate, QuoteRequest, Reason } from '@tonle/contracts';
import type { SanityBand, Terms } from '../terms/terms.js';

/** Units of one currency for one of another, as a fraction: nothing is divided. */
interface Price {
  readonly of: string;
  readonly per: string;
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const ONE_HUNDRED_PERCENT = 10_000n;

/**
 * Why what a partner says of its rates is not believed: its quote is over (`quote_expired`), or a rate, or the one that its
 * order amount makes with what is settled, lies outside the band of its pair (`rate_differs`). A pair without a band is taken
 * at its word. Pure.
 */
export function partnerRefusal(
  { partnerTerms, fixed, direction }: QuoteRequest,
  settled: Amount,
  terms: Terms,
  nowMs: number,
): { readonly reason: Reason; readonly detail: string } | undefined {
  if (partnerTerms === undefined) return undefined;
  const { quote, settlementRate, billingRate, orderAmount } = partnerTerms;
  if (quote?.expiresAt !== undefined && Date.parse(quote.expiresAt) <= nowMs)
    return { reason: 'quote_expired', detail: `The partner's quote expired at ${quote.expiresAt}.` };
  for (const rate of [quote, settlementRate, billingRate]) {
    if (rate === undefined || isWithin(priceOf(rate), priceOf(rate), terms)) continue;
    const { unitCurrency, quotedCurrency, unit = '1' } = rate;
    const told = `${rate.rate} ${quotedCurrency} for ${unit} ${unitCurrency}`;
    return { reason: 'rate_differs', detail: `The partner's rate, ${told}, is far from the market's.` };
  }
  // What goes out is settled in the target; of what comes in our own quote makes the amount.
  if (orderAmount === undefined || fixed !== 'target' || direction !== 'outbound') return undefined;
  if (isOrderWithin(orderAmount, settled, terms)) return undefined;
  const detail = `What the payee asks for and what is settled make a rate that is far from the market's.`;
  return { reason: 'rate_differs', detail };
}

function priceOf({ unitCurrency, quotedCurrency, rate, unit = '1' }: PartnerRate): Price {
  const [whole = '', fraction = ''] = rate.split('.');
  return {
    of: unitCurrency,
    per: quotedCurrency,
    numerator: BigInt(whole + fraction),
    denominator: BigInt(unit) * 10n ** BigInt(fraction.length),
  };
}

/** Small amounts are coarse: one minor unit either way is rounding. */
function isOrderWithin(order: AmountJson, settled: Amount, terms: Terms): boolean {
  const known = findCurrency(order.currency);
  if (known === undefined || BigInt(order.minor) === 0n) return true;
  const priceWith = (minor: bigint): Price => ({
    of: order.currency,
    per: settled.currency,
    numerator: minor * 10n ** BigInt(known.scale),
    denominator: BigInt(order.minor) * 10n ** BigInt(currency(settled.currency).scale),
  });
  return isWithin(priceWith(settled.minor - 1n), priceWith(settled.minor + 1n), terms);
}

/** Do the prices from the lower to the higher reach into the band of their pair? */
function isWithin(lower: Price, higher: Price, terms: Terms): boolean {
  const { of, per } = lower;
  const band = terms.sanityBand(of, per);
  if (band !== undefined) return reaches(lower, higher, band);
  const turned = terms.sanityBand(per, of);
  return turned === undefined || reaches(inverse(higher), inverse(lower), turned);
}

const inverse = ({ of, per, numerator, denominator }: Price): Price => ({
  of: per,
  per: of,
  numerator: denominator,
  denominator: numerator,
});

function reaches(lower: Price, higher: Price, { rate, basisPoints }: SanityBand): boolean {
  const one = ONE_HUNDRED_PERCENT * 10n ** BigInt(rate.scale);
  const [least, most] = [-basisPoints, basisPoints].map(
    (each) => rate.unscaled * (ONE_HUNDRED_PERCENT + BigInt(each)),
  );
  return (
    higher.numerator * one >= least! * higher.denominator &&
    lower.numerator * one <= most! * lower.denominator
  );
}
