import {
  amountText,
  amountToJson,
  convert,
  formatRate,
  improveRate,
  parseRate,
  type Amount,
} from '@tonle/money';
import type { LostBecause, Quote, QuoteRequest, Reason } from '@tonle/contracts';
import { pauseOf, type ParticipantBody } from '@tonle/directory';
import { compareRates, rateUnusable } from '../rate/rate.decide.js';
import type { StandingRate } from '../rate/rate.js';
import { aboveLimit, checkRequest, type CheckedRequest } from './quote-check.decide.js';
import { atOriginalRate, exactOffer, exactRefund, quotedCause } from './refund-quote.decide.js';
import { totalCostPercent } from './quote-cost.js';
import type { Candidates, QuoteFee, Market, Offer, QuoteDecision, QuoteOrder } from './quote.js';

type Candidate = Candidates[number];
/** Amounts travel with 18 digits at most. */
const MINOR_MAX = 10n ** 18n - 1n;
type Tried = { readonly candidate: Candidate; readonly offer?: Offer };

/**
 * Decides one quote (domain 1.4): every provider of the pair makes an offer, the cheapest for the payer
 * wins, and every other is told why it lost. Refuses, in this order: directory not here yet, participant,
 * corridor, direction, currencies, amount, the payment that is refunded, the end of what the quote is for, the corridor's
 * limit of one payment, and what all candidates say (`no_quote_available` when they differ). Raises the market's exposure when it issues.
 */
export function decideQuote(order: QuoteOrder, market: Market, nowMs: number): QuoteDecision {
  const checked = checkRequest(order, market, nowMs);
  if (checked.kind === 'refused') return { ...checked, candidates: [] };
  const { corridor, fixedAmount, fees, settlementBank } = checked;
  if (settlementBank !== undefined) return inOneCurrency(order, checked, settlementBank, market, nowMs);
  if (order.original !== undefined && corridor.refunds?.rate === 'original')
    return asItWasPaid(order, checked, order.original, market, nowMs);
  const { sourceCurrency, targetCurrency } = order.request;
  const exact = exactRefund(order, corridor, fixedAmount);
  if (exact === 'nothing') return refusedAlone('amount_too_small');
  const request: QuoteRequest = exact === undefined ? order.request : { ...order.request, fixed: 'target' };
  const tried = market.rates
    .ofPair(sourceCurrency, targetCurrency)
    .map((standing) => tryProvider(standing, request, exact?.target ?? fixedAmount, fees, market, nowMs));
  const ranked = tried.flatMap((each) => each.offer ?? []).sort(byCost);
  const over = ranked[0] === undefined ? undefined : aboveLimit(order.request, ranked[0].source, corridor);
  if (over !== undefined) return { ...over, candidates: tried.map(tooLarge) };
  const best = ranked.find((offer) =>
    market.exposure.covers(offer.provider, targetCurrency, offer.target.minor),
  );
  const candidates = tried.map((each) => explain(each, best, market));
  if (best === undefined) {
    const reason = whyNobody(candidates);
    return { kind: 'refused', reason, ...asked(reason, fixedAmount), candidates };
  }
  market.exposure.add(best.provider, targetCurrency, best.target.minor);
  const mid = market.terms.midRate(sourceCurrency, targetCurrency);
  return {
    kind: 'issued',
    issued: {
      quote: quoteOf(
        order,
        checked,
        exact === undefined ? best : exactOffer(exact, fixedAmount, best),
        nowMs,
      ),
      candidates,
      midRate: mid === undefined ? undefined : formatRate(mid),
    },
  };
}

/** Nothing is converted: no provider, no exposure; the settlement bank stands between the two sides (decisions 27). */
function inOneCurrency(
  order: QuoteOrder,
  checked: CheckedRequest,
  settlementBank: string,
  { directory }: Market,
  nowMs: number,
): QuoteDecision {
  const bank = directory.participant(settlementBank);
  if (bank?.kind !== 'settlement_bank') return refusedAlone('unavailable', `${settlementBank} is not there.`);
  if (!isActive(bank, order.request, nowMs))
    return refusedAlone('participant_paused', `${settlementBank} is paused.`);
  const { corridor, fixedAmount } = checked;
  const over = aboveLimit(order.request, fixedAmount, corridor);
  if (over !== undefined) return { ...over, candidates: [] };
  const rate = parseRate(fixedAmount.currency, fixedAmount.currency, '1')!;
  const offer: Offer = {
    provider: settlementBank,
    rate,
    baseRate: rate,
    source: fixedAmount,
    target: fixedAmount,
    rateVersion: 0,
    improvementBasisPoints: 0,
    pushedAtMs: nowMs,
  };
  return issuedAlone(quoteOf(order, checked, offer, nowMs));
}

