export * from './model.js';
export * from './model-parts.js';
export * from './model-interbank.js';
export * from './model-account.js';
export * from './model-customer.js';
export { ENVELOPE_NAMESPACE, readIso, writeIso, writeMessage, type WriteOptions } from './iso.js';
export type { AmountDecimals } from './mapping/amount-decimals.js';
export { jsonMediaType, readIsoJson, readJson, versionOfMediaType, writeJson } from './json/json.js';
export { processedMessages } from './mapping/messages.js';
export {
  PAYMENT_BYTES_MAX,
  readMessage,
  readParts,
  REPORT_BYTES_MAX,
  type MessageReading,
  type PartsReading,
  type ReadOptions,
} from './message.js';
export { isKnownCode } from './codes/codes.js';
export { checkProfile } from './profile/profile-check.js';
export { PROFILES, type Profile, type ProfileName } from './profile/profile.js';
export { compileTable, type MessageSchema } from './schema/compile.js';
export { knownMessages } from './schema/registry.js';
export type { MessageTable } from './schema/table.js';
export type { AnyContent, Choice, IsoAmount, IsoMessage, IsoPart, IsoTree, IsoValue } from './schema/tree.js';
export { IsoWriteError } from './xml/writer.js';
export {
  signMessage,
  verifyMessage,
  type FindXmlKey,
  type XmlSignatureRefusal,
  type XmlSigningKey,
  type XmlVerification,
} from './signature/signature.js';
export { readEntries, type StatementEvent, type StreamedStatement } from './stream/statement-stream.js';
export {
  checkStatement,
  closingOf,
  openingOf,
  type StatementFault,
  type StatementFaultCode,
} from './statement/check.js';
export { instantOf } from './statement/instant.js';
export { accountName, believe, type StatementsCheck } from './statement/sequence.js';
export { bookedLines, referenceOf, signedOf, type BookedLine } from './statement/lines.js';
export {
  readAccounts,
  readStatements,
  type AccountsReading,
  type EntriesMessage,
  type StatementsReading,
} from './statement/read.js';
