import { refused, type InboundOutcome, type PaymentSubmit } from '@tonle/contracts';
import {
  newestOf,
  paysNothing,
  pushedContentHash,
  pushedInstruction,
  type InboundFound,
  type MessageDialect,
  type PushedPayment,
  type RawMessage,
  type Reading,
  type Reply,
  endToEndIdOf,
  readCall,
  unreadable,
} from '@tonle/network';
import { answer, pushCall, pushInquiry, wireAmount, type Result } from '@tonle/network-aplus';
import { RESULTS } from './codes.js';

export const NAME = 'alipay-plus';
/** A push that was under way for longer is refused: an inquiry may have been told that there is none. */
const ACCEPTANCE_MS = 60_000;
const PAYER = 'Alipay+ wallet';

/** A pushed payment as it stands, with what we settle for it. */
export function standing(
  { messageId, source, target }: PaymentSubmit,
  outcome: InboundOutcome | undefined,
): object {
  return {
    paymentId: messageId,
    paymentAmount: wireAmount(target),
    settlementAmount: wireAmount(source),
    ...RESULTS.outcomeOf(outcome),
  };
}

type Dialect<Asked> = MessageDialect<Asked, InboundFound, InboundOutcome>;
type Own<Asked> = Pick<Dialect<Asked>, 'read' | 'instruct'> & {
  /** What a refusal says beside its result. */
  refusedBeside(result: Result, asked: Asked): object;
};

/** What both messages about pushed payments have in common: how they are answered. */
function dialectOf<Asked>(acquirerId: string, { read, instruct, refusedBeside }: Own<Asked>): Dialect<Asked> {
  return {
    name: NAME,
    read,
    instruct,
    write: (said, asked): Reply => {
      switch (said.kind) {
        case 'taken':
          return answer({
            result: RESULTS.done,
            acquirerId,
            ...standing(said.request.submit, newestOf(said)),
          });
        case 'unknown':
          return answer({ result: RESULTS.of('ORDER_NOT_EXIST') });
        case 'refused': {
          const result = RESULTS.ofRefusal(said);
          return answer({ result, acquirerId, ...refusedBeside(result, asked) });
        }
        default:
          throw new Error(`${said.kind} is no answer of ${NAME}`);
      }
    },
    writeUnreadable: (said) => RESULTS.ofUnreadable(said),
  };
}

/** pushPayment: a wallet has charged its user for a code of ours. What is refused was not paid, and never will be. */
export function pushDialect(acquirerId: string): Dialect<PushedPayment> {
  return dialectOf<PushedPayment>(acquirerId, {
    read: (message) => readPush(message, acquirerId),
    instruct: (asked, found, stamp) => pushedInstruction(asked, found, stamp, NAME),
    refusedBeside: (result, { messageId: paymentId }) => ({
      paymentId,
      ...(result.resultStatus === 'F' && { paymentResult: result }),
    }),
  });
}

function readPush(message: RawMessage, acquirerId: string): Reading<PushedPayment> {
  const read = readCall(pushCall, message);
  const sentMs = Date.parse(String(message.headers['request-time']));
  if (!read.success || Number.isNaN(sentMs)) return unreadable(read.error);
  const { paymentId, paymentAmount, codeValue, customerId, walletBrandName, paymentExpiryTime } = read.data;
  const { customerPaidAmount, settlementAmount, settlementQuote } = read.data;
  const asked: PushedPayment = {
    messageId: paymentId,
    endToEndId: endToEndIdOf(paymentId),
    qrText: codeValue,
    amount: paymentAmount,
    payer: {
      name: walletBrandName ?? PAYER,
      account: customerId ?? paymentId,
      accountType: customerId === undefined ? 'PAYMENT' : 'CUSTOMER',
    },
    partnerTerms: {
      ...(customerPaidAmount !== undefined && { billingAmount: customerPaidAmount }),
      ...(settlementAmount !== undefined && { settlementAmount }),
      ...(settlementQuote !== undefined && { quote: settlementQuote }),
    },
    sentMs,
    acceptanceMs: ACCEPTANCE_MS,
    ...(paymentExpiryTime !== undefined && { expiresMs: Date.parse(paymentExpiryTime) }),
    message,
  };
  const key = { messageId: paymentId, contentHash: pushedContentHash(asked) };
  const refusal = read.data.acquirerId === acquirerId ? undefined : refused('wrong_recipient');
  return { kind: 'instruction', asked, key, ...(refusal !== undefined && { refusal }) };
}

/** inquiryPushPayment: how does a pushed payment stand? */
export function inquiryDialect(acquirerId: string): Dialect<{ readonly paymentId: string }> {
  return dialectOf<{ readonly paymentId: string }>(acquirerId, {
    read: (message) => {
      const read = readCall(pushInquiry, message);
      if (!read.success) return unreadable(read.error);
      const { paymentId } = read.data;
      return { kind: 'question', asked: { paymentId }, about: { messageId: paymentId } };
    },
    instruct: paysNothing,
    refusedBeside: () => ({}),
  });
}
