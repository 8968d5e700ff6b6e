import { auditCall, fxCalls, type AuditReport } from '@tonle/contracts';
import { Directory, DirectoryFeed } from '@tonle/directory';
import { Gatherer, TOPICS } from '@tonle/messaging';
import { type Platform, type RunningService, type StartService } from '@tonle/platform';
import { auditTotals, checkConversions, checkExposure, checkUse } from './audit/audit.store.js';
import { ExposureHandler } from './exposure/exposure.handler.js';
import { QuoteExpiryJob } from './exposure/exposure.job.js';
import { readTermsFile } from './fx.settings.js';
import { MarketCopy } from './market.js';
import { First1764000200000 } from './migrations/first-1764000200000.js';
import { QuoteHandler } from './quote/quote.handler.js';
import { RateHandler } from './rate/rate.handler.js';
import { seedTerms } from './terms/terms.store.js';

const QUOTE_BATCH_MAX = 500;
const QUOTE_LINGER_MS = 10;
const QUOTES_WAITING_MAX = 20_000;

/** Starts the fx service: providers' rates, quotes and exposure. It is asked by calls only and does not listen. */
export const startFx: StartService = async (platform) => {
  const { database, clock, random, transport, telemetry } = platform;
  await database.openOrm({ migrations: [First1764000200000] });
  const terms = readTermsFile(platform.settings);
  if (terms !== undefined) await seedTerms(database, terms);
  const directory = new Directory();
  const quotes = new QuoteHandler(
    database,
    new MarketCopy(directory),
    clock,
    random,
    (handle) =>
      new Gatherer(handle, {
        batchMax: QUOTE_BATCH_MAX,
        lingerMs: QUOTE_LINGER_MS,
        waitingMax: QUOTES_WAITING_MAX,
      }),
  );
  serveCalls(platform, quotes, new RateHandler(database, directory, clock));
  const feed = new DirectoryFeed(directory, platform);
  await feed.start();
  const exposure = new ExposureHandler(database, clock);
  const events = await transport.subscribe(TOPICS.paymentEvent, (records) => exposure.handle(records), {
    group: platform.service,
  });
  const expiry = new QuoteExpiryJob(database, clock, (error) =>
    telemetry.log.warn({ err: error }, 'quotes were not expired'),
  );
  expiry.start();
  return running(platform, [expiry, events, feed]);
};

function running(platform: Platform, parts: readonly { close(): Promise<void> }[]): RunningService {
  return {
    name: platform.service,
    addresses: {},
    close: async () => {
      for (const part of parts) await part.close();
    },
  };
}

function serveCalls(platform: Platform, quotes: QuoteHandler, rates: RateHandler): void {
  const { calls } = platform;
  calls.serve(fxCalls.quote, async ({ items }) => ({ items: await quotes.quote(items) }));
  calls.serve(fxCalls.quotesById, async ({ quoteIds }) => ({ quotes: await quotes.byId(quoteIds) }));
  calls.serve(fxCalls.pushRates, (request) => rates.push(request));
  calls.serve(fxCalls.withdrawRates, async ({ provider, sourceCurrency, targetCurrency }) => ({
    withdrawn: await rates.withdraw(provider, sourceCurrency, targetCurrency),
  }));
  calls.serve(auditCall('fx'), () => audit(platform));
}

async function audit(platform: Platform): Promise<AuditReport> {
  const conversions = await checkConversions(platform.database);
  const snapshot = await platform.database.transaction(
    async (transaction) => ({
      findings: [await checkUse(transaction), await checkExposure(transaction)],
      totals: await auditTotals(transaction),
    }),
    { isolation: 'repeatable read' },
  );
  return {
    service: platform.service,
    at: new Date(platform.clock.now()).toISOString(),
    findings: [conversions, ...snapshot.findings],
    totals: snapshot.totals,
  };
}
