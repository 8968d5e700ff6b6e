export * from './dialect.js';
export { contentHashOf, type Instruction, type StoredRequest } from './instruction.js';
export { ownOutcomes, publicEvents } from './payment-news.js';
export type { InstructionClaim } from './intake.js';
export type { NewsWriter } from './news.handler.js';
export { Door, hasEnded, newestOf, outcomeOf, type Taken } from './door.js';
export { requestsById, type RequestFilter } from './request-list.store.js';
export { requestOutbox, uetrsOf } from './request.store.js';
export { auditDoor } from './request-audit.js';
export { answerMessage, type Answered, type MessageContext } from './message.js';
export type { IsoAsked, IsoInstructed, IsoReturned, IsoUsage } from './iso/iso-usage.js';
export { isAboutReturn } from './iso/iso-answers.js';
export { IsoDialect } from './iso/iso-dialect.js';
export { isoRejection } from './iso/iso-envelope.js';
export {
  readRecall,
  readRecallReply,
  recallAnswerIn,
  recallOutcome,
  writeRecallReply,
  type IsoRecallUsage,
} from './iso/iso-recall.js';
export type { IsoCallBackFamily, IsoFamily } from './iso/iso-reading.js';
export { addresseeRefusal, type OwnNames } from './iso/addressee.decide.js';
export { rejectionTexts } from './iso/iso-rejection.js';
export {
  accountIdOf,
  accountTypeOf,
  customerOf,
  isoContentHash,
  remittanceOf,
  unreadableForRouting,
} from './iso/iso-payment.js';
export type { InboundQuote, ResolvedCode } from './inbound-quote.js';
export { InboundQuoteStore } from './inbound-quote.store.js';
export { InboundQuoteService } from './inbound-quote.service.js';
export { endNotices, takeNotices } from './notice.store.js';
export { UnknownRequests1772200000000 } from './migrations/1772200000000-unknown-requests.js';
export { Notices1770500000000 } from './migrations/1770500000000-notices.js';
export { KeptMessages1772700000000 } from './migrations/1772700000000-kept-messages.js';
export { Requests1765000000000 } from './migrations/1765000000000-requests.js';
export { RefusedMessages1768100000000 } from './migrations/1768100000000-refused-messages.js';
export { BadSignatures } from './bad-signatures.js';
export { NonceRegister, type NonceUse } from './nonce-register.js';
export { UsedNonces1767100000000 } from './migrations/1767100000000-used-nonces.js';
export { InboundQuotes1765000000001 } from './migrations/1765000000001-inbound-quotes.js';
export { LookupBudget } from './lookups/lookup-budget.js';
export { LookupUseCounter } from './lookups/lookup-use.js';
export { LookupCounts1768300000000 } from './migrations/1768300000000-lookup-counts.js';
export { refundableOf } from './refunds/refund.decide.js';
export { RefundService, type PricedRefund } from './refunds/refund.service.js';
export { CorridorGate } from './corridor/corridor-gate.js';
export { PartnerHealth } from './corridor/partner-health.js';
export {
  figuresOf,
  lotOf,
  rampShare,
  trialsPerSecond,
  type DirectionHealth,
} from './corridor/direction-health.decide.js';
export { sharedEvidence, type Evidence } from './evidence/evidence.js';
export { insertEvidence } from './evidence/evidence.store.js';
export { EvidenceLog } from './evidence/evidence-log.js';
export {
  bytesOf,
  evidenceBytes,
  evidenceFact,
  evidenceOf,
  type EvidenceRow,
} from './story/evidence-facts.view.js';
export { keptRequest, requestBytes, requestFacts, type KeptRequest } from './story/request-facts.view.js';
