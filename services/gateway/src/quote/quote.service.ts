import { Gatherer, type ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import {
  fxCalls,
  type Quote,
  type QuoteAnswer,
  type QuoteRequest,
  type Refusal,
  refused,
  uuid,
} from '@tonle/contracts';
import { askPatiently } from '../http/patient-call.js';
import { Recent } from '../http/recent.js';
import { closureOf, closureRefusal, type Corridor, type Directory } from '@tonle/directory';
import type { LookupService } from '../lookup/lookup.service.js';
import { quoteRequestOf, showCandidates, showQuote } from './quote.decide.js';
import type { CreateQuote, PublicQuote } from './quote.schema.js';

const BATCH_MAX = 200;
const LINGER_MS = 5;
const WAITING_MAX = 5_000;
const RECENT_MAX = 20_000;

/** Quotes come from fx, in batches; the last ones are remembered, so that a payment rarely asks for its quote again. */
export class QuoteService {
  private readonly ask: Gatherer<QuoteRequest, QuoteAnswer>;
  private readonly load: Gatherer<string, Quote | undefined>;
  private readonly recent = new Recent<Quote>(RECENT_MAX);

  constructor(
    private readonly directory: Directory,
    private readonly lookups: LookupService,
    calls: ServiceCalls,
    private readonly clock: Clock,
  ) {
    const gathering = { batchMax: BATCH_MAX, lingerMs: LINGER_MS, waitingMax: WAITING_MAX };
    this.ask = new Gatherer(
      async (items) => (await askPatiently(calls, clock, fxCalls.quote, { items: [...items] })).items,
      gathering,
    );
    this.load = new Gatherer(async (quoteIds) => {
      const { quotes } = await askPatiently(calls, clock, fxCalls.quotesById, { quoteIds: [...quoteIds] });
      const found = new Map(quotes.map((quote) => [quote.quoteId, quote]));
      return quoteIds.map((quoteId) => found.get(quoteId));
    }, gathering);
  }

  /** Throws ServiceUnavailable when fx is away. */
  async quote(participant: string, body: CreateQuote): Promise<{ kind: 'ok'; quote: PublicQuote } | Refusal> {
    const lookup =
      body.lookupId === undefined ? undefined : await this.lookups.byId(participant, body.lookupId);
    if (body.lookupId !== undefined && lookup === undefined) return refused('lookup_unknown');
    const corridor = lookup === undefined ? this.corridorOf(body) : this.directory.corridor(lookup.corridor);
    if (corridor === undefined) return refused('corridor_unknown');
    if (body.corridor !== undefined && body.corridor !== corridor.corridorId)
      return refused('corridor_unknown', `The payee was looked up in corridor ${corridor.corridorId}.`);
    const nowMs = this.clock.now();
    const closure = closureOf(corridor, 'outbound', nowMs, 'offer');
    if (closure !== undefined) return closureRefusal(closure, nowMs);
    const asked = quoteRequestOf(participant, body, lookup, corridor, nowMs);
    if (asked.kind === 'refused') return asked;
    const answer = await this.ask.add(asked.request);
    if (answer.kind === 'refused') {
      return {
        ...refused(answer.reason, answer.detail),
        members: { candidates: showCandidates(answer.candidates) },
      };
    }
    this.recent.add(answer.quote.quoteId, answer.quote);
    return { kind: 'ok', quote: showQuote(answer.quote, answer.candidates, answer.midRate) };
  }

  /** The preferred one of those that pay in this currency, and take the payer's, or the one that is named. */
  private corridorOf({
    corridor,
    sourceCurrency = '',
    targetCurrency = '',
  }: CreateQuote): Corridor | undefined {
    const there = this.directory
      .corridorsByPreference()
      .filter(({ corridorId, partner }) =>
        corridor === undefined ? partner.currencies.includes(targetCurrency) : corridorId === corridor,
      );
    return there.find(({ home }) => home.currencies.includes(sourceCurrency)) ?? there[0];
  }

  /** Any quote by its id, whoever it was made for; routing checks whose it is and whether it can be used. */
  async byId(quoteId: string): Promise<Quote | undefined> {
    // One id that is none would have the question of everybody else in its batch refused.
    if (!uuid.safeParse(quoteId).success) return undefined;
    const known = this.recent.get(quoteId);
    if (known !== undefined) return known;
    const quote = await this.load.add(quoteId);
    if (quote !== undefined) this.recent.add(quoteId, quote);
    return quote;
  }
}
