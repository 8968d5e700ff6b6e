import { z } from 'zod';
import { keyVersionDoor, type KeyVersionSignature } from './key-version-wire.js';
import type { InboundListener } from './listener.js';
import { ownFilesOf, ownFilesShape, type OwnFiles } from './own-files.js';
import type { ClientTls } from './wire.js';

const millis = z.coerce.number().int().min(1);

const files = z.object(ownFilesShape).transform(ownFilesOf);

/** TONLE_<network>_URL and so on, by what comes after the network's name. */
const ofNetwork = z.object({
  URL: z.url(),
  /** PEM of the authority of its certificate; `system`: those that this machine trusts. */
  AUTHORITY: z.string().min(1).optional(),
  CLIENT_ID: z.string().min(1).max(64),
  KEY: z.string().min(1).optional(),
  KEY_VERSION: z
    .string()
    .regex(/^\d{1,9}$/)
    .default('1'),
  NETWORK_KEYS: z.string().min(1).max(64),
  CONNECTIONS: z.coerce.number().int().min(1).max(1024).default(64),
  SEND_MS: millis.default(20_000),
  DOOR_PORT: z.coerce.number().int().min(0).max(65_535),
  DOOR_HOST: z.string().default('127.0.0.1'),
  DOOR_WAIT_MS: millis.default(5_000),
});

/** How a network that signs with versions of RSA keys is reached, and how it reaches us. */
export interface KeyVersionPartner {
  readonly url: URL;
  readonly tls: ClientTls;
  readonly connections: number;
  /** Longest wait for an answer to a payment, ms; the corridor's timer may be shorter. */
  readonly sendMs: number;
  readonly signature: KeyVersionSignature;
  readonly listener: InboundListener;
}

type Environment = Readonly<Record<string, string | undefined>>;
// `process.env` is no plain object.
const environmentOf = z.custom<Environment>((value) => typeof value === 'object' && value !== null);

/**
 * The settings of such a network: TONLE_<name>_..., what they are when nothing else is set, and our key `<key>.key.pem` in the
 * folder of keys.
 */
export function keyVersionSettings(
  name: string,
  defaults: Pick<z.input<typeof ofNetwork>, 'URL' | 'CLIENT_ID' | 'NETWORK_KEYS'> & {
    readonly DOOR_PORT: number;
  },
  key: string,
): z.ZodType<KeyVersionPartner> {
  const prefix = `TONLE_${name}_`;
  return environmentOf.transform((environment, context) => {
    const given = Object.keys(ofNetwork.shape).map(
      (each) => [each, environment[`${prefix}${each}`]] as const,
    );
    const named = Object.fromEntries(given.filter(([, value]) => value !== undefined));
    const read = ofNetwork.safeParse({ ...defaults, ...named });
    for (const { path, message } of read.error?.issues ?? [])
      context.addIssue({ code: 'custom', path: [`${prefix}${String(path[0])}`], message });
    return read.success ? partnerOf(read.data, files.parse(environment), key) : z.NEVER;
  });
}

function partnerOf(own: z.infer<typeof ofNetwork>, files: OwnFiles, key: string): KeyVersionPartner {
  const door = files.tls('tonle-door');
  const authority = own.AUTHORITY ?? door.authority;
  const signature = {
    clientId: own.CLIENT_ID,
    keyPath: own.KEY ?? files.key(`${key}.key.pem`),
    keyVersion: own.KEY_VERSION,
    networkKeys: own.NETWORK_KEYS,
  };
  return {
    url: new URL(own.URL),
    tls: authority === 'system' ? {} : { authority },
    connections: own.CONNECTIONS,
    sendMs: own.SEND_MS,
    signature,
    listener: {
      port: own.DOOR_PORT,
      host: own.DOOR_HOST,
      // Callers show no certificate: their signature is all.
      tls: { certificate: door.certificate, key: door.key },
      signature: keyVersionDoor(signature),
      waitMs: own.DOOR_WAIT_MS,
    },
  };
}
