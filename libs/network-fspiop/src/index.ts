// The language of FSPIOP, Mojaloop's API between financial service providers, versions 1.1 and 2.0: what every party of such
// a scheme reads and writes. Headers and paths, bodies, money, errors, ids, packets of Interledger. Its signature is a part
// of the wire: `fspiopSigned` and `fspiopDoor` of @tonle/network.
export {
  acceptOf,
  contentTypeOf,
  negotiate,
  requestHeaders,
  VERSIONS,
  type FspiopResource,
  type FspiopVersion,
  type Negotiated,
} from './headers.js';
export { idPath, partyPath, readPath, type FspiopPath, type PartyKey } from './paths.js';
export {
  errorBody,
  partiesPut,
  quotesPost,
  quotesPut,
  readFspiop,
  transaction,
  transfersPatch,
  transfersPost,
  transfersPut,
  type FspiopReading,
  type ExtensionList,
  type FspiopParty,
  type PartyIdType,
  type QuotesPost,
  type TransfersPost,
  type TransfersPut,
} from './bodies.js';
export { writeMoney, type FspiopMoney } from './money.js';
export {
  errorCodeOf,
  errorCodeOfRefusal,
  meaningOfError,
  statusOfError,
  writeError,
  type FspiopError,
  type FspiopMeaning,
} from './errors.js';
export { correlationIdOf, isCorrelationId, type CorrelatedThing } from './ids.js';
export {
  conditionOf,
  fulfilmentOf,
  isFulfilledBy,
  readIlpPacket,
  writeIlpPacket,
  type IlpContent,
  type IlpPacket,
  type IlpReading,
  type IlpTerms,
} from './ilp-packet.js';
export { textExtensions, textOfExtensions } from './extensions.js';
export { spokenIn } from './version-wire.js';
export { keyOfPath, question, saidBy, type Said } from './question.js';
export { readTransferAnswer } from './transfer-answer.js';
export {
  answerRoutes,
  isAboutAnother,
  callBack,
  callBackSubject,
  errorReply,
  isTaken,
  keptQuote,
  put,
  refusalReply,
  reply,
  unanswerable,
} from './call-back.js';
