import type { Clock } from '@tonle/platform';
import { amount, formatAsPaid } from '@tonle/money';
import type { Fault } from '../../kit/fault.js';
import type { FaultBook } from '../../kit/fault-book.js';
import type { Pause } from '../../kit/faulty.js';
import type { DoorAnswer, SignedWire } from '../../kit/signed-wire.js';
import { describeAnswer, readAnswer, type PaymentAnswer } from './answer.js';
import { familyOf, type DebitEntry, type IsoBooks } from './books.js';
import { isoTime, XML, type Messages } from './messages.js';
import type { IsoScheme } from './scheme.js';

const ENQUIRY_MS = 10_000;

export interface PayStep {
  readonly step: string;
  readonly at: string;
  readonly ms: number;
  readonly detail?: string;
}
export type TellPayStep = (step: string, detail?: string) => void;
export type TakenDebit = Omit<DebitEntry, 'kind'>;

export interface PayOutcome {
  readonly uetr: string;
  readonly state: 'completed' | 'rejected' | 'open';
  readonly reason?: string;
  readonly reference?: string;
  /** From the first byte of the message to the final answer. */
  readonly latencyMs: number;
  readonly enquiries: number;
}

type Followed = Omit<PayOutcome, 'latencyMs'> & { readonly answeredAt: number };

export interface SendingParts {
  readonly scheme: IsoScheme;
  readonly messages: Messages;
  readonly books: IsoBooks;
  readonly wire: SignedWire;
  readonly faults: FaultBook;
  readonly clock: Clock;
  readonly pause: Pause;
}

/** How the network sends money to Tonle: it is taken from somebody here, told, and asked about until it has an end. */
export class IsoDelivery {
  constructor(private readonly parts: SendingParts) {}

  /**
   * Takes the money, sends the message that `written` makes, which a fault may spoil, and follows it to its end; gives up
   * watching (not asking) after `waitMs`, if given.
   */
  async deliver(
    debit: TakenDebit,
    payee: string,
    written: (fault: Fault | undefined) => string,
    step: TellPayStep,
    waitMs?: number,
  ): Promise<PayOutcome> {
    const { books, pause } = this.parts;
    await books.addDebit(debit);
    const taken = formatAsPaid(amount(debit.currency, BigInt(debit.minor)));
    step('payer_debited', `${debit.payer} ${taken} ${debit.currency}`);
    const started = performance.now();
    const first = await this.send(debit, payee, written, step);
    const ended = this.follow(debit, first, step);
    const outcome = await (waitMs === undefined
      ? ended
      : Promise.race([ended, pause(waitMs).then(() => undefined)]));
    const { uetr } = debit;
    if (outcome === undefined)
      return { uetr, state: 'open', latencyMs: performance.now() - started, enquiries: 0 };
    const { answeredAt, ...told } = outcome;
    return { ...told, latencyMs: answeredAt - started };
  }

  /** What was open when the process died is asked about until it ends. */
  resume(onError: (error: unknown) => void): void {
    for (const { entry } of this.parts.books.openDebits())
      void this.follow(entry, { kind: 'unknown' }, () => undefined).catch(onError);
  }

  private async send(
    debit: TakenDebit,
    payee: string,
    written: (fault: Fault | undefined) => string,
    step: TellPayStep,
  ): Promise<PaymentAnswer> {
    const { scheme, faults, pause } = this.parts;
    const { uetr, messageId: reference, currency, minor, payer } = debit;
    const facts = { accounts: [payee, payer], minor: BigInt(minor), currency, uetr, reference };
    const family = familyOf(debit);
    const fault = faults.pick(scheme.id, `pay.${family}`, facts);
    const text = written(fault);
    const post = (body: string, ms: number): Promise<DoorAnswer> =>
      this.parts.wire.post(`/iso20022/${family}`, XML, body, ms);
    if (fault?.fault === 'delay') await pause(fault.delayMs ?? 1000);
    if (fault?.fault === 'timeout_before') return { kind: 'unknown' };
    if (fault?.fault === 'garbage') await post(text.slice(0, -20), scheme.answerMs);
    step('sent');
    if (fault?.fault === 'duplicate') void post(text, scheme.answerMs);
    const answerMs = fault?.fault === 'reset' ? (fault.delayMs ?? 50) : scheme.answerMs;
    const answer = await post(text, answerMs);
    const read = fault?.fault === 'timeout_after' ? { kind: 'unknown' as const } : readAnswer(answer, debit);
    step('answered', describeAnswer(answer, read));
    return read;
  }

  private async follow(debit: TakenDebit, first: PaymentAnswer, step: TellPayStep): Promise<Followed> {
    const { scheme, pause, clock, wire, books } = this.parts;
    let answer = first;
    let enquiries = 0;
    while (answer.kind !== 'final') {
      const age = clock.now() - debit.acceptedAt;
      if (answer.kind === 'not_found' && age > scheme.notFoundFinalMs) {
        answer = { kind: 'final', status: 'RJCT', reason: 'AG09' };
        break;
      }
      await pause(scheme.enquiryMs[Math.min(enquiries, scheme.enquiryMs.length - 1)] ?? 10_000);
      enquiries += 1;
      const asked = await wire.post('/iso20022/pacs.028', XML, this.enquiry(debit, enquiries), ENQUIRY_MS);
      answer = readAnswer(asked, debit);
      step('enquired', describeAnswer(asked, answer));
    }
    const { status, reason, reference } = answer;
    const ended = {
      ...(reason === undefined ? {} : { reason }),
      ...(reference === undefined ? {} : { reference }),
    };
    const answeredAt = performance.now();
    const { uetr } = debit;
    await books.end({ of: 'debit', uetr, status, ...ended, at: clock.now() });
    step(status === 'ACCC' ? 'completed' : 'payer_refunded', reason);
    return { uetr, state: status === 'ACCC' ? 'completed' : 'rejected', ...ended, enquiries, answeredAt };
  }

  private enquiry(debit: TakenDebit, count: number): string {
    const { messages, scheme, clock } = this.parts;
    const { messageId, endToEndId, transactionId, uetr, refundOf } = debit;
    const at = clock.now();
    return messages.write(
      {
        kind: 'status_request',
        messageId: `${messageId}Q${count}`,
        createdAt: isoTime(at),
        originalMessageId: messageId,
        originalMessageName: scheme.versions[refundOf === undefined ? 'payment' : 'return'],
        originalEndToEndId: endToEndId,
        originalTransactionId: transactionId,
        originalUetr: refundOf ?? uetr,
        instructingAgent: messages.agent,
        instructedAgent: messages.tonle,
      },
      scheme.versions.enquiry,
      at,
    );
  }
}