/** A refund at the rate of its payment, by its provider: nobody competes, and it owes no more than it was given. */
function asItWasPaid(
  order: QuoteOrder,
  checked: CheckedRequest,
  { provider, rateVersion, source, target }: Quote,
  { directory, exposure }: Market,
  nowMs: number,
): QuoteDecision {
  const known = directory.participant(provider);
  if (known?.kind !== 'fx_provider' || !isActive(known, order.request, nowMs))
    return refusedAlone('no_provider', `${provider}, which converted the payment, is not there.`);
  const { fixedAmount } = checked;
  const given = atOriginalRate({ source, target }, fixedAmount);
  if (given === undefined) return refusedAlone('amount_too_small');
  const { rate } = given;
  const offer: Offer = {
    ...{ provider, rate, baseRate: rate, rateVersion, improvementBasisPoints: 0 },
    ...{ source: fixedAmount, target: given.target, pushedAtMs: nowMs },
  };
  exposure.add(provider, given.target.currency, given.target.minor);
  return issuedAlone(quoteOf(order, checked, offer, nowMs));
}

const issuedAlone = (quote: Quote): QuoteDecision => ({
  kind: 'issued',
  issued: { quote, candidates: [], midRate: undefined },
});

const refusedAlone = (reason: Reason, detail?: string): QuoteDecision => ({
  kind: 'refused',
  reason,
  ...(detail === undefined ? {} : { detail }),
  candidates: [],
});

const tooLarge = ({ candidate }: Tried): Candidate => ({ lostBecause: 'amount_too_large', ...candidate });

/** What each loss asks of the payer; providers that do not serve it at all say nothing of its amount. */
const REASON_OF: Readonly<Record<LostBecause, Reason>> = {
  provider_unknown: 'no_provider',
  no_relationship: 'no_provider',
  provider_paused: 'no_quote_available',
  rate_withdrawn: 'no_quote_available',
  rate_stale: 'no_quote_available',
  amount_too_small: 'amount_too_small',
  amount_too_large: 'amount_too_large',
  exposure_limit: 'liquidity_short',
  same_cost: 'no_quote_available',
  dearer: 'no_quote_available',
  other: 'no_quote_available',
};

/** The side that is fixed, in a refusal that all candidates share. */
function asked(reason: Reason, fixed: Amount): { readonly detail?: string } {
  if (reason !== 'liquidity_short' && reason !== 'amount_too_small') return {};
  const what = reason === 'liquidity_short' ? 'has enough left for' : 'can convert';
  return { detail: `No provider ${what} ${amountText(fixed)}.` };
}

function whyNobody(candidates: Candidates): Reason {
  const reasons = new Set(candidates.map(({ lostBecause = 'other' }) => REASON_OF[lostBecause]));
  if (reasons.size > 1) reasons.delete('no_provider');
  const [only = 'no_quote_available'] = reasons;
  return reasons.size > 1 ? 'no_quote_available' : only;
}

/** Who converts or settles takes part in all of it; what an operator paused still serves refunds. */
function isActive(known: ParticipantBody, { refundOf }: QuoteRequest, nowMs: number): boolean {
  const pause = pauseOf(known, 'any', nowMs, refundOf === undefined ? 'offer' : 'refund');
  return known.state === 'active' && pause === undefined;
}

