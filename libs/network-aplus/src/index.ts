// What the calls of Alipay+ are made of: JSON, amounts, quotes, times, and results by their codes.
export { amountOfWire, amountTrouble, wireAmount } from './amounts.js';
export {
  absent,
  answer,
  call,
  idOfWire,
  instantOfWire,
  quoteOfWire,
  readJson,
  text,
  unreadable,
  wireTime,
} from './message.js';
export { resultCodes, Results, type Result } from './results.js';
