import {
  fspiopDoor,
  ownFilesOf,
  ownFilesShape,
  type ClientTls,
  type FspiopSignature,
  type InboundListener,
} from '@tonle/network';
import { VERSIONS, type FspiopVersion } from '@tonle/network-fspiop';
import { z } from 'zod';

/** What everybody knows. */
const SANDBOX_SECRET = 'sandbox';
const millis = z.coerce.number().int().min(1);
const fspId = z.string().regex(/^[A-Za-z0-9_-]{1,32}$/);

const environment = z.object({
  TONLE_SANDBOX: z.string().optional(),
  ...ownFilesShape,
  TONLE_RWANDA_URL: z.url().default('https://127.0.0.1:7428'),
  TONLE_RWANDA_API_VERSION: z.enum(VERSIONS).default('1.1'),
  TONLE_RWANDA_FSP_ID: fspId.default('TONLE'),
  TONLE_RWANDA_HUB_ID: fspId.default('EKASH'),
  TONLE_RWANDA_KEY: z.string().min(1).optional(),
  TONLE_RWANDA_NETWORK_KEYS: fspId.default('EKASH'),
  TONLE_RWANDA_SECRET: z.string().min(1).default(SANDBOX_SECRET),
  TONLE_RWANDA_CONNECTIONS: z.coerce.number().int().min(1).max(1024).default(64),
  TONLE_RWANDA_SEND_MS: millis.default(20_000),
  TONLE_RWANDA_QUOTE_MS: millis.default(5_000),
  TONLE_RWANDA_DOOR_PORT: z.coerce.number().int().min(0).max(65_535).default(7416),
  TONLE_RWANDA_DOOR_HOST: z.string().default('127.0.0.1'),
});

/** Outside of a sandbox a secret that everybody knows is none. */
const protectedEnvironment = environment.refine(
  (read) => read.TONLE_SANDBOX === 'true' || read.TONLE_RWANDA_SECRET !== SANDBOX_SECRET,
  {
    path: ['TONLE_RWANDA_SECRET'],
    error: 'must be set to a secret of your own, unless TONLE_SANDBOX is true',
  },
);

/** How eKash is reached, and what we are called there: an FSP among others. */
export interface RwandaSettings {
  readonly url: URL;
  readonly tls: ClientTls;
  readonly connections: number;
  /** Longest wait for the call-back to a transfer before it is asked about; the corridor's timer may be shorter. */
  readonly sendMs: number;
  /** Longest wait for each answer before the money: whose account it is, and the quote. */
  readonly quoteMs: number;
  /** What the scheme speaks. */
  readonly version: FspiopVersion;
  readonly signature: FspiopSignature;
  /** The FSP id of the switch itself: what it decides it says by this. */
  readonly hub: string;
  /** What our fulfilments are made by. */
  readonly secret: Uint8Array;
  readonly listener: InboundListener;
}

/** Reads TONLE_RWANDA_... */
export const rwandaSettings = protectedEnvironment.transform((read): RwandaSettings => {
  const files = ownFilesOf(read);
  const signature = {
    fspId: read.TONLE_RWANDA_FSP_ID,
    keyPath: read.TONLE_RWANDA_KEY ?? files.key('TONLE-rwanda.key.pem'),
    keysOfFsps: read.TONLE_RWANDA_NETWORK_KEYS,
  };
  return {
    url: new URL(read.TONLE_RWANDA_URL),
    tls: files.tls('tonle-client'),
    connections: read.TONLE_RWANDA_CONNECTIONS,
    sendMs: read.TONLE_RWANDA_SEND_MS,
    quoteMs: read.TONLE_RWANDA_QUOTE_MS,
    version: read.TONLE_RWANDA_API_VERSION,
    signature,
    hub: read.TONLE_RWANDA_HUB_ID,
    secret: Buffer.from(read.TONLE_RWANDA_SECRET),
    listener: {
      port: read.TONLE_RWANDA_DOOR_PORT,
      host: read.TONLE_RWANDA_DOOR_HOST,
      tls: files.tls('tonle-door'),
      signature: fspiopDoor(signature),
      // Its callers do not wait: they are called back.
      waitMs: 0,
    },
  };
});
