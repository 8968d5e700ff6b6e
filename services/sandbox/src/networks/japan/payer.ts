import { amount as amountOf, formatAsPaid, type Amount } from '@tonle/money';
import type { Clock } from '@tonle/platform';
import { z } from 'zod';
import type { Fault } from '../../kit/fault.js';
import type { FaultBook } from '../../kit/fault-book.js';
import { falsified, type Pause } from '../../kit/faulty.js';
import { UNKNOWN_VERSION, type SignedAnswer, type KeyVersionWire } from '../../kit/key-version-wire.js';
import type { IsoBooks } from '../iso20022/books.js';
import type { PayOutcome, TakenDebit, TellPayStep } from '../iso20022/delivery.js';
import type { PayOrder, Preparation, PreparedPayment } from '../iso20022/payer.js';
import { brandOfUser } from './merchants.js';
import type { JapanScheme } from './scheme.js';

const NETWORK = 'japan';
const BASE = '/japan/v1/';
const LOOKUP_MS = 10_000;

const money = z.object({ currency: z.string(), value: z.string().regex(/^\d{1,16}$/) });
const lookedUp = z.object({
  merchant: z.object({ name: z.string(), account: z.string() }),
  quote: z.object({ quoteId: z.string(), amount: money, payAmount: money, rate: z.string() }).optional(),
});

interface Ended {
  readonly status: 'ACCC' | 'RJCT';
  readonly reason?: string;
  /** Tonle's. */
  readonly reference?: string;
}
type Heard = Ended | 'open' | 'missing';

export interface WalletParts {
  readonly scheme: JapanScheme;
  readonly books: IsoBooks;
  readonly wire: KeyVersionWire;
  readonly faults: FaultBook;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly randomUuid: () => string;
}

/** The side of the wallets: has Tonle look a code up, charges the user, sends the payment and asks until it has an end. */
export class WalletSide {
  constructor(private readonly parts: WalletParts) {}

  /** What the wallet shows before its user says yes. */
  async prepare(order: PayOrder, step: TellPayStep = () => undefined): Promise<Preparation> {
    const wanted = order.amount === undefined ? {} : { amount: written(order.amount) };
    const body = { codeValue: order.qrText, ...wanted };
    const answer = await this.parts.wire.post(`${BASE}lookups`, body, LOOKUP_MS);
    if (answer.kind !== 'answered') return { kind: 'refused', status: 502, body: { reason: answer.because } };
    const found = lookedUp.safeParse(answer.body).data;
    if (found?.quote === undefined) return { kind: 'refused', status: 422, body: answer.body };
    const { quoteId, rate, amount, payAmount } = found.quote;
    const { name, account } = found.merchant;
    step('resolved', `${name} ${account}`);
    step('quoted', `${quoteId} at ${rate}`);
    const quote = { quoteId, rate, source: read(amount), target: read(payAmount) };
    const payee = { name, account, accountType: 'bakong' };
    return { kind: 'prepared', payment: { uetr: this.parts.randomUuid(), order, payee, quote } };
  }

  /** Charges the user, sends, and follows the payment to its end; gives up watching (not asking) after `waitMs`, if given. */
  async pay(
    { uetr, order, payee, quote }: PreparedPayment,
    waitMs?: number,
    step: TellPayStep = () => undefined,
  ): Promise<PayOutcome> {
    const { books, clock, pause } = this.parts;
    const at = clock.now();
    const debit: TakenDebit = {
      uetr,
      messageId: uetr,
      endToEndId: uetr,
      transactionId: uetr,
      payer: order.payer.account,
      currency: quote.source.currency,
      minor: quote.source.minor.toString(),
      quoteId: quote.quoteId,
      acceptedAt: at,
      at,
    };
    await books.addDebit(debit);
    step('payer_debited', `${debit.payer} ${formatAsPaid(quote.source)} ${debit.currency}`);
    const started = performance.now();
    const ended = this.send(debit, payee.account, order.payer.name, step).then((first) =>
      this.follow(debit, first, step),
    );
    const outcome = await (waitMs === undefined
      ? ended
      : Promise.race([ended, pause(waitMs).then(() => undefined)]));
    const latencyMs = performance.now() - started;
    return { uetr, state: 'open', enquiries: 0, ...outcome, latencyMs };
  }

  /** What was open when the process died is asked about until it ends. */
  resume(onError: (error: unknown) => void): void {
    for (const { entry } of this.parts.books.openDebits())
      void this.follow(entry, 'open', () => undefined).catch(onError);
  }

  /** Tonle told the end by itself: once of each counts, however often it comes. */
  async told(payment: { requestId: string; status: string; reason?: string }): Promise<void> {
    const heard = standingOf(payment);
    if (typeof heard !== 'string') await this.end(payment.requestId, heard);
  }

