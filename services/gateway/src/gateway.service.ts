import { openLane, Outbox1763990000000, TOPICS } from '@tonle/messaging';
import { createHttpApp, Problem, type HttpApp } from '@tonle/http';
import { type Platform, type StartService } from '@tonle/platform';
import { auditCall } from '@tonle/contracts';
import { Directory, DirectoryFeed } from '@tonle/directory';
import {
  auditRequests,
  Door,
  publicEvents,
  requestOutbox,
  Requests1765000000000,
  requestTotals,
} from '@tonle/door';
import { AccessGuard } from './access/access.guard.js';
import { Admission } from './access/admission.js';
import { Authenticator } from './access/authenticate.js';
import { RateLimit } from './access/rate-limit.js';
import { GatewayModule } from './gateway.module.js';
import { OtherServices } from './http/other-services.js';
import { IsoService } from './iso20022/iso.service.js';
import { LookupDesk } from './lookup/lookup-desk.js';
import { deleteOldFindings } from './lookup/lookup.store.js';
import { DirectoryVersions1766000000000 } from './migrations/1766000000000-directory-versions.js';
import { GatewayFirst1764000000000 } from './migrations/1764000000000-gateway-first.js';
import { AuditDesk } from './operations/audit-desk.js';
import { PaymentObserver } from './payment/payment-observer.js';
import { PaymentService, type PaymentDoor } from './payment/payment.service.js';
import { QuoteDesk } from './quote/quote-desk.js';
import { readSettings, type GatewaySettings } from './settings.js';
import { Ticker } from './ticker.js';

const SERVICE = 'gateway';
const UNANSWERED_EVERY_MS = 1_000;
const LOOKUPS_EVERY_MS = 60_000;
const LOOKUP_KEPT_MS = 86_400_000;
const LOOKUP_DELETE_MAX = 5_000;

/** Its tables. */
export const GATEWAY_DATABASE = {
  migrations: [
    Outbox1763990000000,
    GatewayFirst1764000000000,
    Requests1765000000000,
    DirectoryVersions1766000000000,
  ],
};

/** Starts the front door: REST and ISO 20022 for participants. */
export const startGateway: StartService = async (platform) => {
  const settings = readSettings(platform.settings);
  const { database, transport } = platform;
  await database.openOrm(GATEWAY_DATABASE);
  const directory = new Directory();
  const feed = new DirectoryFeed(directory, platform, { keepIn: database });
  await feed.start();
  const lane = await openLane(platform, { source: requestOutbox });
  const { answerWithinMs, waitingMax: callersMax } = settings;
  const door = new Door(platform, { lane, form: publicEvents, answerWithinMs, callersMax });
  const admission = new Admission(settings.inWorkMax);
  const http = await openHttp(platform, settings, { directory, door, admission });
  serveAudit(platform);
  const subscriptions = [
    await transport.subscribe(TOPICS.paymentEvent, (records) => door.news.handle(records), {
      group: SERVICE,
    }),
  ];
  const unlisten = await door.news.listen();
  const jobs = startJobs(platform, settings, door);
  const url = await http.listen(settings.port, settings.host);
  return {
    name: SERVICE,
    addresses: { public: url },
    close: async () => {
      door.letGo();
      await http.close();
      await Promise.all(jobs.map((job) => job.stop()));
      await unlisten();
      await Promise.all(subscriptions.map((subscription) => subscription.close()));
      await feed.close();
      await lane.close();
    },
  };
};

interface Inner {
  readonly directory: Directory;
  readonly door: PaymentDoor;
  readonly admission: Admission;
}

async function openHttp(platform: Platform, settings: GatewaySettings, inner: Inner): Promise<HttpApp> {
  const { database, calls, clock, random, shared, telemetry } = platform;
  const { directory, door, admission } = inner;
  const lookups = new LookupDesk(directory, database, calls, clock, random);
  const quotes = new QuoteDesk(directory, lookups, calls, clock);
  const payments = new PaymentService(door, directory, lookups, quotes);
  const self = { bic: settings.bic, name: 'Tonle' };
  const iso = new IsoService({ directory, lookups, quotes, door, self });
  const observer = new PaymentObserver(telemetry, admission, clock);
  const guard = new AccessGuard(
    new Authenticator(directory, shared, clock, telemetry),
    new RateLimit(shared, clock, settings.ratePerSecond),
  );
  const parts = [
    directory,
    lookups,
    quotes,
    payments,
    iso,
    observer,
    new OtherServices(calls),
    new AuditDesk(calls, directory),
  ];
  const http = await createHttpApp(GatewayModule.of(parts, guard), platform, {
    xml: true,
    missing: () => (directory.isWhole ? [] : ['directory']),
  });
  limitWork(http, admission);
  return http;
}

/** Full means full for whatever costs work; health and metrics are served even then. */
function limitWork(http: HttpApp, admission: Admission): void {
  const admitted = new WeakSet<object>();
  http.server.addHook('onRequest', async (request) => {
    if (request.url.startsWith('/health/') || request.url === '/metrics') return;
    if (!admission.enter()) throw new Problem('overloaded');
    admitted.add(request);
  });
  http.server.addHook('onResponse', async (request) => {
    if (admitted.delete(request)) admission.leave();
  });
  http.server.addHook('onRequestAbort', async (request) => {
    if (admitted.delete(request)) admission.leave();
  });
}

function serveAudit({ calls, database, clock }: Platform): void {
  calls.serve(auditCall(SERVICE), async () => ({
    service: SERVICE,
    at: new Date(clock.now()).toISOString(),
    findings: await auditRequests(database),
    totals: await requestTotals(database),
  }));
}

function startJobs(
  { database, clock, telemetry }: Platform,
  settings: GatewaySettings,
  door: PaymentDoor,
): Ticker[] {
  const expireLookups = (): Promise<number> =>
    deleteOldFindings(database, new Date(clock.now() - LOOKUP_KEPT_MS), LOOKUP_DELETE_MAX);
  return [
    new Ticker('unanswered requests', UNANSWERED_EVERY_MS, () => door.republication.run(), telemetry),
    new Ticker('look for waiting callers', settings.lookMs, () => door.news.look(), telemetry),
    new Ticker('old lookups', LOOKUPS_EVERY_MS, expireLookups, telemetry),
  ].map((ticker) => ticker.start());
}
