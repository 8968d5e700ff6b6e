import { z } from 'zod';
import {
  amountJson,
  customer,
  direction,
  inboundOutcome,
  legOutcome,
  legKind,
  paymentEvent,
  uuid,
} from './messages.js';

// Contracts of the calls between services (decisions 1): zod in, zod out, batches where the payment path asks.

function contract<Q extends z.ZodType, A extends z.ZodType>(
  service: string,
  name: string,
  timeoutMs: number,
  request: Q,
  response: A,
) {
  return { service, name, timeoutMs, request, response };
}

const instant = z.iso.datetime({ offset: true });
const refusal = z.object({
  kind: z.literal('refused'),
  /** A code of the reason registry. */
  reason: z.string(),
  detail: z.string().optional(),
});

// ---------------------------------------------------------------- fx

export const quote = z.object({
  quoteId: uuid,
  corridor: z.string(),
  provider: z.string(),
  /** Participant that asked and may use it. */
  participant: z.string(),
  fixed: z.enum(['source', 'target']),
  source: amountJson,
  target: amountJson,
  /** Target units for one source unit, after improvements. */
  rate: z.string(),
  baseRate: z.string(),
  rateVersion: z.number().int(),
  improvementBasisPoints: z.number().int(),
  fees: z.array(z.object({ kind: z.string(), payer: z.string(), amount: amountJson })),
  issuedAt: instant,
  expiresAt: instant,
});
export type Quote = z.infer<typeof quote>;

/** Why a provider was chosen or lost: total cost against mid in hundredths of a per cent, as text. */
export const quoteCandidate = z.object({
  provider: z.string(),
  chosen: z.boolean(),
  rate: z.string().optional(),
  source: amountJson.optional(),
  target: amountJson.optional(),
  totalCostPercent: z.string().optional(),
  /** Empty for the chosen one; else e.g. `dearer`, `rate_stale`, `no_relationship`, `exposure_limit`. */
  lostBecause: z.string().optional(),
});

export const quoteRequest = z.object({
  participant: z.string(),
  corridor: z.string(),
  sourceCurrency: z.string(),
  targetCurrency: z.string(),
  fixed: z.enum(['source', 'target']),
  amount: amountJson,
  /** Never valid longer than this (a QR code's expiry). */
  notAfter: instant.optional(),
});
export type QuoteRequest = z.infer<typeof quoteRequest>;

export const quoteAnswer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('quoted'),
    quote,
    candidates: z.array(quoteCandidate),
    midRate: z.string().optional(),
  }),
  refusal.extend({ candidates: z.array(quoteCandidate) }),
]);
export type QuoteAnswer = z.infer<typeof quoteAnswer>;

export const fxCalls = {
  quote: contract(
    'fx',
    'fx.quote',
    3000,
    z.object({ items: z.array(quoteRequest) }),
    z.object({ items: z.array(quoteAnswer) }),
  ),
  /** For routing, before its transaction: absent ids are unknown quotes. */
  quotesById: contract(
    'fx',
    'fx.quotes-by-id',
    3000,
    z.object({ quoteIds: z.array(uuid) }),
    z.object({ quotes: z.array(quote) }),
  ),
  pushRates: contract(
    'fx',
    'fx.push-rates',
    3000,
    z.object({
      provider: z.string(),
      rates: z.array(
        z.object({
          sourceCurrency: z.string(),
          targetCurrency: z.string(),
          rate: z.string(),
          validUntil: instant.optional(),
        }),
      ),
    }),
    z.object({
      items: z.array(
        z.discriminatedUnion('kind', [
          z.object({
            kind: z.literal('accepted'),
            sourceCurrency: z.string(),
            targetCurrency: z.string(),
            version: z.number().int(),
          }),
          refusal,
        ]),
      ),
    }),
  ),
  withdrawRates: contract(
    'fx',
    'fx.withdraw-rates',
    3000,
    z.object({
      provider: z.string(),
      sourceCurrency: z.string().optional(),
      targetCurrency: z.string().optional(),
    }),
    z.object({ withdrawn: z.number().int() }),
  ),
};

// ---------------------------------------------------------------- adapters

