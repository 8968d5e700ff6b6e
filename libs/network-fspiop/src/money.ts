import {
  amountFromJson,
  amountToJson,
  currency,
  formatAmount,
  parseBookedAmount,
  type AmountJson,
} from '@tonle/money';
import { z } from 'zod';

/** `Amount` of the API: no leading zero, no trailing one, no sign, no exponent, at most four decimals. */
const AMOUNT = /^(?:0|[1-9]\d{0,17})(?:\.\d{0,3}[1-9])?$/;

/** `Money` as it stands in a body. */
export interface FspiopMoney {
  readonly currency: string;
  readonly amount: string;
}

const SHAPE = z.object({
  currency: z.string().regex(/^[A-Z]{3}$/, 'three capital letters of ISO 4217'),
  amount: z.string().regex(AMOUNT, 'digits without leading or trailing zeros, as 1250 or 12.5'),
});

/** `Money` in minor units: zero too, since fees may be; nothing finer than the currency can pay. */
export const moneyOrZero = SHAPE.transform(({ currency: code, amount }, context): AmountJson => {
  const read = parseBookedAmount(code, amount);
  const isWhole = read.kind === 'ok' && read.amount.minor % currency(code).payableStep === 0n;
  if (read.kind === 'ok' && isWhole) return amountToJson(read.amount);
  const reason = read.kind === 'ok' ? 'too_many_decimals' : read.reason;
  const path = [reason === 'unknown_currency' ? 'currency' : 'amount'];
  context.addIssue({ code: 'custom', path, message: `${reason.replaceAll('_', ' ')} (${code})` });
  return z.NEVER;
});

/** `Money` that is paid: more than nothing. */
export const money = moneyOrZero.refine(({ minor }) => BigInt(minor) > 0n, {
  path: ['amount'],
  message: 'more than 0',
});

/** Minor units as `Money`: in the only form that the API has for them. Throws RangeError for a negative amount. */
export function writeMoney(value: AmountJson): FspiopMoney {
  const amount = amountFromJson(value);
  if (amount.minor < 0n) throw new RangeError('FSPIOP has no negative amount');
  const text = formatAmount(amount);
  return {
    currency: amount.currency,
    amount: text.includes('.') ? text.replace(/\.?0+$/, '') : text,
  };
}
