import { join } from 'node:path';
import { z } from 'zod';

const millis = z.coerce.number().int().min(1);
const environment = z.object({
  TONLE_HOME: z.string().default('.tonle'),
  TONLE_KEYS_DIR: z.string().optional(),
  TONLE_PKI_DIR: z.string().optional(),
  TONLE_THAI_URL: z.url().default('https://127.0.0.1:7422'),
  TONLE_THAI_DOOR_PORT: z.coerce.number().int().min(0).max(65535).default(7410),
  TONLE_THAI_DOOR_HOST: z.string().default('127.0.0.1'),
  TONLE_THAI_DOOR_WAIT_MS: millis.default(20_000),
  TONLE_THAI_CONNECTIONS: z.coerce.number().int().min(1).max(1024).default(64),
  TONLE_THAI_SEND_MS: millis.default(20_000),
  TONLE_THAI_SIGNATURE: z.enum(['http', 'xml']).default('http'),
  TONLE_BIC: z.string().length(11).default('TONLKHPPXXX'),
});

/** How the Thai side is reached and how it reaches us. */
export interface ThaiSettings {
  readonly url: URL;
  readonly connections: number;
  /** Longest wait for an answer to a payment before asking instead; the corridor's timer may be shorter. */
  readonly sendMs: number;
  readonly doorPort: number;
  readonly doorHost: string;
  /** How long a caller at the door waits for a final status. */
  readonly doorWaitMs: number;
  /**
   * Where ISO 20022 messages are signed, both ways: over the bytes in HTTP headers, or inside in their header. JSON and
   * requests without a body are signed over HTTP in any case.
   */
  readonly signature: 'http' | 'xml';
  /** Our BIC towards the Thai side. */
  readonly bic: string;
  /** Our signing key. */
  readonly keyPath: string;
  readonly keyId: string;
  /** Folder of `ca.crt`, `tonle-client.*`, `tonle-door.*`. */
  readonly pkiDir: string;
}

/** Reads TONLE_THAI_... and where keys lie. Throws when one has a wrong form. */
export function thaiSettings(env: Readonly<Record<string, string | undefined>>): ThaiSettings {
  const read = environment.parse(env);
  return {
    url: new URL(read.TONLE_THAI_URL),
    connections: read.TONLE_THAI_CONNECTIONS,
    sendMs: read.TONLE_THAI_SEND_MS,
    doorPort: read.TONLE_THAI_DOOR_PORT,
    doorHost: read.TONLE_THAI_DOOR_HOST,
    doorWaitMs: read.TONLE_THAI_DOOR_WAIT_MS,
    signature: read.TONLE_THAI_SIGNATURE,
    bic: read.TONLE_BIC,
    keyPath: join(read.TONLE_KEYS_DIR ?? join(read.TONLE_HOME, 'keys'), 'TONLE.key.pem'),
    keyId: 'TONLE-1',
    pkiDir: read.TONLE_PKI_DIR ?? join(read.TONLE_HOME, 'pki'),
  };
}
