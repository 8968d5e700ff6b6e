import type { QrRead } from '@tonle/emvqr';
import type { CorridorBody } from '@tonle/directory';
import type { LookupAnswer } from '@tonle/contracts';
import { maskAccount } from '@tonle/security';
import { refused, type Refusal } from '../http/refusal.js';
import { showAmount } from '../http/public-amount.js';
import type { PublicLookup } from './lookup.schema.js';

export type Found = Extract<LookupAnswer, { kind: 'found' }>;

/** What the payee's network said to a participant, and on what question. */
export interface Finding {
  readonly lookupId: string;
  readonly participant: string;
  readonly corridor: string;
  readonly qrText?: string;
  readonly found: Found;
}

/** May a payer of the home side ask about this payee? Home codes are paid at home, not here. */
export function corridorFor(
  country: string | undefined,
  corridorTo: (country: string) => CorridorBody | undefined,
): { readonly kind: 'ok'; readonly corridor: CorridorBody } | Refusal {
  const corridor = country === undefined ? undefined : corridorTo(country);
  if (corridor === undefined)
    return refused('qr_not_served', `no corridor to ${country ?? 'a code without country'}`);
  if (!corridor.open.outbound) return refused('corridor_closed', corridor.corridorId);
  return { kind: 'ok', corridor };
}

/** Country of a code: its own, or that of a scheme that has only one. */
export function countryOf(read: QrRead): string | undefined {
  if (read.country !== undefined) return read.country;
  if (read.scheme.startsWith('THAI_')) return 'TH';
  return read.scheme === 'KHQR' ? 'KH' : undefined;
}

export function showLookup(finding: Finding): PublicLookup {
  const { found } = finding;
  return {
    lookupId: finding.lookupId,
    corridor: finding.corridor,
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
