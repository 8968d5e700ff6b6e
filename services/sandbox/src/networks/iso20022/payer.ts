import type { CustomerPayment } from '@tonle/iso20022';
import { amount, amountFromJson, formatAmount, type Amount } from '@tonle/money';
import type { Clock } from '@tonle/platform';
import { findBakongAccount } from '../bakong/accounts.js';
import type { Fault } from '../../kit/fault.js';
import type { FaultBook } from '../../kit/fault-book.js';
import { falsified, type Pause } from '../../kit/faulty.js';
import { describeAnswer, quoteJson, readAnswer, resolveJson, type PaymentAnswer } from './answer.js';
import type { DebitEntry, IsoBooks } from './books.js';
import { isoTime, TONLE_AGENT, XML, type Messages } from './messages.js';
import type { IsoScheme } from './scheme.js';
import type { DoorAnswer, SignedWire } from '../../kit/signed-wire.js';

export interface PayOrder {
  readonly qrText: string;
  /** Of the payee's or the payer's currency: which side is fixed. Needed when the code carries no amount. */
  readonly amount?: Amount;
  readonly payer: { readonly account: string; readonly name: string };
}

export interface PayStep {
  readonly step: string;
  readonly at: string;
  readonly ms: number;
  readonly detail?: string;
}

/** A payment that the payer has agreed to: the payee and the quote are known. */
export interface PreparedPayment {
  readonly uetr: string;
  readonly order: PayOrder;
  readonly payee: { readonly name: string; readonly account: string; readonly accountType: string };
  readonly quote: {
    readonly quoteId: string;
    readonly source: Amount;
    readonly target: Amount;
    readonly rate: string;
  };
}

export interface PayOutcome {
  readonly uetr: string;
  readonly state: 'completed' | 'rejected' | 'open';
  readonly reason?: string;
  readonly reference?: string;
  /** From the first byte of the pacs.008 to the final answer. */
  readonly latencyMs: number;
  readonly enquiries: number;
}

export type Preparation =
  | { readonly kind: 'prepared'; readonly payment: PreparedPayment }
  | { readonly kind: 'refused'; readonly status: number; readonly body: unknown };

type Followed = Omit<PayOutcome, 'latencyMs'> & { readonly answeredAt: number };
type Step = (step: string, detail?: string) => void;

const LOOKUP_MS = 10_000;
const JSON_TYPE = 'application/json';

/** A network on its payers' side: has Tonle resolve a code, debits its payer, pays, asks when it hears nothing. */
export class PayerSide {
  constructor(
    private readonly scheme: IsoScheme,
    private readonly messages: Messages,
    private readonly books: IsoBooks,
    private readonly wire: SignedWire,
    private readonly faults: FaultBook,
    private readonly clock: Clock,
    private readonly pause: Pause,
    private readonly randomUuid: () => string,
  ) {}

  /** Resolves the code and gets a quote: what the payer's app shows before the payer says yes. */
  async prepare(order: PayOrder, step: Step = () => undefined): Promise<Preparation> {
    const fixed = order.amount === undefined ? {} : { amount: toJson(order.amount) };
    const found = await this.json('/qr/resolve', { qrText: order.qrText, ...fixed });
    if (found.kind === 'refused') return found;
    const resolved = resolveJson.safeParse(found.body);
    if (!resolved.success) return { kind: 'refused', status: 422, body: found.body };
    const { name, displayName, account, accountType = 'bakong' } = resolved.data;
    step('resolved', `${displayName ?? name ?? ''} ${account}`.trim());
    let quote = resolved.data.quote;
    if (quote === undefined) {
      const asked = order.amount === undefined ? resolved.data.amount : toJson(order.amount);
      if (asked === undefined)
        return { kind: 'refused', status: 422, body: { reason: 'the code carries no amount: give one' } };
      const quoted = await this.json('/quotes', { qrText: order.qrText, amount: asked });
      if (quoted.kind === 'refused') return quoted;
      const read = quoteJson.safeParse((quoted.body as { quote?: unknown }).quote ?? quoted.body);
      if (!read.success) return { kind: 'refused', status: 422, body: quoted.body };
      quote = read.data;
    }
    step('quoted', `${quote.quoteId} at ${quote.rate}`);
    const payee = { name: name ?? displayName ?? account, account, accountType };
    const { quoteId, rate } = quote;
    return {
      kind: 'prepared',
      payment: {
        uetr: this.randomUuid(),
        order,
        payee,
        quote: { quoteId, rate, source: amountFromJson(quote.source), target: amountFromJson(quote.target) },
      },
    };
  }

