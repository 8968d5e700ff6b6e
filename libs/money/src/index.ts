export {
  currency,
  findCurrency,
  findCurrencyByNumeric,
  type Currency,
  type CurrencyCode,
} from './currency.js';
export {
  amount,
  amountFromJson,
  amountText,
  amountToJson,
  formatAmount,
  formatAsPaid,
  formatPayable,
  isPayable,
  parseAmount,
  parseBookedAmount,
  sameAmount,
  type Amount,
  type AmountJson,
  type AmountRefusal,
  type AmountResult,
} from './amount.js';
export { plainDecimal } from './decimal.js';
export {
  convert,
  convertToSource,
  convertToTarget,
  conversionAgrees,
  divideRounded,
  formatRate,
  improveRate,
  parseRate,
  rateBetween,
  sameRate,
  type Rate,
  type Rounding,
} from './rate.js';
