import { VERSIONS } from '@tonle/network-fspiop';
import { SandboxTime } from '@tonle/security';
import { z } from 'zod';
import { readBanks } from './banks/bank-scheme.js';
import type { BanksSettings } from './banks/banks.js';
import { alipayPlus, type AlipayScheme } from './networks/alipay/scheme.js';
import { jpqrAggregator, type JapanScheme } from './networks/japan/scheme.js';
import { readMarket, type MarketRates } from './fx/rate-walk.js';
import type { UnionPaySimulator } from './networks/unionpay/unionpay.js';
import { ekash, type EkashScheme } from './networks/rwanda/scheme.js';
import { readSchemes, schemeOf, type IsoScheme } from './networks/iso20022/scheme.js';

const port = z.coerce.number().int().min(0).max(65535);
const millis = z.coerce.number().int().min(0);

/** Its certificates in the sandbox's directory: while they are rolled over both hold. */
const UNIONPAY_KEY_IDS = ['1560936206326', '1562032885963'];

const environment = z.object({
  TONLE_HOME: z.string().default('.tonle'),
  TONLE_SANDBOX_CONTROL_PORT: port.default(7420),
  TONLE_SANDBOX_BAKONG_PORT: port.default(7421),
  TONLE_SANDBOX_THAI_PORT: port.default(7422),
  TONLE_SANDBOX_ALIPAY_PORT: port.default(7426),
  TONLE_SANDBOX_ALIPAY_SFTP_PORT: port.default(7475),
  TONLE_SANDBOX_LAOS_PORT: port.default(7423),
  TONLE_SANDBOX_VIETNAM_PORT: port.default(7424),
  TONLE_SANDBOX_UNIONPAY_PORT: port.default(7425),
  TONLE_SANDBOX_JAPAN_PORT: port.default(7427),
  TONLE_SANDBOX_RWANDA_PORT: port.default(7428),
  TONLE_SANDBOX_BANKS_PORT: port.default(7429),
  /** Settlement banks: a JSON file with a list of them. */
  TONLE_SANDBOX_BANKS_FILE: z.string().optional(),
  TONLE_SANDBOX_WEBHOOKS_PORT: port.default(7430),
  /** Further networks of plain ISO 20022: a JSON file with a list of schemes. */
  TONLE_SANDBOX_NETWORKS_FILE: z.string().optional(),
  /** Says how far the sandbox is ahead; absent: nobody moves its time. */
  TONLE_SANDBOX_TIME_FILE: z.string().optional(),
  /** Where the market begins; without it the four pairs of riel, dollar and baht. */
  TONLE_FX_FILE: z.string().optional(),
  TONLE_KEYS_DIR: z.string().optional(),
  TONLE_PKI_DIR: z.string().optional(),
  TONLE_GATEWAY_URL: z.string().default('http://127.0.0.1:7400'),
  TONLE_ALIPAY_DOOR_URL: z.string().default('https://127.0.0.1:7414'),
  TONLE_THAI_DOOR_URL: z.string().default('https://127.0.0.1:7410'),
  TONLE_LAOS_DOOR_URL: z.string().default('https://127.0.0.1:7411'),
  TONLE_VIETNAM_DOOR_URL: z.string().default('https://127.0.0.1:7412'),
  TONLE_RWANDA_API_VERSION: z.enum(VERSIONS).default('1.1'),
  TONLE_RWANDA_DOOR_URL: z.string().default('https://127.0.0.1:7416'),
  TONLE_UNIONPAY_DOOR_URL: z.string().default('https://127.0.0.1:7413'),
  TONLE_JAPAN_DOOR_URL: z.string().default('https://127.0.0.1:7415'),
  TONLE_UNIONPAY_INSTITUTION: z.string().default('39990116'),
  TONLE_UNIONPAY_KEY_ID: z.string().default('1555570302'),
  TONLE_UNIONPAY_ENCRYPTION_KEY_IDS: z.string().default('1562032885962'),
  TONLE_UNIONPAY_ACP_MERCHANT: z.string().default('777290058110048'),
  TONLE_UNIONPAY_ACP_METHOD: z.enum(['11', '12']).default('11'),
  TONLE_UNIONPAY_ACP_SECRET: z.string().default('sandbox'),
  TONLE_BAKONG_USER: z.string().default('tonle'),
  TONLE_BAKONG_PASSWORD: z.string().default('sandbox'),
  TONLE_BAKONG_EMAIL: z.string().default('switch@tonle.example'),
  TONLE_SANDBOX_LEDGER_DELAY_MS: millis.default(20),
  TONLE_SANDBOX_RATES_MS: millis.default(20_000),
  TONLE_THAI_SIGNATURE: z.enum(['http', 'xml']).default('http'),
  TONLE_LAOS_SIGNATURE: z.enum(['http', 'xml']).default('http'),
  TONLE_VIETNAM_SIGNATURE: z.enum(['http', 'xml']).default('http'),
  TONLE_SANDBOX_SEED: z.coerce.number().int().default(1),
});

