import { join } from 'node:path';
import type { ClientTls, FilePlaceSettings, InboundListener, KeyVersionSignature } from '@tonle/network';
import { keyVersionDoor } from '@tonle/network';
import { z } from 'zod';

const millis = z.coerce.number().int().min(1);
const id = z.string().min(1).max(64);

const environment = z.object({
  TONLE_HOME: z.string().default('.tonle'),
  TONLE_KEYS_DIR: z.string().optional(),
  TONLE_PKI_DIR: z.string().optional(),
  TONLE_ALIPAY_URL: z.url().default('https://127.0.0.1:7426'),
  /** PEM of the authority of its certificate; `system`: those that this machine trusts. */
  TONLE_ALIPAY_AUTHORITY: z.string().min(1).optional(),
  TONLE_ALIPAY_CLIENT_ID: id.default('KHSWITCH001'),
  TONLE_ALIPAY_KEY: z.string().min(1).optional(),
  TONLE_ALIPAY_KEY_VERSION: z
    .string()
    .regex(/^\d{1,9}$/)
    .default('1'),
  TONLE_ALIPAY_NETWORK_KEYS: id.default('APLUS-RSA'),
  TONLE_ALIPAY_ACQUIRER_ID: id.default('1022188000000000001'),
  TONLE_ALIPAY_MPP_ID: id.default('1022172000000000001'),
  TONLE_ALIPAY_CONNECTIONS: z.coerce.number().int().min(1).max(1024).default(64),
  TONLE_ALIPAY_SEND_MS: millis.default(20_000),
  TONLE_ALIPAY_DOOR_PORT: z.coerce.number().int().min(0).max(65_535).default(7414),
  TONLE_ALIPAY_DOOR_HOST: z.string().default('127.0.0.1'),
  TONLE_ALIPAY_DOOR_WAIT_MS: millis.default(5_000),
  TONLE_ALIPAY_FILES_URL: z.url().default('sftp://tonle@127.0.0.1:7475/v1'),
  TONLE_ALIPAY_FILES_KEY: z.string().min(1).optional(),
  TONLE_ALIPAY_FILES_HOST_KEY: z.string().min(1).optional(),
});

/** How Alipay+ is reached, and what we are called there: in both roles, as acquirer and as wallet. */
export interface AlipaySettings {
  readonly url: URL;
  readonly tls: ClientTls;
  readonly connections: number;
  readonly sendMs: number;
  readonly signature: KeyVersionSignature;
  /** Our id as the acquirer of Cambodian merchants. */
  readonly acquirerId: string;
  /** Our id as the wallet of Cambodian payers. */
  readonly mppId: string;
  readonly listener: InboundListener;
  readonly files: FilePlaceSettings;
}

/** Reads TONLE_ALIPAY_... */
export const alipaySettings = environment.transform((read): AlipaySettings => {
  const keysDir = read.TONLE_KEYS_DIR ?? join(read.TONLE_HOME, 'keys');
  const pem = (file: string): string => join(read.TONLE_PKI_DIR ?? join(read.TONLE_HOME, 'pki'), file);
  const authority = read.TONLE_ALIPAY_AUTHORITY ?? pem('ca.crt');
  const signature = {
    clientId: read.TONLE_ALIPAY_CLIENT_ID,
    keyPath: read.TONLE_ALIPAY_KEY ?? join(keysDir, 'TONLE-alipay.key.pem'),
    keyVersion: read.TONLE_ALIPAY_KEY_VERSION,
    networkKeys: read.TONLE_ALIPAY_NETWORK_KEYS,
  };
  return {
    url: new URL(read.TONLE_ALIPAY_URL),
    tls: authority === 'system' ? {} : { authority },
    connections: read.TONLE_ALIPAY_CONNECTIONS,
    sendMs: read.TONLE_ALIPAY_SEND_MS,
    signature,
    acquirerId: read.TONLE_ALIPAY_ACQUIRER_ID,
    mppId: read.TONLE_ALIPAY_MPP_ID,
    listener: {
      port: read.TONLE_ALIPAY_DOOR_PORT,
      host: read.TONLE_ALIPAY_DOOR_HOST,
      // Callers show no certificate: their signature is all.
      tls: { certificate: pem('tonle-door.crt'), key: pem('tonle-door.key') },
      signature: keyVersionDoor(signature),
      waitMs: read.TONLE_ALIPAY_DOOR_WAIT_MS,
    },
    files: {
      url: new URL(read.TONLE_ALIPAY_FILES_URL),
      keyFile: read.TONLE_ALIPAY_FILES_KEY ?? join(keysDir, 'TONLE-alipay-sftp.key'),
      hostKey: read.TONLE_ALIPAY_FILES_HOST_KEY ?? join(keysDir, 'APLUS-sftp.pub'),
    },
  };
});
