import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { approvalFinding, Approvals } from '@tonle/approval';
import { routingCalls } from '@tonle/contracts';
import { DirectoryStore } from '@tonle/directory';
import { PartnerHealth } from '@tonle/door';
import { CALLS, CLOCK, DATABASE, PLATFORM, provide, provideBy, TELEMETRY } from '@tonle/http';
import { TOPICS } from '@tonle/messaging';
import { declareAudit, declareStory, Service, type Platform } from '@tonle/platform';
import { RoutingApprovalsModule } from './approval/approvals.module.js';
import { AuditStore } from './audit/audit.store.js';
import { adaptersThatExist } from './directory/adapters.js';
import { CalendarEndJob } from './directory/calendar-end.job.js';
import { CurrentDirectory } from './directory/current-directory.js';
import { DirectoryAppend } from './directory/directory-append.js';
import { DirectoryChangeKind } from './directory/directory-change.kind.js';
import { RoutingDirectoryModule } from './directory/directory-deeds.module.js';
import { DirectoryFileService } from './directory/directory-file.service.js';
import { DirectoryService } from './directory/directory.service.js';
import { EntryService } from './entry/entry.service.js';
import { EntryStore } from './entry/entry.store.js';
import { OperatorStore } from './operator/operator.store.js';
import { PaymentCommitModule } from './payment/payment-commit.module.js';
import { PaymentCommit } from './payment/payment-commit.js';
import { PaymentMetrics } from './payment/payment-metrics.js';
import { declareRoutingFacts } from './fact/declare-facts.js';
import { handOverBreaks } from './payment/break-list.store.js';
import { knownPayments } from './payment/known-payments.store.js';
import { PaymentHandler } from './payment/payment.handler.js';
import { PaymentJob } from './payment/payment.job.js';
import { PaymentService } from './payment/payment.service.js';
import { PaymentStore } from './payment/payment.store.js';
import { RoutingKeyModule } from './key/key.module.js';
import { RoutingLiquidityModule } from './liquidity/liquidity.module.js';
import { RoutingRecallModule } from './recall/recall.module.js';
import { RecallStore } from './recall/recall.store.js';
import { RoutingRefundModule } from './refund/refund.module.js';
import { RefundStore } from './refund/refund.store.js';
import { TransferStore } from './reservation/transfer.store.js';
import { EnquiredLegs } from './review/enquired-legs.js';
import { PaymentReview } from './review/payment-review.kind.js';
import { ReviewCountJob } from './review/review-count.job.js';
import { ReviewService } from './review/review.service.js';
import { ReviewStore } from './review/review.store.js';
import { readSettings } from './routing.settings.js';
import { paymentsUnderWay } from './payment/under-way.store.js';
import { StopService } from './stop/stop.service.js';
import { openHolds } from './screening/hold.view.js';
import { TransferCopyService } from './transfer/transfer-copy.service.js';
import { TransferSealJob } from './transfer/transfer-seal.job.js';
import { TransferSealStore } from './transfer/transfer-seal.store.js';
import { TransferSliceStore } from './transfer/transfer-slice.store.js';
import { UnknownService } from './unknown/unknown.service.js';
import { PaymentStory } from './story/story.view.js';
import { WaitingJob } from './waiting/waiting.job.js';
import { WaitingStore } from './waiting/waiting.store.js';
import { WindowDrainJob } from './window/window-drain.job.js';
import { WindowStore } from './window/window.store.js';

const DUE_EVERY_MS = 500;
const RELEASE_EVERY_MS = 1_000;
const WINDOWS_EVERY_MS = 1_000;
const SEALS_EVERY_MS = 10_000;
const REVIEWS_EVERY_MS = 15_000;
const CALENDARS_EVERY_MS = 600_000;