/** What the simulators are made with. Ports of 0 take any free one. */
export interface SandboxSettings {
  /** Folder of the books. */
  readonly booksDir: string;
  readonly controlPort: number;
  readonly bakongPort: number;
  /** Where webhooks are caught; absent: nowhere. */
  readonly webhooksPort?: number;
  /** `<id>.key.pem`, `<id>.pub.pem`: networks and FX providers sign, TONLE is verified. */
  readonly keysDir: string;
  /** `ca.crt`, and `<certificate>.key`, `<certificate>.crt` of each network. */
  readonly pkiDir: string;
  readonly gatewayUrl: string;
  readonly bakong: {
    readonly user: string;
    readonly password: string;
    readonly email: string;
    /** A hash shows in the Open API after 0 to this many ms. */
    readonly ledgerDelayMs: number;
  };
  /** The networks abroad that speak plain ISO 20022. */
  readonly networks: readonly IsoScheme[];
  /** UnionPay International; absent: not simulated. */
  readonly unionpay?: UnionPaySimulator;
  /** Absent: Alipay+ is not simulated. */
  readonly alipay?: AlipayScheme;
  /** Absent: the aggregator of JPQR is not simulated. */
  readonly japan?: JapanScheme;
  /** Absent: eKash in Rwanda is not simulated. */
  readonly rwanda?: EkashScheme;
  /** Absent: there are no settlement banks. */
  readonly banks?: BanksSettings;
  /** Pairs that the FX providers quote, and where each begins. */
  readonly market?: MarketRates;
  /** How often the FX providers push; 0 = only on demand. */
  readonly ratesMs: number;
  /** How far the whole sandbox is ahead of the machine; absent: not at all. */
  readonly time?: SandboxTime;
  /** Seed of faults by rate, rate walks and ledger delays. */
  readonly seed: number;
}

