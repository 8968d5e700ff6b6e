// What UnionPay's dialects are made of: ids and times, messages in JSON, amounts, what they say of the money.
export { DONE, QrcAnswers } from './answers.js';
export { drawingRoutes, drawnNotice, isDrawn, resultFields } from './drawings.js';
export { qrcKeyExchange } from './key-exchange.js';
export {
  beijingTime,
  digitsOf,
  fromBeijingTime,
  legKeyOfMessageId,
  messageIdOf,
  questionIdOf,
} from './message-id.js';
export {
  amountFields,
  amountIn,
  partOf,
  qrcQuestion,
  qrcReply,
  qrcRequest,
  readQrc,
  readQrcAmount,
  readQrcAnswer,
  textOf,
  UPI_JWS,
  writeQrc,
  writeQrcAmount,
  type QrcFields,
  type QrcMessage,
  type QrcOperation,
} from './qrc-message.js';
export {
  emvFields,
  isWholeOfToday,
  payerFields,
  refundFields,
  urlFields,
  voucherNo,
} from './payment-fields.js';
export { payerCodes } from './payer-codes.js';
export { NOT_PROVIDED, readRefund, unclearRefund } from './refund-message.js';
export { SETTLEMENT, termsOf } from './terms.js';
