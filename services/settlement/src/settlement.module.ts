import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { Approvals, declareApprovals, readApprovalPolicies } from '@tonle/approval';
import { readFinalisation } from '@tonle/bank-files';
import { settlementCalls } from '@tonle/contracts';
import { Directory, DirectoryFeed } from '@tonle/directory';
import { CALLS, CLOCK, DATABASE, PLATFORM, provide, provideBy, RANDOM, TELEMETRY } from '@tonle/http';
import { TOPICS } from '@tonle/messaging';
import { declareAudit, declareStory, Service, type Platform } from '@tonle/platform';
import { SettlementAuditService } from './audit/settlement-audit.service.js';
import { SettlementBanks } from './bank/settlement-banks.js';
import { writeInstructionFile } from './bank-file/instruction-file.js';
import { SettlementBooks } from './close/settlement-books.js';
import { declareFactCopies } from './fact/declare-facts.js';
import { FinalisationService } from './finalisation/finalisation.service.js';
import { InstructionCoverage } from './instruction/instruction-coverage.js';
import { WithdrawalService } from './instruction/withdrawal.service.js';
import { InstructionMaker } from './instruction/instruction-maker.js';
import { JobRunner } from './job/job-runner.js';
import { BalanceStore } from './ledger/balance.store.js';
import { BookEntriesJob } from './ledger/book-entries.job.js';
import { CheckpointStore } from './ledger/checkpoint.store.js';
import { CopyTransfersJob } from './ledger/copy-transfers.job.js';
import { declareLedger } from './ledger/declare-ledger.js';
import { LedgerCopyStore } from './ledger/ledger-copy.store.js';
import { LedgerService } from './ledger/ledger.service.js';
import { LedgerEntries } from './ledger/ledger-entries.js';
import { LedgerEntryStore } from './ledger/ledger-entry.store.js';
import { RefusedEntryService } from './ledger/refused-entry.service.js';
import { listDeeds } from './operator/deed.view.js';
import { PaymentEventHandler } from './payment/payment-event.handler.js';
import { CorrectionService } from './reconciliation/correction.service.js';
import { StatementCorrection } from './reconciliation/statement-correction.kind.js';
import { BankComparisonJob } from './reconciliation/bank-comparison.job.js';
import { BatchComparisonJob } from './reconciliation/batch-comparison.job.js';
import { BreakEscalationJob } from './reconciliation/break-escalation.job.js';
import { BreakHandlingJob } from './reconciliation/break-handling.job.js';
import { BreakResolution } from './reconciliation/break-resolution.js';
import { BreakService } from './reconciliation/break.service.js';
import { MissingStatements } from './reconciliation/missing-statements.js';
import { PaymentBreakJob } from './reconciliation/payment-break.job.js';
import { ProofFeed } from './reconciliation/proof-feed.js';
import { ReconciliationCalls } from './reconciliation/reconciliation-calls.js';
import { RuleSetProposal } from './reconciliation/rule-set-proposal.js';
import { ReconciliationJob } from './reconciliation/reconciliation.job.js';
import { readSettings } from './settlement.settings.js';
import { declareReports } from './report/report-part.js';
import { SettlementStory } from './story/story.view.js';
import { declareWindows } from './window/declare-windows.js';
import { DrainHandler } from './window/drain.handler.js';
import { MissedEventsJob } from './window/missed-events.job.js';
import { WindowClosingJob } from './window/window-closing.job.js';
import { WindowLifeJob } from './window/window-life.job.js';
import { WindowService } from './window/window.service.js';

const ENTRIES_EVERY_MS = 1_000;
const CLOCK_EVERY_MS = 2_000;
const COPY_EVERY_MS = 15_000;
const PAYMENT_BREAKS_MS = 5_000;
const STATEMENTS_EVERY_MS = 60_000;
const MISSED_EVERY_MS = 60_000;
/** What an earlier process left is published first. */
const MISSED_FIRST_MS = 5_000;

