import type { Clock } from '@tonle/platform';
import type { Fault } from '../../kit/fault.js';
import type { FaultBook } from '../../kit/fault-book.js';
import { falsified, type Pause } from '../../kit/faulty.js';
import type { AlipayBooks, PushEntry } from './books.js';
import { converted, type WalletUser, type WireAmount } from './rules.js';
import type { AlipayScheme } from './scheme.js';
import { UNKNOWN_VERSION, type KeyVersionWire } from '../../kit/key-version-wire.js';

const BASE = '/alipayplus/v1/';
const LOOKUP_MS = 10_000;

export interface PushStep {
  readonly step: string;
  readonly at: string;
  readonly ms: number;
  readonly detail?: string;
}

export interface PushOutcome {
  readonly paymentId: string;
  readonly state: 'completed' | 'rejected' | 'open';
  readonly reason?: string;
  readonly settlement?: WireAmount;
  readonly inquiries: number;
  readonly latencyMs: number;
}

/** A code that Tonle has decoded for a wallet: who gets paid, and how much where the code says so. */
export interface DecodedCode {
  readonly codeValue: string;
  readonly merchantName: string;
  readonly account: string;
  readonly amount?: WireAmount;
}

type Told =
  | { readonly status: 'S' | 'F'; readonly code: string; readonly settlement?: WireAmount }
  | 'open'
  | 'unknown';
type Step = (step: string, detail?: string) => void;

/** A wallet's side: has Tonle decode a code, charges its user, pushes the payment and asks until it has an end. */
export class PushSide {
  constructor(
    private readonly scheme: AlipayScheme,
    private readonly books: AlipayBooks,
    private readonly wire: KeyVersionWire,
    private readonly faults: FaultBook,
    private readonly clock: Clock,
    private readonly pause: Pause,
    private readonly randomUuid: () => string,
  ) {}

  /** What the wallet shows before its user says yes; or Tonle's refusal. */
  async decode(
    codeValue: string,
    user: WalletUser,
  ): Promise<
    { readonly kind: 'ok'; readonly code: DecodedCode } | { readonly kind: 'refused'; readonly body: unknown }
  > {
    const { acquirerId, pspId } = this.scheme;
    const body = { acquirerId, pspId, codeValue, customerId: user.customerId };
    const answer = await this.wire.post(`${BASE}userInitiatedPay`, body, LOOKUP_MS);
    if (answer.kind !== 'answered') return { kind: 'refused', body: { reason: answer.because } };
    const read = answer.body as {
      result?: { resultStatus?: string };
      order?: { merchant?: { merchantName?: string; referenceMerchantId?: string } };
      paymentAmount?: WireAmount;
    };
    const { merchantName, referenceMerchantId } = read.order?.merchant ?? {};
    if (read.result?.resultStatus !== 'S' || merchantName === undefined)
      return { kind: 'refused', body: answer.body };
    const amount = read.paymentAmount;
    return {
      kind: 'ok',
      code: {
        codeValue,
        merchantName,
        account: referenceMerchantId ?? '',
        ...(amount !== undefined && { amount }),
      },
    };
  }

  /** Charges the user, pushes, and follows the payment to its end; gives up watching (not asking) after `waitMs`. */
  async pay(
    { codeValue }: DecodedCode,
    amount: WireAmount,
    user: WalletUser,
    waitMs: number | undefined,
    step: Step,
  ): Promise<PushOutcome> {
    const paymentId = this.newPaymentId();
    const charged = converted(amount, user.currency, this.scheme);
    const { customerId, brand } = user;
    const at = this.clock.now();
    const entry: PushEntry = { kind: 'push', paymentId, codeValue, customerId, brand, amount, charged, at };
    await this.books.write(entry);
    step('payer_debited', `${brand} ${charged.value} ${charged.currency}`);
    const started = performance.now();
    const ended = this.send(entry, step).then((first) => this.follow(entry, first, step));
    const outcome = await (waitMs === undefined
      ? ended
      : Promise.race([ended, this.pause(waitMs).then(() => undefined)]));
    const latencyMs = performance.now() - started;
    return outcome === undefined
      ? { paymentId, state: 'open', inquiries: 0, latencyMs }
      : { ...outcome, latencyMs };
  }

  /** Pushes that were open when the process died are asked about until they end. */
  resume(onError: (error: unknown) => void): void {
    for (const { entry } of this.books.openPushes())
      void this.follow(entry, 'unknown', () => undefined).catch(onError);
  }

  /** Tonle told the end by itself: once of each counts, however often it comes. */
  async told(told: {
    readonly paymentId: string;
    readonly paymentResult: { readonly resultCode: string; readonly resultStatus: string };
    readonly settlementAmount?: WireAmount;
  }): Promise<void> {
    const read = toldOf(told);
    if (read !== 'open' && read !== 'unknown') await this.end(told.paymentId, read);
  }

