import { randomUUID } from 'node:crypto';
import { amount } from '@tonle/money';
import type { Clock } from '@tonle/platform';
import type { Fault } from '../../kit/fault.js';
import type { FaultBook } from '../../kit/fault-book.js';
import { falsified, type Pause } from '../../kit/faulty.js';
import type { DoorAnswer } from '../../kit/signed-wire.js';
import type { DebitEntry, IsoBooks } from '../iso20022/books.js';
import type { PayOrder, PayOutcome, PayStep, Preparation, PreparedPayment } from '../iso20022/payer.js';
import { messageIdAt, NETWORK } from './gateway.js';
import type { JoseWire } from './jose-wire.js';
import { money, readMoney, readQrcBody, text, writeMessage, type Qrc } from './qrc.js';

const VERIFY = { path: '/unionpay/orderverify', type: 'ORDER_VERIFY', ms: 10_000 };
const CREDIT = { path: '/unionpay/credittransaction', type: 'CREDIT_TRANSACTION', ms: 12_000 };
const ENQUIRY = { path: '/unionpay/trxresultinquiry', type: 'TRX_RESULT_INQUIRY', ms: 10_000 };
type Call = typeof VERIFY;

const ENQUIRY_MS = [500, 1000, 2000, 5000];
/** After so many answers that there is no such payment, the card holder has the money back. */
const MISSING_MAX = 3;
/** Yuan of the card for one dollar, as it is shown to its holder. */
const YUAN_FEN = 708n;

type Step = (step: PayStep['step'], detail?: string) => void;
interface Heard {
  readonly state: 'completed' | 'rejected' | 'open' | 'missing';
  readonly reason?: string;
  /** Tonle's reference. */
  readonly reference?: string;
}

export interface CardHolderParts {
  readonly institution: string;
  readonly books: IsoBooks;
  readonly wire: JoseWire;
  readonly faults: FaultBook;
  readonly clock: Clock;
  readonly pause: Pause;
}

/** UnionPay on its card holders' side: has Tonle verify a scanned code, debits the card, credits, asks when it hears nothing. */
export class CardHolders {
  constructor(private readonly parts: CardHolderParts) {}

  /** Verifies the code: what the card holder's app shows before the holder says yes. */
  async prepare(order: PayOrder, step: Step = () => undefined): Promise<Preparation> {
    const wanted = order.amount === undefined ? undefined : money(order.amount);
    const fields = { mpqrcPayload: order.qrText, trxAmt: wanted?.text, trxCurrency: wanted?.numeric };
    const heard = await this.call(VERIFY, this.newId(randomUUID()), fields);
    if (heard.kind === 'silent') return { kind: 'refused', status: 502, body: { reason: heard.because } };
    const { trxInfo, msgResponse } = heard.message;
    const [source, target] = [
      readMoney(text(trxInfo, 'settAmt'), text(trxInfo, 'settCurrency')),
      readMoney(text(trxInfo, 'trxAmt'), text(trxInfo, 'trxCurrency')),
    ];
    const quoteId = text(trxInfo, 'txnID');
    if (msgResponse?.responseCode !== '00' || !source || !target || quoteId === undefined)
      return { kind: 'refused', status: 422, body: heard.message };
    const name = text(trxInfo, 'merchantName') ?? '';
    step('resolved', name);
    step('quoted', quoteId);
    const quote = { quoteId, source, target, rate: text(trxInfo, 'settConvRate') ?? '' };
    const payee = { name, account: name, accountType: 'bakong' };
    return { kind: 'prepared', payment: { uetr: this.newId(quoteId), order, payee, quote } };
  }

