import { randomBytes } from 'node:crypto';
import type { Clock } from '@tonle/platform';
import { z } from 'zod';
import type { CallFacts } from '../../kit/fault.js';
import type { FaultBook } from '../../kit/fault-book.js';
import { falsified, underFault, type Operation, type Pause } from '../../kit/faulty.js';
import type { HttpCall, HttpOutcome, HttpReply } from '../../kit/listener.js';
import type { AlipayBooks, PaidEntry } from './books.js';
import type { PushSide } from './payer.js';
import { askedRefund, type RefundDesk } from './refunds.js';
import { converted, orderOf, type MerchantOrder } from './rules.js';
import type { AlipayScheme } from './scheme.js';
import { misnamed, spoiled, told, type KeyVersionWire } from '../../kit/key-version-wire.js';

const BASE = '/aps/api/v1/payments/';
const WRONGLY_SIGNED = {
  client: 'INVALID_CLIENT',
  key: 'KEY_NOT_FOUND',
  signature: 'INVALID_SIGNATURE',
} as const;
/** Codes whose status is not F. */
const STATUS: Readonly<Record<string, string>> = {
  SUCCESS: 'S',
  PAYMENT_IN_PROCESS: 'U',
  UNKNOWN_EXCEPTION: 'U',
  REQUEST_TRAFFIC_EXCEED_LIMIT: 'U',
};
const text = z.string().min(1);
const amount = z.object({
  currency: z.string().regex(/^[A-Z]{3}$/),
  value: z.string().regex(/^[1-9]\d{0,15}$/),
});
const result = z.object({ resultCode: text, resultStatus: z.enum(['S', 'F', 'U']) });
/** A payment code is good so long. */
const CODE_MS = 60_000;
const codeWanted = z.object({ mppId: text, customerId: text.max(64) });
const decoded = z.object({ codeValue: text.max(512), mppId: text });
const notified = z.object({
  paymentRequestId: text.max(64),
  mppPaymentId: text.max(64),
  paymentAmount: amount,
  payToAmount: amount.optional(),
  paymentTime: text.optional(),
  paymentResult: result,
});
const pushNotified = z.object({
  paymentId: text.max(64),
  acquirerId: text,
  paymentResult: result,
  settlementAmount: amount.optional(),
});

/** The `result` of an answer. */
/** A shop's own code names no amount and is no order: whoever scans it begins one. */
function scannedOrder(code: string, scheme: AlipayScheme): MerchantOrder | undefined {
  const order = orderOf(code, scheme);
  if (order === undefined || order.payTo !== undefined) return order;
  return { ...order, paymentRequestId: `AP${randomBytes(15).toString('hex')}` };
}

function resultOf(resultCode: string): object {
  return { resultCode, resultStatus: STATUS[resultCode] ?? 'F', resultMessage: resultCode.toLowerCase() };
}

/** Alipay+ as Tonle calls it: decodes order codes, is told what was paid, and how pushes ended. */
export class AlipayGateway {
  private readonly seen = new Map<string, MerchantOrder>();

  constructor(
    private readonly scheme: AlipayScheme,
    private readonly books: AlipayBooks,
    private readonly wire: KeyVersionWire,
    private readonly side: PushSide,
    private readonly refunds: RefundDesk,
    private readonly faults: FaultBook,
    private readonly clock: Clock,
    private readonly pause: Pause,
  ) {}

  /** Payments that were in progress when the process died are finished now. */
  async resume(): Promise<void> {
    await Promise.all(this.books.openOrders().map((paid) => this.finish(paid)));
  }

  /** Every request must be signed by Tonle; every answer is signed, refusals too. */
  async answer(call: HttpCall): Promise<HttpOutcome> {
    const sign = (reply: HttpReply): HttpReply => this.wire.sign(reply, call);
    if (call.method !== 'POST') return sign(told({ result: resultOf('METHOD_NOT_SUPPORTED') }));
    const wrong = this.wire.check(call);
    if (wrong !== undefined) return sign(told({ result: resultOf(WRONGLY_SIGNED[wrong]) }));
    const body = read(call.body);
    switch (call.path) {
      case `${BASE}userInitiatedPay`:
        return this.run('userInitiatedPay', {}, () => Promise.resolve(this.decode(body)), sign);
      case '/aps/api/v1/codes/getPaymentCode':
        return this.run('getPaymentCode', {}, () => Promise.resolve(this.newCode(body)), sign);
      case `${BASE}notifyPayment`:
        return this.notified(body, sign);
      case `${BASE}notifyPushPayment`:
        return this.pushEnded(body, sign);
      case `${BASE}refund`:
        return this.refunded(body, sign);
      default:
        return sign(told({ result: resultOf('NO_INTERFACE_DEF') }));
    }
  }

