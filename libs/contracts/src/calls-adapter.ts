import { z } from 'zod';
import { contract, instant, refusal } from './calls-contract.js';
import { amountJson } from './amount.js';
import { customer, legFinding, legKind, legOutcome, uuid } from './messages.js';
import { partnerTerms } from './partner-terms.js';
import { clearingCycle, statementBatch } from './statement-batch.js';
import { statementHead, statementLine } from './statement-line.js';
import { openLeg, proofVerdict, statementProof } from './statement-proof.js';

// What each adapter answers under its own service name.

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
    /** What the partner said of the money: the payee's own amount, the quote for it. `currency` and `amount` are what we settle. */
    partnerTerms: partnerTerms.optional(),
  }),
  refusal,
]);
export type LookupAnswer = z.infer<typeof lookupAnswer>;

export const breakerState = z.enum(['closed', 'open', 'probing']);
export type BreakerState = z.infer<typeof breakerState>;

/** How a network answers questions about payees. */
export const lookupsHealth = z.object({
  /** Not closed: it is asked once every few seconds only, and callers are refused at once. */
  breaker: breakerState,
  answeredAt: instant.optional(),
  /** Absent while it answers. */
  failingSince: instant.optional(),
  /** What happened to the last question, while it does not answer. */
  because: z.string().optional(),
});
export type LookupsHealth = z.infer<typeof lookupsHealth>;

/** A key that a network tells of itself: it counts once the directory has it, by an operator's word. */
export const offeredKey = z.object({
  /** As the directory would name it. */
  keyId: z.string().max(140),
  publicKeyPem: z.string().max(4_000),
  /** SHA-256 of the key, hexadecimal: what is compared with the network by another way. */
  fingerprint: z.string().length(64),
  validFrom: instant.optional(),
  validTo: instant.optional(),
  /** In the directory now: the same, none, or another key under this id. */
  standing: z.enum(['held', 'new', 'differs']),
});
export type OfferedKey = z.infer<typeof offeredKey>;

/** What a participant asked about payees in a span of time. */
export const lookupCounts = z.object({
  found: z.number().int(),
  notFound: z.number().int(),
  /** The network had another reason, such as a closed account. */
  declined: z.number().int(),
  /** Nobody could be asked, or nobody answered. */
  unanswered: z.number().int(),
  /** Its budget was used up. */
  refused: z.number().int(),
  /** Payments of the participant that completed. */
  paid: z.number().int(),
});
export type LookupCounts = z.infer<typeof lookupCounts>;
export const lookupUse = z.object({ participant: z.string(), hour: lookupCounts, day: lookupCounts });
export type LookupUse = z.infer<typeof lookupUse>;

/** A code that a customer of a bank is to show, and the highest amount that the customer agrees to pay by it. */
export const paymentCodeRequest = z.object({
  codeId: uuid,
  participant: z.string(),
  corridor: z.string(),
  debtor: customer,
  /** In the payer's own currency. */
  most: amountJson,
});
export type PaymentCodeRequest = z.infer<typeof paymentCodeRequest>;

export const paymentCodeAnswer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('issued'),
    /** What is shown: digits, or the text of a QR code. */
    code: z.string().max(512),
    /** The same in digits, for tills that scan bars, where the network gives one. */
    barcode: z.string().max(64).optional(),
    /** No payment is drawn on it from then on. */
    expiresAt: instant,
  }),
  refusal,
]);
export type PaymentCodeAnswer = z.infer<typeof paymentCodeAnswer>;

/** What was told to routing of a leg. */
export const legWord = z.object({
  attempt: z.number().int(),
  outcome: legOutcome,
  partnerRef: z.string().optional(),
  reason: z.string().optional(),
  amount: amountJson.optional(),
  at: instant,
});
export type LegWord = z.infer<typeof legWord>;

