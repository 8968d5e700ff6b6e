import {
  adapterCalls,
  adapterRecallCalls,
  bodiesOf,
  refused,
  type AuditReport,
  type LookupAnswer,
} from '@tonle/contracts';
import { Directory, DirectoryFeed } from '@tonle/directory';
import { auditDoor, EvidenceLog, requestOutbox } from '@tonle/door';
import {
  CLOCK,
  DATABASE,
  key,
  messageListener,
  PLATFORM,
  provide,
  provideBy,
  RANDOM,
  TELEMETRY,
  type MessageListener,
} from '@tonle/http';
import { inboxTopic, openLane, type LaneOptions } from '@tonle/messaging';
import { declareAudit, Service, type Platform } from '@tonle/platform';
import { HealthReporter } from './health-reporter.js';
import { CALL_BACKS, callBacksProvider } from './call-backs.module.js';
import { ANSWERER, inboundProviders, LANE, LEGS } from './inbound.module.js';
import type { Inbound } from './inbound.js';
import { Inbox } from './inbox.js';
import { keyExchangeProvider, KEYS } from './key-exchange.module.js';
import { KeyRegister } from './key-register.js';
import { auditLegs } from './leg-audit.js';
import { proofsProvider, storyProvider } from './leg-answers.module.js';
import { keepLegDecisions } from './leg-decision.store.js';
import { LegService, type NetworkTuning } from './leg.service.js';
import { LegStore } from './leg.store.js';
import { LookupHealth } from './lookup-health.js';
import type { Network, Payees, Rail, StatementSource } from './network.js';
import { OpenWires } from './open-wires.js';
import { PayeeLookup } from './payee-lookup.js';
import { CodeIssuer } from './payment-codes/code-issuer.js';
import type { PaymentCodes } from './payment-codes/payment-code.js';
import { RailCarrier } from './rail-carrier.js';
import { RecallCarrier } from './recalls/recall-carrier.js';
import type { Recalls } from './recalls/recalls.js';
import { StatementReader } from './statement-reader.js';
import { fileStatementProvider, statementProvider } from './statement.module.js';
import { StatementSearch } from './statement-search.js';

const ENQUIRY_TICK_MS = 250;
const REPORT_MS = 1_000;
const NOT_SERVED: LookupAnswer = { kind: 'refused', reason: 'qr_not_served' };

type Provider = ReturnType<typeof provide>;
/** Undefined: the network gives no statements. */
const SEARCH = key<StatementSearch | undefined>('StatementSearch');
/** Undefined: the network knows no payees. */
const LOOKUPS = key<LookupHealth | undefined>('LookupHealth');

/** What a network's service is made of: each part declares its own calls, topics and jobs. */
export interface ModuleDefinition {
  readonly module: new () => object;
  readonly controllers: MessageListener['controllers'];
  readonly providers: MessageListener['providers'];
}

/** The module of a network: its value on the engine's tables, wires, timers, calls and listener. */
export function networkModule<Settings>(
  network: Network<Settings>,
  settings: Settings,
  inbound: Inbound | undefined,
  tuning: NetworkTuning = {},
): ModuleDefinition {
  const rail = network.rail?.(settings);
  const source = network.statement?.(settings);
  const files = network.files?.(settings);
  const listener = inbound && messageListener(Object.keys(inbound.routes), ANSWERER);
  return {
    module: class NetworkRootModule {},
    controllers: listener?.controllers ?? [],
    providers: [
      ...commonProviders(network, settings, inbound !== undefined),
      callBacksProvider(inbound),
      // Requests that come in are outbox rows themselves.
      laneProvider(inbound === undefined ? {} : { source: requestOutbox }),
      searchProvider(source),
      ...(rail === undefined ? [] : railProviders(network.id, rail, tuning)),
      ...(inbound === undefined ? [noUseProvider()] : inboundProviders(network.id, inbound, tuning)),
      ...(listener?.providers ?? []),
      rail === undefined
        ? provideBy(LEGS, [], () => undefined)
        : provideBy(LEGS, [LegService], (legs) => legs),
      ...payeeProviders(network.id, network.payees?.(settings)),
      codesProvider(network.id, inbound === undefined ? undefined : network.codes?.(settings)),
      recallsProvider(network.id, network.recalls?.(settings)),
      keyExchangeProvider(network.id, network.keyExchange?.(settings), tuning),
      healthProvider(network.id),
      proofsProvider(),
      storyProvider(network.id, inbound !== undefined),
      ...(source === undefined ? [] : [statementProvider(source)]),
      ...(files === undefined ? [] : [fileStatementProvider(files)]),
    ],
  };
}

