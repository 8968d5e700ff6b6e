import { type PriceAnswer, type Quote, type QuoteAnswer, type QuoteRequest } from '@tonle/contracts';
import type { Gatherer } from '@tonle/messaging';
import type { Clock, Random } from '@tonle/platform';
import type { Database } from '@tonle/persistence';
import { ExposureBook } from '../exposure/exposure.js';
import { lockedExposures, readExposures } from '../exposure/exposure.store.js';
import type { MarketCopy } from '../market.js';
import { decideQuote } from './quote.decide.js';
import type { QuoteDecision, QuoteOrder } from './quote.js';
import { findQuotes, insertQuotes } from './quote.store.js';

/** Makes the gatherer that groups requests into one transaction each batch; its sizes are chosen at wiring. */
export type MakeGatherer = (
  handle: (requests: readonly QuoteRequest[]) => Promise<readonly QuoteAnswer[]>,
) => Pick<Gatherer<QuoteRequest, QuoteAnswer>, 'add'>;

const NOT_ISSUED = '00000000-0000-4000-8000-000000000000';

/** Answers requests for quotes, in batches: whatever waits is decided and kept in one transaction. */
export class FxQuoteService {
  private readonly gatherer: ReturnType<MakeGatherer>;

  constructor(
    private readonly database: Database,
    private readonly market: MarketCopy,
    private readonly clock: Clock,
    private readonly random: Random,
    makeGatherer: MakeGatherer,
  ) {
    this.gatherer = makeGatherer((requests) => this.quoteBatch(requests));
  }

  /** One answer a request, in order. A quote is durable when it is answered. */
  async quote(requests: readonly QuoteRequest[]): Promise<QuoteAnswer[]> {
    return Promise.all(requests.map((request) => this.gatherer.add(request)));
  }

  /** What quotes would say now. Nothing is locked or kept, so that whoever compares keeps nobody waiting who pays. */
  async price(requests: readonly QuoteRequest[]): Promise<PriceAnswer[]> {
    const nowMs = this.clock.now();
    const { exposures, bookVersion } = await readExposures(this.database, nowMs);
    const { rates, terms } = await this.market.at(this.database, bookVersion);
    const { directory } = this.market;
    const originals = await originalsOf(this.database, requests);
    return requests.map((request) => {
      const market = { directory, rates, terms, exposure: new ExposureBook(exposures) };
      return priceOf(decideQuote({ ...originals(request), quoteId: NOT_ISSUED }, market, nowMs));
    });
  }

  /** The quotes of these ids; unknown ones are absent. */
  async byId(quoteIds: readonly string[]): Promise<Quote[]> {
    return quoteIds.length === 0 ? [] : findQuotes(this.database, quoteIds);
  }

  /** Decides and keeps one batch in one transaction of two round trips. */
  async quoteBatch(requests: readonly QuoteRequest[]): Promise<QuoteAnswer[]> {
    const originals = await originalsOf(this.database, requests);
    const orders = requests.map((request): QuoteOrder => ({
      ...originals(request),
      quoteId: this.random.uuid(),
    }));
    const decisions = await this.database.transaction(async (transaction) => {
      const nowMs = this.clock.now();
      const { exposures, bookVersion } = await lockedExposures(transaction, nowMs);
      const { rates, terms } = await this.market.at(transaction, bookVersion);
      const market = {
        directory: this.market.directory,
        rates,
        terms,
        exposure: new ExposureBook(exposures),
      };
      const decided = orders.map((order) => decideQuote(order, market, nowMs));
      const issued = decided.flatMap((each) => (each.kind === 'issued' ? [each.issued] : []));
      if (issued.length > 0) await insertQuotes(transaction.last, issued);
      return decided;
    });
    return decisions.map(answerOf);
  }
}

/** Quotes never change but for their state: those that refunds name are read before the transaction. */
async function originalsOf(database: Database, requests: readonly QuoteRequest[]) {
  const ids = [...new Set(requests.flatMap(({ refundOf }) => refundOf ?? []))];
  const quotes = ids.length === 0 ? [] : await findQuotes(database, ids);
  const known = new Map(quotes.map((quote) => [quote.quoteId, quote]));
  return (request: QuoteRequest): Pick<QuoteOrder, 'request' | 'original'> => {
    const original = request.refundOf === undefined ? undefined : known.get(request.refundOf);
    return original === undefined ? { request } : { request, original };
  };
}

function priceOf(decision: QuoteDecision): PriceAnswer {
  if (decision.kind === 'refused') {
    const { reason, detail } = decision;
    return { kind: 'refused', reason, ...(detail === undefined ? {} : { detail }) };
  }
  const { quote, candidates } = decision.issued;
  const totalCostPercent = candidates.find(({ chosen }) => chosen)?.totalCostPercent;
  const fees = quote.fees.reduce((sum, { amount }) => sum + BigInt(amount.minor), 0n);
  return {
    kind: 'priced',
    source: { currency: quote.source.currency, minor: (BigInt(quote.source.minor) + fees).toString() },
    target: quote.target,
    ...(totalCostPercent === undefined ? {} : { totalCostPercent }),
  };
}

function answerOf(decision: QuoteDecision): QuoteAnswer {
  if (decision.kind === 'refused') return decision;
  const { quote, candidates, midRate } = decision.issued;
  return { kind: 'quoted', quote, candidates, ...(midRate === undefined ? {} : { midRate }) };
}
