import { readIso, type CanonicalMessage, type IsoError, type Payment } from '@tonle/iso20022';
import { GathererFull, ServiceUnavailable } from '@tonle/messaging';
import { problem } from '@tonle/http';
import { type Platform } from '@tonle/platform';
import {
  pickHeaders,
  SIGNATURE_HEADERS,
  type EvidenceLog,
  type InboundDesk,
  type LegService,
  type StoredRequest,
} from '@tonle/network';
import {
  routingCalls,
  TERMINAL_STATES,
  uuidV7,
  type InboundOutcome,
  type PaymentSubmit,
} from '@tonle/contracts';
import type { Corridor, Directory } from '@tonle/directory';
import type { Span } from '@tonle/telemetry';
import { legKeyOfMessageId, readStatus } from '@tonle/network-iso';
import { PROFILE } from '../network.js';
import {
  writeDoorRejection,
  writeNotFound,
  writePaymentStatus,
  writeUnreadable,
  type AnswerStamp,
} from './answers.js';
import { contentHash, decidePayment, isoReasonOf, type DoorDecision } from './payment.decide.js';
import type { QuoteStore } from './quote.store.js';

export interface DoorReply {
  readonly status: number;
  readonly body: Buffer;
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface PaymentDeskOptions {
  readonly platform: Platform;
  readonly inbound: InboundDesk;
  readonly legs: LegService;
  readonly quotes: QuoteStore;
  readonly evidence: EvidenceLog;
  readonly directory: Directory;
  readonly corridor: () => Corridor;
  readonly bic: string;
  readonly waitMs: number;
}

/** Payments, enquiries and call-backs of the partner network, in ISO 20022. */
export class PaymentDesk {
  constructor(private readonly options: PaymentDeskOptions) {}

  /** pacs.008: taken once, answered when final or when the wait is over. */
  async pay(bytes: Uint8Array, headers: Headers): Promise<DoorReply> {
    const message = this.read(bytes, 'payment');
    if ('errors' in message) return this.unreadable(message.errors);
    const { platform, quotes } = this.options;
    const now = platform.clock.now();
    const quote = message.quoteId === undefined ? undefined : await quotes.find(message.quoteId);
    const paymentId = uuidV7(now, (size) => platform.random.bytes(size));
    const { service, instance } = platform;
    const decision = decidePayment(message, {
      corridor: this.options.corridor(),
      quote,
      now,
      paymentId,
      service,
      instance,
    });
    if (decision.kind === 'submit') return this.take(message, decision, bytes, headers);
    // A repeat is answered from the payment, whatever has expired since.
    const known = message.uetr === undefined ? undefined : await this.options.inbound.find(message.uetr);
    if (known === undefined)
      return this.reject(message, isoReasonOf(decision.reason), decision.detail, bytes);
    if (known.messageId !== message.messageId || known.contentHash !== contentHash(message)) {
      return this.reject(message, isoReasonOf('uetr_in_use'), undefined, bytes);
    }
    return this.answerRepeat(known.paymentId, known.submit, known.outcome);
  }

  /** pacs.028: from our own rows, from routing while the payment is open. */
  async status(bytes: Uint8Array, headers: Headers): Promise<DoorReply> {
    const message = this.read(bytes, 'status_request');
    if ('errors' in message) return this.unreadable(message.errors);
    this.keep('in', message.originalUetr ?? message.messageId, 'pacs.028', bytes, headers);
    const found =
      message.originalUetr === undefined ? undefined : await this.options.inbound.find(message.originalUetr);
    const asked = message.originalMessageId;
    if (found === undefined || (asked !== undefined && asked !== found.messageId)) {
      return this.sign(message.originalUetr ?? message.messageId, writeNotFound(message, this.stamp()));
    }
    return this.answer(found.submit, found.outcome ?? (await this.askRouting(found)));
  }

  /** pacs.002 that came by itself: evidence about a leg that we sent. */
  async callBack(bytes: Uint8Array, headers: Headers): Promise<DoorReply> {
    const message = this.read(bytes, 'status');
    if ('errors' in message) return this.unreadable(message.errors);
    const legKey = legKeyOfMessageId(message.originalMessageId ?? '');
    const { legs, platform } = this.options;
    const leg = legKey === undefined ? undefined : await legs.find(legKey);
    if (legKey === undefined || leg === undefined)
      throw problem('not_found', 'no such payment was sent from here');
    const at = platform.clock.now();
    const evidence = [
      {
        subject: legKey,
        direction: 'in' as const,
        at,
        operation: 'pacs.002',
        headers: pickHeaders(headers, SIGNATURE_HEADERS),
        bytes,
      },
    ];
    await legs.learn(legKey, {
      answer: readStatus(message, leg.command, 'payment', PROFILE.answers),
      evidence,
    });
    return { status: 202, body: Buffer.alloc(0) };
  }

