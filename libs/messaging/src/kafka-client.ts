import { Kafka, logLevel } from 'kafkajs';
import type { LogEntry, SASLOptions } from 'kafkajs';
import type { Telemetry } from '@tonle/telemetry';
import { quietIdleQueues } from './kafka-idle.js';

const CONNECT_MS_MAX = 2_000;
const REQUEST_MS_MAX = 10_000;

/** A broker that is away is waited for: nothing here gives up by itself. */
export const KAFKA_RETRY = { initialRetryTime: 50, maxRetryTime: 1_000, retries: 1_000_000 } as const;

export interface KafkaAccess {
  /** `ca`: PEM of the authority; that of the system when absent. */
  readonly tls?: { readonly ca?: string };
  readonly login?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}

export interface KafkaClientOptions {
  /** `host:port,host:port`. */
  readonly brokers: string;
  /** Service and lane: whoever bears the same name later is the same one, restarted. */
  readonly clientId: string;
  /** How brokers are sure of us, and we of them; without it, all goes in the clear. */
  readonly access?: KafkaAccess;
  readonly telemetry?: Telemetry;
}

/** kafkajs with our patience and our log. It goes on trying, so its errors are no more than news to us. */
export function kafkaClient(options: KafkaClientOptions): Kafka {
  quietIdleQueues();
  const { access = {} } = options;
  const write = ({ level, log }: LogEntry): void => {
    const { message, timestamp: _timestamp, stack: _stack, ...fields } = log;
    const { telemetry } = options;
    if (telemetry === undefined) return;
    if (level === logLevel.ERROR || level === logLevel.WARN) telemetry.log.info(fields, `kafka: ${message}`);
    else telemetry.log.debug(fields, `kafka: ${message}`);
  };
  return new Kafka({
    clientId: options.clientId,
    brokers: options.brokers.split(',').map((one) => one.trim()),
    ...(access.tls !== undefined && { ssl: { ...access.tls, minVersion: 'TLSv1.2' as const } }),
    // A copy: kafkajs notes in it how it logs in.
    ...(access.login !== undefined && { sasl: { ...access.login } as SASLOptions }),
    connectionTimeout: CONNECT_MS_MAX,
    requestTimeout: REQUEST_MS_MAX,
    retry: KAFKA_RETRY,
    logLevel: logLevel.INFO,
    logCreator: () => write,
  });
}
