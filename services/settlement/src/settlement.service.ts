import { Approvals1774006000000, KeptPolicies1776101000000 } from '@tonle/approval';
import { startNestService } from '@tonle/http';
import {
  DeadLetterDeeds1768200400000,
  DeadLetterGroups1772400000000,
  DeadLetters1767000000000,
} from '@tonle/messaging';
import { AuditLog1772800000000, Facts1775003000000, type StartService } from '@tonle/platform';
import { JobRunEntity } from './job/job.entity.js';
import { First1764000600000 } from './migrations/1764000600000-first.js';
import { Second1764000610000 } from './migrations/1764000610000-second.js';
import { Statements1764000630000 } from './migrations/1764000630000-statements.js';
import { LedgerCopy1774001030000 } from './migrations/1774001030000-ledger-copy.js';
import { LedgerEntries1774001010000 } from './migrations/1774001010000-ledger-entries.js';
import { Breaks1764000640000 } from './migrations/1764000640000-breaks.js';
import { StatementHeads1767000300000 } from './migrations/1767000300000-statement-heads.js';
import { UndonePayments1767000200000 } from './migrations/1767000200000-undone-payments.js';
import { Deeds1768200300000 } from './migrations/1768200300000-deeds.js';
import { StatementsAsked1770200000000 } from './migrations/1770200000000-statements-asked.js';
import { StatementCorrections1770800100000 } from './migrations/1770800100000-statement-corrections.js';
import { CorrectionsAreApprovals1775006000000 } from './migrations/1775006000000-corrections-are-approvals.js';
import { UnknownResolved1772200100000 } from './migrations/1772200100000-unknown-resolved.js';
import { StatementContents1769600000000 } from './migrations/1769600000000-statement-contents.js';
import { StatementsMissing1768400000000 } from './migrations/1768400000000-statements-missing.js';
import { PaymentBreaks1769500000000 } from './migrations/1769500000000-payment-breaks.js';
import { ReconciliationRuns1774005000000 } from './migrations/1774005000000-reconciliation-runs.js';
import { Finance1774008000000 } from './migrations/1774008000000-finance.js';
import { WindowLife1774002000000 } from './migrations/1774002000000-window-life.js';
import { BankLines1774004000000 } from './migrations/1774004000000-bank-lines.js';
import { PaymentFacts1774007000000 } from './migrations/1774007000000-payment-facts.js';
import { FactCopies1775003010000 } from './migrations/1775003010000-fact-copies.js';
import { KnownAsFacts1776106000000 } from './migrations/1776106000000-known-as-facts.js';
import { PartnerBatches1776103000000 } from './migrations/1776103000000-partner-batches.js';
import { KnownThen1775005000000 } from './migrations/1775005000000-known-then.js';
import { ReportRetention1775005010000 } from './migrations/1775005010000-report-retention.js';
import { ReportWishes1775005020000 } from './migrations/1775005020000-report-wishes.js';
import { Reports1774007010000 } from './migrations/1774007010000-reports.js';
import { ReturnInstructions1775002040000 } from './migrations/1775002040000-return-instructions.js';
import { WithdrawnInstructions1775002030000 } from './migrations/1775002030000-withdrawn-instructions.js';
import { LinesTakenBack1775002020000 } from './migrations/1775002020000-lines-taken-back.js';
import { RefusedEntries1775002010000 } from './migrations/1775002010000-refused-entries.js';
import { BreakHandling1775007000000 } from './migrations/1775007000000-break-handling.js';
import { StatementDigests1776105000000 } from './migrations/1776105000000-statement-digests.js';
import { ReportFacts1775004001000 } from './migrations/1775004001000-report-facts.js';
import { StatementBytesOnce1776108000000 } from './migrations/1776108000000-statement-bytes-once.js';
import { InvoiceTaxes1775004002000 } from './migrations/1775004002000-invoice-taxes.js';
import { LedgerIndexes1776104010000 } from './migrations/1776104010000-ledger-indexes.js';
import { RailHoldings1776104000000 } from './migrations/1776104000000-rail-holdings.js';
import { SettlementModule } from './settlement.module.js';
import { WindowEntity, WindowNetEntity } from './window/window.entity.js';

/** Its tables: entities for what is read for people, migrations. */
export const SETTLEMENT_DATABASE = {
  entities: [WindowEntity, WindowNetEntity, JobRunEntity],
  migrations: [
    First1764000600000,
    Second1764000610000,
    Statements1764000630000,
    Breaks1764000640000,
    DeadLetters1767000000000,
    UndonePayments1767000200000,
    StatementHeads1767000300000,
    Deeds1768200300000,
    DeadLetterDeeds1768200400000,
    DeadLetterGroups1772400000000,
    StatementsMissing1768400000000,
    PaymentBreaks1769500000000,
    StatementContents1769600000000,
    StatementsAsked1770200000000,
    StatementCorrections1770800100000,
    AuditLog1772800000000,
    UnknownResolved1772200100000,
    LedgerEntries1774001010000,
    Approvals1774006000000,
    KeptPolicies1776101000000,
    ReconciliationRuns1774005000000,
    WindowLife1774002000000,
    BankLines1774004000000,
    Finance1774008000000,
    PaymentFacts1774007000000,
    Reports1774007010000,
    KnownThen1775005000000,
    ReportRetention1775005010000,
    ReportWishes1775005020000,
    LedgerCopy1774001030000,
    FactCopies1775003010000,
    RefusedEntries1775002010000,
    LinesTakenBack1775002020000,
    WithdrawnInstructions1775002030000,
    CorrectionsAreApprovals1775006000000,
    BreakHandling1775007000000,
    ReturnInstructions1775002040000,
    ReportFacts1775004001000,
    InvoiceTaxes1775004002000,
    Facts1775003000000,
    PartnerBatches1776103000000,
    RailHoldings1776104000000,
    LedgerIndexes1776104010000,
    StatementDigests1776105000000,
    KnownAsFacts1776106000000,
    StatementBytesOnce1776108000000,
  ],
};

/** Starts the settlement service. It is asked by calls only and does not listen. */
export const startSettlement: StartService = (platform) =>
  startNestService(platform, SettlementModule, { database: SETTLEMENT_DATABASE });
