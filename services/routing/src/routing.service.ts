import { Approvals1774006000000, KeptPolicies1776101000000 } from '@tonle/approval';
import { startNestService } from '@tonle/http';
import {
  DeadLetterDeeds1768200400000,
  DeadLetterGroups1772400000000,
  DeadLetters1767000000000,
  Outbox1763990000000,
} from '@tonle/messaging';
import { AuditLog1772800000000, Facts1775003000000, type StartService } from '@tonle/platform';
import { BookedEntries1774001000000 } from './migrations/1774001000000-booked-entries.js';
import { SealedTransfers1774001020000 } from './migrations/1774001020000-sealed-transfers.js';
import { BreaksTaken1764000560000 } from './migrations/1764000560000-breaks-taken.js';
import { DirectoryVersions1764000200000 } from './migrations/1764000200000-directory-versions.js';
import { First1764000100000 } from './migrations/1764000100000-first.js';
import { Networks1764000300000 } from './migrations/1764000300000-networks.js';
import { UndecidedPayments1764000400000 } from './migrations/1764000400000-undecided-payments.js';
import { Reviews1764000500000 } from './migrations/1764000500000-reviews.js';
import { AccountSpelling1764000550000 } from './migrations/1764000550000-account-spelling.js';
import { AccountEntity } from './reservation/account.entity.js';
import { CorridorStops1772800100000 } from './migrations/1772800100000-corridor-stops.js';
import { RefundHolds1775007010000 } from './migrations/1775007010000-refund-holds.js';
import { SwitchFaults1772900100000 } from './migrations/1772900100000-switch-faults.js';
import { RecallNews1772900200000 } from './migrations/1772900200000-recall-news.js';
import { CreditReferences1767000150000 } from './migrations/1767000150000-credit-references.js';
import { DefaultProxy1769100000000 } from './migrations/1769100000000-default-proxy.js';
import { BreaksTold1769400000000 } from './migrations/1769400000000-breaks-told.js';
import { PartnerTerms1769700200000 } from './migrations/1769700200000-partner-terms.js';
import { Discounts1769800000000 } from './migrations/1769800000000-discounts.js';
import { Recalls1772300000000 } from './migrations/1772300000000-recalls.js';
import { Refunds1769900000000 } from './migrations/1769900000000-refunds.js';
import { DrawnPayments1770700000000 } from './migrations/1770700000000-drawn-payments.js';
import { InboundLists1768200100000 } from './migrations/1768200100000-inbound-lists.js';
import { UndonePayments1767000100000 } from './migrations/1767000100000-undone-payments.js';
import { ReviewReferences1768300000000 } from './migrations/1768300000000-review-references.js';
import { ReviewsAreApprovals1775006100000 } from './migrations/1775006100000-reviews-are-approvals.js';
import { RoutingModule } from './routing.module.js';
import { WaitingPayments1773000000000 } from './migrations/1773000000000-waiting-payments.js';
import { WaitingRecalls1773000200000 } from './migrations/1773000200000-waiting-recalls.js';
import { LiquidityPoints1774006200000 } from './migrations/1774006200000-liquidity-points.js';
import { HoldEntity } from './screening/hold.entity.js';

/** Its tables: entities for what is read for people, migrations. */
export const ROUTING_DATABASE = {
  entities: [AccountEntity, HoldEntity],
  migrations: [
    Outbox1763990000000,
    First1764000100000,
    DirectoryVersions1764000200000,
    Networks1764000300000,
    UndecidedPayments1764000400000,
    Reviews1764000500000,
    AccountSpelling1764000550000,
    BreaksTaken1764000560000,
    DeadLetters1767000000000,
    UndonePayments1767000100000,
    CreditReferences1767000150000,
    InboundLists1768200100000,
    DeadLetterDeeds1768200400000,
    DeadLetterGroups1772400000000,
    ReviewReferences1768300000000,
    DefaultProxy1769100000000,
    BreaksTold1769400000000,
    PartnerTerms1769700200000,
    Discounts1769800000000,
    Refunds1769900000000,
    Recalls1772300000000,
    DrawnPayments1770700000000,
    AuditLog1772800000000,
    CorridorStops1772800100000,
    SwitchFaults1772900100000,
    RecallNews1772900200000,
    WaitingPayments1773000000000,
    WaitingRecalls1773000200000,
    BookedEntries1774001000000,
    Approvals1774006000000,
    KeptPolicies1776101000000,
    LiquidityPoints1774006200000,
    SealedTransfers1774001020000,
    Facts1775003000000,
    ReviewsAreApprovals1775006100000,
    RefundHolds1775007010000,
  ],
};

/** Starts the routing service. It is reached by topic and calls only and does not listen. */
export const startRouting: StartService = (platform) =>
  startNestService(platform, RoutingModule, { database: ROUTING_DATABASE });
