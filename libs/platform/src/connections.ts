import { readFileSync } from 'node:fs';
import type { KafkaAccess } from '@tonle/messaging';
import { z } from 'zod';

/** How a service reaches its servers, from the environment. */
export const connectionShape = {
  TONLE_DATABASE_URL: z.string().startsWith('postgres'),
  TONLE_KAFKA_BROKERS: z.string().min(1),
  TONLE_KAFKA_TLS: z.enum(['true', 'false']).default('false'),
  /** PEM of the brokers' authority; without it that of the system. */
  TONLE_KAFKA_CA_FILE: z.string().min(1).optional(),
  TONLE_KAFKA_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).default('scram-sha-512'),
  TONLE_KAFKA_USER: z.string().min(1).optional(),
  TONLE_KAFKA_PASSWORD: z.string().min(1).optional(),
  TONLE_REDIS_URL: z.string().startsWith('redis'),
  /** PEM of the authority of Redis; without it that of the system. */
  TONLE_REDIS_CA_FILE: z.string().min(1).optional(),
};

export type ConnectionSettings = z.infer<z.ZodObject<typeof connectionShape>>;

/** What Kafka wants to know of us, and how we are sure of it. Throws when a file cannot be read. */
export function kafkaAccess(settings: ConnectionSettings): KafkaAccess {
  const { TONLE_KAFKA_CA_FILE: file, TONLE_KAFKA_USER: username, TONLE_KAFKA_PASSWORD: password } = settings;
  const ca = file === undefined ? {} : { ca: readFileSync(file, 'utf8') };
  return {
    ...(settings.TONLE_KAFKA_TLS === 'true' && { tls: ca }),
    ...(username !== undefined &&
      password !== undefined && {
        login: { mechanism: settings.TONLE_KAFKA_MECHANISM, username, password },
      }),
  };
}

/** The authority of Redis (PEM), when it is not one of the system's. Throws when the file cannot be read. */
export function redisAuthority({ TONLE_REDIS_CA_FILE: file }: ConnectionSettings): string | undefined {
  return file === undefined ? undefined : readFileSync(file, 'utf8');
}

/**
 * What strangers could listen to, or say in our name: connections that leave this machine without TLS and password. A
 * sandbox may have them; elsewhere they stop the process.
 */
export function openConnections(settings: ConnectionSettings): string[] {
  const { TONLE_DATABASE_URL, TONLE_KAFKA_BROKERS, TONLE_REDIS_URL } = settings;
  const redis = new URL(TONLE_REDIS_URL);
  const checks: readonly (readonly [boolean, string])[] = [
    [
      TONLE_KAFKA_BROKERS.split(',').every((broker) => isLocal(hostOf(broker))) ||
        (settings.TONLE_KAFKA_TLS === 'true' &&
          settings.TONLE_KAFKA_USER !== undefined &&
          settings.TONLE_KAFKA_PASSWORD !== undefined),
      'TONLE_KAFKA_BROKERS needs TONLE_KAFKA_TLS, TONLE_KAFKA_USER and TONLE_KAFKA_PASSWORD',
    ],
    [
      isLocal(redis.hostname) || (redis.protocol === 'rediss:' && redis.password !== ''),
      'TONLE_REDIS_URL needs rediss:// and a password',
    ],
  ];
  return [
    ...openDatabaseConnection(TONLE_DATABASE_URL),
    ...checks.flatMap(([holds, sentence]) => (holds ? [] : [sentence])),
  ];
}

/** The same of a database alone, which is all that one process has. */
export function openDatabaseConnection(url: string): string[] {
  const { hostname, searchParams, password } = new URL(url);
  const holds = isLocal(hostname) || (searchParams.get('sslmode') === 'verify-full' && password !== '');
  return holds ? [] : ['TONLE_DATABASE_URL needs a password and sslmode=verify-full'];
}

function hostOf(broker: string): string {
  return broker.trim().replace(/:\d+$/, '');
}

/** Loopback, and sockets of this machine (an empty host): what does not leave it. */
function isLocal(host: string): boolean {
  return ['', 'localhost', '[::1]', '::1'].includes(host) || /^127(\.\d{1,3}){3}$/.test(host);
}
