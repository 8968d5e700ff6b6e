import type { Refusal } from '@tonle/contracts';
import type { Answer, AnswerStamp, Message, MessageDialect, PayeeFound, Reading, Reply } from './dialect.js';
import type { Door, Taken } from './door.js';
import type { PaymentNews } from './payment-news.js';

type Instructed<N extends PaymentNews> = Taken<N> | Refusal;

/** Who sent a message, and what it needs from elsewhere. */
export interface MessageContext<Asked, Found, N extends PaymentNews> {
  readonly sender: string;
  /** How long a caller with a payment is held. */
  readonly waitMs: number;
  /** BIC of the sender, where answers name it. */
  readonly peerBic?: string | undefined;
  /** Looks up what an instruction names. A refusal is final, also for a repeat. */
  find(asked: Asked): Promise<{ readonly kind: 'ok'; readonly found: Found } | Refusal>;
  /** Wraps the taking of a payment: spans, counts. By default nothing does. */
  observe?(work: (traceparent?: string) => Promise<Instructed<N>>): Promise<Instructed<N>>;
  /** Finds the payee of a question. Without it such questions are not served. */
  payee?(asked: Asked): Promise<PayeeFound | Refusal>;
  /** Takes in evidence about a payment that we sent. Without it call-backs are not served. */
  callBack?(asked: Asked): Promise<Reply>;
}

/** What became of a message: how it was read, what there was to say, and the answer as it is sent. */
export interface Answered<Asked, N extends PaymentNews> {
  readonly reading: Reading<Asked>;
  /** Undefined for call-backs and for what could not be read. */
  readonly answer?: Answer<N>;
  readonly reply: Reply;
}

/** A message from its bytes to the bytes of its answer. Rejects with what is broken; whatever was asked is answered. */
export async function answerMessage<Asked, Found, N extends PaymentNews>(
  door: Door<N>,
  dialect: MessageDialect<Asked, Found, N>,
  message: Message,
  context: MessageContext<Asked, Found, N>,
): Promise<Answered<Asked, N>> {
  const reading = dialect.read(message);
  const stamp = (): AnswerStamp => ({ ...door.answerStamp(), peerBic: context.peerBic });
  if (reading.kind === 'unreadable') return { reading, reply: dialect.writeUnreadable(reading, stamp()) };
  if (reading.kind === 'call_back') {
    if (context.callBack === undefined)
      throw new RangeError(`${dialect.name}: call-backs are not served here`);
    return { reading, reply: await context.callBack(reading.asked) };
  }
  const answer = await answerTo(door, dialect, reading, context);
  return { reading, answer, reply: dialect.write(answer, reading.asked, stamp()) };
}

async function answerTo<Asked, Found, N extends PaymentNews>(
  door: Door<N>,
  dialect: MessageDialect<Asked, Found, N>,
  reading: Extract<Reading<Asked>, { kind: 'instruction' | 'question' | 'payee_question' }>,
  context: MessageContext<Asked, Found, N>,
): Promise<Answer<N>> {
  const { sender, waitMs, observe = (work) => work() } = context;
  switch (reading.kind) {
    case 'instruction':
      return observe((traceparent) =>
        door.pay(dialect, reading, { sender, waitMs, traceparent, find: (asked) => context.find(asked) }),
      );
    case 'question':
      return (await door.find(sender, reading.about)) ?? { kind: 'unknown' };
    case 'payee_question':
      if (context.payee === undefined) throw new RangeError(`${dialect.name}: payees are not served here`);
      return context.payee(reading.asked);
  }
}
