import type { CustomerPayment } from '@tonle/iso20022';
import { amount, amountFromJson, type Amount } from '@tonle/money';
import { findBakongAccount } from '../bakong/accounts.js';
import type { Fault } from '../../kit/fault.js';
import { falsified } from '../../kit/faulty.js';
import { quoteJson, resolveJson } from './answer.js';
import type { TakenDebit, IsoDelivery, SendingParts, PayOutcome, TellPayStep } from './delivery.js';
import { isoTime } from './messages.js';

export type { PayOutcome, PayStep } from './delivery.js';

export interface PayOrder {
  /** Empty where an account is paid. */
  readonly qrText: string;
  readonly account?: string;
  /** Of the payee's or the payer's currency: which side is fixed. Needed when the code carries no amount. */
  readonly amount?: Amount;
  readonly payer: { readonly account: string; readonly name: string };
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

export type Preparation =
  | { readonly kind: 'prepared'; readonly payment: PreparedPayment }
  | { readonly kind: 'refused'; readonly status: number; readonly body: unknown };

const LOOKUP_MS = 10_000;
const JSON_TYPE = 'application/json';

/** A network on its payers' side: has Tonle resolve a code, debits its payer, pays, asks when it hears nothing. */
export class PayerSide {
  constructor(
    private readonly parts: Pick<SendingParts, 'scheme' | 'messages' | 'wire' | 'clock'>,
    private readonly delivery: Pick<IsoDelivery, 'deliver'>,
    private readonly randomUuid: () => string,
  ) {}

  /** Resolves the code or account and gets a quote: what the payer's app shows before the payer says yes. */
  async prepare(order: PayOrder, step: TellPayStep = () => undefined): Promise<Preparation> {
    const fixed = order.amount === undefined ? {} : { amount: toJson(order.amount) };
    const { qrText, account: named } = order;
    const payable = named === undefined ? { qrText } : { account: named };
    const path = named === undefined ? '/qr/resolve' : '/accounts/resolve';
    const found = await this.json(path, { ...payable, ...fixed });
    if (found.kind === 'refused') return found;
    const resolved = resolveJson.safeParse(found.body);
    if (!resolved.success) return { kind: 'refused', status: 422, body: found.body };
    const { name, displayName, account, accountType = 'bakong' } = resolved.data;
    step('resolved', `${displayName ?? name ?? ''} ${account}`.trim());
    let quote = resolved.data.quote;
    if (quote === undefined) {
      const asked = order.amount === undefined ? resolved.data.amount : toJson(order.amount);
      if (asked === undefined)
        return { kind: 'refused', status: 422, body: { reason: 'no amount is known: give one' } };
      const quoted = await this.json('/quotes', { ...payable, amount: asked });
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
  pay(prepared: PreparedPayment, waitMs?: number, step: TellPayStep = () => undefined): Promise<PayOutcome> {
    const { scheme, clock } = this.parts;
    const at = clock.now();
    const { uetr } = prepared;
    const debit: TakenDebit = {
      uetr,
      messageId: `${scheme.mark}${at.toString(36)}${uetr.slice(0, 8)}`.toUpperCase(),
      endToEndId: `E2E${uetr.replaceAll('-', '').slice(0, 24)}`.toUpperCase(),
      transactionId: `TX${uetr.replaceAll('-', '').slice(0, 24)}`.toUpperCase(),
      payer: prepared.order.payer.account,
      currency: prepared.quote.source.currency,
      minor: prepared.quote.source.minor.toString(),
      quoteId: prepared.quote.quoteId,
      acceptedAt: at,
      at,
    };
    const written = (fault: Fault | undefined) => this.message(debit, prepared, fault);
    return this.delivery.deliver(debit, prepared.payee.account, written, step, waitMs);
  }

  private message(
    debit: TakenDebit,
    { payee, quote, order }: PreparedPayment,
    fault: Fault | undefined,
  ): string {
    const { messages, scheme, clock } = this.parts;
    const wrong = fault?.fault === 'wrong_amount' ? BigInt(fault.addMinor ?? '100') : 0n;
    const settlement = amount(quote.source.currency, falsified(quote.source.minor, wrong));
    const payment: CustomerPayment = {
      kind: 'payment',
      messageId: debit.messageId,
      createdAt: isoTime(clock.now()),
      instructionId: debit.messageId,
      endToEndId: debit.endToEndId,
      transactionId: debit.transactionId,
      uetr: debit.uetr,
      settlementMethod: 'CLRG',
      settlementAmount: settlement,
      settlementDate: messages.localDay(debit.acceptedAt),
      acceptedAt: isoTime(debit.acceptedAt),
      instructedAmount: settlement,
      quoteId: quote.quoteId,
      chargeBearer: 'SLEV',
      instructingAgent: messages.agent,
      instructedAgent: messages.tonle,
      debtor: { name: order.payer.name, address: { country: scheme.country, town: scheme.town } },
      debtorAccount: { id: order.payer.account },
      debtorAgent: messages.agent,
      creditorAgent: { bic: findBakongAccount(payee.account)?.bic ?? 'BAKOKHPPXXX' },
      creditor: { name: payee.name, address: { country: 'KH', town: 'Phnom Penh' } },
      creditorAccount: { id: payee.account },
    };
    return messages.write(payment, scheme.versions.payment, clock.now());
  }

  private async json(
    path: string,
    body: unknown,
  ): Promise<{ kind: 'ok'; body: unknown } | (Preparation & { kind: 'refused' })> {
    const answer = await this.parts.wire.post(path, JSON_TYPE, JSON.stringify(body), LOOKUP_MS);
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
