export { crc16 } from './crc.js';
export { decodeQr, findObject, valueAt, type QrCode } from './decode.js';
export { readAccounts, chooseAccount, type MatchedAccount, type QrAccount } from './account.js';
export {
  nameObjects,
  payable,
  readCode,
  readQr,
  type NamedObject,
  type QrRead,
  type QrReading,
  type QrUnpaid,
} from './reading.js';
export type { QrTip } from './amount.js';
export { checkCode } from './check.js';
export { codeExpiry, khqrTimestamps } from './expiry.js';
export {
  QR_OUTCOMES,
  type DecodeOutcome,
  type QrFinding,
  type QrOutcome,
  type QrReason,
  type QrRefusal,
  type SchemeOutcome,
} from './outcome.js';
export { SCHEME_NAMES, SCHEMES } from './scheme.table.js';
export type { Scheme, SchemeField, SchemeId } from './scheme.js';
export { ADDITIONAL_DATA, LANGUAGE_TEMPLATE, objectName } from './tag-names.js';
export type { DataObject, LengthUnit } from './tlv.js';
export { writeObjects, writeQr, type QrContent, type QrWriting } from './write.js';
export { khqrMd5, mergeUnionPay, writeKhqr, type KhqrContent } from './khqr.js';
export { writeThaiQr, type ThaiBillContent, type ThaiTransferContent } from './thai.js';
export {
  luhnFits,
  maskCard,
  normaliseProxy,
  proxyTypes,
  thaiIdFits,
  type ProxyNetwork,
  type ProxyResult,
} from './proxy.js';
export {
  isConsumerCode,
  readConsumerCode,
  writeConsumerCode,
  type BerObject,
  type ConsumerCode,
  type ConsumerOutcome,
  type ConsumerReading,
} from './consumer.js';