  private read<K extends 'payment' | 'status_request' | 'status'>(
    bytes: Uint8Array,
    kind: K,
  ): Extract<CanonicalMessage, { kind: K }> | { errors: readonly Pick<IsoError, 'path' | 'detail'>[] } {
    const reading = readIso(bytes);
    if (reading.kind === 'refused') return { errors: reading.errors };
    if (reading.message.kind !== kind)
      return { errors: [{ path: '/', detail: `${reading.version} is not served here` }] };
    return reading.message as Extract<CanonicalMessage, { kind: K }>;
  }

  private async take(
    message: Payment,
    decision: DoorDecision & { kind: 'submit' },
    bytes: Uint8Array,
    headers: Headers,
  ): Promise<DoorReply> {
    const { inbound, waitMs } = this.options;
    const { submit, contentHash: hash, takeBefore } = decision;
    // Waits before it is taken: the outcome may be faster than our own commit's answer.
    const waiting = inbound.await(submit.paymentId);
    const span = this.spanOf(submit, headers);
    try {
      const request = {
        submit,
        contentHash: hash,
        takeBefore,
        raw: bytes,
        headers: pickHeaders(headers, SIGNATURE_HEADERS),
        traceparent: span.traceparent,
      };
      const intake = await inbound.take(request);
      if (intake.kind === 'too_late')
        return this.reject(message, isoReasonOf('deadline_passed'), undefined, bytes);
      if (intake.kind === 'in_use') return this.reject(message, isoReasonOf('uetr_in_use'), undefined, bytes);
      if (intake.repeated) return await this.answerRepeat(intake.paymentId, intake.submit, intake.outcome);
      const outcome = await waiting.within(waitMs);
      span.set('payment.outcome', outcome?.state ?? 'open');
      return this.answer(submit, outcome);
    } catch (error) {
      span.fail(error);
      throw error instanceof GathererFull ? problem('overloaded') : error;
    } finally {
      waiting.end();
      span.end();
    }
  }

  /** Where the trace of an inbound payment begins, unless its sender began one. */
  private spanOf({ paymentId }: PaymentSubmit, headers: Headers): Span {
    const { traceparent } = headers;
    return this.options.platform.telemetry.span(
      'door.payment',
      typeof traceparent === 'string' ? traceparent : undefined,
      { 'tonle.payment_id': paymentId },
    );
  }

  private async answerRepeat(
    paymentId: string,
    submit: PaymentSubmit,
    outcome: InboundOutcome | undefined,
  ): Promise<DoorReply> {
    if (outcome !== undefined) return this.answer(submit, outcome);
    const waiting = this.options.inbound.await(paymentId);
    try {
      return this.answer(submit, await waiting.within(this.options.waitMs));
    } finally {
      waiting.end();
    }
  }

  /** The outcome may be on its way: routing knows it already. */
  private async askRouting({ paymentId, uetr }: StoredRequest): Promise<InboundOutcome | undefined> {
    const { calls, service, instance } = this.options.platform;
    try {
      const { payments } = await calls.call(routingCalls.payments, { paymentIds: [paymentId] });
      const payment = payments.find((each) => each.paymentId === paymentId);
      if (payment === undefined || !TERMINAL_STATES.has(payment.state)) return undefined;
      const { version, state, isoStatus, isoReason, reasonText, partnerRefs, at } = payment;
      return {
        paymentId,
        uetr,
        version,
        state,
        isoStatus,
        isoReason,
        reasonText,
        partnerRef: partnerRefs.credit,
        at,
        replyTo: { service, instance },
      };
    } catch (error) {
      if (error instanceof ServiceUnavailable) return undefined;
      throw error;
    }
  }

  private answer(submit: PaymentSubmit, outcome: InboundOutcome | undefined): DoorReply {
    return this.sign(submit.uetr, writePaymentStatus(submit, outcome, this.stamp()));
  }

  private reject(message: Payment, reason: string, detail: string | undefined, bytes: Uint8Array): DoorReply {
    this.keep('in', message.uetr ?? message.messageId, 'pacs.008', bytes);
    return this.sign(
      message.uetr ?? message.messageId,
      writeDoorRejection(message, reason, detail, this.stamp()),
    );
  }

  private unreadable(errors: readonly Pick<IsoError, 'path' | 'detail'>[]): DoorReply {
    return { status: 400, body: writeUnreadable(errors, this.stamp()) };
  }

  private sign(subject: string, body: Buffer): DoorReply {
    this.keep('out', subject, 'pacs.002', body);
    return { status: 200, body };
  }

  private keep(
    direction: 'in' | 'out',
    subject: string,
    operation: string,
    bytes: Uint8Array,
    headers: Headers = {},
  ): void {
    this.options.evidence.keep({
      subject,
      direction,
      at: this.options.platform.clock.now(),
      operation,
      headers: pickHeaders(headers, SIGNATURE_HEADERS),
      bytes,
    });
  }

  private stamp(): AnswerStamp {
    const { platform, directory, bic } = this.options;
    const at = platform.clock.now();
    const network = directory.participant(this.options.corridor().partner.participant)?.bic;
    const messageId = uuidV7(at, (size) => platform.random.bytes(size)).replaceAll('-', '');
    return { messageId, at, ends: { from: { bic }, to: { bic: network } } };
  }
}
