import type { KeyObject } from 'node:crypto';
import { exchange, type WireReply } from '@tonle/network';
import { requestHeaders, type FspiopResource } from '@tonle/network-fspiop';
import type { Clock } from '@tonle/platform';
import { loadRsaPrivateKey, loadRsaPublicKey, signFspiop, verifyFspiop } from '@tonle/security';
import type { Pool } from 'undici';
import { doorPool } from '../../kit/door-pool.js';
import type { HttpCall } from '../../kit/listener.js';
import type { EkashScheme } from './scheme.js';

const AGE_MAX_MS = 300_000;
/** No key is known of it. */
const NOBODY = 'NOBODY';
const NOTHING = new Uint8Array(0);

/** A request to Tonle. */
export interface EkashMessage {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly resource: FspiopResource;
  /** The FSP that says it. */
  readonly source: string;
  readonly body?: object;
}

/** A signature that is wrong, or one of an FSP that nobody knows. */
export type Spoil = 'bad_signature' | 'unknown_key';

/** Keys of the scheme's FSPs, and connections to Tonle: checks what Tonle signs, signs what the FSPs say. */
export class EkashWire {
  private readonly keys: ReadonlyMap<string, KeyObject>;
  private readonly tonleKey: KeyObject;
  private readonly pool: Pool;

  constructor(
    private readonly scheme: EkashScheme,
    { keysDir, pkiDir }: { readonly keysDir: string; readonly pkiDir: string },
    private readonly clock: Clock,
  ) {
    const { hub, fsps } = scheme;
    const keyOf = (fsp: string) => loadRsaPrivateKey(`${keysDir}/${hub}-${fsp}.key.pem`);
    this.keys = new Map([hub, ...Object.keys(fsps)].map((fsp) => [fsp, keyOf(fsp)]));
    this.tonleKey = loadRsaPublicKey(`${keysDir}/TONLE-rwanda.pub.pem`);
    this.pool = doorPool({ ...scheme, pkiDir });
  }

  /** Why the signature of a request of Tonle's is refused; undefined: Tonle has signed it, and just now. */
  whyNot({ method, target: url, headers, body }: HttpCall): string | undefined {
    const verdict = verifyFspiop({ method, url, headers, body }, (source) =>
      source === this.scheme.tonle ? this.tonleKey : undefined,
    );
    if (verdict.kind === 'refused') return verdict.detail;
    const isCurrent = Math.abs(this.clock.now() - Date.parse(verdict.date)) <= AGE_MAX_MS;
    return isCurrent ? undefined : 'Date is not current';
  }

  /** Sends a request in the name of an FSP; a look-up by POST or GET names no destination, since nobody knows it. */
  send(message: EkashMessage, timeoutMs: number, spoil?: Spoil): Promise<WireReply> {
    const { method, path, resource, body } = message;
    const bytes = body === undefined ? NOTHING : Buffer.from(JSON.stringify(body));
    const isLookup = method === 'GET' && resource === 'parties';
    const destination = isLookup ? undefined : this.scheme.tonle;
    const isAnswer = method === 'PUT' || method === 'PATCH';
    const subject = {
      method,
      uri: path,
      source: spoil === 'unknown_key' ? NOBODY : message.source,
      destination,
      date: new Date(this.clock.now()).toUTCString(),
    };
    const signed = signFspiop(subject, bytes, this.keys.get(message.source)!);
    const headers = {
      ...requestHeaders(resource, { isAnswer, destination, version: this.scheme.version }),
      ...(spoil === 'bad_signature' ? spoiled(signed) : signed),
    };
    return exchange(this.pool, {
      method,
      path,
      headers,
      ...(body !== undefined && { body: bytes }),
      timeoutMs,
    });
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }
}

/** Well-formed, and of other bytes. */
function spoiled(signed: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { signature, protectedHeader } = JSON.parse(signed['fspiop-signature']!) as Record<string, string>;
  const turned = `${signature!.startsWith('A') ? 'B' : 'A'}${signature!.slice(1)}`;
  return { ...signed, 'fspiop-signature': JSON.stringify({ signature: turned, protectedHeader }) };
}
