import type { Refusal } from '@tonle/contracts';
import type { ParticipantBody } from '@tonle/directory';
import type {
  CallerAnswer,
  AnswerStamp,
  RawMessage,
  MessageDialect,
  PayeeFound,
  Reading,
  Reply,
} from './dialect.js';
import type { Door, Taken } from './door.js';
import type { PaymentNews } from './payment-news.js';

type Instructed<N extends PaymentNews> = Taken<N> | Refusal;
type Understood<Asked> = Exclude<Reading<Asked>, { kind: 'unreadable' }>;

/** Who sent a message, and what it needs from elsewhere. */
export interface MessageContext<Asked, Found, N extends PaymentNews> {
  readonly sender: string;
  /** How long a caller with a payment is held. */
  readonly waitMs: number;
  /** The sender as the directory has it, where answers name it. */
  readonly participant?: ParticipantBody;
  /** Looks up what an instruction names. What it refuses is refused, unless it repeats what was taken. */
  find(asked: Asked): Promise<{ readonly kind: 'ok'; readonly found: Found } | Refusal>;
  /** What a message turns out to be when more is known than its bytes. By default what it was read as. */
  settle?(reading: Reading<Asked>): Promise<Reading<Asked>>;
  /** Is what this one names so dear to look up that a repeat is answered before? By default none is. */
  isDear?(asked: Asked): boolean;
  /** Wraps the taking of a payment: spans, counts. By default nothing does. */
  observe?(work: (traceparent?: string) => Promise<Instructed<N>>): Promise<Instructed<N>>;
  /** Finds the payee of a question. Without it such questions are not served. */
  payee?(asked: Asked): Promise<PayeeFound | Refusal>;
  /** Takes in evidence about a payment that we sent; refuses `not_found`. Without it call-backs are not served. */
  callBack?(asked: Asked): Promise<{ readonly kind: 'noted' } | Refusal>;
  /** Is this refusal no answer in the dialect, but one of the listener's? */
  isProblem?(refusal: Refusal, reading: Understood<Asked>): boolean;
}

/** How a message was read, what there was to say, and the answer as it is sent. */
export interface Answered<Asked, N extends PaymentNews> {
  readonly kind: 'answered';
  readonly reading: Reading<Asked>;
  /** Undefined for what could not be read. */
  readonly answer?: CallerAnswer<N>;
  readonly reply: Reply;
}

/**
 * A message from its bytes to the bytes of its answer; a refusal when the dialect has no answer for it. Rejects with what
 * is broken.
 */
export async function answerMessage<Asked, Found, N extends PaymentNews>(
  door: Door<N>,
  dialect: MessageDialect<Asked, Found, N>,
  message: RawMessage,
  context: MessageContext<Asked, Found, N>,
): Promise<Answered<Asked, N> | Refusal> {
  const read = dialect.read(message);
  const reading = (await context.settle?.(read)) ?? read;
  const stamp = (): AnswerStamp => ({ ...door.answerStamp(), sender: context.participant });
  if (reading.kind === 'unreadable')
    return { kind: 'answered', reading, reply: dialect.writeUnreadable(reading, stamp()) };
  const answer =
    reading.kind === 'instruction'
      ? await answerOnce(door, dialect, reading, context)
      : await answerTo(door, dialect, reading, context);
  if (answer.kind === 'refused' && context.isProblem?.(answer, reading) === true) return answer;
  return { kind: 'answered', reading, answer, reply: dialect.write(answer, reading.asked, stamp()) };
}

/** The answer to an instruction that is refused is its end for the sender: the same message gets it again. */
async function answerOnce<Asked, Found, N extends PaymentNews>(
  door: Door<N>,
  dialect: MessageDialect<Asked, Found, N>,
  reading: Extract<Reading<Asked>, { kind: 'instruction' }>,
  context: MessageContext<Asked, Found, N>,
): Promise<CallerAnswer<N>> {
  const key = { ...reading.key, sender: context.sender };
  const answer = await answerTo(door, dialect, reading, context);
  if (answer.kind !== 'refused' || context.isProblem?.(answer, reading) === true) return answer;
  return (await door.refused.keep(key, answer)) ?? (await door.repeatOr(answer, key, context.waitMs));
}

async function answerTo<Asked, Found, N extends PaymentNews>(
  door: Door<N>,
  dialect: MessageDialect<Asked, Found, N>,
  reading: Understood<Asked>,
  context: MessageContext<Asked, Found, N>,
): Promise<CallerAnswer<N>> {
  const { sender, waitMs, observe = (work) => work() } = context;
  const { refusal } = reading;
  if (refusal !== undefined && reading.kind !== 'instruction') return refusal;
  switch (reading.kind) {
    case 'instruction':
      return observe((traceparent) =>
        refusal !== undefined
          ? door.repeatOr(refusal, { ...reading.key, sender }, waitMs)
          : door.pay(dialect, reading, {
              sender,
              waitMs,
              traceparent,
              repeatFirst: context.isDear?.(reading.asked),
              find: (asked) => context.find(asked),
            }),
      );
    case 'question':
      return (await door.find(sender, reading.about)) ?? { kind: 'unknown' };
    case 'payee_question':
      if (context.payee === undefined) throw new RangeError(`${dialect.name}: payees are not served here`);
      return context.payee(reading.asked);
    case 'call_back':
      if (context.callBack === undefined)
        throw new RangeError(`${dialect.name}: call-backs are not served here`);
      return context.callBack(reading.asked);
  }
}
