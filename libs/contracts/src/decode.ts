import type { z } from 'zod';
import { directoryEntry } from './calls-routing.js';
import {
  inboundOutcome,
  legCommand,
  legDecided,
  legResult,
  paymentEvent,
  paymentSubmit,
} from './messages.js';
import { windowDrained } from './settlement-messages.js';

/** Every message between services, by the type that its record carries. */
export const MESSAGES = {
  'payment.submit': paymentSubmit,
  'leg.command': legCommand,
  'leg.decided': legDecided,
  'leg.result': legResult,
  'payment.event': paymentEvent,
  'payment.outcome': inboundOutcome,
  'window.drained': windowDrained,
  'directory.entry': directoryEntry,
} as const;

export type MessageType = keyof typeof MESSAGES;
export type MessageBody<T extends MessageType> = z.infer<(typeof MESSAGES)[T]>;

/** A message with its type: a union over all of them, or over those named. */
export type Message<T extends MessageType = MessageType> = {
  [K in T]: { readonly type: K; readonly body: MessageBody<K> };
}[T];

/** What a record of the transport says, whatever carried it. */
export interface EncodedMessage {
  readonly type: string;
  readonly body: string;
}

/**
 * Reads a record by its type; undefined for a type that this version does not know. Throws for a body that is not
 * what its type promises: the transport puts that record with the dead letters, alone.
 */
export function decode(record: EncodedMessage): Message | undefined {
  if (!Object.hasOwn(MESSAGES, record.type)) return undefined;
  const type = record.type as MessageType;
  return { type, body: MESSAGES[type].parse(JSON.parse(record.body)) } as Message;
}

/** The bodies of the records of one type, in their order; others are passed over unread. Throws as `decode` does. */
export function bodiesOf<T extends MessageType>(
  records: readonly EncodedMessage[],
  type: T,
): MessageBody<T>[] {
  return records
    .filter((record) => record.type === type)
    .map((record) => MESSAGES[type].parse(JSON.parse(record.body)) as MessageBody<T>);
}