  /** Debits the payer, sends the payment and follows it to its end; gives up watching (not asking) after `waitMs`, if given. */
  async pay(prepared: PreparedPayment, waitMs?: number, step: Step = () => undefined): Promise<PayOutcome> {
    const at = this.clock.now();
    const { uetr } = prepared;
    const debit: Omit<DebitEntry, 'kind'> = {
      uetr,
      messageId: `${this.scheme.mark}${at.toString(36)}${uetr.slice(0, 8)}`.toUpperCase(),
      endToEndId: `E2E${uetr.replaceAll('-', '').slice(0, 24)}`.toUpperCase(),
      transactionId: `TX${uetr.replaceAll('-', '').slice(0, 24)}`.toUpperCase(),
      payer: prepared.order.payer.account,
      currency: prepared.quote.source.currency,
      minor: prepared.quote.source.minor.toString(),
      quoteId: prepared.quote.quoteId,
      acceptedAt: at,
      at,
    };
    await this.books.addDebit(debit);
    step('payer_debited', `${debit.payer} ${formatAmount(prepared.quote.source)} ${debit.currency}`);
    const started = performance.now();
    const first = await this.send(debit, prepared, step);
    const ended = this.follow(debit, first, step);
    const outcome = await (waitMs === undefined
      ? ended
      : Promise.race([ended, this.pause(waitMs).then(() => undefined)]));
    if (outcome === undefined)
      return { uetr, state: 'open', latencyMs: performance.now() - started, enquiries: 0 };
    const { answeredAt, ...told } = outcome;
    return { ...told, latencyMs: answeredAt - started };
  }

  /** Payments that were open when the process died are asked about until they end. */
  resume(): void {
    for (const { entry } of this.books.openDebits())
      void this.follow(entry, { kind: 'unknown' }, () => undefined).catch(() => undefined);
  }

  private async send(
    debit: Omit<DebitEntry, 'kind'>,
    prepared: PreparedPayment,
    step: Step,
  ): Promise<PaymentAnswer> {
    const { minor, currency } = prepared.quote.source;
    const facts = {
      accounts: [prepared.payee.account, debit.payer],
      minor,
      currency,
      uetr: debit.uetr,
      reference: debit.messageId,
    };
    const fault = this.faults.pick(this.scheme.id, 'pay.pacs.008', facts);
    const text = this.message(debit, prepared, fault);
    if (fault?.fault === 'delay') await this.pause(fault.delayMs ?? 1000);
    if (fault?.fault === 'timeout_before') return { kind: 'unknown' };
    if (fault?.fault === 'garbage') await this.post(text.slice(0, -20), this.scheme.answerMs);
    step('sent');
    if (fault?.fault === 'duplicate') void this.post(text, this.scheme.answerMs);
    const answerMs = fault?.fault === 'reset' ? (fault.delayMs ?? 50) : this.scheme.answerMs;
    const answer = await this.post(text, answerMs);
    const read =
      fault?.fault === 'timeout_after' ? { kind: 'unknown' as const } : readAnswer(answer, debit.uetr);
    step('answered', describeAnswer(answer, read));
    return read;
  }

