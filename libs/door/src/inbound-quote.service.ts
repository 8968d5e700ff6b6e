import {
  adapterCalls,
  fxCalls,
  refused,
  type LookupAnswer,
  type LookupRequest,
  type PartnerTerms,
  type Quote,
  type QuoteAnswer,
  type QuoteRequest,
  type Refusal,
} from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import type { CorridorGate } from './corridor/corridor-gate.js';
import { Gatherer, ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';
import { amountFromJson, amountText, type AmountJson } from '@tonle/money';
import type { HomePayee, InboundQuote, ResolvedCode, ScannedCode } from './inbound-quote.js';
import type { LookupBudget } from './lookups/lookup-budget.js';
import type { InboundQuoteStore } from './inbound-quote.store.js';

const GATHER_MS = 5;
const BATCH_MAX = 100;
/** A home network that answers late keeps only those waiting that were asked for together. */
const SLOW_MS = 50;

interface Priced {
  readonly kind: 'priced';
  readonly quote: Quote;
}

/**
 * Payee and price for a payer abroad: the home adapter reads the code, fx quotes, both are remembered until the payment
 * comes (decisions 10). Refuses what they refuse, `amount_mismatch` when the code fixes another amount,
 * `unknown_currency`, `lookups_exhausted`, what may not come in now, and `unavailable` while one of them or the directory is away.
 */
export class InboundQuoteService {
  private readonly lookups: Gatherer<LookupRequest, LookupAnswer>;
  private readonly quotes: Gatherer<QuoteRequest, QuoteAnswer>;

  constructor(
    private readonly calls: ServiceCalls,
    private readonly store: InboundQuoteStore,
    /** The corridor whose payers these are; undefined while the directory is not here. */
    private readonly corridor: () => Corridor | undefined,
    private readonly budget: Pick<LookupBudget, 'within'>,
    private readonly gate: Pick<CorridorGate, 'offer'>,
  ) {
    const gather = { batchMax: BATCH_MAX, lingerMs: GATHER_MS };
    this.lookups = new Gatherer((items) => this.lookUpAll(items), { ...gather, slowMs: SLOW_MS });
    this.quotes = new Gatherer((items) => this.quoteAll(items), gather);
  }

  /**
   * Who stands behind a code, with a quote when code or caller name an amount of either side. What the caller says of its own
   * money beside that stays with the quote.
   */
  resolve(
    code: ScannedCode,
    wanted: AmountJson | undefined,
    partnerTerms?: PartnerTerms,
  ): Promise<ResolvedCode | Refusal> {
    return this.unlessAway(async (corridor) => {
      const payee = await this.payee(code, corridor);
      if (payee.kind === 'refused') return payee;
      const fixed = amountOf(payee, wanted);
      if (fixed.kind === 'refused') return fixed;
      const { amount } = fixed;
      if (amount === undefined) return { kind: 'resolved', payee, amount, quote: undefined };
      const priced = await this.price(code, { ...payee, partnerTerms }, amount, corridor);
      return priced.kind === 'refused' ? priced : { kind: 'resolved', payee, amount, quote: priced.quote };
    });
  }

  /** Who stands behind a code. */
  payeeOf(code: ScannedCode): Promise<ResolvedCode | Refusal> {
    return this.unlessAway(async (corridor) => {
      const payee = await this.payee(code, corridor);
      return payee.kind === 'refused'
        ? payee
        : { kind: 'resolved', payee, amount: payee.amount, quote: undefined };
    });
  }

  /** A quote for a code and an amount, made now; refuses as `resolve` does. */
  async made(
    code: ScannedCode,
    wanted: AmountJson,
    partnerTerms?: PartnerTerms,
  ): Promise<{ readonly kind: 'made'; readonly quote: InboundQuote } | Refusal> {
    const resolved = await this.resolve(code, wanted, partnerTerms);
    if (resolved.kind === 'refused') return resolved;
    const { payee, quote } = resolved;
    if (quote === undefined) throw new Error('an amount was given, so there is a quote');
    return { kind: 'made', quote: { ...code, quoteId: quote.quoteId, payee, quote } };
  }

  /** Undefined for an id that no code was resolved to; one that has expired is found. */
  find(quoteId: string): Promise<InboundQuote | undefined> {
    return this.store.find(quoteId);
  }

  private async payee(
    { lookupId, qrText, account }: ScannedCode,
    corridor: Corridor,
  ): Promise<HomePayee | Refusal> {
    const closed = this.gate.offer(corridor, 'inbound');
    if (closed !== undefined) return closed;
    const { corridorId, partner } = corridor;
    const { participant } = partner;
    const asked = { lookupId, participant, corridor: corridorId, qrText, account };
    const payee = await this.budget.within(partner.participant, () => this.lookups.add(asked));
    if (payee.kind === 'refused') return payee;
    return this.gate.offer(corridor, 'inbound', payee.creditorAgent) ?? payee;
  }

  private async price(
    code: ScannedCode,
    payee: HomePayee,
    amount: AmountJson,
    { corridorId, partner }: Corridor,
  ): Promise<Priced | Refusal> {
    const sourceCurrency = partner.currencies[0]!;
    const targetCurrency = payee.currency;
    if (amount.currency !== sourceCurrency && amount.currency !== targetCurrency)
      return refused('unknown_currency');
    const answer = await this.quotes.add({
      participant: partner.participant,
      corridor: corridorId,
      sourceCurrency,
      targetCurrency,
      direction: 'inbound',
      fixed: amount.currency === targetCurrency ? 'target' : 'source',
      amount,
      notAfter: payee.validUntil,
      partnerTerms: payee.partnerTerms,
    });
    if (answer.kind === 'refused') return refused(answer.reason, answer.detail);
    const { quote } = answer;
    await this.store.save({ ...code, quoteId: quote.quoteId, payee, quote });
    return { kind: 'priced', quote };
  }

  /** A service that is away means "later" (decisions 1). */
  private async unlessAway<T>(work: (corridor: Corridor) => Promise<T | Refusal>): Promise<T | Refusal> {
    const corridor = this.corridor();
    if (corridor === undefined) return refused('unavailable', 'The directory has not been loaded yet.');
    return work(corridor).catch((error: unknown) => {
      if (error instanceof ServiceUnavailable) return refused('unavailable');
      throw error;
    });
  }

  private async lookUpAll(items: readonly LookupRequest[]): Promise<LookupAnswer[]> {
    const { lookup } = adapterCalls(this.corridor()!.home.adapter);
    return (await this.calls.call(lookup, { items: [...items] })).items;
  }

  private async quoteAll(items: readonly QuoteRequest[]): Promise<QuoteAnswer[]> {
    return (await this.calls.call(fxCalls.quote, { items: [...items] })).items;
  }
}

/** A code that carries an amount fixes it. */
function amountOf(
  { amount: fixed }: HomePayee,
  wanted: AmountJson | undefined,
): { readonly kind: 'ok'; readonly amount: AmountJson | undefined } | Refusal {
  if (fixed === undefined || wanted === undefined) return { kind: 'ok', amount: fixed ?? wanted };
  return fixed.currency === wanted.currency && fixed.minor === wanted.minor
    ? { kind: 'ok', amount: fixed }
    : refused('amount_mismatch', `The QR code fixes ${shown(fixed)}; this is ${shown(wanted)}.`);
}

const shown = (amount: AmountJson): string => amountText(amountFromJson(amount));
