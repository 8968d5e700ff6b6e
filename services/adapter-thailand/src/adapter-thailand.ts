import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inboxTopic, openLane, type InboundRecord } from '@tonle/messaging';
import { createHttpApp, problem, type HttpApp } from '@tonle/http';
import { type Platform, type RunningService } from '@tonle/platform';
import {
  DirectoryCopy,
  EvidenceLog,
  InboundDesk,
  LegService,
  LegStore,
  serveCalls,
  type NetworkTuning,
} from '@tonle/network';
import type { CorridorBody } from '@tonle/directory';
import { DoorGuard, signAnswers } from './door/door.guard.js';
import { DoorModule } from './door/door.module.js';
import { PaymentDesk } from './door/payment.desk.js';
import { QuoteDesk } from './door/quote.desk.js';
import { QuoteStore } from './door/quote.store.js';
import { First1764000000000 } from './migrations/first.js';
import { thaiSettings, type ThaiSettings } from './settings.js';
import { ThailandPort } from './thailand.port.js';
import { KeyRegister } from './wire/key-register.js';
import { ThaiWire } from './wire/thai-wire.js';

/** Starts the adapter of the Thai side: credit legs by commands, its calls, and the inbound door. */
export async function startAdapterThailand(
  platform: Platform,
  tuning?: NetworkTuning,
): Promise<RunningService> {
  const settings = thaiSettings(platform.settings);
  await platform.database.openOrm({ migrations: [First1764000000000] });
  const lane = await openLane(platform);
  const { service, calls, transport, telemetry, clock, random, database } = platform;
  const directory = new DirectoryCopy({ service, calls, transport, telemetry });
  const register = new KeyRegister(directory, () => corridorOf(directory, service)?.partner.network);
  const wire = new ThaiWire(settings, register, clock, random);
  const inbound = new InboundDesk({ platform, lane, ...tuning });
  const evidence = new EvidenceLog(database, telemetry);
  const port = new ThailandPort(settings, wire, directory, evidence, clock);
  const store = new LegStore();
  const legs = new LegService({ platform, carrier: port, store, lane, directory, tuning });
  await directory.start();
  await inbound.start();
  legs.start();
  serveCalls(platform, {
    legs,
    payees: { lookUp: (request) => port.lookup(request) },
    statement: { page: (request) => port.statement(request) },
  });
  const handle = async (records: readonly InboundRecord[]): Promise<void> => {
    const commands = records.filter(({ type }) => type === 'leg.command');
    const outcomes = records.filter(({ type }) => type === 'payment.outcome');
    await Promise.all([
      commands.length > 0 && legs.handle(commands),
      outcomes.length > 0 && inbound.handleOutcomes(outcomes),
    ]);
  };
  const inbox = await transport.subscribe(inboxTopic(service), handle, { group: service });
  const corridor = (): CorridorBody => {
    const found = corridorOf(directory, service);
    if (found === undefined) throw problem('unavailable', 'the directory is not here yet');
    return found;
  };
  const quotes = new QuoteStore(database);
  const quoteDesk = new QuoteDesk({ calls, store: quotes, evidence, clock, random, corridor });
  const { bic, doorWaitMs: waitMs } = settings;
  const paymentDesk = new PaymentDesk({
    platform,
    inbound,
    legs,
    quotes,
    evidence,
    directory,
    corridor,
    bic,
    waitMs,
  });
  const guard = new DoorGuard(wire, platform.shared);
  const door = await openDoor(platform, settings, DoorModule.of([quoteDesk, paymentDesk], guard), wire);
  return {
    name: service,
    addresses: { door: door.url },
    close: async () => {
      await door.app.close();
      await inbox.close();
      await legs.close();
      await inbound.close();
      await directory.close();
      await lane.close();
      await port.close();
    },
  };
}

/** The corridor whose partner side this adapter speaks for. */
function corridorOf(directory: DirectoryCopy, service: string): CorridorBody | undefined {
  for (const corridor of directory.allCorridors()) if (corridor.partner.adapter === service) return corridor;
  return undefined;
}

/** HTTPS that only the partner network's certificate may open; every answer is signed. */
async function openDoor(
  platform: Platform,
  settings: ThaiSettings,
  module: Parameters<typeof createHttpApp>[0],
  wire: ThaiWire,
): Promise<{ app: HttpApp; url: string }> {
  const pem = (name: string): Buffer => readFileSync(join(settings.pkiDir, name));
  const tls = {
    ca: pem('ca.crt'),
    key: pem('tonle-door.key'),
    cert: pem('tonle-door.crt'),
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.3' as const,
  };
  const app = await createHttpApp(module, platform, { xml: true, metrics: false, tls });
  signAnswers(app.server, wire);
  return { app, url: await app.listen(settings.doorPort, settings.doorHost) };
}
