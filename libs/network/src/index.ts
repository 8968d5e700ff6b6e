export * from './leg.js';
export * from './leg.decide.js';
export { exchange, type WireReply, type HttpRequest } from './exchange.js';
export { decideCommand, type CommandDecision } from './leg-command.decide.js';
export { LegStore } from './leg.store.js';
export { LegHandler, type LegHandlerOptions } from './leg.handler.js';
export { LegReporter, type AnsweredLeg, type ReporterOptions } from './leg-reporter.js';
export { EnquiryJob, type EnquiryJobOptions } from './enquiry.job.js';
export { EnquiryBudget } from './budget.js';
export { CircuitBreaker, type BreakerState } from './breaker.js';
export { Slots } from './slots.js';

export { First1764000000000 } from './migrations/1764000000000-first.js';
export { LegService, type LegServiceOptions, type LegShown, type NetworkTuning } from './leg.service.js';
export {
  CALLING_NETWORK_DATABASE,
  NETWORK_DATABASE,
  runNetwork,
  startNetwork,
  type StartNetwork,
} from './host.js';
export { OpenWires, type AskedFor } from './open-wires.js';
export { RailCarrier, type RailCarrierOptions } from './rail-carrier.js';
export { PayeeLookup, type PayeeLookupOptions } from './payee-lookup.js';
export { StatementReader, type StatementReaderOptions } from './statement-reader.js';
export { KeyRegister } from './key-register.js';
export { auditLegs } from './leg-audit.js';
export * from './inbound.js';
export { EvidenceLog } from './evidence-log.js';
export { plainText } from './plain-text.js';
export { nonceOfMessage, signInside, verifyInside, type SignedMessage } from './signed-message.js';
export * from './network.js';
export * from './listener.js';
export { httpWire, openWire, pickHeaders, ANSWER_MS } from './wire.js';
export type {
  Carried,
  Carry,
  ClientTls,
  HttpConnection,
  Outgoing,
  OpenWire,
  Wire,
  WireContext,
  WirePart,
} from './wire.js';
export { MessageSigner, signed, SIGNATURE_HEADERS, type RequestCheck, type Signature } from './signature.js';
export { bearer, type BearerOptions } from './bearer.js';
export {
  readSoapAnswer,
  soap,
  writeSoapCall,
  type SoapAnswer,
  type SoapCall,
  type SoapOptions,
} from './soap.js';
export {
  codeMeaning,
  codeTable,
  meaningOfCode,
  meaningOfText,
  readCodes,
  type CodeMeaning,
  type CodeTable,
} from './codes.js';
export { asRecord, DecimalText, parseKeepingAmounts } from './json.js';
