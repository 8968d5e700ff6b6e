import { REASONS, refused, type Customer, type InboundOutcome, type Refusal } from '@tonle/contracts';
import { amountFromJson, formatRate, rateBetween } from '@tonle/money';
import {
  absent,
  asStored,
  contentHashOf,
  endToEndIdOf,
  idOfWire,
  inboundMessages,
  inboundResult,
  instantOfWire,
  minorOfWire,
  paysNothing,
  quotedInstruction,
  readCall,
  readingBy,
  wireText,
  type Inbound,
  type InboundCodes,
  type InboundFound,
  type InboundMessages,
  type InboundRoute,
  type MessageDialect,
  type RawMessage,
  type Reply,
  type Taken,
  type Unreadable,
} from '@tonle/network';
import { z } from 'zod';
import { codeOfIso, codeOfRefusal, finalCode } from './codes.js';
import { answer, call, errorAnswer, standingPayment, writeMoney, type StandingPayment } from './message.js';
import { legKeyOfRequest, readStanding } from './rail.js';
import type { JapanSettings } from './settings.js';

// What the aggregator sends us: questions about our codes, payments of its wallets' users, questions about these, and what became
// of ours.

const NAME = 'jpqr-aggregator';
const BASE = '/japan/v1';
const RESULT = 'result';
/** A payment that was accepted longer ago is refused, so that our "unknown" stays true. */
const ACCEPTANCE_MS = 60_000;
const NOTICE_WAITS_MS = [0, 5_000, 15_000, 60_000, 300_000];
const RATE_DECIMALS = 10;

const lookupCall = z.object({ codeValue: wireText.max(512), amount: absent(minorOfWire) });
const paymentCall = z.object({
  requestId: idOfWire,
  quoteId: z.uuid(),
  /** In yen: what is settled. */
  amount: minorOfWire,
  /** A user of a wallet; the wallet may keep the name to itself. */
  payer: z.object({ account: idOfWire, name: absent(wireText.max(140)), brand: wireText.max(64) }),
  acceptedAt: instantOfWire,
});
const enquiryCall = z.object({ requestId: idOfWire });
const resultCall = z.object({ payment: standingPayment });

/** The paths at which the aggregator finds us. */
export function japanInbound({ listener }: Pick<JapanSettings, 'listener'>): Inbound {
  return {
    listener,
    refusal: refusalOf,
    routes: {
      [`${BASE}/lookups`]: lookups,
      [`${BASE}/payments`]: payments,
      [`${BASE}/payments/enquiry`]: enquiries,
      [`${BASE}/results`]: results,
    },
    notice: {
      waitsMs: NOTICE_WAITS_MS,
      write: (request) => call(RESULT, '/results', { payment: standingOf(asStored(request)) }),
      isTaken: (reply) => reply.kind === 'answered' && reply.status === 200,
    },
  };
}

/** Who is behind a code of ours, and what its amount is in yen. */
const lookups: InboundCodes = {
  kind: 'codes',
  operation: 'lookup',
  read: (message) => {
    const { data } = readCall(lookupCall, message);
    if (data === undefined) return refused('schema_invalid');
    return { kind: 'ok', qrText: data.codeValue, ...(data.amount !== undefined && { amount: data.amount }) };
  },
  write: ({ payee: { displayName, creditor, currency, qrExpiresAt }, quote }) => {
    const price = quote && {
      quoteId: quote.quoteId,
      amount: writeMoney(quote.source),
      payAmount: writeMoney(quote.target),
      rate: formatRate(
        rateBetween(amountFromJson(quote.source), amountFromJson(quote.target), RATE_DECIMALS),
      ),
      expiresAt: quote.expiresAt,
    };
    const merchant = { name: displayName, account: creditor.account, currency, codeExpiresAt: qrExpiresAt };
    return answer({ merchant, quote: price });
  },
  refuse: refusalOf,
};

