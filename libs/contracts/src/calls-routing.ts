import { z } from 'zod';
import { linkedRefund } from './refund.js';
import { proveTransfers, transfers } from './calls-transfers.js';
import { bookEntries } from './ledger-entry.js';
import { liquidityAccount } from './calls-liquidity.js';
import { keptProposal } from './calls-approvals.js';
import { contract, fieldRefusal, instant, operatorAction, refusal } from './calls-contract.js';
import { breakType } from './break-codes.js';
import { amountJson } from './amount.js';
import { customer, direction, legKind, paymentEvent, uuid } from './messages.js';
import { auditFinding, corridorStop } from './calls-audit.js';
import { deedFilter, inboundSearch, operatorDeed, paymentSearch } from './payment-search.js';
import { setSwitch, shownUnderWay } from './switches.js';
import { unknowns } from './unknowns.js';
import { listedReview, proposeReview, undecidedPayment } from './review.js';

// What routing answers: directory, payments, and the acts of operators.

export const directoryEntry = z.object({
  kind: z.enum(['participant', 'network', 'corridor', 'calendar']),
  id: z.string(),
  version: z.number().int(),
  body: z.unknown(),
  /** Not in service any more; its versions stay, for what was begun with it. */
  ended: z.boolean().optional(),
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
  /** Of a completed payment, in the payee's currency: what refunds have given back or are about to. */
  refundedAmount: amountJson.optional(),
  /** Operators have found this switch at fault with it: it may be refunded as that. */
  switchFault: z.boolean().optional(),
  /** Its refunds, the oldest first; absent without any. */
  refunds: z.array(linkedRefund).optional(),
});
export type PaymentView = z.infer<typeof paymentView>;

/** What an answer about a payment contradicts (I24); settlement lists it with the differences of statements. */
export const paymentBreak = z.object({
  breakId: uuid,
  paymentId: uuid,
  type: breakType,
  severity: z.number().int(),
  /** `none`: the payment as a whole. */
  leg: z.union([legKind, z.literal('none')]),
  corridor: z.string(),
  direction,
  source: amountJson,
  target: amountJson,
  /** What the network says that it moved, when it says so. */
  told: amountJson.optional(),
  detail: z.string(),
  openedAt: instant,
});
export type PaymentBreak = z.infer<typeof paymentBreak>;

/** A settlement window as routing counts it: what each outbox lane completed into it, and since when no more. */
export const routingWindow = z.object({
  windowId: z.string(),
  lanes: z.array(z.object({ lane: z.string(), completed: z.number().int(), drainedAt: instant.optional() })),
});
export type RoutingWindow = z.infer<typeof routingWindow>;

/** Payments in the order of their ids, after one of them. */
const page = { after: uuid.optional(), pageMax: z.number().int().max(5000).default(1000) };

