import type { Clock } from '@tonle/platform';
import type { FaultBook } from '../../kit/fault-book.js';
import type { Pause } from '../../kit/faulty.js';
import type { AlipayBooks, DrawnEntry } from './books.js';
import { converted, merchantName, type WireAmount } from './rules.js';
import type { RefundDesk } from './refunds.js';
import type { AlipayScheme } from './scheme.js';
import type { KeyVersionWire } from '../../kit/key-version-wire.js';

const BASE = '/alipayplus/v1/';
const CALL_MS = 10_000;
/** A user-presented payment lives so long. */
const LIFETIME_MS = 60_000;

/** What a till wants of the one who shows a code. */
export interface WantedDrawing {
  readonly paymentRequestId: string;
  readonly code: string;
  readonly merchant: string;
  /** In the merchant's currency. */
  readonly payTo: WireAmount;
}

export interface DrawnOutcome {
  readonly paymentRequestId: string;
  readonly state: 'completed' | 'rejected' | 'cancelled' | 'open';
  readonly reason?: string;
  readonly inquiries: number;
  readonly cancels: number;
}

type Told =
  | { readonly status: 'S' | 'F' | 'U'; readonly code: string; readonly mppPaymentId?: string }
  | { readonly status: 'silent'; readonly code: string };
type Step = (step: string, detail?: string) => void;

/**
 * The till of a merchant abroad: scans the code that Tonle's payer shows, has the wallet pay, asks every few seconds, and
 * cancels when that takes too long. It fails the order only after a cancel went through.
 */
export class TillSide {
  constructor(
    private readonly scheme: AlipayScheme,
    private readonly books: AlipayBooks,
    private readonly wire: KeyVersionWire,
    private readonly refunds: RefundDesk,
    private readonly faults: FaultBook,
    private readonly clock: Clock,
    private readonly pause: Pause,
  ) {}

  /** One scan to its end; the same id again is the same payment. */
  async scan({ paymentRequestId, code, merchant, payTo }: WantedDrawing, step: Step): Promise<DrawnOutcome> {
    const amount = converted(payTo, 'USD', this.scheme);
    const entry: DrawnEntry = {
      ...{ kind: 'drawn', paymentRequestId, code, merchant, payTo, amount },
      at: this.clock.now(),
    };
    await this.books.write(entry);
    return this.follow(entry, await this.send(entry, step), step);
  }

  /** Those without an end when the process died are asked about. */
  resume(onError: (error: unknown) => void): void {
    for (const entry of this.books.openDrawings())
      void this.follow(entry, { status: 'silent', code: 'resumed' }, () => undefined).catch(onError);
  }

  private async send(entry: DrawnEntry, step: Step): Promise<Told> {
    const { paymentRequestId: reference, amount, code } = entry;
    const facts = {
      accounts: [code],
      minor: BigInt(amount.value),
      currency: amount.currency,
      reference,
    };
    const fault = this.faults.pick('alipay', 'pay.pay', facts);
    // The till's time runs from the scan: what is delayed past it comes too late.
    const body = this.bodyOf(entry);
    const post = () => this.post('pay', body);
    if (fault?.fault === 'delay') await this.pause(fault.delayMs ?? 1000);
    if (fault?.fault === 'timeout_before') return { status: 'silent', code: 'not sent' };
    if (fault?.fault === 'duplicate') await Promise.all([post(), post(), post(), post()]);
    const told = await post();
    step('answered', told.code);
    return fault?.fault === 'timeout_after' ? { status: 'silent', code: 'not heard' } : told;
  }