type Dialect<Asked> = MessageDialect<Asked, InboundFound, InboundOutcome>;
/** What a route of messages has of its own; without `instruct` it pays nothing. */
type Own<Asked> = Pick<Dialect<Asked>, 'read'> &
  Partial<Pick<Dialect<Asked>, 'instruct'>> &
  Pick<InboundMessages<Asked>, 'quoteIdOf' | 'legKeyOf' | 'readLeg'>;

/** A route of messages about one payment each. */
function messages<Asked extends { readonly requestId: string }>(
  operation: string,
  { read, instruct = paysNothing, ...own }: Own<Asked>,
): InboundRoute {
  return inboundMessages<Asked>({
    operation,
    subjectOf: ({ requestId }) => requestId,
    dialect: { name: NAME, read, instruct, write: written, writeUnreadable },
    ...own,
  });
}

const payments = messages<Payment>('payment', {
  quoteIdOf: ({ quoteId }) => quoteId,
  read: readingBy(paymentCall, (payment, message) => {
    const asked = { ...payment, message };
    return { kind: 'instruction', asked, key: keyOf(asked) };
  }),
  instruct: (asked, found, stamp) => {
    const { requestId, amount, acceptedAt, message } = asked;
    const payment = {
      dialect: NAME,
      ...keyOf(asked),
      endToEndId: endToEndIdOf(requestId),
      source: amount,
      debtor: debtorOf(asked, found),
      acceptedMs: Date.parse(acceptedAt),
    };
    return quotedInstruction(payment, message, found, stamp, ACCEPTANCE_MS);
  },
});

/** How does a payment of theirs stand? */
const enquiries = messages('payment.enquiry', {
  read: readingBy(enquiryCall, (asked) => {
    return { kind: 'question', asked, about: { messageId: asked.requestId } };
  }),
});

/** What became of a payment of ours. */
const results = messages<StandingPayment>(RESULT, {
  read: readingBy(resultCall, ({ payment: asked }) => ({ kind: 'call_back', asked })),
  legKeyOf: ({ requestId }) => legKeyOfRequest(requestId),
  readLeg: readStanding,
});

type Payment = z.infer<typeof paymentCall> & { readonly message: RawMessage };

/** When it was sent again is not among what makes it the payment that it is. */
function keyOf({ requestId, quoteId, amount, payer }: Payment) {
  return { messageId: requestId, contentHash: contentHashOf([requestId, quoteId, amount, payer]) };
}

function debtorOf({ payer: { account, name, brand } }: Payment, { corridor }: InboundFound): Customer {
  // Who is screened: a blank is nobody.
  return {
    name: name?.trim() || brand,
    account,
    accountType: 'WALLET',
    country: corridor.partner.countries[0]!,
  };
}

function written(said: Parameters<Dialect<unknown>['write']>[0]): Reply {
  switch (said.kind) {
    case 'taken':
      return answer({ payment: standingOf(said) });
    // What is refused was not taken, and never will be.
    case 'refused':
      return errorAnswer(finalCode(codeOfRefusal(said)), said.detail ?? REASONS[said.reason].title);
    case 'unknown':
      return errorAnswer('PAYMENT_UNKNOWN', 'no payment came under this requestId');
    default:
      return answer({});
  }
}

function writeUnreadable({ errors }: Unreadable): Reply {
  return errorAnswer('MALFORMED', errors.map(({ path }) => path).join(', ') || 'no JSON object');
}

const STATUS = { paid: 'ACCEPTED', refused: 'REJECTED', open: 'PENDING' } as const;

/** A payment of theirs as it stands. */
function standingOf(taken: Taken<InboundOutcome>): object {
  const { state, isoReason = '' } = inboundResult(taken);
  const { uetr: paymentId, submit } = taken.request;
  const { messageId: requestId, source } = submit;
  return {
    requestId,
    paymentId,
    status: STATUS[state],
    amount: writeMoney(source),
    reason: state === 'refused' ? finalCode(codeOfIso(isoReason)) : undefined,
  };
}

/** What no payment was taken by: a code that cannot be paid, a signature, a path; what comes later is told so. */
function refusalOf(refusal: Refusal) {
  return errorAnswer(codeOfRefusal(refusal), refusal.detail ?? REASONS[refusal.reason].title);
}
