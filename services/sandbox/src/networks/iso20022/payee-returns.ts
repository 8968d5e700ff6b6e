import type { Return } from '@tonle/iso20022';
import { amount, parseAmount } from '@tonle/money';
import type { Clock } from '@tonle/platform';
import { z } from 'zod';
import { readBody } from '../../kit/body.js';
import type { Fault } from '../../kit/fault.js';
import { falsified } from '../../kit/faulty.js';
import { json, type HttpCall, type HttpOutcome } from '../../kit/listener.js';
import type { CreditRecord, IsoBooks } from './books.js';
import type { TakenDebit, IsoDelivery } from './delivery.js';
import { isoTime, type Messages } from './messages.js';
import { stepsOf } from './pay.js';
import type { IsoScheme } from './scheme.js';

/** What `POST /control/<network>/refund` takes. */
const refundRequest = z.strictObject({
  /** UETR of the payment that Tonle sent. */
  payment: z.uuid(),
  /** In the network's currency; without it all that is left. More than that is sent too: Tonle has to refuse it. */
  amount: z
    .string()
    .regex(/^\d{1,13}(\.\d{1,2})?$/)
    .optional(),
  /** ISO reason of the return. */
  reason: z
    .string()
    .regex(/^[A-Z0-9]{1,4}$/)
    .default('MD06'),
  waitMs: z.number().int().min(0).max(600_000).default(90_000),
});

interface ReturnParts {
  readonly scheme: IsoScheme;
  readonly messages: Messages;
  readonly books: IsoBooks;
  readonly clock: Clock;
  readonly randomUuid: () => string;
}

/** Payees that Tonle has paid give money back: it is taken from them, and sent to Tonle in a pacs.004. */
export class PayeeReturns {
  constructor(
    private readonly parts: ReturnParts,
    private readonly delivery: IsoDelivery,
  ) {}

  /** One return with its steps, answered when it ended or when the wait is over. */
  async refund(call: HttpCall): Promise<HttpOutcome> {
    const body = readBody(call, refundRequest);
    if (body.kind === 'refused') return body.reply;
    const { payment, amount: wanted, reason, waitMs } = body.value;
    const { books, scheme } = this.parts;
    const original = books.credit(payment);
    if (!isReturnable(original))
      return json(404, { error: `${payment} is no payment that was made for Tonle` });
    const left = BigInt(original.entry.minor) - books.refunded(payment);
    const read = wanted === undefined ? undefined : parseAmount(scheme.currency, wanted);
    const minor = read === undefined ? left : read.kind === 'ok' ? read.amount.minor : 0n;
    if (minor <= 0n) {
      const issue = wanted === undefined ? 'payment: nothing is left to give back' : 'amount: not payable';
      return json(422, { error: 'the body does not fit', issues: [issue] });
    }
    return json(200, await this.sent(original, minor, reason, waitMs));
  }

  /** All that is left of a payment that was made for Tonle. */
  async giveAllBack(payment: string, reason: string): Promise<void> {
    const original = this.parts.books.credit(payment);
    if (!isReturnable(original)) return;
    const left = BigInt(original.entry.minor) - this.parts.books.refunded(payment);
    if (left > 0n) await this.sent(original, left, reason);
  }

  private async sent(
    original: CreditRecord,
    minor: bigint,
    reason: string,
    waitMs?: number,
  ): Promise<object> {
    const debit = this.debitOf(original, minor);
    const { steps, step } = stepsOf(this.parts.clock);
    const { endToEndId } = original.entry;
    const written = (fault: Fault | undefined) => this.message(original, debit, reason, fault);
    const told = await this.delivery.deliver(debit, endToEndId, written, step, waitMs);
    return { ...told, minor: minor.toString(), steps };
  }

  /** The payee is the payer now. */
  private debitOf({ entry }: CreditRecord, minor: bigint): TakenDebit {
    const { uetr: refundOf, account: payer, endToEndId, currency } = entry;
    const id = `${this.parts.scheme.mark}R${this.parts.randomUuid().replaceAll('-', '').slice(0, 24)}`;
    const messageId = id.toUpperCase();
    const at = this.parts.clock.now();
    return {
      uetr: messageId,
      messageId,
      endToEndId,
      transactionId: messageId,
      payer,
      currency,
      minor: minor.toString(),
      quoteId: refundOf,
      acceptedAt: at,
      at,
      refundOf,
    };
  }

  private message(
    { entry }: CreditRecord,
    debit: TakenDebit,
    reason: string,
    fault: Fault | undefined,
  ): string {
    const { messages, scheme, clock } = this.parts;
    const wrong = fault?.fault === 'wrong_amount' ? BigInt(fault.addMinor ?? '100') : 0n;
    const message: Return = {
      kind: 'return',
      messageId: debit.messageId,
      createdAt: isoTime(debit.acceptedAt),
      returnId: debit.messageId,
      settlementMethod: 'CLRG',
      originalMessageId: entry.messageId,
      originalMessageName: scheme.versions.payment,
      originalEndToEndId: entry.endToEndId,
      originalTransactionId: entry.transactionId,
      originalUetr: entry.uetr,
      originalSettlementAmount: amount(entry.currency, BigInt(entry.minor)),
      returnedAmount: amount(debit.currency, falsified(BigInt(debit.minor), wrong)),
      settlementDate: messages.localDay(debit.acceptedAt),
      chargeBearer: 'SLEV',
      instructingAgent: messages.agent,
      instructedAgent: messages.tonle,
      reason,
    };
    return messages.write(message, scheme.versions.return, clock.now());
  }
}

function isReturnable(original: CreditRecord | undefined): original is CreditRecord {
  return original?.final?.status === 'ACCC' && original.entry.refundOf === undefined;
}