  /** Debits the card, credits the merchant and follows it to its end; gives up watching after `waitMs`, if given. */
  async pay(prepared: PreparedPayment, waitMs?: number, step: Step = () => undefined): Promise<PayOutcome> {
    const { books, clock, pause } = this.parts;
    const { uetr, order, quote } = prepared;
    const at = clock.now();
    const debit: Omit<DebitEntry, 'kind'> = {
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
    await books.addDebit(debit);
    step('payer_debited', `${debit.payer} ${money(quote.source).text} ${debit.currency}`);
    const started = performance.now();
    const ended = this.send(debit, prepared, step).then((first) => this.follow(debit, first, step));
    const outcome = await (waitMs === undefined
      ? ended
      : Promise.race([ended, pause(waitMs).then(() => undefined)]));
    const latencyMs = performance.now() - started;
    return outcome === undefined
      ? { uetr, state: 'open', latencyMs, enquiries: 0 }
      : { ...outcome, latencyMs };
  }

  /** Payments that were open when the process died are asked about until they end. */
  resume(): void {
    for (const { entry } of this.parts.books.openDebits())
      void this.follow(entry, { state: 'open' }, () => undefined).catch(() => undefined);
  }

  private async send(debit: Omit<DebitEntry, 'kind'>, prepared: PreparedPayment, step: Step): Promise<Heard> {
    const { faults, pause } = this.parts;
    const { source } = prepared.quote;
    const facts = {
      accounts: [debit.payer],
      minor: source.minor,
      currency: source.currency,
      reference: debit.messageId,
    };
    const fault = faults.pick(NETWORK, 'pay.CREDIT_TRANSACTION', facts);
    if (fault?.fault === 'delay') await pause(fault.delayMs ?? 1000);
    if (fault?.fault === 'timeout_before') return { state: 'open' };
    const fields = this.creditFields(debit, prepared, fault);
    step('sent', CREDIT.type);
    const first = heardOf(await this.call(CREDIT, debit.uetr, fields));
    if (fault?.fault === 'duplicate') return heardOf(await this.call(CREDIT, debit.uetr, fields));
    return fault?.fault === 'timeout_after' ? { state: 'open' } : first;
  }

  private creditFields(
    debit: Omit<DebitEntry, 'kind'>,
    { order, quote }: PreparedPayment,
    fault?: Fault,
  ): object {
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
        forwardingIIN: '00020344',
        systemTraceAuditNumber: debit.transactionId,
      },
    };
  }

  /** Asks until there is an end, and books it. */
  private async follow(
    { uetr }: Omit<DebitEntry, 'kind'>,
    first: Heard,
    step: Step,
  ): Promise<Omit<PayOutcome, 'latencyMs'>> {
    const { books, pause, clock, institution } = this.parts;
    let heard = first;
    let [enquiries, missing] = [0, 0];
    while (heard.state === 'open' || (heard.state === 'missing' && missing < MISSING_MAX)) {
      await pause(ENQUIRY_MS[Math.min(enquiries, ENQUIRY_MS.length - 1)]!);
      enquiries += 1;
      const id = messageIdAt(institution, clock.now(), `${uetr} ${enquiries}`);
      heard = heardOf(await this.call(ENQUIRY, id, { origMsgID: uetr, origMsgType: CREDIT.type }));
      missing = heard.state === 'missing' ? missing + 1 : 0;
    }
    const isPaid = heard.state === 'completed';
    const { reason, reference } = heard;
    const status = isPaid ? 'ACCC' : 'RJCT';
    await books.end({ of: 'debit', uetr, status, reason, reference, at: clock.now() });
    step(isPaid ? 'completed' : 'rejected', reason);
    return { uetr, state: isPaid ? 'completed' : 'rejected', reason, reference, enquiries };
  }

  private newId(of: string): string {
    return messageIdAt(this.parts.institution, this.parts.clock.now(), of);
  }

  private async call(
    { path, type, ms }: Call,
    msgID: string,
    trxInfo: object,
  ): Promise<
    { readonly kind: 'heard'; readonly message: Qrc } | { readonly kind: 'silent'; readonly because: string }
  > {
    const { institution, clock, wire } = this.parts;
    const body = writeMessage(msgID, type, institution, clock.now(), trxInfo);
    const answer: DoorAnswer = await wire.post(path, body, ms);
    if (answer.kind !== 'answered') return { kind: 'silent', because: `${answer.kind}: ${answer.because}` };
    const message = answer.status === 200 ? readQrcBody(answer.bytes) : undefined;
    return message === undefined
      ? { kind: 'silent', because: `HTTP ${answer.status}` }
      : { kind: 'heard', message };
  }
}

/** What an answer says of the payment: of a question in `paymentStatus`, else in its code. */
function heardOf(answer: Awaited<ReturnType<CardHolders['call']>>): Heard {
  if (answer.kind === 'silent') return { state: 'open' };
  const { trxInfo, msgResponse, msgInfo } = answer.message;
  const code = msgResponse?.responseCode;
  if (msgInfo.msgType === ENQUIRY.type && code === '25') return { state: 'missing' };
  const status = text(trxInfo, 'paymentStatus');
  if (status === 'APPROVED') return { state: 'completed', reference: text(trxInfo, 'referNo') };
  return status === 'REJECTED'
    ? { state: 'rejected', reason: text(trxInfo, 'rejectionReason') ?? code }
    : { state: 'open' };
}

/** Of a number: the card and its holder. */
export function cardHolder(number: number): { readonly account: string; readonly name: string } {
  return { account: `62920${String(number % 10 ** 11).padStart(11, '0')}`, name: `Card Holder ${number}` };
}