/** Reads TONLE_... names. Throws when one has a wrong form. */
export function sandboxSettings(env: Readonly<Record<string, string | undefined>>): SandboxSettings {
  const read = environment.parse(env);
  return {
    booksDir: `${read.TONLE_HOME}/sandbox`,
    controlPort: read.TONLE_SANDBOX_CONTROL_PORT,
    bakongPort: read.TONLE_SANDBOX_BAKONG_PORT,
    webhooksPort: read.TONLE_SANDBOX_WEBHOOKS_PORT,
    keysDir: read.TONLE_KEYS_DIR ?? `${read.TONLE_HOME}/keys`,
    pkiDir: read.TONLE_PKI_DIR ?? `${read.TONLE_HOME}/pki`,
    gatewayUrl: read.TONLE_GATEWAY_URL,
    bakong: {
      user: read.TONLE_BAKONG_USER,
      password: read.TONLE_BAKONG_PASSWORD,
      email: read.TONLE_BAKONG_EMAIL,
      ledgerDelayMs: read.TONLE_SANDBOX_LEDGER_DELAY_MS,
    },
    networks: isoNetworksOf(read),
    unionpay: unionPayOf(read),
    alipay: alipayPlus({
      port: read.TONLE_SANDBOX_ALIPAY_PORT,
      sftpPort: read.TONLE_SANDBOX_ALIPAY_SFTP_PORT,
      doorUrl: read.TONLE_ALIPAY_DOOR_URL,
    }),
    japan: jpqrAggregator({ port: read.TONLE_SANDBOX_JAPAN_PORT, doorUrl: read.TONLE_JAPAN_DOOR_URL }),
    rwanda: ekashOf(read),
    ...banksOf(read),
    ...(read.TONLE_FX_FILE !== undefined && { market: readMarket(read.TONLE_FX_FILE) }),
    ratesMs: read.TONLE_SANDBOX_RATES_MS,
    ...timeOf(read),
    seed: read.TONLE_SANDBOX_SEED,
  };
}

/** The networks abroad that speak plain ISO 20022: ours, and those of a file. */
function isoNetworksOf(read: z.infer<typeof environment>): IsoScheme[] {
  const further = read.TONLE_SANDBOX_NETWORKS_FILE;
  return [
    schemeOf('thailand', {
      port: read.TONLE_SANDBOX_THAI_PORT,
      doorUrl: read.TONLE_THAI_DOOR_URL,
      signature: read.TONLE_THAI_SIGNATURE,
    }),
    schemeOf('laos', {
      port: read.TONLE_SANDBOX_LAOS_PORT,
      doorUrl: read.TONLE_LAOS_DOOR_URL,
      signature: read.TONLE_LAOS_SIGNATURE,
    }),
    schemeOf('vietnam', {
      port: read.TONLE_SANDBOX_VIETNAM_PORT,
      doorUrl: read.TONLE_VIETNAM_DOOR_URL,
      signature: read.TONLE_VIETNAM_SIGNATURE,
    }),
    ...(further === undefined ? [] : readSchemes(further)),
  ];
}

function unionPayOf(read: z.infer<typeof environment>): UnionPaySimulator {
  return {
    port: read.TONLE_SANDBOX_UNIONPAY_PORT,
    doorUrl: read.TONLE_UNIONPAY_DOOR_URL,
    institution: read.TONLE_UNIONPAY_INSTITUTION,
    keyIds: UNIONPAY_KEY_IDS,
    partnerKeyId: read.TONLE_UNIONPAY_KEY_ID,
    partnerEncryptionId: read.TONLE_UNIONPAY_ENCRYPTION_KEY_IDS.split(',')[0]!,
    acp: {
      merchant: read.TONLE_UNIONPAY_ACP_MERCHANT,
      signing: { method: read.TONLE_UNIONPAY_ACP_METHOD, secret: read.TONLE_UNIONPAY_ACP_SECRET },
    },
  };
}

function timeOf({
  TONLE_SANDBOX_TIME_FILE: file,
}: z.infer<typeof environment>): Pick<SandboxSettings, 'time'> {
  return file === undefined ? {} : { time: new SandboxTime(file) };
}

function ekashOf(read: z.infer<typeof environment>): EkashScheme {
  const {
    TONLE_SANDBOX_RWANDA_PORT: at,
    TONLE_RWANDA_DOOR_URL: doorUrl,
    TONLE_RWANDA_API_VERSION: version,
  } = read;
  return ekash({ port: at, doorUrl, version });
}

function banksOf({
  TONLE_SANDBOX_BANKS_FILE: file,
  TONLE_SANDBOX_BANKS_PORT: at,
}: z.infer<typeof environment>): Pick<SandboxSettings, 'banks'> {
  return file === undefined ? {} : { banks: { port: at, schemes: readBanks(file) } };
}
