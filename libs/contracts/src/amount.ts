import { z } from 'zod';

/** ISO 4217, alphabetic. */
export const currencyCode = z.string().regex(/^[A-Z]{3}$/);

/** Is nothing converted between these two? */
export function isOneCurrency(
  source: { readonly currency: string },
  target: { readonly currency: string },
): boolean {
  return source.currency === target.currency;
}

/** Minor units as text: JSON numbers are floats. */
export const amountJson = z.object({
  currency: currencyCode,
  minor: z.string().regex(/^\d{1,18}$/),
});
