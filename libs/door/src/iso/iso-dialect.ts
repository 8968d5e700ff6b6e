import { writeIso, type BusinessHeader, type CanonicalMessage, type Payment } from '@tonle/iso20022';
import type { Refusal } from '@tonle/contracts';
import type {
  Answer,
  AnswerStamp,
  Message,
  MessageDialect,
  Reading,
  Reply,
  Stamp,
  Unreadable,
} from '../dialect.js';
import { hasEnded } from '../door.js';
import type { Instruction } from '../instruction.js';
import type { PaymentNews } from '../payment-news.js';
import { paymentStatus, proxyReply, rejectedStatus, unknownStatus, type IsoStamp } from './iso-answers.js';
import type { IsoAsked, IsoProfile } from './iso-profile.js';
import { readFamily, type IsoFamily } from './iso-reading.js';

const REJECTION = 'admi.002.001.01';

/** ISO 20022 as one family of messages, spoken as a profile says: asked in one version, answered in its own. */
export class IsoDialect<Found, N extends PaymentNews> implements MessageDialect<IsoAsked, Found, N> {
  readonly name = 'iso20022';

  constructor(
    private readonly profile: IsoProfile<Found, N>,
    private readonly family: IsoFamily,
  ) {}

  read(message: Message): Reading<IsoAsked> {
    const asked = readFamily(message, this.family, (version) => Object.hasOwn(this.profile.answers, version));
    if ('kind' in asked) return asked;
    const { message: content } = asked;
    switch (content.kind) {
      case 'payment':
        return { kind: 'instruction', asked, key: this.profile.key(content) };
      case 'status_request':
        return { kind: 'question', asked, about: this.profile.about(content) };
      case 'proxy_request':
        return { kind: 'payee_question', asked };
      default:
        return { kind: 'call_back', asked };
    }
  }

  instruct(
    asked: IsoAsked,
    found: Found,
    stamp: Stamp,
  ): { readonly kind: 'ok'; readonly instruction: Instruction } | Refusal {
    return this.profile.instruct({ ...asked, message: paymentIn(asked) }, found, stamp);
  }

  write(answer: Answer<N>, asked: IsoAsked, stamp: AnswerStamp): Reply {
    const version = this.profile.answers[asked.version]!;
    const isOpen = asked.message.kind === 'payment' && answer.kind === 'taken' && !hasEnded(answer);
    const content = this.contentOf(answer, asked, this.stampOf(stamp));
    return {
      status: isOpen ? this.profile.openStatus : 200,
      contentType: this.profile.contentType,
      body: this.envelop(content, version, asked.header?.from, stamp),
    };
  }

  writeUnreadable(unreadable: Unreadable, stamp: AnswerStamp): Reply {
    const at = new Date(stamp.nowMs).toISOString();
    const content: CanonicalMessage = {
      kind: 'rejection',
      rejectedAt: at,
      ...this.profile.rejection(unreadable),
    };
    const body = this.envelop(content, REJECTION, undefined, stamp);
    return { status: 400, contentType: this.profile.contentType, body };
  }

  private contentOf(answer: Answer<N>, { message, version }: IsoAsked, stamp: IsoStamp): CanonicalMessage {
    const { profile } = this;
    if (message.kind === 'proxy_request' && (answer.kind === 'payee' || answer.kind === 'refused'))
      return proxyReply(message, answer, profile.self, stamp);
    if (message.kind === 'status_request') {
      return answer.kind === 'taken' && profile.isAbout(message, answer)
        ? paymentStatus(answer, profile, stamp)
        : unknownStatus(message, profile, stamp);
    }
    if (message.kind === 'payment' && answer.kind === 'refused')
      return rejectedStatus(message, version, answer, profile, stamp);
    if (answer.kind === 'taken') return paymentStatus(answer, profile, stamp);
    throw new Error(`${answer.kind} is no answer to ${version}`);
  }

  private stampOf({ messageId, nowMs, peerBic }: AnswerStamp): IsoStamp {
    const { envelope, self } = this.profile;
    const agents = { instructing: { bic: peerBic }, instructed: self };
    return {
      messageId,
      at: new Date(nowMs).toISOString(),
      ...(envelope === 'always' ? { agents } : {}),
    };
  }

  /** Bare, or in the envelope with a business header. */
  private envelop(
    content: CanonicalMessage,
    version: string,
    askedBy: BusinessHeader['from'] | undefined,
    { messageId, nowMs, peerBic }: AnswerStamp,
  ): string {
    const { envelope, self } = this.profile;
    const to = envelope === 'always' ? { bic: peerBic } : askedBy;
    if (to === undefined) return writeIso(content, version);
    const businessMessageId = content.kind === 'rejection' ? content.relatedReference : messageId;
    const createdAt = new Date(nowMs).toISOString();
    const header = { from: self, to, businessMessageId, messageDefinition: version, createdAt };
    return writeIso(content, version, header, { envelope: 'tonle' });
  }
}

function paymentIn({ message }: IsoAsked): Payment {
  if (message.kind !== 'payment') throw new Error('no payment is asked for here');
  return message;
}
