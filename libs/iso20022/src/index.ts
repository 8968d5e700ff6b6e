export * from './model.js';
export { ENVELOPE_NAMESPACE, readIso, writeIso, writeMessage, type WriteOptions } from './iso.js';
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
export { knownMessages } from './schema/registry.js';
export type { AnyContent, Choice, IsoAmount, IsoMessage, IsoPart, IsoTree, IsoValue } from './schema/tree.js';
export { IsoWriteError } from './xml/writer.js';
