import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { settlementCalls } from '@tonle/contracts';
import { Directory, DirectoryFeed } from '@tonle/directory';
import { CALLS, CLOCK, DATABASE, PLATFORM, provide, RANDOM, TELEMETRY } from '@tonle/http';
import { TOPICS } from '@tonle/messaging';
import { declareAudit, declareStory, Service, type Platform } from '@tonle/platform';
import { SettlementAuditService } from './audit/settlement-audit.service.js';
import { JobRunner } from './job/job-runner.js';
import { listDeeds } from './operator/deed.view.js';
import { PaymentEventHandler } from './payment/payment-event.handler.js';
import { CorrectionService } from './reconciliation/correction.service.js';
import { BreakService } from './reconciliation/break.service.js';
import { listBreaks } from './reconciliation/break.view.js';
import { MissingStatements } from './reconciliation/missing-statements.js';
import { PaymentBreakJob } from './reconciliation/payment-break.job.js';
import { ProofFeed } from './reconciliation/proof-feed.js';
import { ReconciliationJob } from './reconciliation/reconciliation.job.js';
import { SettlementStory } from './story/story.view.js';
import { DrainHandler } from './window/drain.handler.js';
import { MissedEventsJob } from './window/missed-events.job.js';
import { WindowClosingJob } from './window/window-closing.job.js';
import { listWindows } from './window/window.view.js';

const PAYMENT_BREAKS_MS = 5_000;
const STATEMENTS_EVERY_MS = 60_000;
const MISSED_EVERY_MS = 60_000;
/** What an earlier process left is published first. */
const MISSED_FIRST_MS = 5_000;

/** Windows and their netting, reconciliation with the networks' statements. */
@Module({
  providers: [
    provide(Directory),
    provide(DirectoryFeed, Directory, PLATFORM),
    provide(WindowClosingJob, DATABASE, Directory, CLOCK, TELEMETRY),
    provide(DrainHandler, DATABASE, WindowClosingJob),
    provide(PaymentEventHandler, DATABASE, Directory),
    provide(MissedEventsJob, PLATFORM, PaymentEventHandler, WindowClosingJob),
    provide(ProofFeed, DATABASE, CALLS, CLOCK, RANDOM),
    provide(ReconciliationJob, DATABASE, CALLS, CLOCK, RANDOM, TELEMETRY, ProofFeed),
    provide(MissingStatements, DATABASE, CLOCK, TELEMETRY),
    provide(JobRunner, PLATFORM, Directory, WindowClosingJob, ReconciliationJob, MissingStatements),
    provide(CorrectionService, PLATFORM, CALLS, Directory, MissingStatements, JobRunner),
    provide(BreakService, DATABASE, CLOCK, RANDOM),
    provide(PaymentBreakJob, DATABASE, CALLS, Directory, TELEMETRY),
    provide(SettlementAuditService, DATABASE, CLOCK),
    provide(SettlementStory, DATABASE),
  ],
})
export class SettlementModule implements OnModuleInit {
  constructor(
    @Inject(PLATFORM) platform: Platform,
    service: Service,
    feed: DirectoryFeed,
    private readonly jobs: JobRunner,
    payments: PaymentEventHandler,
    drains: DrainHandler,
    breaks: BreakService,
    contradictions: PaymentBreakJob,
    missed: MissedEventsJob,
    statements: MissingStatements,
    corrections: CorrectionService,
    audit: SettlementAuditService,
    story: SettlementStory,
  ) {
    const { database } = platform;
    service.call(settlementCalls.windows, async (filter) => ({
      windows: await listWindows(database, filter),
    }));
    service.call(settlementCalls.breaks, async (filter) => ({ breaks: await listBreaks(database, filter) }));
    service.call(settlementCalls.missingStatements, async () => ({ missing: await statements.all() }));
    service.call(settlementCalls.proposeCorrection, (request) => corrections.propose(request));
    service.call(settlementCalls.decideCorrection, (request) => corrections.decide(request));
    service.call(settlementCalls.decideBreak, (decision) => breaks.decide(decision));
    service.job('take-payment-breaks', PAYMENT_BREAKS_MS, contradictions.run);
    service.call(settlementCalls.actions, async (filter) => ({
      actions: await listDeeds(database, filter),
    }));
    service.call(settlementCalls.runJob, (request) => jobs.request(request));
    service.call(settlementCalls.job, ({ jobId }) => jobs.find(jobId));
    declareAudit(service, platform, audit.report);
    declareStory(service, platform, story);
    service.topic(TOPICS.paymentEvent, (records) => payments.handle(records), { unhurried: true });
    service.topic(TOPICS.settlement, (records) => drains.handle(records));
    feed.runIn(service);
    service.job('take-missed-events', MISSED_EVERY_MS, missed.run, { firstAfterMs: MISSED_FIRST_MS });
    service.job('count-missing-statements', STATEMENTS_EVERY_MS, statements.count, { firstAfterMs: 0 });
    service.resource('the job queue', () => jobs.close());
  }

  async onModuleInit(): Promise<void> {
    await this.jobs.start();
  }
}
