import type { Corridor } from '@tonle/directory';
import { type PriceAnswer, type Reason, type Refusal } from '@tonle/contracts';
import { amountFromJson } from '@tonle/money';
import type { Lookup } from './lookup.js';

/** Why an offer stands where it does among those of one lookup. */
export const RANKED_BECAUSE = ['only', 'cheapest', 'same_cost', 'dearer', 'not_priced', 'unsteady'] as const;
export type RankedBecause = (typeof RANKED_BECAUSE)[number];

/** A way to pay the payee: a lookup of its own, which quotes and payments name. */
export interface PayeeOffer {
  readonly lookup: Lookup;
  readonly corridor: Corridor;
  /** What a payment through it would cost now; absent where there is no choice. */
  readonly price?: PriceAnswer;
  readonly because: RankedBecause;
}

/** A corridor that could pay by the directory, and why it is not offered. */
export interface NotOffered {
  readonly corridor: Corridor;
  readonly refusal: Refusal;
}

/** What is known of an offer before it has a place. */
export interface Unranked extends Pick<PayeeOffer, 'lookup' | 'corridor' | 'price'> {
  /** Whether payments go through in its network, as far as is known. */
  readonly steady: boolean;
}

/**
 * The best offer first: steady networks, then those with a price, then the cheaper, then the preferred corridor. Costs are what
 * the payer pays, fees included, where every payee's amount is fixed; else per cent against the reference rate.
 */
export function rankOffers(unranked: readonly Unranked[]): readonly PayeeOffer[] {
  const [only] = unranked;
  if (unranked.length === 1) return [{ ...bare(only!), because: 'only' }];
  const costOf = unranked.every(({ lookup }) => lookup.found.amount !== undefined) ? paid : lostHundredths;
  const placed = unranked.map((offer) => ({ offer, cost: costOf(offer.price) })).sort(byPlace);
  const cheapest = placed.find(({ offer }) => offer.steady)?.cost;
  return placed.map(({ offer, cost }, place) => ({
    ...bare(offer),
    because: whyThere(offer, cost, place === 0 ? cost : cheapest, place),
  }));
}

interface Placed {
  readonly offer: Unranked;
  readonly cost: bigint | undefined;
}

function byPlace(a: Placed, b: Placed): number {
  if (a.offer.steady !== b.offer.steady) return a.offer.steady ? -1 : 1;
  if (a.cost !== b.cost) {
    if (a.cost === undefined || b.cost === undefined) return a.cost === undefined ? 1 : -1;
    return a.cost < b.cost ? -1 : 1;
  }
  const [x, y] = [a.offer.corridor, b.offer.corridor];
  return (y.priority ?? 0) - (x.priority ?? 0) || (x.corridorId < y.corridorId ? -1 : 1);
}

function whyThere(
  { steady }: Unranked,
  cost: bigint | undefined,
  cheapest: bigint | undefined,
  place: number,
): RankedBecause {
  if (!steady) return 'unsteady';
  if (cost === undefined) return 'not_priced';
  if (place === 0) return 'cheapest';
  return cost === cheapest ? 'same_cost' : 'dearer';
}

const bare = ({ lookup, corridor, price }: Unranked): Omit<PayeeOffer, 'because'> => ({
  lookup,
  corridor,
  ...(price === undefined ? {} : { price }),
});

/** Minor units of the payer's currency, the same for all. */
function paid(price: PriceAnswer | undefined): bigint | undefined {
  return price?.kind === 'priced' ? amountFromJson(price.source).minor : undefined;
}

function lostHundredths(price: PriceAnswer | undefined): bigint | undefined {
  if (price?.kind !== 'priced' || price.totalCostPercent === undefined) return undefined;
  return BigInt(price.totalCostPercent.replace('.', ''));
}

/**
 * Of several refusals the one that helps the payer most: what may be otherwise when it is asked again, since a network that did
 * not answer may know the payee; then what networks said of the payee, the closer to a payment the earlier; then what kept
 * us from asking; then what is wrong with the code.
 */
const MOST_USEFUL_FIRST: readonly Reason[] = [
  'partner_silent',
  'unavailable',
  'overloaded',
  'payee_not_eligible',
  'account_blocked',
  'account_closed',
  'account_unknown',
  'payee_unknown',
  'participant_paused',
  'participant_unknown',
  'corridor_closed',
  'corridor_unknown',
  'qr_expired',
  'qr_tampered',
  'qr_unreadable',
  'qr_not_served',
];

/** The most useful of several refusals, of at least one; those of equal use keep their order, and unlisted ones come first. */
export function mostUseful(refusals: readonly Refusal[]): Refusal {
  const place = ({ reason }: Refusal) => MOST_USEFUL_FIRST.indexOf(reason);
  return [...refusals].sort((a, b) => place(a) - place(b))[0]!;
}

const GUESSED_WRONG: ReadonlySet<Reason> = new Set(['payee_unknown', 'account_unknown']);

/**
 * What the budget of lookups counts: a payee that one network does not know is a guess that found nobody, also where another
 * network is silent, or an outage would give guesses away for nothing.
 */
export function countedAs(said: {
  readonly found: readonly unknown[];
  readonly refused: readonly NotOffered[];
}): { readonly kind: 'found' } | Refusal {
  if (said.found.length > 0) return { kind: 'found' };
  const refusals = said.refused.map(({ refusal }) => refusal);
  return refusals.find(({ reason }) => GUESSED_WRONG.has(reason)) ?? mostUseful(refusals);
}
