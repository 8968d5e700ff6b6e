import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { fxCalls, type QuoteAnswer, type QuoteRequest } from '@tonle/contracts';
import { Directory, DirectoryFeed } from '@tonle/directory';
import { CLOCK, DATABASE, PLATFORM, provide, provideBy, RANDOM, TELEMETRY } from '@tonle/http';
import { Gatherer, TOPICS } from '@tonle/messaging';
import { declareAudit, declareFacts, declareStory, Service, type Platform } from '@tonle/platform';
import { FxAuditService } from './audit/fx-audit.service.js';
import { ExposureHandler } from './exposure/exposure.handler.js';
import { ExposureJob } from './exposure/exposure.job.js';
import { MissedUseJob } from './exposure/missed-use.job.js';
import { COST_HOURS, QUOTE_HOURS } from './fact/quote-hour.store.js';
import { readTermsFile } from './fx.settings.js';
import { MarketCopy } from './market.js';
import { showMarket } from './market.view.js';
import { FxQuoteService, type MakeGatherer } from './quote/fx-quote.service.js';
import { FxRateService } from './rate/fx-rate.service.js';
import { RateAgeJob } from './rate/rate-age.job.js';
import { QuoteStory } from './story/story.view.js';
import { loadTerms, seedTerms } from './terms/terms.store.js';

const QUOTES_WAITING_MAX = 20_000;
const MISSED_EVERY_MS = 60_000;
const RATES_EVERY_MS = 15_000;
/** What an earlier process left is published first. */
const MISSED_FIRST_MS = 5_000;

const gatherQuotes: MakeGatherer = (handle) =>
  new Gatherer<QuoteRequest, QuoteAnswer>(handle, {
    batchMax: 500,
    lingerMs: 10,
    waitingMax: QUOTES_WAITING_MAX,
  });

/** Providers' rates, quotes and exposure. */
@Module({
  providers: [
    provide(Directory),
    provide(DirectoryFeed, Directory, PLATFORM),
    provide(MarketCopy, Directory),
    provideBy(
      FxQuoteService,
      [DATABASE, MarketCopy, CLOCK, RANDOM],
      (database, market, clock, random) => new FxQuoteService(database, market, clock, random, gatherQuotes),
    ),
    provide(FxRateService, DATABASE, Directory, CLOCK),
    provide(ExposureHandler, DATABASE),
    provide(MissedUseJob, PLATFORM, ExposureHandler),
    provide(ExposureJob, DATABASE, CLOCK),
    provide(FxAuditService, DATABASE, CLOCK),
    provide(RateAgeJob, DATABASE, CLOCK, TELEMETRY),
    provide(QuoteStory, DATABASE),
  ],
})
export class FxModule implements OnModuleInit {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    service: Service,
    feed: DirectoryFeed,
    quotes: FxQuoteService,
    rates: FxRateService,
    exposure: ExposureHandler,
    expiry: ExposureJob,
    missed: MissedUseJob,
    audit: FxAuditService,
    ages: RateAgeJob,
    story: QuoteStory,
  ) {
    service.call(fxCalls.quote, async ({ items }) => ({ items: await quotes.quote(items) }));
    service.call(fxCalls.price, async ({ items }) => ({ items: await quotes.price(items) }));
    service.call(fxCalls.quotesById, async ({ quoteIds }) => ({ quotes: await quotes.byId(quoteIds) }));
    service.call(fxCalls.pushRates, (request) => rates.push(request));
    service.call(fxCalls.withdrawRates, async (request) => ({
      withdrawn: await rates.withdraw(request),
    }));
    service.call(fxCalls.market, () => showMarket(platform.database, platform.clock.now()));
    declareAudit(service, platform, audit.report);
    declareStory(service, platform, story);
    declareFacts(service, platform, [QUOTE_HOURS, COST_HOURS]);
    service.topic(TOPICS.paymentEvent, (records) => exposure.handle(records), { unhurried: true });
    feed.runIn(service);
    service.job('expire-quotes', expiry.pauseMs, expiry.run);
    service.job('measure-rates', RATES_EVERY_MS, ages.run, { firstAfterMs: 0 });
    service.job('take-missed-payments', MISSED_EVERY_MS, missed.run, { firstAfterMs: MISSED_FIRST_MS });
  }

  async onModuleInit(): Promise<void> {
    const { database, settings, telemetry, clock } = this.platform;
    const terms = readTermsFile(settings);
    if (terms !== undefined) await seedTerms(database, terms, clock.now());
    const { unreadable } = await loadTerms(database);
    if (unreadable.length > 0)
      telemetry.log.warn({ rates: unreadable }, 'reference rates that cannot be read are left out');
  }
}
