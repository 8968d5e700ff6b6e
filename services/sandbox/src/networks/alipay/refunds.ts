import type { Clock } from '@tonle/platform';
import { z } from 'zod';
import type { Fault } from '../../kit/fault.js';
import type { FaultBook } from '../../kit/fault-book.js';
import { falsified, type Pause } from '../../kit/faulty.js';
import type { AlipayBooks, RefundEntry } from './books.js';
import { cancellationIdOf, refundIdOf, type WireAmount } from './rules.js';
import type { AlipayScheme } from './scheme.js';
import { UNKNOWN_VERSION, type KeyVersionWire } from '../../kit/key-version-wire.js';

const BASE = '/alipayplus/v1/';
const LOOK_AGAIN_MS = 100;
const text = z.string().min(1);
const amount = z.object({
  currency: z.string().regex(/^[A-Z]{3}$/),
  value: z.string().regex(/^[1-9]\d{0,15}$/),
});

/** A refund that Tonle asks for: its merchant gives a wallet's user money back. */
export const askedRefund = z.object({
  acquirerId: text,
  paymentId: text.max(64),
  refundRequestId: text.max(64),
  refundAmount: amount,
  settlementAmount: amount,
});

/** How a refund or a cancellation stands after it was told to Tonle. */
export interface ReturnOutcome {
  readonly id: string;
  readonly state: 'completed' | 'rejected' | 'open';
  readonly reason?: string;
  /** Answers so far, each its result code, or why there was none. */
  readonly answers: readonly string[];
}

type Told = { readonly status: 'S' | 'F' | 'U'; readonly code: string };

/** Money that goes back, both ways: what Tonle's merchants refund is booked, what merchants abroad refund is told to Tonle. */
export class RefundDesk {
  constructor(
    private readonly scheme: AlipayScheme,
    private readonly books: AlipayBooks,
    private readonly wire: KeyVersionWire,
    private readonly faults: FaultBook,
    private readonly clock: Clock,
    private readonly pause: Pause,
  ) {}

  /** Refunds that had no end when the process died go on. */
  async resume(onError: (error: unknown) => void): Promise<void> {
    await Promise.all(this.books.openRefunds('wallet').map((refund) => this.end(refund, 'S')));
    for (const refund of this.books.openRefunds('tonle')) void this.tellUntilEnded(refund, []).catch(onError);
  }

  /** Books a refund of Tonle's once: the same again is told what became of the first. Answers its result code. */
  async take(
    asked: z.infer<typeof askedRefund>,
    status: RefundEntry['status'],
    refusal?: string,
    addMinor = 0n,
  ): Promise<string> {
    const { paymentId: of, refundRequestId, refundAmount, settlementAmount } = asked;
    const known = this.books.refund(refundRequestId);
    if (known !== undefined) {
      await this.books.settled();
      if (known.of !== of || !isSame(known.amount, refundAmount)) return 'REPEAT_REQ_INCONSISTENT';
      return known.status === 'S' ? 'SUCCESS' : known.status === 'U' ? 'PAYMENT_IN_PROCESS' : known.code!;
    }
    const push = this.books.push(of);
    // Not known to have ended: it may be asked for again, under the same id.
    if (push !== undefined && push.end === undefined) return 'PAYMENT_IN_PROCESS';
    const code = refusal ?? this.whyNot(push, refundAmount);
    const value = falsified(BigInt(settlementAmount.value), addMinor).toString();
    await this.books.write({
      ...{ kind: 'refund', refundRequestId, of, to: 'wallet', amount: refundAmount },
      settlement: { ...settlementAmount, value },
      status: code === undefined ? status : 'F',
      ...(code !== undefined && { code }),
      at: this.clock.now(),
    });
    return code ?? (status === 'U' ? 'PAYMENT_IN_PROCESS' : 'SUCCESS');
  }

  /** What was asked for later comes about. */
  async finish(refundRequestId: string): Promise<void> {
    const refund = this.books.refund(refundRequestId);
    if (refund?.status === 'U') await this.end(refund, 'S');
  }

  /** What a refund that was booked is told with. */
  shown(refundRequestId: string): object {
    const {
      amount: refundAmount,
      settlement: settlementAmount,
      of,
      at,
    } = this.books.refund(refundRequestId)!;
    const { acquirerId, pspId } = this.scheme;
    return {
      ...{ acquirerId, pspId, paymentId: of, refundRequestId, refundId: refundIdOf(refundRequestId) },
      ...{ refundAmount, settlementAmount, refundTime: new Date(at).toISOString() },
    };
  }

  /** A merchant abroad gives back a part of an order, or all that is left. Undefined: there is not so much of it. */
  async give(
    paymentRequestId: string,
    wanted: WireAmount | undefined,
    refundRequestId: string,
  ): Promise<RefundEntry | undefined> {
    const known = this.books.refund(refundRequestId);
    if (known !== undefined) return known;
    const paid = this.books.paid(paymentRequestId);
    if (paid?.status !== 'S') return undefined;
    const left = this.books.left(paymentRequestId, paid.amount);
    const value = BigInt(wanted?.value ?? left);
    if (value <= 0n || value > left || (wanted ?? paid.amount).currency !== paid.amount.currency)
      return undefined;
    const given = { currency: paid.amount.currency, value: value.toString() };
    const refund: RefundEntry = {
      ...{ kind: 'refund', refundRequestId, of: paymentRequestId, to: 'tonle', amount: given },
      ...{ settlement: given, status: 'U', at: this.clock.now() },
    };
    await this.books.write(refund);
    return refund;
  }

