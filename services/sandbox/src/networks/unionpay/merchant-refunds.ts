import { randomUUID } from 'node:crypto';
import { amount, parseAmount } from '@tonle/money';
import type { Clock } from '@tonle/platform';
import { z } from 'zod';
import { readBody } from '../../kit/body.js';
import type { Fault } from '../../kit/fault.js';
import { falsified } from '../../kit/faulty.js';
import { json, type HttpCall, type HttpOutcome } from '../../kit/listener.js';
import type { CreditRecord, IsoBooks } from '../iso20022/books.js';
import type { Call, Debit, DoorClient } from './door-client.js';
import { money, readMoney, text } from './qrc.js';

export const REFUND: Call = { path: '/unionpay/refund', type: 'REFUND', ms: 12_000 };
const CANCELLATION: Call = { path: '/unionpay/cancellation', type: 'CANCELLATION', ms: 12_000 };
const SETTLED = 'USD';

/** What `POST /control/unionpay/refund` takes. */
const refundRequest = z.strictObject({
  /** The payment that Tonle sent: its message id, or its UETR. */
  payment: z.string().min(17).max(49),
  /** Dollars; without it all that is left. */
  amount: z
    .string()
    .regex(/^\d{1,8}(\.\d{1,2})?$/)
    .optional(),
  /** Cancels the payment: all that is left of it goes back. */
  cancel: z.boolean().default(false),
  waitMs: z.number().int().min(0).max(600_000).default(90_000),
});

/** What Tonle sent, by its message id or the UETR that it told. */
export function creditOf(books: IsoBooks, id: string): CreditRecord | undefined {
  return books.credit(id) ?? books.creditTold('referNo', id.replaceAll('-', ''));
}

interface RefundParts {
  readonly institution: string;
  readonly books: IsoBooks;
  readonly clock: Clock;
}

/** Merchants that Tonle has paid give money back: it is taken from them, and sent to Tonle as REFUND or CANCELLATION. */
export class MerchantRefunds {
  constructor(
    private readonly parts: RefundParts,
    private readonly door: DoorClient,
  ) {}

  /** One refund, answered when it has ended or when the wait is over. */
  async refund(call: HttpCall): Promise<HttpOutcome> {
    const body = readBody(call, refundRequest);
    if (body.kind === 'refused') return body.reply;
    const { payment, amount: wanted, cancel, waitMs } = body.value;
    const { books } = this.parts;
    const original = creditOf(books, payment);
    if (original?.final?.status !== 'ACCC' || original.entry.refundOf !== undefined)
      return json(404, { error: `${payment} is no payment that was made for Tonle` });
    const left = BigInt(original.entry.minor) - books.refunded(original.entry.uetr);
    const read = wanted === undefined ? undefined : parseAmount(SETTLED, wanted);
    const minor = read === undefined ? left : read.kind === 'ok' ? read.amount.minor : 0n;
    if (minor <= 0n || minor > left)
      return json(422, { error: 'the body does not fit', issues: [`amount: ${left} cents are left`] });
    const debit = this.debitOf(original, minor);
    const fields = (fault?: Fault): object => this.fieldsOf(original, debit, fault);
    const told = await this.door.deliver(
      cancel ? CANCELLATION : REFUND,
      debit,
      fields,
      () => undefined,
      waitMs,
    );
    return json(200, { ...told, minor: minor.toString() });
  }

  private debitOf({ entry }: CreditRecord, minor: bigint): Debit {
    const { uetr: refundOf, account: payer } = entry;
    const id = this.door.newId(randomUUID());
    const at = this.parts.clock.now();
    return {
      uetr: id,
      messageId: id,
      endToEndId: id.slice(-12),
      transactionId: id.slice(-6),
      payer,
      currency: SETTLED,
      minor: minor.toString(),
      quoteId: refundOf,
      acceptedAt: at,
      at,
      refundOf,
    };
  }

  /** The merchant's own amount is the same part of what was paid as the dollars are of what was settled. */
  private fieldsOf({ entry }: CreditRecord, debit: Debit, fault?: Fault): object {
    const { told = {}, minor, uetr, endToEndId } = entry;
    const paid = readMoney(text(told, 'trxAmt'), text(told, 'trxCurrency'));
    const wrong = fault?.fault === 'wrong_amount' ? BigInt(fault.addMinor ?? '100') : 0n;
    const given = falsified(BigInt(debit.minor), wrong);
    const own = paid && money(amount(paid.currency, (paid.minor * given) / BigInt(minor)));
    const settled = money(amount(SETTLED, given));
    return {
      origMsgID: uetr,
      qrcVoucherNo: endToEndId,
      trxAmt: own?.text,
      trxCurrency: own?.numeric,
      settAmt: settled.text,
      settCurrency: settled.numeric,
      retrivlRefNum: debit.endToEndId,
      settlementKey: {
        acquirerIIN: '25000344',
        forwardingIIN: '00020344',
        systemTraceAuditNumber: debit.transactionId,
      },
    };
  }
}
