import { amountJson, type LookupAnswer, type Quote } from '@tonle/contracts';
import { z } from 'zod';

export const resolveBody = z.strictObject({
  qrText: z.string().min(1).max(512),
  amount: amountJson.optional(),
});
export type ResolveBody = z.infer<typeof resolveBody>;
export const quoteBody = z.strictObject({ qrText: z.string().min(1).max(512), amount: amountJson });
export type QuoteBody = z.infer<typeof quoteBody>;

export type FoundPayee = LookupAnswer & { kind: 'found' };

/** A quote together with the payee that it was made for: what a payment that names it means. */
export interface DoorQuote {
  readonly quoteId: string;
  readonly lookupId: string;
  readonly qrText: string;
  readonly payee: FoundPayee;
  readonly quote: Quote;
}

export interface ShownQuote {
  readonly quoteId: string;
  readonly source: { currency: string; minor: string };
  readonly target: { currency: string; minor: string };
  readonly rate: string;
  readonly expiresAt: string;
}

export interface ShownPayee {
  readonly name: string;
  readonly displayName: string;
  readonly account: string;
  readonly accountType: string;
  readonly currency: string;
  readonly amount?: { currency: string; minor: string };
  readonly expiresAt?: string;
  readonly quote?: ShownQuote;
}

export function showQuote({ quoteId, source, target, rate, expiresAt }: Quote): ShownQuote {
  return { quoteId, source, target, rate, expiresAt };
}
