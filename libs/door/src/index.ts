export * from './dialect.js';
export { contentHashOf, isFinal, type Instruction, type StoredRequest } from './instruction.js';
export { newest, ownOutcomes, publicEvents, type NewsForm, type PaymentNews } from './payment-news.js';
export type { IntakeAnswer, RequestKey } from './intake.decide.js';
export { Door, hasEnded, newestOf, type DoorOptions, type Taken } from './door.js';
export type { RequestFilter } from './request-list.store.js';
export { requestOutbox } from './request.store.js';
export { auditRequests, requestTotals } from './request-audit.js';
export { Requests1765000000000 } from './migrations/1765000000000-requests.js';
export { answerMessage, type Answered, type MessageContext } from './message.js';
export type { IsoAsked, IsoInstructed, IsoUsage } from './iso/iso-usage.js';
export { IsoDialect } from './iso/iso-dialect.js';
export { readFamily, type IsoFamily } from './iso/iso-reading.js';
export { printable } from './iso/iso-answers.js';
export {
  accountIdOf,
  accountTypeOf,
  customerOf,
  isoContentHash,
  remittanceOf,
  unreadableForRouting,
} from './iso/iso-payment.js';
export type { HomePayee, InboundQuote, ResolvedCode, ScannedCode } from './inbound-quote.js';
export { InboundQuoteStore } from './inbound-quote.store.js';
export { InboundQuotes } from './inbound-quote.service.js';
export { InboundQuotes1765000000001 } from './migrations/1765000000001-inbound-quotes.js';
