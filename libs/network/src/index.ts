// What a network is made of and started by. The engine itself nobody needs from outside.
export * from './network.js';
export * from './inbound.js';
export type * from './payment-codes/payment-code.js';
export type * from './recalls/recalls.js';
export type { StandingDrawing } from './payment-codes/drawn-payments.js';
export type * from './files/network-files.js';
export { filePlaceOf, type FilePlaceSettings } from './files/file-place-settings.js';
export { layDown, type FileToLay } from './files/lay-down.js';
export { fileLayout, readLayout } from './files/file-layout.js';
export { folderOf, readFileName } from './files/file-name.js';
export { readContents } from './files/read-records.js';
export { signedByPath, type DoorSignature, type InboundListener, type ServerTls } from './listener.js';
export type { KeyExchange, ToldKey } from './key-exchange.js';
export type * from './leg.js';
export type { WireReply } from './exchange.js';
export {
  httpWire,
  openWire,
  pickHeaders,
  type ClientTls,
  type OpenWire,
  type Wire,
  type WirePart,
} from './wire.js';
export { signed, SIGNATURE_HEADERS, type Signature } from './signature.js';
export { bearer, type BearerOptions, type IssuedToken } from './bearer.js';
export { bodySigned, bodyTrouble, signBody, type BodySignature } from './body-signature.js';
export { keyVersionSigned, type KeyVersionSignature } from './key-version-wire.js';
export { ownFilesOf, ownFilesShape } from './own-files.js';
export { keyVersionSettings, type KeyVersionPartner } from './key-version-settings.js';
export { pushedContentHash, pushedInstruction, type PushedPayment } from './pushed-payment.js';
export { refundContentHash, refundInstruction, type RefundMessage } from './refund-instruction.js';
// How a network speaks to us is its own: what its dialect is made of.
export {
  contentHashOf,
  newestOf,
  type MessageDialect,
  type RawMessage,
  type StoredRequest,
  type Reading,
  type Reply,
  type Taken,
  type Unreadable,
} from '@tonle/door';
export { readSoapAnswer, soap, type SoapAnswer, type SoapOptions } from './soap.js';
export {
  codeMeaning,
  codeTable,
  meaningOfCode,
  meaningOfText,
  readCodes,
  type CodeMeaning,
  type CodeTable,
} from './codes.js';
export { asRecord, DecimalText, parseKeepingAmounts, parseKeepingNumbers } from './json.js';
export * from './json-message.js';
export { tiedDay } from './tied-day.js';
export {
  CALLING_NETWORK_DATABASE,
  NETWORK_DATABASE,
  runNetwork,
  runNetworks,
  startNetwork,
  type StartNetwork,
} from './host.js';
export type { NetworkTuning } from './leg.service.js';
// For simulators, which sign and ask in the same way.
export { exchange, type HttpRequest } from './exchange.js';
export { nonceOfMessage, signInside, verifyInside, type SignedMessage } from './signed-message.js';
// Of networks that sign by detached JWS, seal fields, and pay by quote in a dialect of their own.
export { criticalJwsDoor, criticalJwsSigned, type CriticalJwsSignature } from './critical-jws-wire.js';
export { asStored, quotedInstruction, inboundResult, type PaymentByQuote } from './quoted-instruction.js';
export { sealedFields, type ReadSealed } from './sealed-field.js';
export { fspiopDoor, fspiopSigned, type FspiopSignature } from './fspiop-wire.js';
export { parametersDoor, parametersSigned, type ParameterWireSignature } from './parameter-wire.js';
export { readForm, readParameters } from '@tonle/security';