const done = z.discriminatedUnion('kind', [z.object({ kind: z.literal('done') }), refusal]);
const switchDone = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done') }),
  keptProposal,
  fieldRefusal,
]);

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
  /** For operators: whoever's payments, newest first. */
  searchPayments: contract(
    'routing',
    'routing.search-payments',
    5000,
    paymentSearch,
    z.object({ payments: z.array(paymentView) }),
  ),
  /** For the gateway, on behalf of a bank: what others sent of its customers, newest first. */
  inboundPayments: contract(
    'routing',
    'routing.inbound-payments',
    5000,
    inboundSearch,
    z.object({ payments: z.array(paymentView) }),
  ),
  /** What operators did, newest first; `subject` is a payment, a corridor, a proposal. */
  actions: contract(
    'routing',
    'routing.actions',
    5000,
    deedFilter,
    z.object({ actions: z.array(operatorDeed) }),
  ),
  /** Somebody is about to read the messages of a payment, which name people. */
  noteReading: contract(
    'routing',
    'routing.note-reading',
    5000,
    z.object({ paymentId: uuid, ...operatorAction }),
    done,
  ),
  /** An operator has found this switch at fault with a payment: its refunds may say so. */
  findSwitchFault: contract(
    'routing',
    'routing.find-switch-fault',
    5000,
    z.object({ paymentId: uuid, ...operatorAction, evidence: z.string() }),
    done,
  ),
  /** For settlement: payments of which nothing is given back while a break is open, and those that are free again. */
  holdRefunds: contract(
    'routing',
    'routing.hold-refunds',
    10_000,
    z.object({
      held: z.array(z.object({ paymentId: uuid, breakId: uuid })).max(500),
      released: z.array(uuid).max(500),
    }),
    z.object({}),
  ),
  /** For settlement: which of these payments are there at all, however they stand? */
  known: contract(
    'routing',
    'routing.known',
    10_000,
    z.object({ paymentIds: z.array(uuid).max(1000), uetrs: z.array(uuid).max(1000) }),
    z.object({ payments: z.array(z.object({ paymentId: uuid, uetr: uuid })) }),
  ),
  /** For settlement: breaks that it does not have yet, the oldest first. It names those that it took since. */
  breaks: contract(
    'routing',
    'routing.breaks',
    10_000,
    z.object({ taken: z.array(uuid).max(1000) }),
    z.object({ breaks: z.array(paymentBreak) }),
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
  /** Payments whose outcome is not known. */
  unknowns: contract('routing', 'routing.unknowns', 10_000, z.object({}), unknowns),
  /** Payments that wait for people, the oldest first. */
  reviews: contract(
    'routing',
    'routing.reviews',
    5000,
    z.object({}),
    z.object({ reviews: z.array(listedReview), undecided: z.array(undecidedPayment) }),
  ),
  /** One operator says what became of the leg under review. */
  proposeReview: contract(
    'routing',
    'routing.propose-review',
    5000,
    proposeReview,
    z.discriminatedUnion('kind', [keptProposal, refusal]),
  ),
  /** Closes a direction at once; opens it when others have approved. */
  setCorridor: contract(
    'routing',
    'routing.set-corridor',
    5000,
    z.object({
      corridor: z.string(),
      direction,
      open: z.boolean(),
      /** What the auditor stopped it for, when it did: whoever opens it has to know. */
      acknowledges: z.array(z.string()).optional(),
      ...operatorAction,
      participant: z.string(),
    }),
    switchDone,
  ),
  /** Pauses, drains, throttles or resumes, for a while or until it is ended: what lets more through is proposed. */
  setSwitch: contract('routing', 'routing.set-switch', 5000, setSwitch, switchDone),
  /** Payments that have not ended, by corridor and direction. */
  underWay: contract(
    'routing',
    'routing.under-way',
    5000,
    z.object({}),
    z.object({ underWay: z.array(shownUnderWay) }),
  ),
  /** Corridors that the auditor has stopped and nobody has let go on. */
  stops: contract('routing', 'routing.stops', 5000, z.object({}), z.object({ stops: z.array(corridorStop) })),
  /** What a service has found in its own tables: all of a round. */
  audited: contract(
    'routing',
    'routing.audited',
    10_000,
    z.object({ service: z.string(), findings: z.array(auditFinding) }),
    z.object({}),
  ),
  liquidity: contract(
    'routing',
    'routing.liquidity',
    5000,
    z.object({}),
    z.object({ accounts: z.array(liquidityAccount) }),
  ),
  /** For settlement: what bank lines prove and people decide, beside payments. */
  bookEntries,
  transfers,
  proveTransfers,
  /** The windows that were cut off since then or are open: who counts less in one has missed payments. */
  windows: contract(
    'routing',
    'routing.windows',
    5000,
    z.object({ since: instant }),
    z.object({
      windows: z.array(routingWindow),
      /** Payments that did not complete, but whose payer had been debited: they are in no window. */
      undone: z.number().int(),
    }),
  ),
  /** Completed payments of a window, for who has missed some (never on the payment path). */
  completed: contract(
    'routing',
    'routing.completed',
    30_000,
    z.object({ windowId: z.string(), ...page }),
    z.object({ events: z.array(paymentEvent) }),
  ),
  /** Payments that did not complete, but whose payer had been debited. */
  undone: contract(
    'routing',
    'routing.undone',
    30_000,
    z.object(page),
    z.object({ events: z.array(paymentEvent) }),
  ),
  /** Payments that came in a span and have ended: how many, and a page of them, for who has told fewer. */
  ended: contract(
    'routing',
    'routing.ended',
    30_000,
    z.object({ from: instant, until: instant, ...page }),
    z.object({ count: z.number().int(), events: z.array(paymentEvent) }),
  ),
};
