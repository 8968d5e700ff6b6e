import { TOPICS } from '@tonle/messaging';
import { Directory, DirectoryFeed } from '@tonle/directory';
import { type Platform, type RunningService, type StartService } from '@tonle/platform';
import { auditCall, settlementCalls, uuid } from '@tonle/contracts';
import { auditSettlement } from './audit/settlement.audit.js';
import { JobRunner } from './job/job-runner.js';
import { findJob } from './job/job.store.js';
import { First1764000600000 } from './migrations/first-1764000600000.js';
import { Second1764000610000 } from './migrations/second-1764000610000.js';
import { PaymentEventHandler } from './payment/payment-event.handler.js';
import { SettlementBreakEntity } from './reconciliation/break.entity.js';
import { listBreaks } from './reconciliation/break.report.js';
import { ReconciliationJob } from './reconciliation/reconciliation.job.js';
import { DrainHandler } from './window/drain.handler.js';
import { SettlementWindowEntity } from './window/window.entity.js';
import { WindowJob } from './window/window.job.js';
import { listWindows } from './window/window.report.js';

/** Starts the settlement service: windows, netting, reconciliation. It is asked by calls only. */
export const startSettlement: StartService = async (platform) => {
  const { database, clock, calls, random, transport } = platform;
  await database.openOrm({
    entities: [SettlementWindowEntity, SettlementBreakEntity],
    migrations: [First1764000600000, Second1764000610000],
  });
  const directory = new Directory();
  const feed = new DirectoryFeed(directory, platform);
  await feed.start();
  const windows = new WindowJob(database, directory, clock);
  const reconciliation = new ReconciliationJob(database, calls, directory, clock, random);
  const jobs = new JobRunner(platform, directory, windows, reconciliation);
  await jobs.start();
  serveCalls(platform, jobs);
  const group = { group: platform.service };
  const payments = new PaymentEventHandler(database, directory);
  const drains = new DrainHandler(database, windows);
  const events = await transport.subscribe(TOPICS.paymentEvent, (records) => payments.handle(records), group);
  const inbox = await transport.subscribe(TOPICS.settlement, (records) => drains.handle(records), group);
  return running(platform, [events, inbox, jobs, feed]);
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

function serveCalls({ calls, database, clock }: Platform, jobs: JobRunner): void {
  calls.serve(settlementCalls.windows, async (filter) => ({ windows: await listWindows(database, filter) }));
  calls.serve(settlementCalls.breaks, async (filter) => ({ breaks: await listBreaks(database, filter) }));
  calls.serve(settlementCalls.runJob, async ({ job, day, partner, operator, reason }) => {
    const jobId = await jobs.request(job, { day, partner }, operator, reason);
    if (jobId === undefined) return { kind: 'refused' as const, reason: 'job_running' as const };
    return { kind: 'started' as const, jobId };
  });
  calls.serve(settlementCalls.job, async ({ jobId }) => {
    const run = uuid.safeParse(jobId).success ? await findJob(database, jobId) : undefined;
    if (run === undefined)
      return { jobId, state: 'unknown' as const, progress: 'there is no such job', result: null };
    return { jobId, state: run.state, progress: run.progress, result: run.result };
  });
  calls.serve(auditCall('settlement'), () => auditSettlement(database, clock));
}