  private async send(entry: PushEntry, step: Step): Promise<Told> {
    const { paymentId, amount, customerId } = entry;
    const facts = {
      accounts: [customerId],
      minor: BigInt(amount.value),
      currency: amount.currency,
      reference: paymentId,
    };
    const fault = this.faults.pick('alipay', 'pay.pushPayment', facts);
    const body = this.bodyOf(entry, fault);
    if (fault?.fault === 'delay') await this.pause(fault.delayMs ?? 1000);
    if (fault?.fault === 'timeout_before') return 'unknown';
    step('sent', paymentId);
    const { answerMs } = this.scheme;
    const keyVersion = fault?.fault === 'unknown_key' ? { keyVersion: UNKNOWN_VERSION } : {};
    const post = (ms = answerMs) => this.wire.post(`${BASE}pushPayment`, body, ms, keyVersion);
    if (fault?.fault === 'duplicate') await Promise.all([post(), post(), post(), post()]);
    const answer = await post(fault?.fault === 'reset' ? (fault.delayMs ?? 50) : answerMs);
    const read =
      fault?.fault === 'timeout_after' || answer.kind !== 'answered' ? 'unknown' : toldOf(answer.body);
    step('answered', answer.kind === 'answered' ? JSON.stringify(answer.body).slice(0, 200) : answer.because);
    return read;
  }

  private bodyOf(
    { paymentId, codeValue, customerId, brand, amount, charged }: PushEntry,
    fault: Fault | undefined,
  ): object {
    const { acquirerId, pspId } = this.scheme;
    const wrong = fault?.fault === 'wrong_amount' ? BigInt(fault.addMinor ?? '100') : 0n;
    const value = falsified(BigInt(amount.value), wrong).toString();
    return {
      acquirerId,
      pspId,
      paymentId,
      paymentAmount: { ...amount, value },
      customerPaidAmount: charged,
      codeValue,
      customerId,
      walletBrandName: brand,
    };
  }

  private async follow(entry: PushEntry, first: Told, step: Step): Promise<Omit<PushOutcome, 'latencyMs'>> {
    const { paymentId } = entry;
    const { inquiryMs, acquirerId } = this.scheme;
    let answer = first;
    let inquiries = 0;
    while (answer === 'open' || answer === 'unknown') {
      const wait = inquiryMs[Math.min(inquiries, inquiryMs.length - 1)]!;
      await this.pause(wait);
      // Tonle's own notice may have come meanwhile.
      const end = this.books.push(paymentId)?.end;
      if (end !== undefined) {
        answer = end;
        break;
      }
      inquiries += 1;
      const asked = await this.wire.post(`${BASE}inquiryPushPayment`, { acquirerId, paymentId }, LOOKUP_MS);
      answer = asked.kind === 'answered' ? this.believed(toldOf(asked.body), asked.body, entry) : 'unknown';
      step('inquired', typeof answer === 'string' ? answer : answer.code);
    }
    await this.end(paymentId, answer);
    const { status, code, settlement } = this.books.push(paymentId)!.end!;
    step(status === 'S' ? 'completed' : 'payer_refunded', code);
    return {
      paymentId,
      state: status === 'S' ? 'completed' : 'rejected',
      ...(status === 'F' && { reason: code }),
      ...(settlement !== undefined && { settlement }),
      inquiries,
    };
  }

  /** That there is no such payment counts when it cannot come any more. */
  private believed(told: Told, body: unknown, { at }: PushEntry): Told {
    const { resultCode } = (body as { result?: { resultCode?: string } }).result ?? {};
    if (resultCode !== 'ORDER_NOT_EXIST') return told;
    return this.clock.now() - at > this.scheme.notFoundFinalMs
      ? { status: 'F', code: resultCode }
      : 'unknown';
  }

  private async end(paymentId: string, { status, code, settlement }: Exclude<Told, string>): Promise<void> {
    const record = this.books.push(paymentId);
    if (record === undefined || record.end !== undefined) return;
    const at = this.clock.now();
    const settled = settlement === undefined ? {} : { settlement };
    await this.books.write({ kind: 'push_end', paymentId, status, code, ...settled, at });
  }

  /** 32 digits: the local day, and a number of its own. */
  private newPaymentId(): string {
    const day = new Date(this.clock.now() + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');
    const number = BigInt(`0x${this.randomUuid().replaceAll('-', '')}`) % 10n ** 24n;
    return `${day}${number.toString().padStart(24, '0')}`;
  }
}

/** What an answer says of the payment: `result` is about the call, `paymentResult` alone about the payment. */
function toldOf(body: unknown): Told {
  const { result, paymentResult, settlementAmount } = body as {
    result?: { resultStatus?: string; resultCode?: string };
    paymentResult?: { resultStatus?: string; resultCode?: string };
    settlementAmount?: WireAmount;
  };
  const { resultStatus: status, resultCode: code = '' } = paymentResult ?? {};
  if (status === 'S' || status === 'F')
    return { status, code, ...(settlementAmount !== undefined && { settlement: settlementAmount }) };
  return status === 'U' || result?.resultStatus === 'S' ? 'open' : 'unknown';
}