function tryProvider(
  standing: StandingRate,
  request: QuoteRequest,
  fixedAmount: Amount,
  fees: readonly QuoteFee[],
  market: Market,
  nowMs: number,
): Tried {
  const { provider } = standing;
  const lost = (lostBecause: LostBecause): Tried => ({ candidate: { provider, chosen: false, lostBecause } });
  const known = market.directory.participant(provider);
  if (known === undefined || known.kind !== 'fx_provider') return lost('provider_unknown');
  if (!isActive(known, request, nowMs)) return lost('provider_paused');
  if (!market.terms.related(provider, request.participant)) return lost('no_relationship');
  const unusable = rateUnusable(standing, nowMs);
  if (unusable !== undefined) return lost(unusable);
  const offer = offerOf(standing, request, fixedAmount, market);
  if (offer === undefined) return lost('amount_too_small');
  // More digits than a message carries would have the answers of everybody else in the batch refused with this one.
  if (offer.source.minor > MINOR_MAX || offer.target.minor > MINOR_MAX) return lost('amount_too_large');
  const mid = market.terms.midRate(request.sourceCurrency, request.targetCurrency);
  const feesMinor = fees.reduce((sum, fee) => sum + BigInt(fee.amount.minor), 0n);
  return {
    offer,
    candidate: {
      provider,
      chosen: false,
      rate: formatRate(offer.rate),
      source: amountToJson(offer.source),
      target: amountToJson(offer.target),
      ...(mid === undefined
        ? {}
        : { totalCostPercent: totalCostPercent(offer.source, feesMinor, offer.target, mid) }),
    },
  };
}

// A tier's threshold is a source amount; with a fixed target it is taken at the base rate.
function offerOf(
  standing: StandingRate,
  request: QuoteRequest,
  fixedAmount: Amount,
  market: Market,
): Offer | undefined {
  const baseRate = standing.rate;
  if (baseRate === undefined) return undefined;
  const base = convert(request.fixed, fixedAmount, baseRate);
  const improvement = market.terms.improvement(
    standing.provider,
    request.participant,
    request.sourceCurrency,
    request.targetCurrency,
    base.source.minor,
  );
  const rate = improvement === 0 ? baseRate : improveRate(baseRate, BigInt(improvement));
  const { source, target } = convert(request.fixed, fixedAmount, rate);
  if (source.minor === 0n || target.minor === 0n) return undefined;
  return {
    provider: standing.provider,
    rate,
    baseRate,
    source,
    target,
    rateVersion: standing.version,
    improvementBasisPoints: improvement,
    pushedAtMs: standing.pushedAtMs,
  };
}

/** Cheapest for the payer first; then the better rate, the older rate, the provider's id. */
function byCost(a: Offer, b: Offer): number {
  if (a.source.minor !== b.source.minor) return a.source.minor < b.source.minor ? -1 : 1;
  if (a.target.minor !== b.target.minor) return a.target.minor > b.target.minor ? -1 : 1;
  const byRate = compareRates(b.rate, a.rate);
  if (byRate !== 0) return byRate;
  if (a.pushedAtMs !== b.pushedAtMs) return a.pushedAtMs - b.pushedAtMs;
  return a.provider < b.provider ? -1 : 1;
}

function explain({ candidate, offer }: Tried, best: Offer | undefined, market: Market): Candidate {
  if (offer === undefined) return candidate;
  if (offer === best) return { ...candidate, chosen: true };
  const { provider, target } = offer;
  if (!market.exposure.covers(provider, target.currency, target.minor))
    return { ...candidate, lostBecause: 'exposure_limit' };
  const same = offer.source.minor === best?.source.minor && target.minor === best.target.minor;
  return { ...candidate, lostBecause: same ? 'same_cost' : 'dearer' };
}

function quoteOf(
  order: QuoteOrder,
  { corridor, direction, fees, expiresAtMs, fixedAmount }: CheckedRequest,
  best: Offer,
  nowMs: number,
): Quote {
  const { quoteId, request } = order;
  const refundCause = quotedCause(order, corridor, fixedAmount, best);
  return {
    quoteId,
    corridor: corridor.corridorId,
    provider: best.provider,
    participant: request.participant,
    direction,
    fixed: request.fixed,
    source: amountToJson(best.source),
    target: amountToJson(best.target),
    rate: formatRate(best.rate),
    baseRate: formatRate(best.baseRate),
    rateVersion: best.rateVersion,
    improvementBasisPoints: best.improvementBasisPoints,
    fees: [...fees],
    ...(request.refundOf === undefined ? {} : { refundOf: request.refundOf }),
    ...(refundCause === undefined ? {} : { refundCause }),
    ...(request.partnerTerms === undefined ? {} : { partnerTerms: request.partnerTerms }),
    issuedAt: new Date(nowMs).toISOString(),
    expiresAt: new Date(expiresAtMs).toISOString(),
  };
}
