import { z } from 'zod';
import {
  amount,
  amountFromJson,
  amountText,
  currency,
  formatAmount,
  parseAmount,
  parseBookedAmount,
  type Amount,
  type AmountJson,
  type AmountRefusal,
} from '@tonle/money';
import { refusedField, type Refusal } from '@tonle/contracts';

/** An amount as the public API writes it: decimal text in major units. */
export const publicAmount = z
  .strictObject({
    currency: z
      .string()
      .max(8)
      .meta({ description: 'ISO 4217 code', examples: ['THB'] }),
    amount: z
      .string()
      .max(40)
      .meta({ description: 'Decimal text, never a number', examples: ['820.00'] }),
  })
  .meta({ id: 'Amount' });
export type PublicAmount = z.infer<typeof publicAmount>;

/** Minor units of the services -> decimal text of the public. */
export function showAmount(value: AmountJson): PublicAmount {
  return { currency: value.currency, amount: formatAmount(amountFromJson(value)) };
}

/** Checks a public amount by the currency table; `pointer` is where it stands in the body. */
export function readAmount(value: PublicAmount, pointer: string): { kind: 'ok'; amount: Amount } | Refusal {
  return readWith(parseAmount, value, pointer);
}

/** The same of what is booked or may be owed: with all decimals of the currency, and zero. */
export function readBookedAmount(
  value: PublicAmount,
  pointer: string,
): { kind: 'ok'; amount: Amount } | Refusal {
  return readWith(parseBookedAmount, value, pointer);
}

function readWith(
  read: typeof parseAmount,
  value: PublicAmount,
  pointer: string,
): { kind: 'ok'; amount: Amount } | Refusal {
  const result = read(value.currency, value.amount);
  if (result.kind === 'ok') return result;
  const field = result.reason === 'unknown_currency' ? 'currency' : 'amount';
  return refusedField(result.reason, `${pointer}/${field}`, troubleWith(value, result.reason));
}

/** What is wrong with an amount, with the unit that it is payable in. */
function troubleWith(value: PublicAmount, reason: AmountRefusal): string {
  const shown = JSON.stringify(value.amount);
  switch (reason) {
    case 'unknown_currency':
      return `${JSON.stringify(value.currency)} is not a currency of ISO 4217; write three capital letters.`;
    case 'too_many_decimals': {
      const { code, payableStep } = currency(value.currency);
      return `${shown} cannot be paid: ${code} is paid in steps of ${amountText(amount(code, payableStep))}.`;
    }
    case 'amount_not_positive':
      return `${shown} is not more than zero.`;
    case 'amount_too_large':
      return `${shown} has more digits than an amount may have.`;
    case 'malformed_amount':
      return `${shown} is not a plain decimal number such as "820.00", or has too many digits.`;
  }
}
