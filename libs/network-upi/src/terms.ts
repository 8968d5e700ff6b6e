import type { PartnerTerms } from '@tonle/contracts';
import type { AmountJson } from '@tonle/money';
import { amountIn, readQrcAmount, textOf, type QrcFields } from './qrc-message.js';

const RATE = /^\d{1,12}(\.\d{1,11})?$/;

/** Settles in: what the payee or the payer has beside it is information. */
export const SETTLEMENT = 'USD';

/**
 * What a message says of the money: amounts before and after a discount, what the card is charged, what is settled and at
 * which rates. Undefined when it says nothing.
 */
export function termsOf(fields: QrcFields): PartnerTerms | undefined {
  const [paid, billed, settled] = [
    amountIn(fields, 'trx'),
    amountIn(fields, 'bill'),
    amountIn(fields, 'sett'),
  ];
  const original = readQrcAmount(textOf(fields, 'originalAmount'), textOf(fields, 'trxCurrency'));
  const terms: PartnerTerms = {
    orderAmount: original ?? paid,
    billingAmount: billed,
    settlementAmount: settled,
    discountAmount: discountOf(original, paid),
    settlementRate: rateOf(paid, settled, textOf(fields, 'settConvRate')),
    billingRate: rateOf(paid, billed, textOf(fields, 'billConvRate')),
  };
  const told = Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== undefined));
  return Object.keys(told).length === 0 ? undefined : told;
}

/** What is taken off; undefined when nothing is. */
function discountOf(original: AmountJson | undefined, paid: AmountJson | undefined): AmountJson | undefined {
  if (original === undefined || paid === undefined) return undefined;
  const minor = BigInt(original.minor) - BigInt(paid.minor);
  return minor > 0n ? { currency: paid.currency, minor: minor.toString() } : undefined;
}

function rateOf(
  from: AmountJson | undefined,
  to: AmountJson | undefined,
  rate: string | undefined,
): PartnerTerms['settlementRate'] {
  if (from === undefined || to === undefined || rate === undefined || !RATE.test(rate)) return undefined;
  return { unitCurrency: from.currency, quotedCurrency: to.currency, rate };
}
