import { type Agent, type CanonicalMessage, type CustomerPayment, type ProxyRequest } from '@tonle/iso20022';
import { REASONS, type Reason, type Refusal } from '@tonle/contracts';
import type {
  CallerAnswer,
  AnswerStamp,
  RawMessage,
  MessageDialect,
  Reading,
  Reply,
  Stamp,
  Unreadable,
} from '../dialect.js';
import { hasEnded, type Taken } from '../door.js';
import type { Instruction } from '../instruction.js';
import type { PaymentNews } from '../payment-news.js';
import {
  originalsOf,
  PAYMENT_VERSION,
  paymentStatus,
  proxyReply,
  rejectedStatus,
  returnAsked,
  returnTold,
  unknownStatus,
  type IsoStamp,
} from './iso-answers.js';
import { addresseeRefusal } from './addressee.decide.js';
import { askerOf, enveloped, isoRejection, REJECTION, type Asker } from './iso-envelope.js';
import { notPassedOn, notUsed } from './iso-payment.js';
import { rejectionTexts } from './iso-rejection.js';
import type { IsoAsked, IsoUsage } from './iso-usage.js';
import { readFamily, type IsoFamily } from './iso-reading.js';

/** Nobody was asked about the payee. */
const UNASKED: ReadonlySet<Reason> = new Set(['lookups_exhausted']);

const INSTRUCTIONS: ReadonlySet<CanonicalMessage['kind']> = new Set(['payment', 'return']);

/** ISO 20022 as one family of messages, spoken as its usage says: asked in one version, answered in its own. */
export class IsoDialect<Found, N extends PaymentNews> implements MessageDialect<IsoAsked, Found, N> {
  readonly name = 'iso20022';

  constructor(
    private readonly usage: IsoUsage<Found, N>,
    private readonly family: IsoFamily,
  ) {}

  read(message: RawMessage): Reading<IsoAsked> {
    const asked = readFamily(message, this.family, (version) => Object.hasOwn(this.usage.answers, version));
    if ('kind' in asked) return asked;
    const { message: content } = asked;
    const refusal = addresseeRefusal(asked.addressees, this.usage.names);
    const common = { asked, ...(refusal === undefined ? {} : { refusal }) };
    switch (content.kind) {
      case 'payment':
        return { kind: 'instruction', ...common, key: this.usage.key(content) };
      case 'status_request':
        return { kind: 'question', ...common, about: this.usage.about(content) };
      case 'proxy_request':
        return { kind: 'payee_question', ...common };
      case 'return':
        if (this.usage.returns === undefined) return { kind: 'call_back', ...common };
        return { kind: 'instruction', ...common, key: this.usage.returns.key(content) };
      default:
        return { kind: 'call_back', ...common };
    }
  }

  instruct(
    asked: IsoAsked,
    found: Found,
    stamp: Stamp,
  ): { readonly kind: 'ok'; readonly instruction: Instruction } | Refusal {
    const { message } = asked;
    return message.kind === 'return' && this.usage.returns !== undefined
      ? this.usage.returns.instruct({ ...asked, message }, found, stamp)
      : this.usage.instruct({ ...asked, message: paymentIn(asked) }, found, stamp);
  }

  write(answer: CallerAnswer<N>, asked: IsoAsked, stamp: AnswerStamp): Reply {
    const { contentType } = this.usage;
    if (answer.kind === 'noted') return { status: 202, contentType, body: '' };
    if (answer.kind === 'refused' && UNASKED.has(answer.reason) && asked.message.kind === 'proxy_request')
      return this.writeUnasked(answer, asked.message, stamp);
    const version = this.usage.answers[asked.version]!;
    const isOpen = INSTRUCTIONS.has(asked.message.kind) && answer.kind === 'taken' && !hasEnded(answer);
    const content = this.contentOf(answer, asked, this.stampOf(stamp));
    return {
      status: isOpen ? this.usage.open.http : 200,
      contentType,
      body: this.envelop(content, version, askerOf(asked), stamp),
    };
  }

  /** The answer to a payment for `to` who has not asked: the same bytes for the same payment and stamp. */
  tell(
    taken: Taken<N>,
    to: Agent | undefined,
    stamp: AnswerStamp,
  ): { readonly contentType: string; readonly text: string } {
    const { answers, contentType } = this.usage;
    const version = answers[taken.request.messageVersion ?? PAYMENT_VERSION] ?? answers[PAYMENT_VERSION]!;
    const status = paymentStatus(taken, this.usage, this.stampOf(stamp));
    const content = { ...status, ...returnTold(taken.request) };
    return { contentType, text: this.envelop(content, version, { from: to }, stamp) };
  }

  /** An acmt.024 would say something of a payee whom nobody was asked about. */
  private writeUnasked({ reason, detail }: Refusal, { messageId }: ProxyRequest, stamp: AnswerStamp): Reply {
    const content: CanonicalMessage = {
      kind: 'rejection',
      relatedReference: messageId,
      reason,
      rejectedAt: new Date(stamp.nowMs).toISOString(),
      ...rejectionTexts(detail === undefined ? [] : [{ text: detail }]),
    };
    const body = this.envelop(content, REJECTION, {}, stamp);
    return { status: REASONS[reason].http, contentType: this.usage.contentType, body };
  }

  writeUnreadable(unreadable: Unreadable, stamp: AnswerStamp): Reply {
    return isoRejection(unreadable, this.usage, stamp);
  }

  private contentOf(
    answer: CallerAnswer<N>,
    { message, version, unheld }: IsoAsked,
    stamp: IsoStamp,
  ): CanonicalMessage {
    const { usage } = this;
    if (message.kind === 'proxy_request' && (answer.kind === 'payee' || answer.kind === 'refused'))
      return proxyReply(message, answer, usage.self, stamp);
    if (message.kind === 'status_request') {
      return answer.kind === 'taken' && usage.isAbout(message, answer)
        ? { ...paymentStatus(answer, usage, stamp, notUsed(unheld)), ...returnAsked(message) }
        : unknownStatus(
            message,
            answer.kind === 'refused' ? answer : undefined,
            usage,
            stamp,
            notUsed(unheld),
          );
    }
    const told = message.kind === 'payment' ? notPassedOn(message, unheld) : [];
    if ((message.kind === 'payment' || message.kind === 'return') && answer.kind === 'refused')
      return rejectedStatus(originalsOf(message, version), answer, usage, stamp, told);
    if (answer.kind === 'taken') {
      const status = paymentStatus(answer, usage, stamp, told);
      return message.kind === 'return' ? { ...status, ...originalsOf(message, version) } : status;
    }
    throw new Error(`${answer.kind} is no answer to ${version}`);
  }

  private stampOf({ messageId, nowMs, sender }: AnswerStamp): IsoStamp {
    const { self } = this.usage;
    const peer = this.usage.peer?.(sender);
    return {
      messageId,
      at: new Date(nowMs).toISOString(),
      ...(peer === undefined ? {} : { agents: { instructing: peer, instructed: self } }),
    };
  }

  /** Bare, or in the envelope with a business header. */
  private envelop(content: CanonicalMessage, version: string, asker: Asker, stamp: AnswerStamp): string {
    return enveloped(content, version, asker, this.usage, stamp);
  }
}

function paymentIn({ message }: IsoAsked): CustomerPayment {
  if (message.kind !== 'payment') throw new Error('no payment is asked for here');
  return message;
}
