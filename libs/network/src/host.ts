import { readFileSync } from 'node:fs';
import {
  InboundQuotes1765000000001,
  LookupCounts1768300000000,
  Notices1770500000000,
  RefusedMessages1768100000000,
  Requests1765000000000,
  UsedNonces1767100000000,
} from '@tonle/door';
import {
  DeadLetterDeeds1768200400000,
  DeadLetterGroups1772400000000,
  DeadLetters1767000000000,
  Outbox1763990000000,
} from '@tonle/messaging';
import { signAnswers, startNestService, type HttpListener } from '@tonle/http';
import {
  AuditLog1772800000000,
  Facts1775003000000,
  startFromEnvironment,
  startTogether,
  type Platform,
  type RunningService,
} from '@tonle/platform';
import type { Inbound } from './inbound.js';
import { ANSWERER } from './inbound.module.js';
import type { NetworkTuning } from './leg.service.js';
import { First1764000000000 } from './migrations/1764000000000-first.js';
import { LegDecisions1764000400000 } from './migrations/1764000400000-leg-decisions.js';
import { LegRecovery1768000000000 } from './migrations/1768000000000-leg-recovery.js';
import { LegEnquired1768200000000 } from './migrations/1768200000000-leg-enquired.js';
import { AmountsTold1769600000000 } from './migrations/1769600000000-amounts-told.js';
import { PartnerTerms1769700000000 } from './migrations/1769700000000-partner-terms.js';
import { PartnerFiles1770100000000 } from './migrations/1770100000000-partner-files.js';
import { CodeBarcodes1771000000000 } from './migrations/1771000000000-code-barcodes.js';
import { PaymentCodes1770700100000 } from './migrations/1770700100000-payment-codes.js';
import { LegTerms1770900000000 } from './migrations/1770900000000-leg-terms.js';
import { CallBacks1770900100000 } from './migrations/1770900100000-call-backs.js';
import { ReplacedFiles1770800000000 } from './migrations/1770800000000-replaced-files.js';
import { Hints1771000100000 } from './migrations/1771000100000-hints.js';
import { ToldAnswers1771000200000 } from './migrations/1771000200000-told-answers.js';
import { EnquiryMinutes1772800200000 } from './migrations/1772800200000-enquiry-minutes.js';
import { EnquiriesAnswered1772200200000 } from './migrations/1772200200000-enquiries-answered.js';
import type { Network } from './network.js';
import { networkModule } from './network.module.js';

/** The tables of a network's service. */
export const NETWORK_DATABASE = {
  migrations: [
    Outbox1763990000000,
    First1764000000000,
    LegDecisions1764000400000,
    DeadLetters1767000000000,
    LegRecovery1768000000000,
    LegEnquired1768200000000,
    DeadLetterDeeds1768200400000,
    DeadLetterGroups1772400000000,
    AmountsTold1769600000000,
    PartnerTerms1769700000000,
    PartnerFiles1770100000000,
    LegTerms1770900000000,
    ReplacedFiles1770800000000,
    AuditLog1772800000000,
    Facts1775003000000,
    EnquiryMinutes1772800200000,
    EnquiriesAnswered1772200200000,
  ],
};

/** Those of a network that also calls us. */
export const CALLING_NETWORK_DATABASE = {
  migrations: [
    ...NETWORK_DATABASE.migrations,
    Requests1765000000000,
    InboundQuotes1765000000001,
    UsedNonces1767100000000,
    RefusedMessages1768100000000,
    LookupCounts1768300000000,
    Notices1770500000000,
    PaymentCodes1770700100000,
    CallBacks1770900100000,
    CodeBarcodes1771000000000,
    Hints1771000100000,
    ToldAnswers1771000200000,
  ],
};

/** Starts a network's service. Tests shrink its timers by `tuning`. */
export type StartNetwork = (platform: Platform, tuning?: NetworkTuning) => Promise<RunningService>;

/** The service of one network: a Nest application of its own. Rejects when a setting or a key has a wrong form. */
export function startNetwork<Settings>(network: Network<Settings>): StartNetwork {
  return async (platform, tuning) => {
    const settings = network.settings.parse(platform.settings);
    const inbound = network.inbound?.(settings);
    return startNestService(platform, networkModule(network, settings, inbound, tuning), {
      database: inbound === undefined ? NETWORK_DATABASE : CALLING_NETWORK_DATABASE,
      ...(inbound === undefined ? {} : { http: listenerOf(inbound) }),
    });
  };
}

/** HTTPS that only the network's certificate may open, where it has one; every answer is signed. */
function listenerOf({ listener: { port, host, tls }, refusal }: Inbound): HttpListener {
  return {
    purpose: 'door',
    port,
    host,
    xml: true,
    forms: true,
    metrics: false,
    ...(refusal !== undefined && {
      problems: ({ reason, detail }) => refusal({ kind: 'refused', reason, detail }),
    }),
    tls: {
      ...(tls.authority !== undefined && {
        ca: readFileSync(tls.authority),
        requestCert: true,
        rejectUnauthorized: true,
      }),
      key: readFileSync(tls.key),
      cert: readFileSync(tls.certificate),
      minVersion: 'TLSv1.3',
    },
    prepare: ({ app, server }) => signAnswers(server, app.get(ANSWERER).signatures),
  };
}

/** The main of a network's process. */
export function runNetwork<Settings>(network: Network<Settings>): Promise<void> {
  return startFromEnvironment(`adapter-${network.id}`, startNetwork(network));
}

/** A network, and the settings of its service. */
export interface NetworkToRun<Settings> {
  readonly network: Network<Settings>;
  readonly settings: Platform['settings'];
}

/** The main of a process that serves several networks: each is a service of its own, as if it ran alone. */
export function runNetworks<Settings>(networks: readonly NetworkToRun<Settings>[]): Promise<void> {
  return startTogether(
    networks.map(({ network, settings }) => ({
      service: `adapter-${network.id}`,
      start: startNetwork(network),
      settings,
    })),
  );
}
