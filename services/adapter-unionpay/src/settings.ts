import {
  criticalJwsDoor,
  ownFilesOf,
  ownFilesShape,
  type CriticalJwsSignature,
  type InboundListener,
} from '@tonle/network';
import { UPI_JWS } from '@tonle/network-upi';
import { z } from 'zod';
import { acpProtection, acpSettings, acpShape, type AcpGateway } from './upop/acp-settings.js';

const port = z.coerce.number().int().min(0).max(65_535);
const environment = z.object({
  ...ownFilesShape,
  TONLE_UNIONPAY_URL: z.url().default('https://127.0.0.1:7425'),
  TONLE_UNIONPAY_INSTITUTION: z
    .string()
    .regex(/^\d{8}$/)
    .default('39990116'),
  TONLE_UNIONPAY_TOKEN: z
    .string()
    .regex(/^\d{16,19}$/)
    .default('6292010116000000017'),
  TONLE_UNIONPAY_KEY_ID: z.string().min(1).max(64).default('1555570302'),
  TONLE_UNIONPAY_NEXT_KEY_ID: z.string().min(1).max(64).optional(),
  /** Ids of our encryption certificates, the newest first; `<id>` is read from `TONLE-unionpay-<id>.key.pem`. */
  TONLE_UNIONPAY_ENCRYPTION_KEY_IDS: z.string().default('1562032885962'),
  ...acpShape,
  TONLE_UNIONPAY_CONNECTIONS: z.coerce.number().int().min(1).max(512).default(64),
  TONLE_UNIONPAY_SEND_MS: z.coerce.number().int().min(1).default(9_000),
  TONLE_UNIONPAY_DOOR_PORT: port.default(7413),
  TONLE_UNIONPAY_DOOR_HOST: z.string().default('127.0.0.1'),
  TONLE_UNIONPAY_DOOR_WAIT_MS: z.coerce.number().int().min(0).default(8_000),
});

export interface UnionPaySettings {
  readonly url: URL;
  readonly institution: string;
  readonly token: string;
  readonly connections: number;
  /** Longest wait for the answer to a payment; the corridor's timer may be shorter. */
  readonly sendMs: number;
  readonly tls: { readonly authority: string; readonly certificate: string; readonly key: string };
  readonly signature: CriticalJwsSignature;
  /** Told to UnionPay before it signs. */
  readonly nextKey?: Pick<CriticalJwsSignature, 'keyId' | 'keyPath'>;
  /** Id of an encryption certificate -> PEM file of its private key. */
  readonly encryptionKeys: Readonly<Record<string, string>>;
  readonly listener: InboundListener;
  readonly acp: AcpGateway;
}

/** Reads TONLE_UNIONPAY_... */
export const unionPaySettings: z.ZodType<UnionPaySettings> = environment
  .refine(acpProtection.holds, acpProtection.otherwise)
  .transform((read) => {
    const files = ownFilesOf(read);
    const keyFile = (name: string) => files.key(`${name}.key.pem`);
    const { TONLE_UNIONPAY_INSTITUTION: institution, TONLE_UNIONPAY_NEXT_KEY_ID: next } = read;
    const signature = {
      names: UPI_JWS,
      sender: institution,
      keyPath: keyFile('TONLE-unionpay'),
      keyId: read.TONLE_UNIONPAY_KEY_ID,
      networkKeys: 'UPI',
    };
    return {
      url: new URL(read.TONLE_UNIONPAY_URL),
      institution,
      token: read.TONLE_UNIONPAY_TOKEN,
      connections: read.TONLE_UNIONPAY_CONNECTIONS,
      sendMs: read.TONLE_UNIONPAY_SEND_MS,
      tls: files.tls('tonle-client'),
      signature,
      nextKey: next === undefined ? undefined : { keyId: next, keyPath: keyFile(`TONLE-unionpay-${next}`) },
      encryptionKeys: Object.fromEntries(
        read.TONLE_UNIONPAY_ENCRYPTION_KEY_IDS.split(',').map((id) => [id, keyFile(`TONLE-unionpay-${id}`)]),
      ),
      listener: {
        port: read.TONLE_UNIONPAY_DOOR_PORT,
        host: read.TONLE_UNIONPAY_DOOR_HOST,
        tls: files.tls('tonle-door'),
        signature: criticalJwsDoor(signature),
        waitMs: read.TONLE_UNIONPAY_DOOR_WAIT_MS,
      },
      acp: acpSettings(read, keyFile('TONLE-unionpay-acp')),
    };
  });
