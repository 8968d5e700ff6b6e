import type { MessageType } from '@tonle/contracts';
import type { Telemetry } from '@tonle/telemetry';
import { allTopics, TOPICS } from './transport.js';

const ADAPTER_INBOX: readonly MessageType[] = ['leg.command', 'leg.decided', 'payment.outcome'];
const TYPES: Readonly<Record<string, readonly MessageType[]>> = {
  [TOPICS.routing]: ['payment.submit', 'leg.result'],
  [TOPICS.settlement]: ['window.drained'],
  [TOPICS.paymentEvent]: ['payment.event'],
  [TOPICS.directory]: ['directory.entry'],
};

/** The messages that a topic of ours carries. */
export function typesOn(topic: string): readonly MessageType[] {
  return TYPES[topic] ?? (allTopics().includes(topic) ? ADAPTER_INBOX : []);
}

/** Counts dead letters; from 0 on for all that the topics carry. */
export function deadLetterCounter(telemetry: Telemetry, topics: readonly string[]) {
  return telemetry.counter(
    'tonle_messages_dead_total',
    'Records that could not be handled or not be sent',
    ['topic', 'type'],
    topics.flatMap((topic) => typesOn(topic).map((type) => ({ topic, type }))),
  );
}
