import { kafkaClient } from './kafka-client.js';

/** A message as whoever reads the topic with any client sees it. */
export interface BareMessage {
  readonly key: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A client that is no service: reads and writes whatever it likes. `close` it. */
export class BareClient {
  private readonly kafka;
  private readonly closers: (() => Promise<void>)[] = [];

  constructor(brokers: string) {
    this.kafka = kafkaClient({ brokers, clientId: 'stranger' });
  }

  async write(topic: string, messages: readonly BareMessage[]): Promise<void> {
    const producer = this.kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    await producer.send({
      topic,
      messages: messages.map(({ key, body, headers }) => ({ key, value: body, headers: { ...headers } })),
    });
    await producer.disconnect();
  }

  /** A list that fills with all that the topic has and gets. */
  async read(topic: string): Promise<readonly BareMessage[]> {
    const seen: BareMessage[] = [];
    const consumer = this.kafka.consumer({ groupId: `stranger.${topic}`, allowAutoTopicCreation: false });
    this.closers.push(() => consumer.disconnect());
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message: { key, value, headers = {} } }) => {
        const texts = Object.entries(headers).map(([name, text]) => [name, String(text)]);
        seen.push({
          key: String(key),
          body: String(value),
          headers: Object.fromEntries(texts) as Record<string, string>,
        });
        return Promise.resolve();
      },
    });
    return seen;
  }

  async close(): Promise<void> {
    for (const close of this.closers.splice(0)) await close();
  }
}
