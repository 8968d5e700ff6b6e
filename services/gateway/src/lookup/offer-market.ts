import { adapterCalls, fxCalls, type PriceAnswer, type QuoteRequest } from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import { Gatherer, type ServiceCalls } from '@tonle/messaging';
import { amount, amountToJson, currency } from '@tonle/money';
import type { Clock } from '@tonle/platform';
import type { Unranked } from './offer.decide.js';

const PRICE_BATCH_MAX = 200;
const LINGER_MS = 5;
const WAITING_MAX = 5_000;
/** An adapter is asked about its network at most so often. */
const HEALTH_HOLDS_MS = 2_000;
/** Where no payee's amount is fixed, offers are compared at this part of what may be paid at most. */
const COMPARED_AT = 100n;

/** One way to a payee, found. */
export type FoundOffer = Pick<Unranked, 'lookup' | 'corridor'>;

/**
 * What several offers for one payee are compared by: prices of fx, and whether payments go through in their networks. Who does
 * not answer spoils no lookup: its offers have no price, and count as steady.
 */
export class OfferMarket {
  private readonly prices: Gatherer<QuoteRequest, PriceAnswer>;
  private readonly health = new Map<
    string,
    { readonly untilMs: number; readonly steady: Promise<boolean> }
  >();

  constructor(
    private readonly calls: ServiceCalls,
    private readonly clock: Clock,
  ) {
    this.prices = new Gatherer(
      async (items) => (await this.calls.call(fxCalls.price, { items: [...items] })).items,
      { batchMax: PRICE_BATCH_MAX, lingerMs: LINGER_MS, waitingMax: WAITING_MAX },
    );
  }

  /** Facts of each offer; none are asked for where there is one only. */
  async look(offers: readonly FoundOffer[], sourceCurrency: string | undefined): Promise<Unranked[]> {
    if (offers.length === 1) return [{ ...offers[0]!, steady: true }];
    const payers = sourceCurrency ?? offers[0]!.corridor.home.currencies[0]!;
    const reference = referenceMinor(
      offers.map(({ corridor }) => corridor),
      payers,
    );
    return Promise.all(
      offers.map(async (offer) => {
        const request = priceRequest(offer, payers, reference);
        const [price, steady] = await Promise.all([
          request === undefined ? undefined : this.prices.add(request).catch(() => undefined),
          this.steadyAt(offer.corridor.partner.adapter),
        ]);
        return { ...offer, steady, ...(price === undefined ? {} : { price }) };
      }),
    );
  }

  private steadyAt(adapter: string): Promise<boolean> {
    const nowMs = this.clock.now();
    const known = this.health.get(adapter);
    if (known !== undefined && known.untilMs > nowMs) return known.steady;
    const steady = this.calls.call(adapterCalls(adapter).health, {}).then(
      ({ legs }) => legs === undefined || legs.sends === 'closed',
      () => true,
    );
    this.health.set(adapter, { untilMs: nowMs + HEALTH_HOLDS_MS, steady });
    return steady;
  }
}

function priceRequest(
  { lookup, corridor }: FoundOffer,
  sourceCurrency: string,
  reference: bigint | undefined,
): QuoteRequest | undefined {
  const { currency: targetCurrency, amount: coded, partnerTerms } = lookup.found;
  const shared = {
    participant: lookup.participant,
    corridor: corridor.corridorId,
    direction: 'outbound' as const,
    sourceCurrency,
    targetCurrency,
    ...(partnerTerms === undefined ? {} : { partnerTerms }),
  };
  if (coded !== undefined) return { ...shared, fixed: 'target', amount: coded };
  return reference === undefined
    ? undefined
    : { ...shared, fixed: 'source', amount: amountToJson(amount(sourceCurrency, reference)) };
}

/** A hundredth of the least limit of one payment; undefined where a corridor has none in this currency. */
function referenceMinor(corridors: readonly Corridor[], sourceCurrency: string): bigint | undefined {
  const limits = corridors.map(({ limits: { perPayment } }) => perPayment[sourceCurrency]);
  if (limits.includes(undefined)) return undefined;
  const least = limits.map((limit) => BigInt(limit!)).reduce((a, b) => (a < b ? a : b));
  const step = currency(sourceCurrency).payableStep;
  const part = (least / COMPARED_AT / step) * step;
  return part > 0n ? part : step;
}
