import { readFile } from 'node:fs/promises';
import { openLane, TOPICS } from '@tonle/messaging';
import type { Platform, RunningService, StartService } from '@tonle/platform';
import { auditCall } from '@tonle/contracts';
import { DirectoryStore } from '@tonle/directory';
import { AuditJob, AUDIT_EVERY_MS } from './audit/audit.job.js';
import { AuditStore } from './audit/audit.store.js';
import { serveDirectory } from './directory/directory.calls.js';
import { directoryRecord } from './directory/directory.messages.js';
import { openingMoves, readDirectoryFile, seedDirectory } from './directory/directory.seed.js';
import { CurrentDirectory } from './directory/current-directory.js';
import { LimitStore } from './limit/limit.store.js';
import { DirectoryVersions1764000200000 } from './migrations/directory-versions-1764000200000.js';
import { First1764000100000 } from './migrations/first-1764000100000.js';
import { Networks1764000300000 } from './migrations/networks-1764000300000.js';
import { OperatorStore } from './operator/operator.store.js';
import { BreakStore } from './payment/break.store.js';
import { servePayments } from './payment/payment.calls.js';
import type { CommitStores } from './payment/batch.store.js';
import { PaymentCommit } from './payment/payment-commit.js';
import { PaymentHandler } from './payment/payment.handler.js';
import { PaymentJob } from './payment/payment.job.js';
import { PaymentMetrics } from './payment/payment-metrics.js';
import { PaymentStore } from './payment/payment.store.js';
import { AccountStore } from './reservation/account.store.js';
import { fundsMove } from './reservation/funds.js';
import { serveLiquidity } from './reservation/liquidity.calls.js';
import { TransferStore } from './reservation/transfer.store.js';
import { HoldStore } from './screening/hold.store.js';
import { NameList, screeningList } from './screening/name-list.js';
import type { Screening } from './screening/screening.js';
import { readSettings, type RoutingSettings } from './settings.js';
import { Ticker } from './ticker.js';
import { WindowJob } from './window/window.job.js';
import { WindowStore } from './window/window.store.js';

const DUE_EVERY_MS = 500;
const WINDOW_EVERY_MS = 1_000;

/** The parts of routing on one platform, not yet working: tests drive them by hand. */
export interface Routing {
  readonly handler: PaymentHandler;
  readonly dueJob: PaymentJob;
  readonly windowJob: WindowJob;
  readonly audit: AuditStore;
  readonly directory: CurrentDirectory;
  readonly commit: PaymentCommit;
}

/** Migrates, seeds, leases the lane, serves the calls. Nothing is taken from topics or by the clock yet. */
export async function assembleRouting(platform: Platform): Promise<Routing> {
  const { database, calls, telemetry, clock, random } = platform;
  const settings = readSettings(platform.settings);
  await database.openOrm({
    migrations: [First1764000100000, DirectoryVersions1764000200000, Networks1764000300000],
  });
  const directoryStore = new DirectoryStore();
  const file =
    settings.TONLE_DIRECTORY_FILE === undefined
      ? undefined
      : await readDirectoryFile(settings.TONLE_DIRECTORY_FILE);
  if (file !== undefined) await seedDirectory(directoryStore, database, file, clock.now());
  const directory = new CurrentDirectory(directoryStore, database, await directoryStore.load(database));

  const stores: CommitStores = {
    payments: new PaymentStore(),
    accounts: new AccountStore(database),
    transfers: new TransferStore(),
    limits: new LimitStore(),
    holds: new HoldStore(),
    windows: new WindowStore(),
    breaks: new BreakStore(),
  };
  const lane = await openLane(platform);
  const floor = await stores.windows.drainedUpToMs(database, lane.id);
  const commit = new PaymentCommit(lane, stores, directory, await screeningOf(settings), platform, floor);
  if (file !== undefined) {
    await commit.run(
      () => Promise.resolve([]),
      { proven: openingMoves(file).map(fundsMove) },
      () => undefined,
    );
  }

  const metrics = new PaymentMetrics(telemetry);
  const audit = new AuditStore(database);
  const operators = new OperatorStore(random);
  servePayments({
    calls,
    database,
    commit,
    payments: stores.payments,
    holds: stores.holds,
    operators,
    metrics,
  });
  serveDirectory({ calls, lane, directory, store: directoryStore, operators, clock });
  serveLiquidity(calls, database, stores.accounts, directory);
  calls.serve(auditCall('routing'), () => audit.report(platform.service, clock.now()));
  return {
    handler: new PaymentHandler(commit, stores.payments, calls, telemetry, metrics),
    dueJob: new PaymentJob(commit, stores.payments, database, metrics),
    windowJob: new WindowJob(commit, stores.windows, directory, database),
    audit,
    directory,
    commit,
  };
}

async function screeningOf(settings: RoutingSettings): Promise<Screening> {
  const path = settings.TONLE_SCREENING_LIST_FILE;
  if (path === undefined) return { screen: () => undefined };
  return new NameList(screeningList.parse(JSON.parse(await readFile(path, 'utf8'))));
}

/** Starts the routing service: the life of a payment and the clearing ledger. It is reached by topic and calls only. */
export const startRouting: StartService = async (platform): Promise<RunningService> => {
  const { transport, telemetry } = platform;
  const routing = await assembleRouting(platform);
  await routing.windowJob.tick();
  const inbox = await transport.subscribe(TOPICS.routing, routing.handler.handle, {
    group: platform.service,
  });
  // Not awaited: in one process the records flow only after every service has started.
  transport
    .publish(routing.directory.get().entries.map(directoryRecord))
    .catch((error: unknown) => telemetry.log.warn({ err: error }, 'the directory was not published'));
  const auditor = new AuditJob(routing.audit, platform);
  const tickers = [
    new Ticker('due', DUE_EVERY_MS, routing.dueJob.tick, telemetry),
    new Ticker('windows', WINDOW_EVERY_MS, routing.windowJob.tick, telemetry),
    new Ticker('audit', AUDIT_EVERY_MS, auditor.tick, telemetry),
  ];
  return {
    name: platform.service,
    addresses: {},
    close: async () => {
      await inbox.close();
      await Promise.all(tickers.map((ticker) => ticker.close()));
      await routing.commit.lane.close();
    },
  };
};