/** One message about a leg, to its network or from it. */
export const legExchange = z.object({
  at: instant,
  direction: z.enum(['out', 'in']),
  operation: z.string(),
  /** Of HTTP, where the network answered by it. */
  status: z.number().int().optional(),
});
export type LegExchange = z.infer<typeof legExchange>;

/** SHA-256 of the content of a file, hexadecimal. */
const fileHash = z.string().regex(/^[0-9a-f]{64}$/);
/** A file of a network that says something else than was taken under its name. */
export const differingFile = z.object({ name: z.string(), sha256: fileHash });
export type DifferingFile = z.infer<typeof differingFile>;

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
    /** A new code for a payer to show. */
    paymentCode: contract(
      service,
      'adapter.payment-code',
      6000,
      paymentCodeRequest,
      z.object({ answer: paymentCodeAnswer }),
    ),
    /** Whether the network answers, as this instance of its adapter has seen it. */
    health: contract(
      service,
      'adapter.health',
      2000,
      z.object({}),
      z.object({
        /** Absent: it knows no payees. */
        lookups: lookupsHealth.optional(),
        /** Absent: it moves no money. */
        legs: z.object({ sends: breakerState, enquiries: breakerState }).optional(),
        /** Absent: it exchanges no keys by message. */
        keys: z.array(offeredKey).optional(),
      }),
    ),
    /** What the network asked at our door in the last hour and day; empty for one that does not call us. */
    lookupUse: contract(
      service,
      'adapter.lookup-use',
      5000,
      z.object({}),
      z.object({ participants: z.array(lookupUse) }),
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
        /** Hashes of contents of files that two operators agreed to: they take the place of what was taken under their names. */
        agreed: z.array(fileHash).max(100).optional(),
      }),
      z.object({
        lines: z.array(statementLine),
        nextCursor: z.string().optional(),
        /** On the last page: the partner's own totals. */
        totals: z.object({ count: z.number().int(), amountMinor: z.string() }).optional(),
        /** On the last page: the statements that the lines are from, where the network tells them apart. */
        heads: z.array(statementHead).optional(),
        /** On the last page: what its lines come to by clearing cycles, and what is settled together, where the network tells it. */
        cycles: z.array(clearingCycle).max(1000).optional(),
        batches: z.array(statementBatch).max(1000).optional(),
        /** Why there is none that may be believed, for people; without lines then. */
        missing: z.string().optional(),
        /** The break that this is, where its files contradict each other or one of them is left out. */
        fault: z.enum(['FILE_TOTAL', 'FILE_GAP']).optional(),
        /** What files of the day say now that is not what was taken under their names; nothing of it counts. */
        differing: z.array(differingFile).optional(),
      }),
    ),
    /** Legs in this currency whose outcome is not known, the oldest first. */
    openLegs: contract(
      service,
      'adapter.open-legs',
      10_000,
      z.object({ currency: z.string(), limit: z.number().int().max(5000).default(5000) }),
      z.object({ legs: z.array(openLeg) }),
    ),
    /**
     * Asks the network once more about legs, within the budget of questions, whatever is known of them: its statements lack them. What it
     * answers is evidence like any other. Returns those that are legs of ours.
     */
    enquire: contract(
      service,
      'adapter.enquire',
      10_000,
      z.object({ legKeys: z.array(z.string()).max(500) }),
      z.object({ asked: z.array(z.string()) }),
    ),
    /** What statements prove of legs: evidence like any other, told any number of times. One verdict each, in order. */
    proofs: contract(
      service,
      'adapter.proofs',
      30_000,
      z.object({ proofs: z.array(statementProof).max(500) }),
      z.object({ verdicts: z.array(proofVerdict) }),
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
            /** What two operators found of it. */
            decided: legFinding.nullable().optional(),
            /** How many of the enquiries the network answered. */
            answered: z.number().int().optional(),
            /** What was told to routing of it, in its order. */
            answers: z.array(legWord).optional(),
            /** The newest exchanges about it, in their order. */
            exchanges: z.array(legExchange).optional(),
          }),
        ),
      }),
    ),
  };
}