export const lookupRequest = z.object({
  lookupId: uuid,
  participant: z.string(),
  corridor: z.string(),
  /** Either the text of a scanned code or an account / proxy. */
  qrText: z.string().max(512).optional(),
  account: z.string().optional(),
  accountType: z.string().optional(),
});
export type LookupRequest = z.infer<typeof lookupRequest>;

export const lookupAnswer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('found'),
    creditor: customer,
    /** Name as it may be shown to the payer. */
    displayName: z.string(),
    /** Participant id of the payee's agent. */
    creditorAgent: z.string(),
    currency: z.string(),
    /** Fixed by the code, when it carries one. */
    amount: amountJson.optional(),
    qrExpiresAt: instant.optional(),
    validUntil: instant,
    remittance: z.string().optional(),
  }),
  refusal,
]);
export type LookupAnswer = z.infer<typeof lookupAnswer>;

export const statementLine = z.object({
  lineId: z.string(),
  /** Strong keys, as far as the partner gives them. */
  uetr: z.string().optional(),
  endToEndId: z.string().optional(),
  legKey: z.string().optional(),
  partnerRef: z.string().optional(),
  externalRef: z.string().optional(),
  amount: amountJson,
  /** From our side's view of the leg: money to the payee's side is `credit`. */
  leg: legKind.optional(),
  status: z.enum(['booked', 'rejected', 'pending']),
  bookedAt: instant,
});
export type StatementLine = z.infer<typeof statementLine>;

/** Each adapter serves these under its own service name. */
export function adapterCalls(service: string) {
  return {
    lookup: contract(
      service,
      'adapter.lookup',
      5000,
      z.object({ items: z.array(lookupRequest) }),
      z.object({ items: z.array(lookupAnswer) }),
    ),
    /** Canonical lines of one business day, by page (decisions 16). */
    statement: contract(
      service,
      'adapter.statement',
      30_000,
      z.object({
        day: z.string(),
        currency: z.string(),
        cursor: z.string().optional(),
        pageMax: z.number().int().max(5000).default(1000),
      }),
      z.object({
        lines: z.array(statementLine),
        nextCursor: z.string().optional(),
        /** On the last page: the partner's own totals. */
        totals: z.object({ count: z.number().int(), amountMinor: z.string() }).optional(),
      }),
    ),
    legs: contract(
      service,
      'adapter.legs',
      5000,
      z.object({ paymentIds: z.array(uuid) }),
      z.object({
        legs: z.array(
          z.object({
            legKey: z.string(),
            paymentId: uuid,
            leg: legKind,
            outcome: legOutcome.nullable(),
            partnerRef: z.string().nullable(),
            attempts: z.number().int(),
            enquiries: z.number().int(),
            nextEnquiryAt: instant.nullable(),
          }),
        ),
      }),
    ),
  };
}

// ---------------------------------------------------------------- routing

export const directoryEntry = z.object({
  kind: z.enum(['participant', 'corridor', 'calendar', 'account', 'limit']),
  id: z.string(),
  version: z.number().int(),
  body: z.unknown(),
});
export type DirectoryEntry = z.infer<typeof directoryEntry>;

/** A payment as routing knows it; the open ones have no other home. */
export const paymentView = paymentEvent.extend({
  debtor: customer,
  creditor: customer,
  purpose: z.string().optional(),
  remittance: z.string().optional(),
  deadline: instant,
  receivedAt: instant,
});
export type PaymentView = z.infer<typeof paymentView>;

const operatorAction = { operator: z.string(), reason: z.string().min(3).max(500) };
const done = z.discriminatedUnion('kind', [z.object({ kind: z.literal('done') }), refusal]);

