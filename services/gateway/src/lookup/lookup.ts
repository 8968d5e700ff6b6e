import type { Side } from '@tonle/directory';
import { refusedField, type LookupAnswer, type Refusal } from '@tonle/contracts';
import { maskAccount } from '@tonle/security';
import { showAmount } from '../http/public-amount.js';
import { showPartnerTerms } from '../payment/partner-terms.view.js';
import type { PublicPayee } from './lookup.schema.js';

export type Found = Extract<LookupAnswer, { kind: 'found' }>;

/** What the payee's network said to a participant, and on what question. */
export interface Lookup {
  readonly lookupId: string;
  readonly participant: string;
  readonly corridor: string;
  readonly qrText?: string;
  readonly found: Found;
}

/** A kind of account that a network does not know, with those that it does. */
export function kindRefusal(
  kind: string,
  { name, accounts: { kinds } }: Pick<Side, 'name' | 'accounts'>,
  path: string,
): Refusal | undefined {
  return kinds.includes(kind)
    ? undefined
    : refusedField('schema_invalid', path, `${name} knows accounts of these kinds: ${kinds.join(', ')}.`);
}

/** A payee as a participant sees it. */
export function showFound(lookup: Lookup): PublicPayee {
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
    ...showPartnerTerms(found.partnerTerms),
  };
}
