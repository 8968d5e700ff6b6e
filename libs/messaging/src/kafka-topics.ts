import kafkajs, { type Admin, type ITopicConfig } from 'kafkajs';
import { counted } from '@tonle/contracts';
import { kafkaClient } from './kafka-client.js';
import type { KafkaClientOptions } from './kafka-client.js';
import { TOPICS } from './transport.js';

const COMPACTED: ReadonlySet<string> = new Set([TOPICS.directory]);
const RETRY_MS = 200;
const RETRY_MS_MAX = 10_000;

interface Wanted {
  readonly topic: string;
  readonly configEntries: readonly { readonly name: string; readonly value: string }[];
}

export interface EnsureTopicsOptions extends KafkaClientOptions {
  readonly topics: readonly string[];
  /** Few on small machines; one for the directory and for dead letters. */
  readonly partitions: number;
  readonly replicationFactor?: number;
}

/**
 * Makes what is missing of the topics and their dead letters, and gives those that are there the configuration that they
 * are to have. Waits as long as it takes, and says so once, while fewer brokers count as living than a topic is to have
 * replicas: a broker may be starting, or come later.
 */
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
    if (topics.length > 0) await create(admin, topics, options);
    await configure(
      admin,
      wanted.filter(({ topic, configEntries }) => present.has(topic) && configEntries.length > 0),
    );
  } finally {
    await admin.disconnect();
  }
}

/** Somebody else may make them in the same moment: then the answer is false, not an error. */
async function create(
  admin: Admin,
  topics: ITopicConfig[],
  { telemetry, replicationFactor = 1 }: EnsureTopicsOptions,
): Promise<void> {
  for (let pause = RETRY_MS; ; pause = Math.min(pause * 2, RETRY_MS_MAX)) {
    try {
      await admin.createTopics({ topics, waitForLeaders: true });
      return;
    } catch (error) {
      if (!lacksBrokers(error)) throw error;
      if (pause === RETRY_MS) telemetry?.log.warn(await tooFewBrokers(admin, replicationFactor));
      await new Promise((done) => setTimeout(done, pause));
    }
  }
}

async function tooFewBrokers(admin: Admin, replicas: number): Promise<string> {
  const { brokers } = await admin.describeCluster();
  const why =
    brokers.length < replicas
      ? `the cluster has ${counted(brokers.length, 'broker')}`
      : `not enough of its ${counted(brokers.length, 'broker')} count as living`;
  return (
    `topics cannot be made yet: each is to have ${counted(replicas, 'replica')} (TONLE_KAFKA_REPLICATION), ` +
    `a broker for each, and ${why}; tried until there are enough`
  );
}

/** A broker that has just begun, or was too busy to say that it lives, answers callers and counts for nobody. */
function lacksBrokers(error: unknown): boolean {
  const { errors = [] } = error as { errors?: readonly { type?: string }[] };
  const types = errors.map(({ type }) => type);
  return (
    types.includes('INVALID_REPLICATION_FACTOR') &&
    types.every((type) => type === 'INVALID_REPLICATION_FACTOR' || type === 'TOPIC_ALREADY_EXISTS')
  );
}

/** What an earlier version made may be configured otherwise. Whatever else an operator has set of a topic stays. */
async function configure(admin: Admin, wanted: readonly Wanted[]): Promise<void> {
  if (wanted.length === 0) return;
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: wanted.map(({ topic: name }) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  });
  const changed = resources.flatMap(({ resourceName: name, configEntries }) => {
    const own = configEntries.filter(
      ({ configSource }) => configSource === kafkajs.ConfigSource.TOPIC_CONFIG,
    );
    const values = new Map(own.map(({ configName, configValue }) => [configName, configValue]));
    const entries = wanted.find(({ topic }) => topic === name)!.configEntries;
    if (entries.every((entry) => values.get(entry.name) === entry.value)) return [];
    // The broker takes the whole configuration of a topic.
    for (const entry of entries) values.set(entry.name, entry.value);
    const whole = [...values].map(([key, value]) => ({ name: key, value }));
    return [{ type: kafkajs.ConfigResourceTypes.TOPIC, name, configEntries: whole }];
  });
  if (changed.length > 0) await admin.alterConfigs({ validateOnly: false, resources: changed });
}
