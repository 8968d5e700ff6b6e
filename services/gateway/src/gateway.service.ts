import { Approvals1774006000000, KeptPolicies1776101000000 } from '@tonle/approval';
import {
  EvidenceLog,
  KeptMessages1772700000000,
  LookupCounts1768300000000,
  Notices1770500000000,
  UnknownRequests1772200000000,
  RefusedMessages1768100000000,
  Requests1765000000000,
  UsedNonces1767100000000,
} from '@tonle/door';
import { startNestService } from '@tonle/http';
import {
  DeadLetterDeeds1768200400000,
  DeadLetterGroups1772400000000,
  DeadLetters1767000000000,
  Outbox1763990000000,
} from '@tonle/messaging';
import { AuditLog1772800000000, Facts1775003000000, type StartService } from '@tonle/platform';
import { Admission } from './access/admission.js';
import { limitWork } from './access/limit-work.js';
import { GatewayModule } from './gateway.module.js';
import { keepMessages } from './http/kept-messages.js';
import { readSettings } from './gateway.settings.js';
import { GatewayFirst1764000000000 } from './migrations/1764000000000-gateway-first.js';
import { DirectoryVersions1766000000000 } from './migrations/1766000000000-directory-versions.js';
import { PaymentFilters1768200000000 } from './migrations/1768200000000-payment-filters.js';
import { RequestRefunds1772300100000 } from './migrations/1772300100000-request-refunds.js';
import { SandboxKeys1768200200000 } from './migrations/1768200200000-sandbox-keys.js';
import { SandboxKeysEnd1769300000000 } from './migrations/1769300000000-sandbox-keys-end.js';
import { CorridorStatus1772500000000 } from './migrations/1772500000000-corridor-status.js';
import { NoticeChecks1772900200000 } from './migrations/1772900200000-notice-checks.js';
import { NoticeFeed1772000000000 } from './migrations/1772000000000-notice-feed.js';
import { Webhooks1772000100000 } from './migrations/1772000100000-webhooks.js';

/** Its tables. */
export const GATEWAY_DATABASE = {
  migrations: [
    Outbox1763990000000,
    GatewayFirst1764000000000,
    Requests1765000000000,
    DirectoryVersions1766000000000,
    DeadLetters1767000000000,
    UsedNonces1767100000000,
    RefusedMessages1768100000000,
    PaymentFilters1768200000000,
    RequestRefunds1772300100000,
    SandboxKeys1768200200000,
    SandboxKeysEnd1769300000000,
    DeadLetterDeeds1768200400000,
    DeadLetterGroups1772400000000,
    LookupCounts1768300000000,
    Notices1770500000000,
    NoticeFeed1772000000000,
    NoticeChecks1772900200000,
    Webhooks1772000100000,
    CorridorStatus1772500000000,
    AuditLog1772800000000,
    UnknownRequests1772200000000,
    KeptMessages1772700000000,
    Facts1775003000000,
    Approvals1774006000000,
    KeptPolicies1776101000000,
  ],
};

/** Starts the gateway: REST and ISO 20022 for participants, on a listener of its own. */
export const startGateway: StartService = async (platform) => {
  const { port, host, trustedProxies } = readSettings(platform.settings);
  return startNestService(platform, GatewayModule, {
    database: GATEWAY_DATABASE,
    http: {
      purpose: 'public',
      port,
      host,
      xml: true,
      trustedProxies,
      prepare: ({ app, server }) => {
        limitWork(server, app.get(Admission));
        keepMessages(server, app.get(EvidenceLog), platform.clock);
      },
    },
  });
};