export const routingCalls = {
  directory: contract(
    'routing',
    'routing.directory',
    5000,
    z.object({}),
    z.object({ entries: z.array(directoryEntry) }),
  ),
  payments: contract(
    'routing',
    'routing.payments',
    3000,
    z.object({ paymentIds: z.array(uuid) }),
    z.object({ payments: z.array(paymentView) }),
  ),
  holds: contract(
    'routing',
    'routing.holds',
    5000,
    z.object({}),
    z.object({
      holds: z.array(
        z.object({
          paymentId: uuid,
          since: instant,
          until: instant,
          party: z.string(),
          listEntry: z.string(),
          matched: z.string(),
        }),
      ),
    }),
  ),
  decideHold: contract(
    'routing',
    'routing.decide-hold',
    5000,
    z.object({ paymentId: uuid, decision: z.enum(['clear', 'confirm']), ...operatorAction }),
    done,
  ),
  setCorridor: contract(
    'routing',
    'routing.set-corridor',
    5000,
    z.object({ corridor: z.string(), direction, open: z.boolean(), ...operatorAction }),
    done,
  ),
  liquidity: contract(
    'routing',
    'routing.liquidity',
    5000,
    z.object({}),
    z.object({
      accounts: z.array(
        z.object({
          participant: z.string(),
          currency: z.string(),
          prefundMinor: z.string(),
          capMinor: z.string(),
          positionMinor: z.string(),
          pendingDebitsMinor: z.string(),
          headroomMinor: z.string(),
          railMinor: z.string().optional(),
          railPendingMinor: z.string().optional(),
        }),
      ),
    }),
  ),
  /** For settlement: completed payments of a window, to re-count (never on the payment path). */
  completed: contract(
    'routing',
    'routing.completed',
    30_000,
    z.object({
      windowId: z.string(),
      after: uuid.optional(),
      pageMax: z.number().int().max(5000).default(1000),
    }),
    z.object({ events: z.array(paymentEvent) }),
  ),
};

// ---------------------------------------------------------------- settlement

export const settlementWindow = z.object({
  windowId: z.string(),
  partner: z.string(),
  currency: z.string(),
  settlementMode: z.enum(['GROSS_RT', 'DEFERRED_NET']),
  day: z.string(),
  state: z.enum(['OPEN', 'DRAINING', 'CLOSED', 'NETTED', 'APPROVED', 'INSTRUCTED', 'SETTLED', 'FAILED']),
  cutOffAt: instant,
  payments: z.number().int(),
  grossMinor: z.string(),
  nets: z.array(z.object({ participant: z.string(), netMinor: z.string() })),
  bilateral: z.array(
    z.object({
      debtor: z.string(),
      creditor: z.string(),
      amountMinor: z.string(),
      payments: z.number().int(),
    }),
  ),
});
export type SettlementWindow = z.infer<typeof settlementWindow>;

export const settlementBreak = z.object({
  breakId: uuid,
  type: z.string(),
  severity: z.number().int(),
  partner: z.string(),
  currency: z.string(),
  day: z.string(),
  paymentId: z.string().optional(),
  key: z.string(),
  ourMinor: z.string().optional(),
  theirMinor: z.string().optional(),
  state: z.string(),
  openedAt: instant,
  detail: z.string(),
});
export type SettlementBreak = z.infer<typeof settlementBreak>;

export const settlementCalls = {
  windows: contract(
    'settlement',
    'settlement.windows',
    5000,
    z.object({ day: z.string().optional(), state: z.string().optional() }),
    z.object({ windows: z.array(settlementWindow) }),
  ),
  breaks: contract(
    'settlement',
    'settlement.breaks',
    5000,
    z.object({ day: z.string().optional(), type: z.string().optional(), state: z.string().optional() }),
    z.object({ breaks: z.array(settlementBreak) }),
  ),
  runJob: contract(
    'settlement',
    'settlement.run-job',
    5000,
    z.object({
      job: z.enum(['close-windows', 'reconcile']),
      day: z.string().optional(),
      partner: z.string().optional(),
      ...operatorAction,
    }),
    z.discriminatedUnion('kind', [z.object({ kind: z.literal('started'), jobId: z.string() }), refusal]),
  ),
  job: contract(
    'settlement',
    'settlement.job',
    5000,
    z.object({ jobId: z.string() }),
    z.object({ jobId: z.string(), state: z.string(), progress: z.string(), result: z.unknown() }),
  ),
};

// ---------------------------------------------------------------- everybody

export const auditFinding = z.object({
  invariant: z.string(),
  ok: z.boolean(),
  checked: z.number().int(),
  violations: z.array(z.string()),
});
/** What cross-checks compare (decisions 17): named integers as text, and hashes. */
export const auditReport = z.object({
  service: z.string(),
  at: instant,
  findings: z.array(auditFinding),
  totals: z.record(z.string(), z.string()),
});
export type AuditReport = z.infer<typeof auditReport>;

/** Every service checks its own tables and serves this. */
export function auditCall(service: string) {
  return contract(service, 'audit', 60_000, z.object({}), auditReport);
}

export { inboundOutcome };
