import { whyClosed, type Corridor } from '@tonle/directory';
import { refused, type LookupAnswer, type Refusal } from '@tonle/contracts';
import { maskAccount } from '@tonle/security';
import { showAmount } from '../http/public-amount.js';
import type { PublicLookup } from './lookup.schema.js';

export type Found = Extract<LookupAnswer, { kind: 'found' }>;

/** What the payee's network said to a participant, and on what question. */
export interface Lookup {
  readonly lookupId: string;
  readonly participant: string;
  readonly corridor: string;
  readonly qrText?: string;
  readonly found: Found;
}

/** May a payer of the home side ask about this payee? Home codes are paid at home, not here. */
export function payableThrough(
  corridor: Corridor | undefined,
  asked: string,
  nowMs: number,
): { readonly kind: 'ok'; readonly corridor: Corridor } | Refusal {
  if (corridor === undefined) return refused('qr_not_served', `There is no corridor for ${asked}.`);
  const closed = whyClosed(corridor, 'outbound', nowMs);
  return closed === undefined ? { kind: 'ok', corridor } : refused('corridor_closed', closed);
}

export function showLookup(lookup: Lookup): PublicLookup {
  const { found } = lookup;
  return {
    lookupId: lookup.lookupId,
    corridor: lookup.corridor,
    payee: {
      displayName: found.displayName,
      account: maskAccount(found.creditor.account),
      accountType: found.creditor.accountType,
    },
    currency: found.currency,
    ...(found.amount === undefined ? {} : { amount: showAmount(found.amount) }),
    ...(found.qrExpiresAt === undefined ? {} : { qrExpiresAt: found.qrExpiresAt }),
    validUntil: found.validUntil,
    ...(found.remittance === undefined ? {} : { remittance: found.remittance }),
  };
}
