import { randomUUID } from 'node:crypto';
import { amount } from '@tonle/money';
import type { Clock } from '@tonle/platform';
import type { Fault } from '../../kit/fault.js';
import { falsified } from '../../kit/faulty.js';
import type { PayOrder, PayOutcome, Preparation, PreparedPayment } from '../iso20022/payer.js';
import type { Call, Debit, DoorClient, TellStep } from './door-client.js';
import type { JoseWire } from './jose-wire.js';
import { money, moneyIn, text } from './qrc.js';

const VERIFY: Call = { path: '/unionpay/orderverify', type: 'ORDER_VERIFY', ms: 10_000 };
export const CREDIT: Call = { path: '/unionpay/credittransaction', type: 'CREDIT_TRANSACTION', ms: 12_000 };
/** Yuan of the card for one dollar, as it is shown to its holder. */
const YUAN_FEN = 708n;
const FORWARDING_IIN = '00020344';

export interface CardHolderParts {
  readonly institution: string;
  readonly wire: Pick<JoseWire, 'seal'>;
  readonly clock: Clock;
}

/** UnionPay on its card holders' side: has Tonle verify a scanned code, debits the card, credits, asks when it hears nothing. */
export class CardHolders {
  constructor(
    private readonly parts: CardHolderParts,
    private readonly door: DoorClient,
  ) {}

  /** Verifies the code: what the card holder's app shows before the holder says yes. */
  async prepare(order: PayOrder, step: TellStep = () => undefined): Promise<Preparation> {
    const wanted = order.amount === undefined ? undefined : money(order.amount);
    const fields = { mpqrcPayload: order.qrText, trxAmt: wanted?.text, trxCurrency: wanted?.numeric };
    const heard = await this.door.call(VERIFY, this.door.newId(randomUUID()), fields);
    if (heard.kind === 'silent') return { kind: 'refused', status: 502, body: { reason: heard.because } };
    const { trxInfo, msgResponse } = heard.message;
    const [source, target] = [moneyIn(heard.message, 'sett'), moneyIn(heard.message, 'trx')];
    const quoteId = text(trxInfo, 'txnID');
    if (msgResponse?.responseCode !== '00' || !source || !target || quoteId === undefined)
      return { kind: 'refused', status: 422, body: heard.message };
    const name = text(trxInfo, 'merchantName') ?? '';
    step('resolved', name);
    step('quoted', quoteId);
    const quote = { quoteId, source, target, rate: text(trxInfo, 'settConvRate') ?? '' };
    const payee = { name, account: name, accountType: 'bakong' };
    return { kind: 'prepared', payment: { uetr: this.door.newId(quoteId), order, payee, quote } };
  }

  /** Debits the card, credits the merchant and follows it to its end; gives up watching after `waitMs`, if given. */
  pay(prepared: PreparedPayment, waitMs?: number, step: TellStep = () => undefined): Promise<PayOutcome> {
    const { uetr, order, quote } = prepared;
    const at = this.parts.clock.now();
    const debit: Debit = {
      uetr,
      messageId: uetr,
      endToEndId: uetr.slice(-12),
      transactionId: uetr.slice(-6),
      payer: order.payer.account,
      currency: quote.source.currency,
      minor: quote.source.minor.toString(),
      quoteId: quote.quoteId,
      acceptedAt: at,
      at,
    };
    const fields = (fault?: Fault): object => this.creditFields(debit, prepared, fault);
    return this.door.deliver(CREDIT, debit, fields, step, waitMs);
  }

  private creditFields(debit: Debit, { order, quote }: PreparedPayment, fault?: Fault): object {
    const { source, target } = quote;
    const wrong = fault?.fault === 'wrong_amount' ? BigInt(fault.addMinor ?? '100') : 0n;
    const settled = money(amount(source.currency, falsified(source.minor, wrong)));
    const billed = money(amount('CNY', (source.minor * YUAN_FEN) / 100n));
    return {
      txnID: quote.quoteId,
      token: order.payer.account,
      trxAmt: money(target).text,
      trxCurrency: money(target).numeric,
      billAmt: billed.text,
      billCurrency: billed.numeric,
      settAmt: settled.text,
      settCurrency: settled.numeric,
      settConvRate: quote.rate,
      retrivlRefNum: debit.endToEndId,
      debitAccountInfo: this.parts.wire.seal({ name: order.payer.name, country: 'CN' }),
      settlementKey: {
        acquirerIIN: this.parts.institution,
        forwardingIIN: FORWARDING_IIN,
        systemTraceAuditNumber: debit.transactionId,
      },
    };
  }
}

/** Of a number: the card and its holder. */
export function cardHolder(number: number): { readonly account: string; readonly name: string } {
  return { account: `62920${String(number % 10 ** 11).padStart(11, '0')}`, name: `Card Holder ${number}` };
}

/** Tag 15 of a shop of Tonle's: who acquires for it and forwards, and its number there. */
export function shopAccount(institution: string, shop: number): string {
  return `${institution}${FORWARDING_IIN}SHOP${String(shop).padStart(11, '0')}`;
}
