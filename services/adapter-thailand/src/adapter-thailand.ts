import { readFileSync } from 'node:fs';
import { inboxTopic, openLane, Outbox1763990000000, type InboundRecord } from '@tonle/messaging';
import { createHttpApp, problem, type HttpApp } from '@tonle/http';
import { Schedule, type Platform, type RunningService } from '@tonle/platform';
import {
  EvidenceLog,
  InboundDesk,
  KeyRegister,
  LegService,
  MessageSigner,
  openParts,
  serveCalls,
  type InboundListener,
  type NetworkTuning,
} from '@tonle/network';
import { Directory, DirectoryFeed, type Corridor } from '@tonle/directory';
import { DoorGuard, signAnswers } from './door/door.guard.js';
import { DoorModule } from './door/door.module.js';
import { PaymentDesk } from './door/payment.desk.js';
import { QuoteDesk } from './door/quote.desk.js';
import { QuoteStore } from './door/quote.store.js';
import { First1764000000000 } from './migrations/first.js';
import { thailand } from './network.js';

/** Its tables. */
export const THAILAND_DATABASE = { migrations: [Outbox1763990000000, First1764000000000] };

/** Starts the adapter of the Thai side: credit legs by commands, its calls, and the inbound door. */
export async function startAdapterThailand(
  platform: Platform,
  tuning?: NetworkTuning,
): Promise<RunningService> {
  const settings = thailand.settings.parse(platform.settings);
  await platform.database.openOrm(THAILAND_DATABASE);
  const lane = await openLane(platform);
  const { service, calls, transport, telemetry, clock, random, database } = platform;
  const directory = new Directory();
  const feed = new DirectoryFeed(directory, platform);
  const { find: findKey } = new KeyRegister(directory, service);
  const signer = new MessageSigner(settings.listener.signature, { clock, random, findKey });
  const inbound = new InboundDesk({ platform, lane, ...tuning });
  const evidence = new EvidenceLog(database, telemetry);
  const parts = openParts(thailand, settings, platform, directory);
  const legs = new LegService({
    platform,
    carrier: parts.carrier!,
    store: parts.store,
    lane,
    directory,
    tuning,
  });
  await feed.start();
  await inbound.start();
  const schedule = new Schedule(telemetry);
  schedule.every('enquiries', tuning?.enquiryTickMs ?? 250, () => legs.enquire());
  schedule.start();
  serveCalls(platform, { ...parts, legs });
  const handle = async (records: readonly InboundRecord[]): Promise<void> => {
    const commands = records.filter(({ type }) => type === 'leg.command');
    const outcomes = records.filter(({ type }) => type === 'payment.outcome');
    await Promise.all([
      commands.length > 0 && legs.handle(commands),
      outcomes.length > 0 && inbound.handleOutcomes(outcomes),
    ]);
  };
  const inbox = await transport.subscribe(inboxTopic(service), handle, { group: service });
  const corridor = (): Corridor => {
    const found = directory.corridorsOfAdapter(service)[0];
    if (found === undefined) throw problem('unavailable', 'the directory is not here yet');
    return found;
  };
  const quotes = new QuoteStore(database);
  const quoteDesk = new QuoteDesk({ calls, store: quotes, evidence, clock, random, corridor });
  const { bic, listener } = settings;
  const paymentDesk = new PaymentDesk({
    platform,
    inbound,
    legs,
    quotes,
    evidence,
    directory,
    corridor,
    bic,
    waitMs: listener.waitMs,
  });
  const guard = new DoorGuard(signer, platform.shared);
  const door = await openDoor(platform, listener, DoorModule.of([quoteDesk, paymentDesk], guard), signer);
  return {
    name: service,
    addresses: { door: door.url },
    close: async () => {
      await door.app.close();
      await inbox.close();
      await schedule.close();
      await legs.close();
      await inbound.close();
      await feed.close();
      await lane.close();
      await parts.wires.close();
    },
  };
}

/** HTTPS that only the partner network's certificate may open; every answer is signed. */
async function openDoor(
  platform: Platform,
  { port, host, tls: files }: InboundListener,
  module: Parameters<typeof createHttpApp>[0],
  signer: MessageSigner,
): Promise<{ app: HttpApp; url: string }> {
  const tls = {
    ca: readFileSync(files.authority),
    key: readFileSync(files.key),
    cert: readFileSync(files.certificate),
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.3' as const,
  };
  const app = await createHttpApp(module, platform, { xml: true, metrics: false, tls });
  signAnswers(app.server, signer);
  return { app, url: await app.listen(port, host) };
}
