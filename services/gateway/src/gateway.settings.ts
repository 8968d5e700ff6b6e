import { isIP } from 'node:net';
import { authorityOf } from '@tonle/security';
import { z } from 'zod';

const count = (byDefault: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform((text) => Number.parseInt(text, 10))
    .default(byDefault);

/** Hosts as callers name them, any host, or the loopback of the machine that a sandbox runs on. */
export type OwnHosts = readonly string[] | 'any' | 'loopback';

const HOST = /^(?:[a-z\d](?:[a-z\d.-]*[a-z\d])?|\[[\da-f:.]+\])(?::\d{1,5})?$/;
const commas = (text: string): string[] => text.split(',').flatMap((part) => part.trim() || []);

const ADDRESS_BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

/** An address, or a network as 10.0.0.0/8. One of no bits would let everybody say where it is. */
function isProxy(text: string): boolean {
  const [, address = '', bits] = /^([^/]+)(?:\/([1-9]\d{0,2}))?$/.exec(text) ?? [];
  const bitsMax = ADDRESS_BITS[isIP(address)];
  return bitsMax !== undefined && (bits === undefined || Number.parseInt(bits, 10) <= bitsMax);
}

const SECRET_MIN = 32;
/** What everybody knows. */
const SANDBOX_SECRET = 'sandbox';

const schema = z
  .object({
    TONLE_GATEWAY_PORT: count(7400),
    TONLE_GATEWAY_HOST: z.string().default('127.0.0.1'),
    /** Addresses and networks of the proxies in front, with commas between: where a request comes from is what they say. */
    TONLE_GATEWAY_TRUSTED_PROXIES: z
      .string()
      .default('')
      .transform(commas)
      .refine((proxies) => proxies.every(isProxy), {
        error: 'lists addresses (10.0.0.7) and networks (10.0.0.0/24), with commas between',
      }),
    /** The hosts that requests for us are signed for (@authority), with commas between; `any` demands and compares nothing. */
    TONLE_GATEWAY_AUTHORITIES: z
      .string()
      .transform((text) => commas(text).map((host) => authorityOf(host)))
      .refine((hosts) => hosts.length > 0 && hosts.every((host) => HOST.test(host)), {
        error:
          'lists hosts as callers name them (api.bank.example, 10.0.0.7:7400), with commas between, or is any',
      })
      .optional(),
    /** Our BIC in business headers. */
    TONLE_GATEWAY_BIC: z
      .string()
      .regex(/^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/)
      .default('TONLKHPPXXX'),
    /** Requests a second and participant. */
    TONLE_GATEWAY_RATE_PER_SECOND: count(5000),
    /** Requests in work at once; more are refused as `overloaded`. Callers that wait for an end are not counted. */
    TONLE_GATEWAY_IN_WORK_MAX: count(2000),
    /** Callers held by Prefer: wait; more get their answer at once. */
    TONLE_GATEWAY_WAITING_MAX: count(20_000),
    /** A request without an answer is asked for and published again after this, then ever later. */
    TONLE_GATEWAY_ANSWER_WITHIN_MS: count(15_000),
    /** How often the gateway looks into its own table for callers that wait. */
    TONLE_GATEWAY_LOOK_MS: count(1000),
    /** What the keys that sign webhooks are derived from; absent outside of a sandbox: no webhooks. */
    TONLE_GATEWAY_WEBHOOK_SECRET: z
      .string()
      .min(SECRET_MIN, { error: `must have at least ${SECRET_MIN} characters` })
      .optional(),
    /** How long an endpoint may take for an answer. */
    TONLE_GATEWAY_WEBHOOK_ANSWER_MS: count(10_000),
    /** PEM of the Ed25519 key that signs bundles of evidence; absent: they are not signed. */
    TONLE_GATEWAY_EVIDENCE_KEY_FILE: z.string().min(1).optional(),
    TONLE_SANDBOX: z.string().optional(),
  })
  // A sandbox's keys are its own, so what is signed for it is for nobody else.
  .refine((read) => read.TONLE_GATEWAY_AUTHORITIES !== undefined || read.TONLE_SANDBOX === 'true', {
    path: ['TONLE_GATEWAY_AUTHORITIES'],
    error:
      'must list the hosts under which callers reach the gateway (api.bank.example, 10.0.0.7:7400), which signatures then ' +
      'have to cover, unless TONLE_SANDBOX is true; any demands nothing',
  });

export interface GatewaySettings {
  readonly port: number;
  readonly host: string;
  readonly trustedProxies: readonly string[];
  readonly ownHosts: OwnHosts;
  readonly bic: string;
  readonly ratePerSecond: number;
  readonly inWorkMax: number;
  readonly waitingMax: number;
  readonly answerWithinMs: number;
  readonly lookMs: number;
  readonly webhookSecret: Buffer | undefined;
  readonly webhookAnswerMs: number;
  /** Undefined: bundles of evidence are not signed. */
  readonly evidenceKeyFile: string | undefined;
}

function ownHostsOf(listed: readonly string[] | undefined): OwnHosts {
  if (listed === undefined) return 'loopback';
  return listed.length === 1 && listed[0] === 'any' ? 'any' : listed;
}

function secretOf(own: string | undefined, inSandbox: boolean): Buffer | undefined {
  const secret = own ?? (inSandbox ? SANDBOX_SECRET : undefined);
  return secret === undefined ? undefined : Buffer.from(secret);
}

/** Throws with the name of the setting that cannot be read. */
export function readSettings(settings: Readonly<Record<string, string | undefined>>): GatewaySettings {
  const read = schema.parse(settings);
  return {
    port: read.TONLE_GATEWAY_PORT,
    host: read.TONLE_GATEWAY_HOST,
    ownHosts: ownHostsOf(read.TONLE_GATEWAY_AUTHORITIES),
    trustedProxies: read.TONLE_GATEWAY_TRUSTED_PROXIES,
    bic: read.TONLE_GATEWAY_BIC,
    ratePerSecond: read.TONLE_GATEWAY_RATE_PER_SECOND,
    inWorkMax: read.TONLE_GATEWAY_IN_WORK_MAX,
    waitingMax: read.TONLE_GATEWAY_WAITING_MAX,
    answerWithinMs: read.TONLE_GATEWAY_ANSWER_WITHIN_MS,
    lookMs: read.TONLE_GATEWAY_LOOK_MS,
    webhookSecret: secretOf(read.TONLE_GATEWAY_WEBHOOK_SECRET, read.TONLE_SANDBOX === 'true'),
    webhookAnswerMs: read.TONLE_GATEWAY_WEBHOOK_ANSWER_MS,
    evidenceKeyFile: read.TONLE_GATEWAY_EVIDENCE_KEY_FILE,
  };
}
