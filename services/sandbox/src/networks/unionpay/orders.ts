import { createHash } from 'node:crypto';
import { readQr } from '@tonle/emvqr';
import { amount, type Amount } from '@tonle/money';
import { falsified } from '../../kit/faulty.js';
import type { IsoBooks } from '../iso20022/books.js';
import { findAddress, inDollars, isMerchant, rateOf } from './merchants.js';
import { beijing, money, moneyIn, text, type Qrc } from './qrc.js';

// What Tonle asks to have booked: payments of codes, and refunds of what card holders paid.

/** An order that was sent longer ago is refused, so that a "not found" given earlier stays true. */
const AGE_MAX_MS = 60_000;
/** Dollars in cents that one payment may be. */
const CENTS_MAX = 500_000n;

/** Whom an order pays, what is settled for it, and what its answers say. */
export interface Order {
  readonly account: string;
  /** Dollars in cents. */
  readonly minor: bigint;
  /** The code with which it is refused. */
  readonly reason?: string;
  readonly told?: Readonly<Record<string, unknown>>;
  readonly refundOf?: string;
}

/** How it is booked when not as asked for, in minor units of what is asked for. */
export interface Twist {
  readonly addMinor?: bigint;
  readonly discount?: bigint;
}

export function isRefund({ msgInfo }: Qrc): boolean {
  return msgInfo.msgType === 'REFUND' || msgInfo.msgType === 'CANCELLATION';
}

/** Who gets the money: the merchant of a code, or the card holder whose payment is given back. */
export function accountOf(asked: Qrc, books: IsoBooks): string | undefined {
  if (isRefund(asked)) return books.debit(text(asked.trxInfo, 'origMsgID') ?? '')?.entry.payer;
  const payload = text(asked.trxInfo, 'mpqrcPayload') ?? '';
  if (payload.startsWith('https://')) return payload;
  const merchant = (asked.trxInfo['merchantInfo'] ?? {}) as Record<string, unknown>;
  return typeof merchant['mid'] === 'string' ? merchant['mid'].trim() : undefined;
}

export function orderOf(asked: Qrc, books: IsoBooks, now: number, twist: Twist): Order {
  return isRefund(asked) ? refundOrder(asked, books, now, twist) : paymentOrder(asked, books, now, twist);
}

function paymentOrder(asked: Qrc, books: IsoBooks, now: number, twist: Twist): Order {
  const { addMinor = 0n, discount = 0n } = twist;
  const price = moneyIn(asked, 'trx');
  const paid =
    price === undefined ? undefined : amount(price.currency, falsified(price.minor, addMinor - discount));
  const settled = paid === undefined ? undefined : inDollars(paid);
  return {
    account: accountOf(asked, books) ?? '',
    minor: settled?.minor ?? 0n,
    reason: isLate(asked, now) ? '90' : whyNotPaid(asked, price, now),
    ...(price !== undefined && paid !== undefined && { told: toldOf(asked, price, paid, discount) }),
  };
}

function refundOrder(asked: Qrc, books: IsoBooks, now: number, { addMinor = 0n }: Twist): Order {
  const { trxInfo, msgInfo } = asked;
  const refundOf = text(trxInfo, 'origMsgID') ?? '';
  const [given, settled] = [moneyIn(asked, 'trx'), moneyIn(asked, 'sett')];
  const minor = settled === undefined ? 0n : falsified(settled.minor, addMinor);
  const paid = given === undefined ? {} : { trxAmt: money(given).text, trxCurrency: money(given).numeric };
  const { text: settAmt, numeric: settCurrency } = money(amount('USD', minor));
  return {
    account: accountOf(asked, books) ?? '',
    minor,
    reason: isLate(asked, now) ? '90' : whyNotRefunded(asked, settled, books, now),
    told: { trxMsgType: msgInfo.msgType, referNo: trxInfo['referNo'], ...paid, settAmt, settCurrency },
    refundOf,
  };
}

/** A cancellation undoes all of a payment of the same day; refunds are never more together than was settled. */
function whyNotRefunded(
  { trxInfo, msgInfo }: Qrc,
  settled: Amount | undefined,
  books: IsoBooks,
  now: number,
): string | undefined {
  const original = books.debit(text(trxInfo, 'origMsgID') ?? '');
  if (original === undefined || original.entry.refundOf !== undefined) return '25';
  const { uetr, minor, currency, at } = original.entry;
  if (original.final?.status !== 'ACCC') return '12';
  if (settled?.currency !== currency || settled.minor <= 0n) return '13';
  const isToday = beijing(at).slice(0, 8) === beijing(now).slice(0, 8);
  const given = books.refunded(uetr);
  if (msgInfo.msgType === 'CANCELLATION' && (!isToday || given > 0n || settled.minor !== BigInt(minor)))
    return '12';
  return given + settled.minor > BigInt(minor) ? '13' : undefined;
}

/** A message that was sent longer ago is refused. */
export function isLate({ msgInfo }: Qrc, now: number): boolean {
  const sent = Date.parse(
    msgInfo.timeStamp.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6+08:00'),
  );
  return !(now - sent <= AGE_MAX_MS);
}

function whyNotPaid({ trxInfo }: Qrc, price: Amount | undefined, now: number): string | undefined {
  if (!/^62\d{14,17}$/.test(text(trxInfo, 'token') ?? '')) return '14';
  const dollars = price === undefined ? undefined : inDollars(price);
  if (dollars === undefined || dollars.minor <= 0n) return '13';
  if (dollars.minor > CENTS_MAX) return '61';
  const payload = text(trxInfo, 'mpqrcPayload') ?? '';
  if (payload.startsWith('https://')) {
    const found = findAddress(payload);
    return found.kind === 'refused' ? found.code : undefined;
  }
  const code = readQr(payload, now, ['UNIONPAY']);
  if (code.kind === 'refused' || code.scheme !== 'UNIONPAY') return '70';
  return isMerchant(code.account.fields['merchantId'] ?? '') ? undefined : '03';
}

function toldOf(
  { trxInfo, msgInfo }: Qrc,
  price: Amount,
  paid: Amount,
  discount: bigint,
): Record<string, unknown> {
  const settled = inDollars(paid);
  return {
    trxMsgType: msgInfo.msgType,
    deviceID: trxInfo['deviceID'],
    referNo: trxInfo['referNo'],
    trxAmt: money(paid).text,
    trxCurrency: money(paid).numeric,
    ...(discount > 0n && {
      originalAmount: money(price).text,
      discountDetails: [
        { discountAmt: money(amount(price.currency, discount)).text, discountNote: 'unionpay promotion' },
      ],
    }),
    ...(settled !== undefined && {
      settAmt: money(settled).text,
      settCurrency: '840',
      settConvRate: rateOf(paid.currency),
    }),
  };
}

/** Decimal digits that follow from a text. */
export function digits(of: string, count: number): string {
  const number = BigInt(`0x${createHash('sha256').update(of).digest('hex')}`) % 10n ** BigInt(count);
  return number.toString().padStart(count, '0');
}