function commonProviders<Settings>(
  network: Network<Settings>,
  settings: Settings,
  callsUs: boolean,
): Provider[] {
  return [
    provide(LegStore),
    provide(Directory),
    provide(EvidenceLog, DATABASE, TELEMETRY),
    provideBy(Inbox, [PLATFORM, Service], (platform, service) => {
      const inbox = new Inbox();
      service.topic(inboxTopic(platform.service), inbox.handle, { rehearse: inbox.rehearse });
      declareAudit(service, platform, () => auditOf(platform, callsUs));
      return inbox;
    }),
    provideBy(
      KeyRegister,
      [Directory, PLATFORM],
      (directory, { service }) => new KeyRegister(directory, service),
    ),
    provideBy(
      OpenWires,
      [CLOCK, RANDOM, KeyRegister, CALL_BACKS, Service],
      (clock, random, keys, callBacks, service) => {
        const context = { clock, random, findKey: keys.find };
        const wires = new OpenWires(network.wires(settings), context, callBacks);
        service.resource('the wires', () => wires.close());
        return wires;
      },
    ),
    provideBy(DirectoryFeed, [Directory, PLATFORM, Service], (directory, platform, service) => {
      const feed = new DirectoryFeed(directory, platform);
      feed.runIn(service);
      return feed;
    }),
  ];
}

function laneProvider(options: LaneOptions): Provider {
  return provideBy(LANE, [PLATFORM, Service], async (platform, service) => {
    const lane = await openLane(platform, options);
    service.resource('the outbox lane', () => lane.close());
    return lane;
  });
}

function railProviders(network: string, rail: Rail, tuning: NetworkTuning): Provider[] {
  return [
    provideBy(
      RailCarrier,
      [OpenWires, Directory, CLOCK, TELEMETRY],
      (wires, directory, clock, telemetry) =>
        new RailCarrier({ network, rail, wires, directory, clock, telemetry }),
    ),
    provideBy(
      LegService,
      [PLATFORM, RailCarrier, LANE, Directory, LegStore, SEARCH, Service, Inbox],
      (platform, carrier, lane, directory, store, statements, service, inbox) => {
        const legs = new LegService({ platform, carrier, lane, directory, store, statements, tuning });
        inbox.on('leg.command', (records) => legs.handle(records), legs.rehearse);
        inbox.on('leg.decided', (records) =>
          keepLegDecisions(platform.database, bodiesOf(records, 'leg.decided')),
        );
        service.call(adapterCalls(platform.service).legs, async ({ paymentIds }) => ({
          legs: await legs.legsOf(paymentIds),
        }));
        service.job('enquire-legs', tuning.enquiryTickMs ?? ENQUIRY_TICK_MS, () => legs.enquire());
        service.resource('the legs', () => legs.close());
        return legs;
      },
    ),
  ];
}

/** The call is answered by every network, so that who asks one without payees is told "no", not "later". */
function payeeProviders(network: string, payees: Payees | undefined): Provider[] {
  return [
    provideBy(LOOKUPS, [CLOCK, TELEMETRY], (clock, telemetry) =>
      payees === undefined ? undefined : new LookupHealth(network, clock, telemetry),
    ),
    provideBy(
      key<PayeeLookup | undefined>('PayeeLookup'),
      [PLATFORM, OpenWires, Directory, EvidenceLog, LOOKUPS, Service],
      ({ clock, service: name }, wires, directory, evidence, health, service) => {
        const parts = { wires, directory, evidence, clock, service: name };
        const lookup =
          payees === undefined || health === undefined
            ? undefined
            : new PayeeLookup({ payees, health, ...parts });
        service.call(adapterCalls(name).lookup, async ({ items }) => ({
          items: await Promise.all(items.map(async (item) => (await lookup?.lookUp(item)) ?? NOT_SERVED)),
        }));
        return lookup;
      },
    ),
  ];
}

