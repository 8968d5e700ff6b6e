import { randomBytes, type KeyObject } from 'node:crypto';
import { exchange } from '@tonle/network';
import {
  encryptJwe,
  loadRsaPrivateKey,
  loadRsaPublicKey,
  signDetached,
  verifyDetached,
} from '@tonle/security';
import type { Pool } from 'undici';
import type { Clock } from '@tonle/platform';
import { doorPool } from '../../kit/door-pool.js';
import type { HttpCall, HttpReply } from '../../kit/listener.js';
import type { DoorAnswer } from '../../kit/signed-wire.js';
import { PartnerKeys } from './partner-keys.js';

const NAMES = ['UPI-UUID', 'UPI-TIMESTAMP', 'UPI-APPID', 'UPI-REQPATH'] as const;
const [ID, TIME, SENDER, PATH] = NAMES;
const HEADER = 'upi-jws';
const FRESH_MS = 300_000;

export interface JoseWireSettings {
  readonly keysDir: string;
  readonly pkiDir: string;
  readonly certificate: string;
  /** Tonle's inbound endpoint for this network. */
  readonly doorUrl: string;
  /** Ids of our certificates: `UPI-<id>.key.pem`. The first signs until it is rolled over. */
  readonly keyIds: readonly string[];
  /** Tonle's certificates: the signature is by `TONLE-unionpay.pub.pem`, fields are for `TONLE-unionpay-<id>.pub.pem`. */
  readonly partnerKeyId: string;
  readonly partnerEncryptionId: string;
  readonly institution: string;
}

/** Certificates and signatures of UnionPay International: UPI-JWS over every message, both ways. */
export class JoseWire {
  private readonly keys: readonly KeyObject[];
  /** Tonle's. */
  readonly partnerKeys: PartnerKeys;
  private readonly partnerEncryption: KeyObject;
  private readonly pool: Pool;
  private current = 0;

  constructor(
    private readonly settings: JoseWireSettings,
    private readonly clock: Clock,
  ) {
    const { keysDir, keyIds, partnerKeyId: keyId, partnerEncryptionId } = settings;
    this.keys = keyIds.map((id) => loadRsaPrivateKey(`${keysDir}/UPI-${id}.key.pem`));
    const key = loadRsaPublicKey(`${keysDir}/TONLE-unionpay.pub.pem`);
    const own = new Map(keyIds.map((id, index) => [id, this.keys[index]!]));
    this.partnerKeys = new PartnerKeys({ keyId, key }, own);
    this.partnerEncryption = loadRsaPublicKey(`${keysDir}/TONLE-unionpay-${partnerEncryptionId}.pub.pem`);
    this.pool = doorPool(settings);
  }

  /** The next certificate signs from now on; its id is told. */
  rollOver(): string {
    this.current = (this.current + 1) % this.keys.length;
    return this.settings.keyIds[this.current]!;
  }

  /** Who signed the request: the id that its answer repeats, or why it is refused. */
  check({
    headers,
    body,
    path,
  }: HttpCall):
    | { readonly kind: 'verified'; readonly id: string }
    | { readonly kind: 'refused'; readonly reason: string } {
    const verdict = this.verify(headers[HEADER], body, NAMES);
    if (verdict.kind === 'refused') return verdict;
    return verdict.path === path ? verdict : { kind: 'refused', reason: 'signed for another path' };
  }

  sign(reply: HttpReply, id: string): HttpReply {
    return {
      ...reply,
      headers: { ...reply.headers, [HEADER]: this.signature(Buffer.from(reply.body), id) },
    };
  }

  /** Sends a signed message to Tonle. An answer that is not signed by Tonle is no answer. */
  async post(path: string, body: string, timeoutMs: number): Promise<DoorAnswer> {
    const bytes = Buffer.from(body);
    const headers = {
      'content-type': 'application/json;charset=UTF-8',
      [HEADER]: this.signature(bytes, randomBytes(16).toString('hex'), path),
    };
    const outcome = await exchange(this.pool, { method: 'POST', path, headers, body: bytes, timeoutMs });
    if (outcome.kind !== 'answered') return outcome;
    const verdict = this.verify(outcome.headers[HEADER], outcome.bytes, NAMES.slice(0, 3));
    if (verdict.kind === 'refused')
      return { kind: 'ambiguous', because: `HTTP ${outcome.status}, ${verdict.reason}` };
    const contentType = outcome.headers['content-type'] ?? '';
    return { kind: 'answered', status: outcome.status, contentType, bytes: outcome.bytes };
  }

  /** Encrypts a field for Tonle. */
  seal(fields: object): string {
    return encryptJwe(
      Buffer.from(JSON.stringify(fields)),
      this.settings.partnerEncryptionId,
      this.partnerEncryption,
    );
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }

  private signature(body: Buffer, id: string, path?: string): string {
    const { keyIds, institution } = this.settings;
    const headers = {
      [ID]: id,
      [TIME]: Math.floor(this.clock.now() / 1000).toString(),
      [SENDER]: institution,
      ...(path === undefined ? {} : { [PATH]: path }),
    };
    return signDetached(body, keyIds[this.current]!, headers, this.keys[this.current]!);
  }

  private verify(
    given: string | readonly string[] | undefined,
    body: Uint8Array,
    required: readonly string[],
  ):
    | { readonly kind: 'verified'; readonly id: string; readonly path?: string }
    | { readonly kind: 'refused'; readonly reason: string } {
    const verdict = verifyDetached(String(given ?? ''), body, {
      understood: NAMES,
      required,
      findKey: (keyId) => this.partnerKeys.find(keyId),
    });
    if (verdict.kind === 'refused') return verdict;
    const { [ID]: id = '', [TIME]: time, [PATH]: path } = verdict.headers;
    if (Math.abs(this.clock.now() - Number(time) * 1000) > FRESH_MS)
      return { kind: 'refused', reason: 'signed too long ago' };
    return { kind: 'verified', id, path };
  }
}

/** Turns a letter in the middle of the signature around: well-formed, and wrong. */
export function spoilJws(reply: HttpReply): HttpReply {
  const jws = reply.headers[HEADER] ?? '';
  const at = jws.lastIndexOf('.') + 40;
  const turned = `${jws.slice(0, at)}${jws[at] === 'A' ? 'B' : 'A'}${jws.slice(at + 1)}`;
  return { ...reply, headers: { ...reply.headers, [HEADER]: turned } };
}
