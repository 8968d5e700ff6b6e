import { adapterCalls, auditCall, type LookupAnswer } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import { Outbox1763990000000 } from '@tonle/messaging';
import { startNestService } from '@tonle/http';
import { startFromEnvironment, type Platform, type RunningService } from '@tonle/platform';
import { EvidenceLog } from './evidence.log.js';
import { KeyRegister } from './key-register.js';
import { auditLegs } from './leg.audit.js';
import { LegService, type NetworkTuning } from './leg.service.js';
import { LegStore } from './leg.store.js';
import { First1764000000000 } from './migrations/1764000000000-first.js';
import type { Network } from './network.js';
import { networkModule } from './network.module.js';
import { OpenWires } from './open-wires.js';
import { PayeeLookup } from './payee-lookup.js';
import { RailCarrier } from './rail-carrier.js';
import { StatementReader } from './statement-reader.js';

const NOT_SERVED: LookupAnswer = { kind: 'refused', reason: 'qr_not_served' };

/** The tables of a network's service. */
export const NETWORK_DATABASE = { migrations: [Outbox1763990000000, First1764000000000] };

/** Starts a network's service. Tests shrink its timers by `tuning`. */
export type StartNetwork = (platform: Platform, tuning?: NetworkTuning) => Promise<RunningService>;

/** The service of one network: a Nest application of its own. Rejects when a setting or a key has a wrong form. */
export function startNetwork<Settings>(network: Network<Settings>): StartNetwork {
  return async (platform, tuning) => {
    const settings = network.settings.parse(platform.settings);
    return startNestService(platform, networkModule(network, settings, tuning), {
      database: NETWORK_DATABASE,
    });
  };
}

/** The main of a network's process. */
export function runNetwork<Settings>(network: Network<Settings>): Promise<void> {
  return startFromEnvironment(`adapter-${network.id}`, startNetwork(network));
}

/** What a network has, opened and run by the engine. */
export interface NetworkParts {
  readonly wires: OpenWires;
  readonly store: LegStore;
  readonly carrier?: RailCarrier;
  readonly payees?: PayeeLookup;
  readonly statement?: StatementReader;
}

/** Opens what the network has. Throws when keys cannot be read. */
export function openParts<Settings>(
  network: Network<Settings>,
  settings: Settings,
  platform: Platform,
  directory: Directory,
): NetworkParts {
  const { service, telemetry, clock, random, database } = platform;
  const { find: findKey } = new KeyRegister(directory, service);
  const wires = new OpenWires(network.wires(settings), { clock, random, findKey });
  const store = new LegStore();
  const common = { wires, store, directory, clock, telemetry, database, service };
  const evidence = new EvidenceLog(database, telemetry);
  const rail = network.rail?.(settings);
  const payees = network.payees?.(settings);
  const source = network.statement?.(settings);
  return {
    wires,
    store,
    carrier: rail && new RailCarrier({ ...common, network: network.id, rail }),
    payees: payees && new PayeeLookup({ ...common, evidence, payees }),
    statement: source && new StatementReader({ ...common, evidence, source }),
  };
}

/** What answers an adapter's calls, as far as the network has it. */
export interface Answering {
  readonly legs?: Pick<LegService, 'legsOf'>;
  readonly payees?: Pick<PayeeLookup, 'lookUp'>;
  readonly statement?: Pick<StatementReader, 'page'>;
}

/** Answers the calls that every adapter answers. */
export function serveCalls(
  { calls, service, database, clock }: Platform,
  { legs, payees, statement }: Answering,
): void {
  const contracts = adapterCalls(service);
  calls.serve(contracts.lookup, async ({ items }) => ({
    items: await Promise.all(items.map(async (item) => (await payees?.lookUp(item)) ?? NOT_SERVED)),
  }));
  calls.serve(contracts.statement, async (request) => {
    if (statement === undefined) throw new RangeError(`${service} has no statements`);
    return statement.page(request);
  });
  calls.serve(contracts.legs, async ({ paymentIds }) => ({ legs: (await legs?.legsOf(paymentIds)) ?? [] }));
  calls.serve(auditCall(service), () => auditLegs(database, service, clock.now()));
}
