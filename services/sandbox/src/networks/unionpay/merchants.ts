import { writeQr } from '@tonle/emvqr';
import { amount, convertToTarget, parseRate, type Amount } from '@tonle/money';
import { z } from 'zod';
import { pick } from '../../kit/pick.js';

// Merchants, codes and rates of the simulator, by rule: nothing is stored.

const SHOPS = ['Dragon Well Tea', 'Pearl River Books', 'Harbour Noodles', 'Jade Garden', 'Lotus Silk'];
const URL_PREFIX = 'https://qr.95516.com/00010000/';
/** `01`, fen in 10 digits, a number; `02` has expired, `03` pays out cash, others nobody knows. */
const SERIAL = /^(0[123])(\d{10})(\d{8})$/;
export const IINS = { acquirerIin: '25000344', forwardingIin: '00020344' };

/** Dollars for one unit. */
const RATES: Readonly<Record<string, string>> = {
  USD: '1',
  CNY: '0.1412',
  HKD: '0.1278459',
  KHR: '0.0002451',
  LAK: '0.0000463',
  SGD: '0.7412',
  THB: '0.0283',
  VND: '0.0000393',
  JPY: '0.0064',
};

/** What an amount is in dollars, rounded half to even; undefined for a currency without a rate. */
export function inDollars(value: Amount): Amount | undefined {
  const rate = parseRate(value.currency, 'USD', RATES[value.currency] ?? '');
  return rate === undefined ? undefined : convertToTarget(value, rate, 'half_even');
}

export function rateOf(currency: string): string | undefined {
  return RATES[currency];
}

export type AddressFinding =
  | { readonly kind: 'found'; readonly name: string; readonly mcc: string; readonly price?: Amount }
  | { readonly kind: 'refused'; readonly code: string };

/** Who is behind an address of the mainland. */
export function findAddress(text: string): AddressFinding {
  const [, kind, fen, number] = SERIAL.exec(text.slice(URL_PREFIX.length)) ?? [];
  if (!text.startsWith(URL_PREFIX) || kind === undefined) return { kind: 'refused', code: '03' };
  if (kind === '02') return { kind: 'refused', code: '02' };
  const minor = BigInt(fen!);
  const price = minor === 0n ? undefined : amount('CNY', minor);
  return { kind: 'found', name: shopName(Number(number)), mcc: kind === '03' ? '6011' : '5811', price };
}

/** Merchant ids that begin with 000 are nobody's. */
export function isMerchant(merchantId: string): boolean {
  return merchantId.trim().length > 0 && !merchantId.startsWith('000');
}

/** The name of the shop with this merchant id. */
export function shopOf(merchantId: string): string {
  return shopName(Number(merchantId.replace(/\D/g, '').slice(-8)));
}

function shopName(number: number): string {
  return `${pick(SHOPS, number, 6)} ${number % 100_000}`;
}

export const codeRequest = z.strictObject({
  /** Decimal text in major units; without it the payer enters it. */
  amount: z
    .string()
    .regex(/^\d{1,8}(\.\d{1,2})?$/)
    .optional(),
  name: z.string().min(1).max(25).optional(),
  /** An address of the mainland (CNY) in place of an EMV code. */
  url: z.boolean().default(false),
  expired: z.boolean().default(false),
  fields: z
    .strictObject({
      currency: z.string().length(3).default('HKD'),
      merchantId: z.string().min(1).max(15).default('500034470110001'),
      number: z.number().int().min(0).max(99_999_999).default(1),
    })
    .prefault({}),
});

/** A code of a merchant; undefined with words when none can be made. */
export function makeCode(request: z.infer<typeof codeRequest>): { qrText: string } | { because: string } {
  const { amount: text, name, url, expired, fields } = request;
  const { currency, merchantId, number } = fields;
  if (url) {
    const [whole = '0', fraction = ''] = (text ?? '0').split('.');
    const fen = (whole + fraction.padEnd(2, '0')).padStart(10, '0');
    return { qrText: `${URL_PREFIX}${expired ? '02' : '01'}${fen}${String(number).padStart(8, '0')}` };
  }
  const written = writeQr({
    scheme: 'UNIONPAY',
    fields: { ...IINS, merchantId },
    country: 'HK',
    currency,
    ...(text === undefined ? {} : { amount: text }),
    payeeName: name ?? shopName(number),
    payeeCity: 'Hong Kong',
    merchantCategory: '5811',
  });
  return written.kind === 'written' ? { qrText: written.text } : { because: written.detail };
}