  private run(
    name: string,
    facts: CallFacts,
    perform: () => Promise<object>,
    sign: (reply: HttpReply) => HttpReply,
    more: Partial<Operation> = {},
  ): Promise<HttpOutcome> {
    const performed = async () => sign(told(await perform()));
    const operation: Operation = {
      perform: performed,
      refuse: (code) => Promise.resolve(sign(told({ result: resultOf(code) }))),
      spoil: spoiled,
      special: async () => misnamed(await (more.perform ?? performed)()),
      ...more,
    };
    return underFault(this.faults.pick('alipay', name, facts), operation, this.pause);
  }

  private decode(body: unknown): object {
    const asked = decoded.safeParse(body);
    if (!asked.success) return { result: resultOf('PARAM_ILLEGAL') };
    const order = scannedOrder(asked.data.codeValue, this.scheme);
    const wrong = order === undefined ? 'INVALID_CODE' : this.whyNot(order);
    if (order === undefined || wrong !== undefined) return { result: resultOf(wrong ?? 'INVALID_CODE') };
    this.seen.set(order.paymentRequestId, order);
    const { payTo } = order;
    return {
      result: resultOf('SUCCESS'),
      codeType: payTo === undefined ? 'ENTRY_CODE' : 'ORDER_CODE',
      paymentRequestId: order.paymentRequestId,
      ...(payTo !== undefined && {
        paymentAmount: converted(payTo, 'USD', this.scheme),
        payToAmount: payTo,
      }),
      paymentQuote: {
        quoteId: `Q${order.paymentRequestId.slice(2, 22)}`,
        quoteCurrencyPair: `USD/${order.currency}`,
        quotePrice: this.scheme.perDollar[order.currency],
        quoteStartTime: new Date(this.clock.now()).toISOString(),
        quoteExpiryTime: new Date(order.expiresMs).toISOString(),
      },
      paymentExpiryTime: new Date(order.expiresMs).toISOString(),
      order: {
        referenceOrderId: order.paymentRequestId.slice(2, 18),
        orderDescription: 'Order',
        merchant: {
          referenceMerchantId: order.merchant,
          merchantName: order.merchantName,
          merchantMCC: '5812',
        },
      },
    };
  }

  /** A payment code of the next minute: digits that begin as those of its kind do. */
  private newCode(body: unknown): object {
    if (!codeWanted.safeParse(body).success) return { result: resultOf('PARAM_ILLEGAL') };
    const digits = BigInt(`0x${randomBytes(7).toString('hex')}`) % 10n ** 16n;
    return {
      result: resultOf('SUCCESS'),
      paymentCode: `28${digits.toString().padStart(16, '0')}`,
      expiryTime: new Date(this.clock.now() + CODE_MS).toISOString(),
    };
  }

  private whyNot({ paymentRequestId, isClosed, expiresMs }: MerchantOrder): string | undefined {
    if (isClosed) return 'MERCHANT_NOT_REGISTERED';
    if (expiresMs <= this.clock.now()) return 'EXPIRED_CODE';
    const taken = this.books.paid(paymentRequestId) !== undefined || this.books.isClosed(paymentRequestId);
    return taken ? 'ORDER_IS_CLOSED' : undefined;
  }

  private notified(body: unknown, sign: (reply: HttpReply) => HttpReply): Promise<HttpOutcome> {
    const read = notified.safeParse(body);
    if (!read.success || read.data.paymentResult.resultStatus === 'U')
      return Promise.resolve(sign(told({ result: resultOf('PARAM_ILLEGAL') })));
    const { paymentRequestId, paymentAmount } = read.data;
    if (read.data.paymentResult.resultStatus === 'F') return this.failed(paymentRequestId, sign);
    const facts = {
      accounts: [paymentRequestId],
      minor: BigInt(paymentAmount.value),
      currency: paymentAmount.currency,
      reference: read.data.mppPaymentId,
    };
    // What it settles is told beside the result: less or more than was notified is told, not hidden.
    const answer = async (code: string): Promise<HttpReply> => {
      const settlementAmount = this.books.paid(paymentRequestId)?.amount;
      return sign(told({ result: resultOf(code), ...(code === 'SUCCESS' && { settlementAmount }) }));
    };
    return this.run('notifyPayment', facts, () => Promise.resolve({}), sign, {
      perform: async (addMinor = 0n) => answer(await this.book(read.data, 'S', undefined, addMinor)),
      refuse: async (code) => answer(await this.book(read.data, 'F', code)),
      late: async (delayMs) => {
        const code = await this.book(read.data, 'U');
        void this.pause(delayMs).then(() => this.finish(this.books.paid(paymentRequestId)));
        return answer(code);
      },
    });
  }