  private bodyOf({ paymentRequestId, code, merchant, payTo, amount, at }: DrawnEntry): object {
    const { pspId, acquirerId, perDollar, shops } = this.scheme;
    return {
      ...{ acquirerId, pspId, paymentRequestId, paymentAmount: amount, payToAmount: payTo },
      paymentQuote: {
        quoteId: `Q${paymentRequestId.slice(0, 20)}`,
        quoteCurrencyPair: `USD/${payTo.currency}`,
        quotePrice: perDollar[payTo.currency],
      },
      paymentMethod: { paymentMethodType: 'CONNECT_WALLET', paymentMethodId: code },
      paymentFactor: { isInStorePayment: 'true', inStorePaymentScenario: 'PaymentCode' },
      paymentExpiryTime: new Date(at + LIFETIME_MS).toISOString(),
      order: {
        referenceOrderId: paymentRequestId,
        orderDescription: 'Order at the till',
        orderAmount: payTo,
        merchant: {
          ...{ referenceMerchantId: merchant, merchantName: merchantName(merchant, { shops }) },
          merchantMCC: '5812',
          merchantAddress: { region: 'SG' },
        },
      },
    };
  }

  private async follow(entry: DrawnEntry, first: Told, step: Step): Promise<DrawnOutcome> {
    const { paymentRequestId } = entry;
    const { tillInquiryMs } = this.scheme;
    let told = first;
    let inquiries = 0;
    while (told.status === 'U' || told.status === 'silent') {
      const wait = tillInquiryMs[inquiries];
      const paid = this.books.paid(paymentRequestId);
      // A telling of the wallet's own may have come meanwhile.
      if (paid?.status === 'S' || paid?.status === 'F')
        told = { status: paid.status, code: paid.code ?? 'SUCCESS' };
      else if (wait === undefined || this.books.isClosed(paymentRequestId))
        return this.cancelled(entry, inquiries, step);
      else {
        await this.pause(wait);
        inquiries += 1;
        told = this.believed(await this.post('inquiryPayment', { paymentRequestId }, 'paymentResult'), entry);
        step('inquired', told.code);
      }
    }
    await this.end(entry, told);
    const state = told.status === 'S' ? 'completed' : 'rejected';
    return {
      ...{ paymentRequestId, state, inquiries, cancels: 0 },
      ...(state === 'rejected' && { reason: told.code }),
    };
  }

  /** That there is none counts when it cannot come any more. */
  private believed(told: Told, { at }: DrawnEntry): Told {
    const isOver = this.clock.now() - at > this.scheme.notFoundFinalMs;
    return told.code === 'ORDER_NOT_EXIST' && !isOver ? { status: 'silent', code: told.code } : told;
  }

  /** Closed at once; what Tonle tells afterwards is refused. */
  private async cancelled(
    { paymentRequestId }: DrawnEntry,
    inquiries: number,
    step: Step,
  ): Promise<DrawnOutcome> {
    const answers: string[] = [];
    const { state } = await this.refunds.cancel(paymentRequestId, answers);
    step('cancelled', answers.join(', '));
    return {
      paymentRequestId,
      state: state === 'completed' ? 'cancelled' : state,
      inquiries,
      cancels: answers.length,
    };
  }

  /** `result` of a pay is its end; of an inquiry `paymentResult` is. */
  private async post(operation: string, body: object, member = 'result'): Promise<Told> {
    const answer = await this.wire.post(`${BASE}${operation}`, body, CALL_MS);
    if (answer.kind !== 'answered') return { status: 'silent', code: answer.because };
    const members = answer.body as Record<string, Partial<Record<string, string>> | undefined>;
    const { resultStatus: status, resultCode: code = 'no result' } =
      members[member] ?? members['result'] ?? {};
    const { mppPaymentId } = answer.body;
    if (status !== 'S' && status !== 'F' && status !== 'U') return { status: 'silent', code };
    return { status, code, ...(typeof mppPaymentId === 'string' && { mppPaymentId }) };
  }

  /** Paid by the answer, unless the wallet has told it before: booked once. */
  private async end({ paymentRequestId, merchant, amount }: DrawnEntry, told: Told): Promise<void> {
    const at = this.clock.now();
    if (told.status === 'F') {
      await this.books.write({ kind: 'closed', paymentRequestId, at });
      return;
    }
    if (this.books.paid(paymentRequestId) !== undefined || told.status !== 'S') return;
    const { mppPaymentId = '' } = told;
    await this.books.write({
      ...{ kind: 'paid', paymentRequestId, mppPaymentId, merchant, told: amount.value, amount },
      ...{ status: 'S', at },
    });
  }
}
