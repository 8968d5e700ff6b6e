import {
  ownFilesOf,
  ownFilesShape,
  type BodySignature,
  type ClientTls,
  type InboundListener,
  type Signature,
} from '@tonle/network';
import { z } from 'zod';
import { jsonQuestion, type JsonQuestion } from './json-api.js';
import type { IsoProfile } from './profile.js';

const KEY_ID = 'TONLE-1';
/** Credentials of the sandbox, which everybody knows. */
const SANDBOX_SECRET = 'sandbox';
const millis = z.coerce.number().int().min(1);

const everywhere = z.object({
  ...ownFilesShape,
  TONLE_BIC: z.string().length(11).default('TONLKHPPXXX'),
});
const list = z.string().transform((text) => text.split(',').map((each) => each.trim()));

/** TONLE_<network>_URL and so on, by what comes after the network's name. */
const ofNetwork = z.object({
  URL: z.url(),
  CONNECTIONS: z.coerce.number().int().min(1).max(1024).default(64),
  SEND_MS: millis.default(20_000),
  SIGNATURE: z.enum(['http', 'xml']),
  DOOR_PORT: z.coerce.number().int().min(0).max(65_535),
  DOOR_HOST: z.string().default('127.0.0.1'),
  DOOR_WAIT_MS: millis.default(20_000),
  STATEMENT_ACCOUNTS: list.pipe(z.array(z.string().min(1).max(140)).min(1)).optional(),
  API_ASKS: z.union([z.literal('none').transform(() => []), list.pipe(z.array(jsonQuestion))]).optional(),
  API_URL: z.url().optional(),
  API_CONNECTIONS: z.coerce.number().int().min(1).max(1024).default(16),
  API_CLIENT_ID: z.string().min(1).default('tonle'),
  API_CLIENT_SECRET: z.string().min(1).default(SANDBOX_SECRET),
  API_USER: z.string().min(1).default('tonle'),
  API_PASSWORD: z.string().min(1).default(SANDBOX_SECRET),
  API_KEY_FILE: z.string().optional(),
  API_NETWORK_KEY_FILES: list.pipe(z.array(z.string().min(1))).optional(),
});
const SECRETS = ['API_CLIENT_SECRET', 'API_PASSWORD'] as const;

type Environment = Readonly<Record<string, string | undefined>>;
// `process.env` is no plain object.
const environmentOf = z.custom<Environment>((value) => typeof value === 'object' && value !== null);

/** How a network is reached, and how it reaches us: what differs between installations. */
export interface IsoSettings {
  readonly url: URL;
  readonly connections: number;
  /** Longest wait for an answer to a payment before asking instead; the corridor's timer may be shorter. */
  readonly sendMs: number;
  /** Our BIC towards the network. */
  readonly bic: string;
  readonly tls: ClientTls;
  readonly signature: Signature;
  /** Where the network calls us. */
  readonly listener: InboundListener;
  /** Numbers of our accounts in its statements; undefined: as the profile says. */
  readonly statementAccounts: readonly string[] | undefined;
  /** How questions in JSON are asked, of a network that has them. */
  readonly api: ApiSettings;
}

/** OAuth2 by the password grant, and a signature in the body. */
export interface ApiSettings {
  /** Which questions are asked so. */
  readonly asks: readonly JsonQuestion[];
  readonly url: URL;
  readonly connections: number;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly user: string;
  readonly password: string;
  readonly signature: BodySignature;
}

export interface SettingNames {
  /** Settings are TONLE_<name>_URL and so on. */
  readonly name: string;
  /** Where the network is, and where it finds us, when no setting says otherwise. */
  readonly url?: string;
  readonly port?: number;
  /** Which accounts of its statements are ours, when no setting says otherwise. */
  readonly statementAccounts?: string;
}

/**
 * The settings of one network: TONLE_<name>_..., and where keys and certificates lie: `TONLE.key.pem` in the folder of
 * keys, `ca.crt`, `tonle-client.*` and `tonle-door.*` in the folder of certificates.
 */
export function isoSettings(profile: IsoProfile, names: SettingNames): z.ZodType<IsoSettings> {
  const prefix = `TONLE_${names.name}_`;
  const defaults = {
    URL: names.url,
    DOOR_PORT: profile.inbound === undefined ? 0 : names.port,
    SIGNATURE: profile.signature,
    STATEMENT_ACCOUNTS: names.statementAccounts,
  };
  /** Outside of a sandbox a secret that everybody knows is none. */
  const isKnown = (secret: string, { TONLE_SANDBOX }: Environment) =>
    profile.json !== undefined && TONLE_SANDBOX !== 'true' && secret === SANDBOX_SECRET;
  return environmentOf.transform((environment, context) => {
    const given = Object.keys(ofNetwork.shape).map((key) => [key, environment[`${prefix}${key}`]] as const);
    const named = Object.fromEntries(given.filter(([, value]) => value !== undefined));
    const common = everywhere.safeParse(environment);
    const own = ofNetwork.safeParse({ ...defaults, ...named });
    for (const issue of common.error?.issues ?? [])
      context.addIssue({ code: 'custom', path: issue.path, message: issue.message });
    for (const { path, message } of own.error?.issues ?? [])
      context.addIssue({ code: 'custom', path: [`${prefix}${String(path[0])}`], message });
    if (!common.success || !own.success) return z.NEVER;
    for (const name of SECRETS.filter((secret) => isKnown(own.data[secret], environment)))
      context.addIssue({
        code: 'custom',
        path: [`${prefix}${name}`],
        message: 'must be set to one of your own, unless TONLE_SANDBOX is true',
      });
    return settingsOf(common.data, own.data, profile);
  });
}

function settingsOf(
  common: z.infer<typeof everywhere>,
  own: z.infer<typeof ofNetwork>,
  { id, json }: IsoProfile,
): IsoSettings {
  const files = ownFilesOf(common);
  const signature = {
    keyId: KEY_ID,
    keyPath: files.key('TONLE.key.pem'),
    insideXml: own.SIGNATURE === 'xml',
  };
  const api = {
    asks: json === undefined ? [] : (own.API_ASKS ?? json.asks),
    url: new URL(own.API_URL ?? own.URL),
    connections: own.API_CONNECTIONS,
    clientId: own.API_CLIENT_ID,
    clientSecret: own.API_CLIENT_SECRET,
    user: own.API_USER,
    password: own.API_PASSWORD,
    signature: {
      keyPath: own.API_KEY_FILE ?? files.key('TONLE.rsa.key.pem'),
      theirKeyPaths: own.API_NETWORK_KEY_FILES ?? [files.key(`${id}.rsa.pub.pem`)],
    },
  };
  return {
    url: new URL(own.URL),
    connections: own.CONNECTIONS,
    sendMs: own.SEND_MS,
    bic: common.TONLE_BIC,
    tls: files.tls('tonle-client'),
    signature,
    statementAccounts: own.STATEMENT_ACCOUNTS,
    api,
    listener: {
      port: own.DOOR_PORT,
      host: own.DOOR_HOST,
      tls: files.tls('tonle-door'),
      signature,
      waitMs: own.DOOR_WAIT_MS,
    },
  };
}
