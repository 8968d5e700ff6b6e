import { showAmount, type ShownAmount } from './output.js';

/** What a partner network said of the money, as the public API gives it: the parts that are shown to people. */
export interface ShownPartnerTerms {
  readonly orderAmount?: ShownAmount;
  readonly billingAmount?: ShownAmount;
  readonly settlementAmount?: ShownAmount;
  readonly discountAmount?: ShownAmount;
  readonly feeAmount?: ShownAmount;
  readonly settlementRate?: {
    readonly unitCurrency: string;
    readonly quotedCurrency: string;
    readonly rate: string;
  };
  readonly quote?: { readonly quoteId: string };
}

const AMOUNTS = {
  order: 'orderAmount',
  billing: 'billingAmount',
  settlement: 'settlementAmount',
  discount: 'discountAmount',
  fee: 'feeAmount',
} as const;

/** Lines of a list, one for each thing that the partner told. */
export function partnerFacts(terms: ShownPartnerTerms = {}): [string, string | undefined][] {
  const amounts = Object.entries(AMOUNTS).map(([name, member]): [string, string | undefined] => {
    const amount = terms[member];
    return [`partner's ${name}`, amount === undefined ? undefined : showAmount(amount)];
  });
  return [...amounts, ["partner's quote", terms.quote?.quoteId]];
}
