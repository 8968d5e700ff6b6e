import { createHash } from 'node:crypto';
import { currency, parseAmount } from '@tonle/money';
import { pick } from '../../kit/pick.js';
import type { AlipayScheme } from './scheme.js';

// Wallets, users, shops and orders: by rule, nothing is stored. An order stands whole in its code.

const CODE =
  /^https:\/\/qr\.alipayplus\.com\/o\/(\d{8})-([A-Z]{3})-(\d{0,16})-([0-9a-z]{8,9})-([0-9a-z]{1,12})$/;
/** Their contracts have ended. */
const CLOSED = /^9/;

export interface WireAmount {
  readonly currency: string;
  readonly value: string;
}

export interface MerchantOrder {
  readonly code: string;
  readonly paymentRequestId: string;
  readonly merchant: string;
  readonly merchantName: string;
  readonly isClosed: boolean;
  /** Of the merchant. */
  readonly currency: string;
  /** What the merchant asks for; undefined: the code names no amount. */
  readonly payTo?: WireAmount;
  readonly expiresMs: number;
}

export interface WalletUser {
  readonly customerId: string;
  readonly brand: string;
  readonly currency: string;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The code of an order; the same order has the same code. */
export function orderCode(order: {
  readonly merchant: string;
  readonly payTo: WireAmount | { readonly currency: string; readonly value: '' };
  readonly expiresMs: number;
  readonly nonce: string;
}): string {
  const { merchant, payTo, expiresMs, nonce } = order;
  return `https://qr.alipayplus.com/o/${merchant}-${payTo.currency}-${payTo.value}-${expiresMs.toString(36)}-${nonce}`;
}

/** A shop abroad by its number. */
export function merchantName(merchant: string, { shops }: Pick<AlipayScheme, 'shops'>): string {
  const number = Number(merchant);
  return `${pick(shops, number, 6)} ${number % 100_000}`;
}

/** The order behind a code; undefined for one that is none of ours. */
export function orderOf(
  code: string,
  scheme: Pick<AlipayScheme, 'shops' | 'perDollar'>,
): MerchantOrder | undefined {
  const match = CODE.exec(code);
  if (match === null) return undefined;
  const [, merchant, asked, value, expires] = match as unknown as [string, string, string, string, string];
  if (!Object.hasOwn(scheme.perDollar, asked)) return undefined;
  return {
    code,
    paymentRequestId: `AP${digest(code).slice(0, 30)}`,
    merchant,
    merchantName: merchantName(merchant, scheme),
    isClosed: CLOSED.test(merchant),
    currency: asked,
    ...(value !== '' && { payTo: { currency: asked, value } }),
    expiresMs: Number.parseInt(expires, 36),
  };
}

/** How a refund is called here; the same refund has the same id. */
export function refundIdOf(refundRequestId: string): string {
  return `R${digest(refundRequestId).slice(0, 31)}`;
}

/** What is cancelled goes back under this id in the books. */
export function cancellationIdOf(paymentRequestId: string): string {
  return `CANCEL${paymentRequestId}`;
}

/** A user by number: the wallet, and with it the currency, follow from it. */
export function walletUser(number: number, { wallets }: Pick<AlipayScheme, 'wallets'>): WalletUser {
  const { brand, currency: code } = wallets[number % wallets.length]!;
  return { customerId: `216610${String(number % 10_000_000_000).padStart(10, '0')}`, brand, currency: code };
}

/** The same money in another currency, by the scheme's prices, rounded up to what can be paid. */
export function converted(
  from: WireAmount,
  to: string,
  { perDollar }: Pick<AlipayScheme, 'perDollar'>,
): WireAmount {
  const [paid, wanted] = [scaled(from.currency, perDollar), scaled(to, perDollar)];
  const step = to === 'IDR' ? 100n : currency(to).payableStep;
  const top = BigInt(from.value) * wanted;
  const steps = (top + paid * step - 1n) / (paid * step);
  return { currency: to, value: (steps * step).toString() };
}

/** Minor units for a dollar, times 10^8: prices are decimal text, and never floats. */
function scaled(code: string, perDollar: AlipayScheme['perDollar']): bigint {
  const [whole = '0', fraction = ''] = (perDollar[code] ?? '1').split('.');
  return BigInt(whole + fraction.padEnd(8, '0')) * 10n ** BigInt(currency(code).scale);
}

/** Decimal text in major units as it stands on the wire; undefined when it cannot be paid. */
export function wireOf(code: string, text: string): WireAmount | undefined {
  const parsed = parseAmount(code, text);
  return parsed.kind === 'ok' ? { currency: code, value: parsed.amount.minor.toString() } : undefined;
}
