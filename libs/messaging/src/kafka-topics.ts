import { kafkaClient } from './kafka-client.js';
import type { KafkaClientOptions } from './kafka-client.js';
import { TOPICS } from './transport.js';

const COMPACTED: ReadonlySet<string> = new Set([TOPICS.directory]);

export interface EnsureTopicsOptions extends KafkaClientOptions {
  readonly topics: readonly string[];
  /** Few on small machines; one for the directory and for dead letters. */
  readonly partitions: number;
  readonly replicationFactor?: number;
}

/** Makes what is missing of the topics and their dead letters; waits for a broker that still starts. */
export async function ensureTopics(options: EnsureTopicsOptions): Promise<void> {
  const admin = kafkaClient(options).admin();
  await admin.connect();
  try {
    const present = new Set(await admin.listTopics());
    const wanted = options.topics.flatMap((topic) => [
      {
        topic,
        numPartitions: COMPACTED.has(topic) ? 1 : options.partitions,
        replicationFactor: options.replicationFactor ?? 1,
        configEntries: COMPACTED.has(topic) ? [{ name: 'cleanup.policy', value: 'compact' }] : [],
      },
      {
        topic: `${topic}.dlq`,
        numPartitions: 1,
        replicationFactor: options.replicationFactor ?? 1,
        // A dead letter waits for people, however long they take.
        configEntries: [{ name: 'retention.ms', value: '-1' }],
      },
    ]);
    const topics = wanted.filter(({ topic }) => !present.has(topic));
    // Somebody else may make them in the same moment: then the answer is false, not an error.
    if (topics.length > 0) await admin.createTopics({ topics, waitForLeaders: true });
  } finally {
    await admin.disconnect();
  }
}
