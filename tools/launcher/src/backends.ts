import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adapterOf } from '@tonle/contracts';
import { allTopics, ensureTopics, inboxTopic } from '@tonle/messaging';
import { makeSandboxCertificates } from '@tonle/security';
import { startFault, startKafka, startRedis, type TlsFiles } from '@tonle/tool-servers';
import { databaseOf, type Installation } from './installation.js';

/** Small machines: the broker's batches stay large with few partitions. */
const PARTITIONS = 1;
const LAUNCHER = 'launcher';

/** The settings under which a service reaches its servers. */
export type ConnectionsOf = (service: string) => Record<string, string>;

/**
 * PostgreSQL, Redis and Kafka of a cluster, each with TLS and passwords of this installation: a database and its role, and
 * a user of the broker, for each service.
 */
export async function startBackends(
  installation: Installation,
  services: readonly string[],
  kafkaLibs: string,
): Promise<ConnectionsOf> {
  const folder = join(installation.home, 'pki', 'servers');
  await makeSandboxCertificates(folder, ['postgres', 'redis', 'kafka']);
  const tlsOf = (name: string): TlsFiles => ({
    authority: join(folder, 'ca.crt'),
    certificate: join(folder, `${name}.crt`),
    key: join(folder, `${name}.key`),
  });
  const [databaseUrls, redis] = await Promise.all([
    installation.startPostgres(services.map(databaseOf), tlsOf('postgres')),
    startRedisOf(installation, tlsOf('redis')),
    startKafkaOf(installation, services, tlsOf('kafka'), kafkaLibs),
  ]);
  return (service) => ({
    TONLE_DATABASE_URL: databaseUrls[databaseOf(service)]!,
    ...redis,
    TONLE_KAFKA_BROKERS: brokersOf(installation),
    TONLE_KAFKA_TLS: 'true',
    TONLE_KAFKA_CA_FILE: tlsOf('kafka').authority,
    TONLE_KAFKA_MECHANISM: 'plain',
    TONLE_KAFKA_USER: service,
    TONLE_KAFKA_PASSWORD: kafkaPassword(installation, service),
  });
}

async function startRedisOf(installation: Installation, tls: TlsFiles): Promise<Record<string, string>> {
  const { redis: port } = installation.layout.ports;
  const password = installation.secret('redis');
  await installation.startServer('redis', { Redis: port }, (signal) =>
    startRedis({ port, dataFolder: join(installation.home, 'redis'), access: { password, tls }, signal }),
  );
  return { TONLE_REDIS_URL: `rediss://:${password}@127.0.0.1:${port}`, TONLE_REDIS_CA_FILE: tls.authority };
}

async function startKafkaOf(
  installation: Installation,
  services: readonly string[],
  tls: TlsFiles,
  libs: string,
): Promise<void> {
  const { layout } = installation;
  const { kafka: port, kafkaController: controllerPort } = layout.ports;
  const users = Object.fromEntries(
    [LAUNCHER, ...services].map((name) => [name, kafkaPassword(installation, name)]),
  );
  await installation.startServer('kafka', { Kafka: port, 'Kafka controller': controllerPort }, (signal) =>
    startKafka({
      libs,
      dataFolder: join(layout.home, 'kafka'),
      port,
      controllerPort,
      access: { users, tls },
      signal,
    }),
  );
  const topics = ensureTopics({
    brokers: brokersOf(installation),
    clientId: LAUNCHER,
    access: {
      tls: { ca: readFileSync(tls.authority, 'utf8') },
      login: { mechanism: 'plain', username: LAUNCHER, password: users[LAUNCHER]! },
    },
    topics: [...allTopics(), ...layout.added.map(({ name }) => inboxTopic(adapterOf(name)))],
    partitions: PARTITIONS,
  });
  await topics.catch((error: Error) => {
    throw startFault('Kafka', join(layout.home, 'kafka'), error.message);
  });
}

function brokersOf({ layout }: Installation): string {
  return `127.0.0.1:${layout.ports.kafka}`;
}

function kafkaPassword(installation: Installation, name: string): string {
  return installation.secret(`kafka-${name}`);
}
