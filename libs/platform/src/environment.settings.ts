import { readFileSync } from 'node:fs';
import { serviceKeyList, ServiceKeys } from '@tonle/messaging';
import { z } from 'zod';
import { connectionShape, openConnections } from './connections.js';

const POOL_MAX = 8;

const port = z.coerce.number().int().min(0).max(65_535);

const environment = z.object({
  ...connectionShape,
  TONLE_DATABASE_SCHEMA: z.string().optional(),
  TONLE_DATABASE_POOL: z.coerce.number().int().positive().default(POOL_MAX),
  TONLE_KAFKA_PARTITIONS: z.coerce.number().int().positive().default(1),
  TONLE_KAFKA_REPLICATION: z.coerce.number().int().positive().default(1),
  /** What services know each other by: see ServiceKeys. */
  TONLE_SERVICE_KEYS_FILE: z.string().min(1),
  TONLE_INTERNAL_PORT: port,
  /** Who may reach the internal listener; loopback unless set. */
  TONLE_INTERNAL_HOST: z.string().default('127.0.0.1'),
  /** Whether this is a sandbox: see isSandbox. */
  TONLE_SANDBOX: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  /** Name of the outbox lane; by default the host, which a container or pod keeps over restarts. */
  TONLE_LANE: z.string().min(1).optional(),
});
export type Environment = z.infer<typeof environment>;

/** A setting is missing or wrong; the message names each. */
export class ConfigurationError extends Error {}

/** Every setting that a schema finds wrong, with its name. */
export function faultsOf({ issues }: z.ZodError): string[] {
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

/** Settings by name, as a process is given them. */
export type GivenSettings = Readonly<Record<string, string | undefined>>;

/** Throws a ConfigurationError that names everything that is wrong. */
export function readEnvironment(given: GivenSettings): Environment {
  const parsed = environment.safeParse(given);
  const faults = parsed.success
    ? openConnections(parsed.data).filter(() => !parsed.data.TONLE_SANDBOX)
    : faultsOf(parsed.error);
  if (parsed.success && faults.length === 0) return parsed.data;
  throw new ConfigurationError(faults.join('; '));
}

/** Throws a ConfigurationError when the file cannot be read. */
export function readServiceKeys(service: string, file: string): ServiceKeys {
  try {
    return new ServiceKeys(service, serviceKeyList.parse(JSON.parse(readFileSync(file, 'utf8'))));
  } catch (cause) {
    const why =
      cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll('\n', ' ') : (cause as Error).message;
    throw new ConfigurationError(`TONLE_SERVICE_KEYS_FILE: ${why}`, { cause });
  }
}

/** Where the internal listener of another service is: TONLE_URL_<SERVICE>. */
export function urlOf(service: string): string | undefined {
  return process.env[`TONLE_URL_${service.toUpperCase().replaceAll('-', '_')}`];
}