  private async send(debit: TakenDebit, payee: string, name: string, step: TellPayStep): Promise<Heard> {
    const { faults, pause, scheme, wire } = this.parts;
    const { uetr, messageId: reference, currency, minor, payer } = debit;
    const facts = { accounts: [payee, payer], minor: BigInt(minor), currency, uetr, reference };
    const fault = faults.pick(NETWORK, 'pay.payment', facts);
    const body = this.bodyOf(debit, name, fault);
    if (fault?.fault === 'delay') await pause(fault.delayMs ?? 1000);
    if (fault?.fault === 'timeout_before') return 'open';
    step('sent');
    const keyVersion = fault?.fault === 'unknown_key' ? { keyVersion: UNKNOWN_VERSION } : {};
    const answerMs = fault?.fault === 'reset' ? (fault.delayMs ?? 50) : scheme.answerMs;
    const post = () => wire.post(`${BASE}payments`, body, answerMs, keyVersion);
    if (fault?.fault === 'duplicate') await Promise.all([post(), post(), post(), post()]);
    const answer = await post();
    const heard = fault?.fault === 'timeout_after' ? 'open' : heardOf(answer, 'order');
    step('answered', typeof heard === 'string' ? heard : heard.status);
    return heard;
  }

  private bodyOf(debit: TakenDebit, name: string, fault: Fault | undefined): object {
    const wrong = fault?.fault === 'wrong_amount' ? BigInt(fault.addMinor ?? '100') : 0n;
    const value = falsified(BigInt(debit.minor), wrong).toString();
    return {
      requestId: debit.messageId,
      quoteId: debit.quoteId,
      amount: { currency: debit.currency, value },
      payer: { account: debit.payer, name, brand: brandOfUser(debit.payer, this.parts.scheme) },
      acceptedAt: new Date(debit.acceptedAt).toISOString(),
    };
  }

  private async follow(
    { uetr, acceptedAt }: TakenDebit,
    first: Heard,
    step: TellPayStep,
  ): Promise<Omit<PayOutcome, 'latencyMs'>> {
    const { scheme, pause, clock, wire, books } = this.parts;
    let heard = first;
    let enquiries = 0;
    while (typeof heard === 'string') {
      // That there is no such payment counts when it cannot come any more.
      if (heard === 'missing' && clock.now() - acceptedAt > scheme.notFoundFinalMs) {
        heard = { status: 'RJCT', reason: 'PAYMENT_UNKNOWN' };
        break;
      }
      await pause(scheme.enquiryMs[Math.min(enquiries, scheme.enquiryMs.length - 1)]!);
      // Tonle's own word may have come meanwhile.
      if (books.debit(uetr)?.final !== undefined) break;
      enquiries += 1;
      const asked = await wire.post(`${BASE}payments/enquiry`, { requestId: uetr }, LOOKUP_MS);
      heard = heardOf(asked, 'question');
      step('enquired', typeof heard === 'string' ? heard : heard.status);
    }
    if (typeof heard !== 'string') await this.end(uetr, heard);
    const { status, reason, reference } = books.debit(uetr)!.final!;
    step(status === 'ACCC' ? 'completed' : 'payer_refunded', reason);
    const state = status === 'ACCC' ? 'completed' : 'rejected';
    return {
      uetr,
      state,
      ...(reason !== undefined && { reason }),
      ...(reference !== undefined && { reference }),
      enquiries,
    };
  }

  private async end(uetr: string, { status, reason, reference }: Ended): Promise<void> {
    const { books, clock } = this.parts;
    const told = {
      ...(reason !== undefined && { reason }),
      ...(reference !== undefined && { reference }),
    };
    await books.end({ of: 'debit', uetr, status, ...told, at: clock.now() });
  }
}

/** An error that answers a payment is its end; one that answers a question about it says nothing but that it is unknown. */
function heardOf(answer: SignedAnswer, to: 'order' | 'question'): Heard {
  if (answer.kind !== 'answered') return 'open';
  const { payment, error } = answer.body as {
    payment?: Parameters<WalletSide['told']>[0] & { paymentId?: string };
    error?: { code: string };
  };
  if (payment !== undefined) return standingOf(payment);
  if (error?.code === 'PAYMENT_UNKNOWN') return 'missing';
  return to === 'order' && answer.status < 500 && error !== undefined
    ? { status: 'RJCT', reason: error.code }
    : 'open';
}

function standingOf(payment: { status: string; reason?: string; paymentId?: string }): Heard {
  const { status, reason, paymentId: reference } = payment;
  if (status === 'ACCEPTED') return { status: 'ACCC', ...(reference !== undefined && { reference }) };
  return status === 'REJECTED' ? { status: 'RJCT', ...(reason !== undefined && { reason }) } : 'open';
}

const written = ({ currency, minor }: Amount) => ({ currency, value: minor.toString() });
const read = ({ currency, value }: z.infer<typeof money>): Amount => amountOf(currency, BigInt(value));
