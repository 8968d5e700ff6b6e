import { Gatherer, ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';
import { problem } from '@tonle/http';
import { type Clock, type Random } from '@tonle/platform';
import type { EvidenceLog } from '@tonle/network';
import {
  adapterCalls,
  fxCalls,
  uuidV7,
  type LookupAnswer,
  type LookupRequest,
  type QuoteAnswer,
  type QuoteRequest,
  type Reason,
} from '@tonle/contracts';
import { type Corridor } from '@tonle/directory';
import {
  showQuote,
  type DoorQuote,
  type FoundPayee,
  type QuoteBody,
  type ResolveBody,
  type ShownPayee,
  type ShownQuote,
} from './quote.js';
import type { QuoteStore } from './quote.store.js';

const GATHER_MS = 5;
const BATCH_MAX = 100;

export interface QuoteDeskOptions {
  readonly calls: ServiceCalls;
  readonly store: QuoteStore;
  readonly evidence: EvidenceLog;
  readonly clock: Clock;
  readonly random: Random;
  readonly corridor: () => Corridor;
}

/** Payee and price for a payer abroad: the home adapter reads the code, fx quotes, the door remembers both (decisions 10). */
export class QuoteDesk {
  private readonly lookups: Gatherer<LookupRequest, LookupAnswer>;
  private readonly quotes: Gatherer<QuoteRequest, QuoteAnswer>;

  constructor(private readonly options: QuoteDeskOptions) {
    const gather = { batchMax: BATCH_MAX, lingerMs: GATHER_MS };
    this.lookups = new Gatherer((items) => this.lookUpAll(items), gather);
    this.quotes = new Gatherer((items) => this.quoteAll(items), gather);
  }

  /** Who stands behind a code, and a quote when an amount is known. Throws Problem. */
  async resolve(body: ResolveBody, raw: Uint8Array): Promise<ShownPayee> {
    const lookupId = this.keep('qr.resolve', raw);
    const payee = await this.payee(lookupId, body.qrText);
    const amount = amountOf(payee, body.amount);
    const { creditor, displayName, currency, qrExpiresAt } = payee;
    const shown = {
      name: creditor.name,
      displayName,
      account: creditor.account,
      accountType: creditor.accountType,
      currency,
    };
    return {
      ...shown,
      ...(payee.amount !== undefined && { amount: payee.amount }),
      ...(qrExpiresAt !== undefined && { expiresAt: qrExpiresAt }),
      ...(amount !== undefined && { quote: await this.price(lookupId, body.qrText, payee, amount) }),
    };
  }

  /** A quote for a code and an amount of either side. Throws Problem. */
  async quote(body: QuoteBody, raw: Uint8Array): Promise<{ quote: ShownQuote }> {
    const lookupId = this.keep('quotes', raw);
    const payee = await this.payee(lookupId, body.qrText);
    return { quote: await this.price(lookupId, body.qrText, payee, amountOf(payee, body.amount)!) };
  }

  private keep(operation: string, bytes: Uint8Array): string {
    const { clock, random, evidence } = this.options;
    const lookupId = uuidV7(clock.now(), (size) => random.bytes(size));
    evidence.keep({ subject: lookupId, direction: 'in', at: clock.now(), operation, bytes });
    return lookupId;
  }

  private async payee(lookupId: string, qrText: string): Promise<FoundPayee> {
    const { corridorId, partner } = this.options.corridor();
    const found = await this.lookups.add({
      lookupId,
      participant: partner.participant,
      corridor: corridorId,
      qrText,
    });
    if (found.kind === 'refused') throw refusal(found.reason, found.detail);
    return found;
  }

  private async price(
    lookupId: string,
    qrText: string,
    payee: FoundPayee,
    amount: { currency: string; minor: string },
  ): Promise<ShownQuote> {
    const { corridorId, partner } = this.options.corridor();
    const sourceCurrency = partner.currencies[0]!;
    const targetCurrency = payee.currency;
    if (amount.currency !== sourceCurrency && amount.currency !== targetCurrency)
      throw problem('unknown_currency');
    const answer = await this.quotes.add({
      participant: partner.participant,
      corridor: corridorId,
      sourceCurrency,
      targetCurrency,
      fixed: amount.currency === targetCurrency ? 'target' : 'source',
      amount,
      ...(payee.qrExpiresAt !== undefined && { notAfter: payee.qrExpiresAt }),
    });
    if (answer.kind === 'refused') throw refusal(answer.reason, answer.detail);
    const kept: DoorQuote = { quoteId: answer.quote.quoteId, lookupId, qrText, payee, quote: answer.quote };
    await this.options.store.save(kept);
    return showQuote(answer.quote);
  }

  private async lookUpAll(items: readonly LookupRequest[]): Promise<LookupAnswer[]> {
    const { lookup } = adapterCalls(this.options.corridor().home.adapter);
    return (await available(this.options.calls.call(lookup, { items: [...items] }))).items;
  }

  private async quoteAll(items: readonly QuoteRequest[]): Promise<QuoteAnswer[]> {
    return (await available(this.options.calls.call(fxCalls.quote, { items: [...items] }))).items;
  }
}

/** A code that carries an amount fixes it. */
function amountOf(
  payee: FoundPayee,
  wanted: { currency: string; minor: string } | undefined,
): { currency: string; minor: string } | undefined {
  const fixed = payee.amount;
  if (fixed === undefined || wanted === undefined) return fixed ?? wanted;
  if (fixed.currency !== wanted.currency || fixed.minor !== wanted.minor)
    throw problem('amount_mismatch', 'the code fixes another amount');
  return fixed;
}

function refusal(reason: Reason, detail: string | undefined): Error {
  return problem(reason, detail);
}

/** A service that is down means "later" (decisions 1). */
async function available<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ServiceUnavailable) throw problem('unavailable');
    throw error;
  }
}
