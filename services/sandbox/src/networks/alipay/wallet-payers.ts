import { randomUUID } from 'node:crypto';
import { amount as amountOf } from '@tonle/money';
import type { PayOutcome } from '../iso20022/delivery.js';
import type { PayOrder, Preparation, PreparedPayment } from '../iso20022/payer.js';
import type { DecodedCode, PushSide } from './payer.js';
import { walletUser, type WalletUser } from './rules.js';
import type { AlipayScheme } from './scheme.js';

/** Wallets' users as a run of payments wants them: a code is decoded first, and paid when its payment is due. */
export class WalletPayers {
  constructor(
    private readonly side: Pick<PushSide, 'decode' | 'pay'>,
    private readonly scheme: AlipayScheme,
  ) {}

  /** A payer by number. */
  payer(number: number): PayOrder['payer'] {
    const { customerId, brand } = walletUser(number, this.scheme);
    return { account: customerId, name: brand };
  }

  /** What the wallet shows before its user says yes. What Tonle settles for it, it tells with the payment only. */
  async prepare(order: PayOrder): Promise<Preparation> {
    const decoded = await this.side.decode(order.qrText, this.userOf(order));
    if (decoded.kind === 'refused') return { kind: 'refused', status: 422, body: decoded.body };
    const { merchantName: name, account, amount: fixed } = decoded.code;
    const asked = fixed === undefined ? order.amount : amountOf(fixed.currency, BigInt(fixed.value));
    if (asked === undefined) return { kind: 'refused', status: 422, body: 'the code carries no amount' };
    const quote = { quoteId: '', source: asked, target: asked, rate: '' };
    const payee = { name, account, accountType: 'bakong' };
    return { kind: 'prepared', payment: { uetr: randomUUID(), order, payee, quote } };
  }

  async pay(prepared: PreparedPayment, waitMs?: number): Promise<PayOutcome> {
    const { order, payee, quote } = prepared;
    const { currency, minor } = quote.target;
    const code: DecodedCode = {
      codeValue: order.qrText,
      merchantName: payee.name,
      account: payee.account,
    };
    const wanted = { currency, value: minor.toString() };
    const outcome = await this.side.pay(code, wanted, this.userOf(order), waitMs, () => undefined);
    const { paymentId: uetr, inquiries: enquiries, latencyMs, state, reason } = outcome;
    return { uetr, state, latencyMs, enquiries, ...(reason !== undefined && { reason }) };
  }

  private userOf({ payer }: PayOrder): WalletUser {
    return walletUser(Number(payer.account.slice(-10)), this.scheme);
  }
}