  private async follow(debit: Omit<DebitEntry, 'kind'>, first: PaymentAnswer, step: Step): Promise<Followed> {
    let answer = first;
    let enquiries = 0;
    while (answer.kind !== 'final') {
      const age = this.clock.now() - debit.acceptedAt;
      if (answer.kind === 'not_found' && age > this.scheme.notFoundFinalMs) {
        answer = { kind: 'final', status: 'RJCT', reason: 'AG09' };
        break;
      }
      await this.pause(
        this.scheme.enquiryMs[Math.min(enquiries, this.scheme.enquiryMs.length - 1)] ?? 10_000,
      );
      enquiries += 1;
      const asked = await this.wire.post(
        '/iso20022/pacs.028',
        XML,
        this.enquiry(debit, enquiries),
        LOOKUP_MS,
      );
      answer = readAnswer(asked, debit.uetr);
      step('enquired', describeAnswer(asked, answer));
    }
    const { status, reason, reference } = answer;
    const ended = {
      ...(reason === undefined ? {} : { reason }),
      ...(reference === undefined ? {} : { reference }),
    };
    const answeredAt = performance.now();
    const at = this.clock.now();
    await this.books.end({ of: 'debit', uetr: debit.uetr, status, ...ended, at });
    step(status === 'ACCC' ? 'completed' : 'payer_refunded', reason);
    return {
      uetr: debit.uetr,
      state: status === 'ACCC' ? 'completed' : 'rejected',
      ...ended,
      enquiries,
      answeredAt,
    };
  }

  private message(
    debit: Omit<DebitEntry, 'kind'>,
    { payee, quote, order }: PreparedPayment,
    fault: Fault | undefined,
  ): string {
    const wrong = fault?.fault === 'wrong_amount' ? BigInt(fault.addMinor ?? '100') : 0n;
    const settlement = amount(quote.source.currency, falsified(quote.source.minor, wrong));
    const payment: CustomerPayment = {
      kind: 'payment',
      messageId: debit.messageId,
      createdAt: isoTime(this.clock.now()),
      instructionId: debit.messageId,
      endToEndId: debit.endToEndId,
      transactionId: debit.transactionId,
      uetr: debit.uetr,
      settlementMethod: 'CLRG',
      settlementAmount: settlement,
      settlementDate: this.messages.localDay(debit.acceptedAt),
      acceptedAt: isoTime(debit.acceptedAt),
      instructedAmount: settlement,
      quoteId: quote.quoteId,
      chargeBearer: 'SLEV',
      instructingAgent: this.messages.agent,
      instructedAgent: TONLE_AGENT,
      debtor: { name: order.payer.name, address: { country: this.scheme.country, town: this.scheme.town } },
      debtorAccount: { id: order.payer.account },
      debtorAgent: this.messages.agent,
      creditorAgent: { bic: findBakongAccount(payee.account)?.bic ?? 'BAKOKHPPXXX' },
      creditor: { name: payee.name, address: { country: 'KH', town: 'Phnom Penh' } },
      creditorAccount: { id: payee.account },
    };
    return this.messages.write(payment, this.scheme.versions.payment, this.clock.now());
  }

  private enquiry(debit: Omit<DebitEntry, 'kind'>, count: number): string {
    const at = this.clock.now();
    return this.messages.write(
      {
        kind: 'status_request',
        messageId: `${debit.messageId}Q${count}`,
        createdAt: isoTime(at),
        originalMessageId: debit.messageId,
        originalMessageName: this.scheme.versions.payment,
        originalEndToEndId: debit.endToEndId,
        originalTransactionId: debit.transactionId,
        originalUetr: debit.uetr,
        instructingAgent: this.messages.agent,
        instructedAgent: TONLE_AGENT,
      },
      this.scheme.versions.enquiry,
      at,
    );
  }

  private post(text: string, timeoutMs: number): Promise<DoorAnswer> {
    return this.wire.post('/iso20022/pacs.008', XML, text, timeoutMs);
  }

  private async json(
    path: string,
    body: unknown,
  ): Promise<{ kind: 'ok'; body: unknown } | (Preparation & { kind: 'refused' })> {
    const answer = await this.wire.post(path, JSON_TYPE, JSON.stringify(body), LOOKUP_MS);
    if (answer.kind !== 'answered')
      return { kind: 'refused', status: 502, body: { reason: `${answer.kind}: ${answer.because}` } };
    let parsed: unknown;
    try {
      parsed = JSON.parse(Buffer.from(answer.bytes).toString('utf8'));
    } catch {
      return { kind: 'refused', status: 502, body: { reason: `HTTP ${answer.status} without JSON` } };
    }
    return answer.status >= 300
      ? { kind: 'refused', status: 422, body: parsed }
      : { kind: 'ok', body: parsed };
  }
}

function toJson(value: Amount): { currency: string; minor: string } {
  return { currency: value.currency, minor: value.minor.toString() };
}