/** The life of a payment and the clearing ledger. */
@Module({
  imports: [
    PaymentCommitModule,
    RoutingApprovalsModule,
    RoutingKeyModule,
    RoutingDirectoryModule,
    RoutingLiquidityModule,
    RoutingRecallModule,
    RoutingRefundModule,
  ],
  providers: [
    provide(PaymentMetrics, TELEMETRY),
    provide(PaymentStory, DATABASE, PaymentStore, RecallStore),
    provide(PaymentHandler, PaymentCommit, PaymentStore, CALLS, TELEMETRY, PaymentMetrics),
    provide(PaymentJob, PaymentCommit, PaymentStore, DATABASE, PaymentMetrics, TELEMETRY),
    provide(
      PaymentService,
      DATABASE,
      CALLS,
      PaymentCommit,
      PaymentStore,
      RefundStore,
      OperatorStore,
      PaymentMetrics,
      CurrentDirectory,
    ),
    provide(TransferStore),
    provide(EntryStore),
    provide(TransferSliceStore),
    provide(TransferCopyService, DATABASE, TransferSealStore, TransferSliceStore),
    provide(TransferSealJob, PaymentCommit, WindowStore, TransferSealStore),
    provide(EntryService, DATABASE, PaymentCommit, EntryStore, CurrentDirectory),
    provide(ReviewStore),
    provide(EnquiredLegs, CALLS, CurrentDirectory),
    provide(ReviewCountJob, ReviewStore, DATABASE, CLOCK, TELEMETRY),
    provide(UnknownService, DATABASE, CurrentDirectory, CLOCK, TELEMETRY),
    provide(CalendarEndJob, CurrentDirectory, CLOCK, TELEMETRY),
    provideBy(
      PaymentReview,
      [CLOCK, PaymentStore, ReviewStore, TransferStore, PaymentCommit, CurrentDirectory, PaymentMetrics],
      (clock, payments, reviews, transfers, ...parts) =>
        new PaymentReview(clock, { payments, reviews, transfers }, ...parts),
    ),
    provideBy(
      ReviewService,
      [PLATFORM, PaymentStore, ReviewStore, Approvals, PaymentReview, CurrentDirectory, EnquiredLegs],
      (platform, payments, reviews, ...parts) => new ReviewService(platform, { payments, reviews }, ...parts),
    ),
    provide(DirectoryAppend, DirectoryStore, OperatorStore, CLOCK),
    provideBy(
      DirectoryChangeKind,
      [PLATFORM, DirectoryStore, DirectoryAppend, CurrentDirectory, WindowDrainJob],
      ({ settings }, store, append, directory, windows) => {
        const adapters = () => adaptersThatExist(readSettings(settings).TONLE_NETWORKS_DIR);
        return new DirectoryChangeKind({ store, append, directory, adapters, opened: windows.run });
      },
    ),
    provideBy(
      DirectoryFileService,
      [
        PLATFORM,
        PaymentCommit,
        DirectoryStore,
        CurrentDirectory,
        DirectoryAppend,
        OperatorStore,
        TransferStore,
        Approvals,
        DirectoryChangeKind,
      ],
      (platform, commit, store, current, append, operators, transfers, ...others) =>
        new DirectoryFileService(
          platform,
          commit,
          { store, current, append, operators, transfers },
          ...others,
        ),
    ),
    provide(WindowDrainJob, PaymentCommit, WindowStore, CurrentDirectory, DATABASE),
    provide(AuditStore, DATABASE),
    provideBy(
      WaitingJob,
      [PLATFORM, PaymentCommit, PaymentStore, WaitingStore, PaymentMetrics, CurrentDirectory, PartnerHealth],
      (platform, commit, payments, waiting, metrics, directory, health) =>
        new WaitingJob(platform, { commit, payments, waiting, metrics, directory, health }),
    ),
  ],
})
export class RoutingModule implements OnModuleInit {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly files: DirectoryFileService,
    service: Service,
    handler: PaymentHandler,
    due: PaymentJob,
    story: PaymentStory,
    payments: PaymentService,
    reviews: ReviewService,
    reviewCount: ReviewCountJob,
    unknowns: UnknownService,
    directory: DirectoryService,
    calendars: CalendarEndJob,
    windows: WindowDrainJob,
    windowStore: WindowStore,
    audit: AuditStore,
    operators: OperatorStore,
    stops: StopService,
    waiting: WaitingJob,
    entries: EntryService,
    copies: TransferCopyService,
    seals: TransferSealJob,
    current: CurrentDirectory,
    approvals: Approvals,
    change: DirectoryChangeKind,
  ) {
    approvals.add(change);
    const { database, clock, transport, telemetry } = platform;
    service.call(routingCalls.payments, async ({ paymentIds }) => ({
      payments: await payments.byIds(paymentIds),
    }));
    service.call(routingCalls.searchPayments, async (search) => ({
      payments: await payments.search(search),
    }));
    service.call(routingCalls.inboundPayments, async (search) => ({
      payments: await payments.inbound(search),
    }));
    service.call(routingCalls.actions, async (filter) => ({
      actions: await operators.list(database, filter),
    }));
    service.call(routingCalls.known, async (asked) => ({ payments: await knownPayments(database, asked) }));
    service.call(routingCalls.breaks, async ({ taken }) => ({
      breaks: await handOverBreaks(database, taken),
    }));
    service.call(routingCalls.windows, async ({ since }) => ({
      windows: await windowStore.since(database, since),
      undone: await payments.countUndone(),
    }));
    service.call(routingCalls.completed, async (request) => ({ events: await payments.completed(request) }));
    service.call(routingCalls.ended, (request) => payments.ended(request));
    service.call(routingCalls.undone, async (request) => ({ events: await payments.undone(request) }));
    service.call(routingCalls.unknowns, () => unknowns.list());
    declareStory(service, platform, story);
    declareRoutingFacts(service, platform, current);
    service.call(routingCalls.noteReading, (reading) => payments.noteReading(reading));
    service.call(routingCalls.holds, async () => ({ holds: await openHolds(database) }));
    service.call(routingCalls.decideHold, (request) => payments.decideHold(request));
    service.call(routingCalls.reviews, () => reviews.list());
    service.call(routingCalls.proposeReview, (request) => reviews.propose(request));
    service.call(routingCalls.underWay, async () => ({ underWay: await paymentsUnderWay(database) }));
    service.call(routingCalls.bookEntries, async (asked) => ({ entries: await entries.book(asked.entries) }));
    service.call(routingCalls.transfers, (asked) => copies.slice(asked));
    service.call(routingCalls.proveTransfers, (asked) => copies.prove(asked));
    const report = async () => {
      const { findings, ...rest } = await audit.report(platform.service, clock.now());
      return { ...rest, findings: [...findings, await approvalFinding(database)] };
    };
    declareAudit(service, platform, report, (findings) => stops.take(platform.service, findings));
    // Every open window has its row before a payment can complete into it.
    service.first(() => windows.run());
    // Not awaited: in one process the records flow only after every service has started.
    service.first(async () => {
      directory
        .publish(transport)
        .catch((error: unknown) => telemetry.log.warn({ err: error }, 'the directory was not published'));
    });
    service.topic(TOPICS.routing, handler.handle, { rehearse: handler.rehearse });
    service.job('due-payments', DUE_EVERY_MS, due.run);
    service.job('release-waiting', RELEASE_EVERY_MS, waiting.run);
    service.job('drain-windows', WINDOWS_EVERY_MS, windows.run);
    service.job('seal-transfers', SEALS_EVERY_MS, seals.run);
    service.job('count-reviews', REVIEWS_EVERY_MS, reviewCount.run, { firstAfterMs: 0 });
    service.job('count-unknowns', REVIEWS_EVERY_MS, unknowns.measure, { firstAfterMs: 0 });
    service.job('count-calendar-days', CALENDARS_EVERY_MS, calendars.run, { firstAfterMs: 0 });
  }

  async onModuleInit(): Promise<void> {
    const { TONLE_DIRECTORY_FILE: file } = readSettings(this.platform.settings);
    if (file !== undefined) await this.files.take(file);
  }
}
