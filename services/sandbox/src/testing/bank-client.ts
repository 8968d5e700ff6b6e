import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { algorithmOf, loadPrivateKey, loadPublicKey, signRequest, verifyResponse } from '@tonle/security';
import { Agent, request } from 'undici';
import type { TestSandbox } from './running-sandbox.js';

export interface BankAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** Tonle's end of a settlement bank's wire: signed requests over mutual TLS, answers that the bank has signed. */
export class BankClient {
  /** As the sandbox's clock was moved: signatures are of its time. */
  offsetMs = 0;
  private readonly tls: Agent;

  constructor(
    private readonly sandbox: TestSandbox,
    private readonly bank: string,
  ) {
    const pki = (name: string): Buffer => readFileSync(join(sandbox.folder, 'pki', name));
    this.tls = new Agent({
      connect: { ca: pki('ca.crt'), key: pki('tonle-client.key'), cert: pki('tonle-client.crt') },
    });
  }

  close(): Promise<void> {
    return this.tls.destroy();
  }

  /** Rejects when the answer is not signed by the bank. */
  async call(
    method: 'GET' | 'POST',
    path: string,
    body?: Buffer,
    { key = 'TONLE', signal }: { readonly key?: string; readonly signal?: AbortSignal } = {},
  ): Promise<BankAnswer> {
    const keys = join(this.sandbox.folder, 'keys');
    const url = new URL(this.sandbox.running.addresses[this.bank]! + path);
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/xml' };
    const now = Date.now() + this.offsetMs;
    const nonce = randomBytes(12).toString('hex');
    const signature = signRequest({
      ...{ method, url: url.pathname, headers, keyId: 'TONLE-1', nonce },
      ...(body !== undefined && { body }),
      privateKey: loadPrivateKey(join(keys, `${key}.key.pem`)),
      created: Math.floor(now / 1000),
    });
    const answer = await request(url, {
      method,
      headers: { ...headers, ...signature },
      dispatcher: this.tls,
      ...(body !== undefined && { body }),
      ...(signal !== undefined && { signal }),
    });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    const { statusCode: status } = answer;
    const contentType = String(answer.headers['content-type']);
    // A stranger is told so, and nothing is signed for him.
    if (status === 401) return { status, contentType, bytes };
    const publicKey = loadPublicKey(join(keys, `${this.bank}.pub.pem`));
    const validity = { validFrom: 0, validTo: Number.MAX_SAFE_INTEGER };
    const verdict = verifyResponse(
      { status, headers: answer.headers, rawBody: bytes },
      (keyId) =>
        keyId === `${this.bank}-1`
          ? { publicKey, algorithm: algorithmOf(publicKey), ...validity }
          : undefined,
      now,
      { nonce },
    );
    if (verdict.kind === 'refused') throw new Error(`HTTP ${status}: ${verdict.detail}`);
    return { status, contentType, bytes };
  }
}