/** Windows and their netting, reconciliation with the networks' statements. */
@Module({
  providers: [
    provide(Directory),
    provideBy(Approvals, [PLATFORM, Directory], approvalsOf),
    provide(DirectoryFeed, Directory, PLATFORM),
    provide(WindowClosingJob, DATABASE, Directory, CLOCK, TELEMETRY),
    provide(DrainHandler, DATABASE, WindowClosingJob),
    provide(PaymentEventHandler, DATABASE, Directory, CLOCK),
    provide(MissedEventsJob, PLATFORM, PaymentEventHandler, WindowClosingJob),
    provide(ProofFeed, DATABASE, CALLS, CLOCK, RANDOM),
    provide(ReconciliationJob, DATABASE, CALLS, CLOCK, RANDOM, TELEMETRY, ProofFeed, LedgerEntries),
    provide(MissingStatements, DATABASE, CLOCK, TELEMETRY),
    provide(JobRunner, PLATFORM, Directory, WindowClosingJob, ReconciliationJob, MissingStatements),
    provide(StatementCorrection, CALLS, Directory, MissingStatements, JobRunner),
    provide(CorrectionService, DATABASE, Approvals, StatementCorrection, MissingStatements),
    provide(BreakService, DATABASE, CLOCK, RANDOM),
    provide(BreakResolution, PLATFORM, Approvals, LedgerEntries),
    provide(RuleSetProposal, PLATFORM, Approvals),
    provide(BreakEscalationJob, DATABASE, CLOCK, TELEMETRY),
    provide(BankComparisonJob, DATABASE, CLOCK),
    provide(BatchComparisonJob, DATABASE, CLOCK, RANDOM),
    provide(
      ReconciliationCalls,
      DATABASE,
      CLOCK,
      Directory,
      BreakService,
      BreakResolution,
      RuleSetProposal,
      BreakEscalationJob,
      BankComparisonJob,
      BatchComparisonJob,
      BreakHandlingJob,
    ),
    provide(BreakHandlingJob, DATABASE, CALLS, CLOCK, Directory, TELEMETRY),
    provide(PaymentBreakJob, DATABASE, CALLS, Directory, TELEMETRY),
    provide(LedgerEntryStore),
    provide(LedgerEntries, LedgerEntryStore, CLOCK),
    provide(BookEntriesJob, DATABASE, CALLS, CLOCK, RANDOM, TELEMETRY, LedgerEntryStore, LedgerEntries),
    provide(RefusedEntryService, PLATFORM, Approvals, LedgerEntryStore),
    provide(InstructionCoverage, LedgerEntries, CLOCK),
    provideBy(InstructionMaker, [PLATFORM, Directory], makerOf),
    provide(WindowLifeJob, PLATFORM, Directory, InstructionMaker),
    provide(WindowService, PLATFORM, Directory, Approvals, WindowLifeJob),
    provide(WithdrawalService, PLATFORM, Directory, Approvals, InstructionMaker),
    provideBy(FinalisationService, [PLATFORM, Directory, Approvals], finalisationsOf),
    provideBy(
      SettlementBanks,
      [PLATFORM, Directory, Approvals, InstructionCoverage, LedgerEntries, InstructionMaker],
      banksOf,
    ),
    provide(LedgerCopyStore),
    provide(CheckpointStore),
    provide(BalanceStore),
    provide(LedgerService, DATABASE, LedgerCopyStore, CheckpointStore, BalanceStore),
    provide(CopyTransfersJob, DATABASE, CALLS, CLOCK, TELEMETRY, LedgerCopyStore, CheckpointStore),
    provide(
      SettlementBooks,
      PLATFORM,
      CALLS,
      Approvals,
      LedgerCopyStore,
      BalanceStore,
      Directory,
      LedgerEntries,
    ),
    provide(SettlementAuditService, DATABASE, CLOCK, TELEMETRY),
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
    reconciliation: ReconciliationCalls,
    contradictions: PaymentBreakJob,
    missed: MissedEventsJob,
    statements: MissingStatements,
    corrections: CorrectionService,
    approvals: Approvals,
    directory: Directory,
    audit: SettlementAuditService,
    story: SettlementStory,
    booking: BookEntriesJob,
    entries: LedgerEntries,
    coverage: InstructionCoverage,
    life: WindowLifeJob,
    windows: WindowService,
    withdrawals: WithdrawalService,
    finalisations: FinalisationService,
    banks: SettlementBanks,
    copy: CopyTransfersJob,
    ledger: LedgerService,
    openEntries: LedgerEntryStore,
    refusedEntries: RefusedEntryService,
    books: SettlementBooks,
  ) {
    const { database } = platform;
    entries.onBooked((transaction, entryIds) => coverage.onBooked(transaction, entryIds));
    declareWindows(service, { database, life, windows, withdrawals, finalisations });
    service.call(settlementCalls.missingStatements, async () => ({ missing: await statements.all() }));
    service.call(settlementCalls.proposeCorrection, (request) => corrections.propose(request));
    service.job('book-entries', ENTRIES_EVERY_MS, booking.run);
    declareLedger(service, { database, ledger, openEntries, refusedEntries });
    service.job('copy-transfers', COPY_EVERY_MS, copy.run);
    reconciliation.declareIn(service);
    service.job('take-payment-breaks', PAYMENT_BREAKS_MS, contradictions.run);
    service.call(settlementCalls.actions, async (filter) => ({
      actions: await listDeeds(database, filter),
    }));
    service.call(settlementCalls.runJob, (request) => jobs.request(request));
    service.call(settlementCalls.job, ({ jobId }) => jobs.find(jobId));
    banks.declareIn(service);
    books.declareIn(service);
    declareApprovals(service, approvals);
    declareFactCopies(service, platform, directory);
    declareReports(service, platform, directory);
    declareAudit(service, platform, audit.report);
    declareStory(service, platform, story);
    service.topic(TOPICS.paymentEvent, (records) => payments.handle(records), { unhurried: true });
    service.topic(TOPICS.settlement, (records) => drains.handle(records));
    feed.runIn(service);
    service.job('take-missed-events', MISSED_EVERY_MS, missed.run, { firstAfterMs: MISSED_FIRST_MS });
    service.job('count-missing-statements', STATEMENTS_EVERY_MS, statements.count, { firstAfterMs: 0 });
    service.job('follow-clock', CLOCK_EVERY_MS, this.jobs.followClock);
    service.resource('the job queue', () => jobs.close());
  }

  async onModuleInit(): Promise<void> {
    await this.jobs.start();
  }
}

function banksOf(
  platform: Platform,
  directory: Directory,
  approvals: Approvals,
  coverage: InstructionCoverage,
  entries: LedgerEntries,
  maker: InstructionMaker,
): SettlementBanks {
  return new SettlementBanks(platform, directory, approvals, coverage, entries, maker);
}

/** Of policies that count banking days those of the home network count. */
function approvalsOf(platform: Platform, directory: Directory): Approvals {
  return new Approvals(platform, {
    calendar: () => directory.corridorsIncludingEnded()[0]?.home.calendar,
    policies: readApprovalPolicies(platform.settings),
  });
}

function makerOf(platform: Platform, directory: Directory): InstructionMaker {
  return new InstructionMaker(
    platform,
    directory,
    writeInstructionFile,
    readSettings(platform.settings).instructionKey,
  );
}

function finalisationsOf(
  platform: Platform,
  directory: Directory,
  approvals: Approvals,
): FinalisationService {
  return new FinalisationService(platform, directory, approvals, readFinalisation);
}
