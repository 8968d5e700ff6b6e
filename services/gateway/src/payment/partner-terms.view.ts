import type { PartnerTerms } from '@tonle/contracts';
import { findCurrency, type AmountJson } from '@tonle/money';
import { showAmount } from '../http/public-amount.js';
import type { PublicPartnerTerms } from './partner-terms.schema.js';

/** The member `partnerTerms` of what is shown; nothing where the partner said nothing. */
export function showPartnerTerms(terms: PartnerTerms | undefined): { partnerTerms?: PublicPartnerTerms } {
  if (terms === undefined) return {};
  const { orderAmount, billingAmount, settlementAmount, discountAmount, feeAmount, ...rates } = terms;
  const amounts = { orderAmount, billingAmount, settlementAmount, discountAmount, feeAmount };
  const shown = Object.entries(amounts).flatMap(([name, amount]) =>
    isKnown(amount) ? [[name, showAmount(amount)] as const] : [],
  );
  return { partnerTerms: { ...Object.fromEntries(shown), ...rates } };
}

/** How many decimals a partner's currency has, ISO 4217 may not say. */
function isKnown(amount: AmountJson | undefined): amount is AmountJson {
  return amount !== undefined && findCurrency(amount.currency) !== undefined;
}
