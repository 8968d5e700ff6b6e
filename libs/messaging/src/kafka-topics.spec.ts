import { afterEach, expect, it, jest } from '@jest/globals';
import kafkajs, { type Admin } from 'kafkajs';
import type { Telemetry } from '@tonle/telemetry';
import { ensureTopics } from './kafka-topics.js';

afterEach(() => void jest.restoreAllMocks());

/** A broker whose answers to the wish for topics are these, one after the other, and then yes. */
function brokerThatAnswers(...answers: readonly (readonly string[])[]): jest.Mock<() => Promise<boolean>> {
  const left = [...answers];
  const createTopics = jest.fn(() => {
    const types = left.shift();
    if (types === undefined) return Promise.resolve(true);
    return Promise.reject(
      Object.assign(new Error('Topic creation errors'), { errors: types.map((type) => ({ type })) }),
    );
  });
  const done = () => Promise.resolve();
  const admin = {
    connect: done,
    disconnect: done,
    listTopics: () => Promise.resolve([]),
    describeCluster: () => Promise.resolve({ brokers: [{}] }),
    createTopics,
  };
  jest.spyOn(kafkajs.Kafka.prototype, 'admin').mockReturnValue(admin as unknown as Admin);
  return createTopics;
}

const options = { brokers: '127.0.0.1:1', clientId: 'test', topics: ['t'], partitions: 1 };

it('topics wait for a broker that answers and does not count as living yet', async () => {
  const asked = brokerThatAnswers(
    ['INVALID_REPLICATION_FACTOR', 'INVALID_REPLICATION_FACTOR'],
    ['TOPIC_ALREADY_EXISTS', 'INVALID_REPLICATION_FACTOR'],
  );
  await ensureTopics(options);
  expect(asked).toHaveBeenCalledTimes(3);
});

it('topics that fewer brokers are there for than replicas are waited for ever longer, and it is said once', async () => {
  const pauses: number[] = [];
  jest.spyOn(globalThis, 'setTimeout').mockImplementation(((go: () => void, ms: number) => {
    pauses.push(ms);
    queueMicrotask(go);
  }) as unknown as typeof setTimeout);
  const warn = jest.fn();
  const telemetry = { log: { warn } } as unknown as Telemetry;
  const asked = brokerThatAnswers(...Array.from({ length: 8 }, () => ['INVALID_REPLICATION_FACTOR']));
  await ensureTopics({ ...options, replicationFactor: 3, telemetry });
  expect(asked).toHaveBeenCalledTimes(9);
  expect(pauses).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
  expect(warn.mock.calls).toEqual([
    [
      'topics cannot be made yet: each is to have 3 replicas (TONLE_KAFKA_REPLICATION), a broker for each, ' +
        'and the cluster has 1 broker; tried until there are enough',
    ],
  ]);
});

it.each([[['INVALID_REPLICATION_FACTOR', 'TOPIC_AUTHORIZATION_FAILED']], [[]]])(
  'what does not pass by itself is told at once: %j',
  async (types) => {
    const asked = brokerThatAnswers(types);
    await expect(ensureTopics(options)).rejects.toThrow('Topic creation errors');
    expect(asked).toHaveBeenCalledTimes(1);
  },
);