/** Answered by every network, as questions about payees are: one without codes says so. */
function codesProvider(partner: string, codes: PaymentCodes | undefined): Provider {
  return provideBy(
    key<object>('codes that payers show'),
    [PLATFORM, OpenWires, EvidenceLog, Directory, Service],
    ({ clock, database, telemetry, service: name }, wires, evidence, directory, service) => {
      const parts = { wires, evidence, database, directory, clock, telemetry, partner };
      const issuer = codes === undefined ? undefined : new CodeIssuer({ codes, ...parts });
      service.call(adapterCalls(name).paymentCode, async (request) => ({
        answer: (await issuer?.issue(request)) ?? refused('payment_codes_not_served'),
      }));
      return {};
    },
  );
}

/** Answered by every network: where people ask for payments back, routing is told so. */
function recallsProvider(network: string, recalls: Recalls | undefined): Provider {
  return provideBy(
    key<object>('recalls of payments'),
    [PLATFORM, OpenWires, EvidenceLog, Directory, Service],
    ({ telemetry, service: name }, wires, evidence, directory, service) => {
      const carrier =
        recalls === undefined
          ? undefined
          : new RecallCarrier({ network, recalls, wires, evidence, directory, telemetry });
      const { ask, tell } = adapterRecallCalls(name);
      service.call(ask, async (recall) => ({
        reply: (await carrier?.ask(recall)) ?? { kind: 'not_served' },
      }));
      service.call(tell, async (end) => ({ told: (await carrier?.tell(end)) ?? false }));
      return {};
    },
  );
}

/** What people are shown of the network: in health checks, and to operators through the gateway. */
function healthProvider(network: string): Provider {
  return provideBy(
    key<object>('health of the network'),
    [PLATFORM, LOOKUPS, LEGS, KEYS, Service],
    (platform, lookups, legs, keys, service) => {
      const shown = () => ({
        ...(lookups === undefined ? {} : { lookups: lookups.shown }),
        ...(legs === undefined ? {} : { legs: legs.health }),
        ...(keys === undefined ? {} : { keys: keys.shown }),
      });
      service.call(adapterCalls(platform.service).health, () => Promise.resolve(shown()));
      service.job('report-health', REPORT_MS, new HealthReporter(network, platform, legs, lookups).run, {
        firstAfterMs: 0,
      });
      const lookUps = () => (lookups?.shown.breaker ?? 'closed') === 'closed';
      service.mayLack(`lookups of ${network}`, lookUps, `${network} does not answer them`);
      const sends = () => (legs?.health.sends ?? 'closed') === 'closed';
      service.mayLack(`payments of ${network}`, sends, `${network} does not answer them`);
      return shown;
    },
  );
}

/** A network that does not call us asks for nobody. */
function noUseProvider(): Provider {
  return provideBy(key<object>('no use of lookups'), [PLATFORM, Service], (platform, service) => {
    service.call(adapterCalls(platform.service).lookupUse, () => Promise.resolve({ participants: [] }));
    return {};
  });
}

function searchProvider(source: StatementSource | undefined): Provider {
  if (source === undefined) return provideBy(SEARCH, [], () => undefined);
  const { utcOffsetMinutes } = source;
  return provideBy(
    SEARCH,
    [StatementReader, CLOCK, TELEMETRY],
    (pages, clock, telemetry) => new StatementSearch({ pages, utcOffsetMinutes, clock, telemetry }),
  );
}

/** Checks the legs, and the requests of a network that calls us. */
async function auditOf(platform: Platform, callsUs: boolean): Promise<AuditReport> {
  const { database, service, clock } = platform;
  const legs = await auditLegs(database, service, clock.now());
  if (!callsUs) return legs;
  const door = await auditDoor(platform);
  return {
    ...legs,
    findings: [...legs.findings, ...door.findings],
    totals: { ...legs.totals, ...door.totals },
  };
}