  /** Tells Tonle of a refund until it has an end: the same id again, however long that takes. */
  async tellUntilEnded(refund: RefundEntry, answers: string[]): Promise<ReturnOutcome> {
    const { acquirerId, pspId, refundRepeatMs } = this.scheme;
    const { refundRequestId, of: paymentRequestId, amount: refundAmount } = refund;
    const body = { acquirerId, pspId, paymentRequestId, refundRequestId, refundAmount };
    for (let turn = 0; ; turn += 1) {
      const told = await this.tell('refund', body, refundRequestId, refundAmount);
      answers.push(told.code);
      if (told.status !== 'U') {
        await this.end(refund, told.status, told.code);
        const state = told.status === 'S' ? 'completed' : 'rejected';
        return { id: refundRequestId, state, ...(told.status === 'F' && { reason: told.code }), answers };
      }
      await this.pause(refundRepeatMs[Math.min(turn, refundRepeatMs.length - 1)]!);
    }
  }

  /**
   * An order is wanted no more: closed here at once, and cancelled at Tonle, by the same id while the answer is U. What was
   * paid is back then.
   */
  async cancel(paymentRequestId: string, answers: string[]): Promise<ReturnOutcome> {
    const { acquirerId, pspId, cancelRepeatMs } = this.scheme;
    await this.books.write({ kind: 'closed', paymentRequestId, at: this.clock.now() });
    const body = { acquirerId, pspId, paymentRequestId };
    for (const wait of [...cancelRepeatMs, undefined]) {
      const told = await this.tell('cancelPayment', body, paymentRequestId);
      answers.push(told.code);
      if (told.status === 'S') {
        // How much went back by it shows when every refund beside it has its end.
        while (this.books.refundsOf(paymentRequestId).some(({ status }) => status === 'U'))
          await this.pause(LOOK_AGAIN_MS);
        const refund = await this.give(paymentRequestId, undefined, cancellationIdOf(paymentRequestId));
        if (refund !== undefined) await this.end(refund, 'S');
        return { id: paymentRequestId, state: 'completed', answers };
      }
      if (told.status === 'F') return { id: paymentRequestId, state: 'rejected', reason: told.code, answers };
      if (wait !== undefined) await this.pause(wait);
    }
    return { id: paymentRequestId, state: 'open', answers };
  }

  private async tell(operation: string, body: object, reference: string, of?: WireAmount): Promise<Told> {
    const facts = { reference, ...(of !== undefined && { minor: BigInt(of.value), currency: of.currency }) };
    const fault = this.faults.pick('alipay', `pay.${operation}`, facts);
    if (fault?.fault === 'delay') await this.pause(fault.delayMs ?? 1000);
    if (fault?.fault === 'timeout_before') return { status: 'U', code: 'not sent' };
    const post = () => this.post(operation, falsifiedBody(body, of, fault), fault);
    if (fault?.fault === 'duplicate') await Promise.all([post(), post(), post(), post()]);
    const answer = await post();
    return fault?.fault === 'timeout_after' ? { status: 'U', code: 'not heard' } : answer;
  }

  private async post(operation: string, body: object, fault: Fault | undefined): Promise<Told> {
    const { answerMs } = this.scheme;
    const keyVersion = fault?.fault === 'unknown_key' ? { keyVersion: UNKNOWN_VERSION } : {};
    const answer = await this.wire.post(`${BASE}${operation}`, body, answerMs, keyVersion);
    if (answer.kind !== 'answered') return { status: 'U', code: answer.because };
    const { resultStatus, resultCode = 'no result' } =
      (answer.body as { result?: Partial<Record<'resultStatus' | 'resultCode', string>> }).result ?? {};
    const status = resultStatus === 'S' || resultStatus === 'F' ? resultStatus : 'U';
    return { status, code: resultCode };
  }

  private whyNot(push: ReturnType<AlipayBooks['push']>, { currency, value }: WireAmount): string | undefined {
    if (push === undefined) return 'ORDER_NOT_EXIST';
    if (push.end?.status !== 'S') return 'PROCESS_FAIL';
    const { paymentId, amount: paid } = push.entry;
    if (currency !== paid.currency) return 'CURRENCY_NOT_SUPPORT';
    return BigInt(value) > this.books.left(paymentId, paid) ? 'REFUND_AMOUNT_EXCEED' : undefined;
  }

  private async end(refund: RefundEntry, status: 'S' | 'F', code?: string): Promise<void> {
    const why = status === 'F' && code !== undefined ? { code } : {};
    await this.books.write({ ...refund, status, ...why, at: this.clock.now() });
  }
}

function isSame(one: WireAmount, other: WireAmount): boolean {
  return one.currency === other.currency && one.value === other.value;
}

function falsifiedBody(body: object, of: WireAmount | undefined, fault: Fault | undefined): object {
  if (of === undefined || fault?.fault !== 'wrong_amount') return body;
  const value = falsified(BigInt(of.value), BigInt(fault.addMinor ?? '100')).toString();
  return { ...body, refundAmount: { ...of, value } };
}