  /** The wallet tells that what a till has drawn failed. */
  private async failed(
    paymentRequestId: string,
    sign: (reply: HttpReply) => HttpReply,
  ): Promise<HttpOutcome> {
    const isPaid = this.books.paid(paymentRequestId)?.status === 'S';
    if (!isPaid) await this.books.write({ kind: 'closed', paymentRequestId, at: this.clock.now() });
    return sign(told({ result: resultOf(isPaid ? 'PROCESS_FAIL' : 'SUCCESS') }));
  }

  /** Books an order once: the same again is told what became of the first. After F it stays so. */
  private async book(
    told: z.infer<typeof notified>,
    status: PaidEntry['status'],
    refusal?: string,
    addMinor = 0n,
  ): Promise<string> {
    const { paymentRequestId, mppPaymentId, paymentAmount, payToAmount } = told;
    const known = this.books.paid(paymentRequestId);
    if (known !== undefined) {
      await this.books.settled();
      if (known.mppPaymentId !== mppPaymentId) return 'ORDER_IS_CLOSED';
      if (known.told !== paymentAmount.value) return 'REPEAT_REQ_INCONSISTENT';
      return known.status === 'S' ? 'SUCCESS' : known.status === 'U' ? 'PAYMENT_IN_PROCESS' : known.code!;
    }
    const code = refusal ?? (this.books.isClosed(paymentRequestId) ? 'ORDER_IS_CLOSED' : undefined);
    const booked: PaidEntry = {
      kind: 'paid',
      paymentRequestId,
      mppPaymentId,
      merchant:
        this.seen.get(paymentRequestId)?.merchant ?? this.books.drawing(paymentRequestId)?.merchant ?? '',
      told: paymentAmount.value,
      amount: { ...paymentAmount, value: falsified(BigInt(paymentAmount.value), addMinor).toString() },
      ...(payToAmount !== undefined && { payTo: payToAmount }),
      status: code === undefined ? status : 'F',
      ...(code !== undefined && { code }),
      at: this.clock.now(),
    };
    await this.books.write(booked);
    return code ?? (status === 'U' ? 'PAYMENT_IN_PROCESS' : 'SUCCESS');
  }

  private async finish(paid: PaidEntry | undefined): Promise<void> {
    if (paid?.status === 'U') await this.books.write({ ...paid, status: 'S', at: this.clock.now() });
  }

  private pushEnded(body: unknown, sign: (reply: HttpReply) => HttpReply): Promise<HttpOutcome> {
    const read = pushNotified.safeParse(body);
    if (!read.success) return Promise.resolve(sign(told({ result: resultOf('PARAM_ILLEGAL') })));
    const { paymentId } = read.data;
    const perform = async (): Promise<object> => {
      if (this.books.push(paymentId) === undefined) return { result: resultOf('ORDER_NOT_EXIST') };
      await this.side.told(read.data);
      return { result: resultOf('SUCCESS') };
    };
    return this.run('notifyPushPayment', { reference: paymentId }, perform, sign);
  }

  private refunded(body: unknown, sign: (reply: HttpReply) => HttpReply): Promise<HttpOutcome> {
    const read = askedRefund.safeParse(body);
    if (!read.success) return Promise.resolve(sign(told({ result: resultOf('PARAM_ILLEGAL') })));
    const { paymentId, refundRequestId, refundAmount } = read.data;
    const facts = {
      accounts: [paymentId],
      minor: BigInt(refundAmount.value),
      currency: refundAmount.currency,
      reference: refundRequestId,
    };
    const answer = (code: string): HttpReply =>
      sign(told({ result: resultOf(code), ...(code === 'SUCCESS' && this.refunds.shown(refundRequestId)) }));
    return this.run('refund', facts, () => Promise.resolve({}), sign, {
      perform: async (addMinor = 0n) => answer(await this.refunds.take(read.data, 'S', undefined, addMinor)),
      refuse: async (code) => answer(await this.refunds.take(read.data, 'F', code)),
      late: async (delayMs) => {
        const code = await this.refunds.take(read.data, 'U');
        void this.pause(delayMs).then(() => this.refunds.finish(refundRequestId));
        return answer(code);
      },
    });
  }
}

function read(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
