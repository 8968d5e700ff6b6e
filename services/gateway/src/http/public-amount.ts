import { z } from 'zod';
import { amountFromJson, formatAmount, parseAmount, type Amount, type AmountJson } from '@tonle/money';
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
  const result = parseAmount(value.currency, value.amount);
  if (result.kind === 'ok') return result;
  const field = result.reason === 'unknown_currency' ? 'currency' : 'amount';
  return refusedField(
    result.reason,
    `${pointer}/${field}`,
    `${JSON.stringify(value[field])} is not a valid ${field}.`,
  );
}
