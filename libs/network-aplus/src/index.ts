// What the calls of Alipay+ are made of: JSON, amounts, quotes, times, what each says, and results by their codes; what its files settle.
export { amountTrouble, wireAmount } from './amounts.js';
export { settledBy, untied, type AlipayRole } from './batches.js';
export { decodeCall, orderAnswer, orderCall, pushCall, pushInquiry, refundCall } from './calls.js';
export { readLegAnswer } from './leg-answer.js';
export { answer, call, wireIdOf } from './message.js';
export { drawnNotice, drawnStanding, payRoute, walletCodes } from './payment-codes.js';
export { resultCodes, Results, type Result } from './results.js';
