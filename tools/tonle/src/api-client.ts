import { randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPrivateKey, readSandboxTime, sandboxTimeFile, signRequest } from '@tonle/security';

const BINARY: ReadonlySet<string> = new Set(['application/zip', 'application/octet-stream']);

/** What the API answered: a body, or a problem (RFC 9457) with the registry's code. */
export interface ApiAnswer<T = unknown> {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: Headers;
  readonly body: T;
}

/** Hears every answer as it came, before it is read. */
export type HearAnswer = (
  method: string,
  path: string,
  answer: { readonly status: number; readonly headers: Headers; readonly text: string },
) => void;

export interface ApiClientOptions {
  readonly gatewayUrl: string;
  /** Participant whose key signs. */
  readonly participant: string;
  readonly privateKey: KeyObject;
  readonly keyId: string;
  readonly hear?: HearAnswer;
  /** How far the sandbox is ahead, whose clock the signature has to be of. */
  readonly aheadMs?: () => number;
}

/** The key that the sandbox made for a participant at its first start. */
function sandboxKey(home: string, participant: string): { privateKey: KeyObject; keyId: string } {
  const pem = readFileSync(join(home, 'keys', `${participant}.key.pem`), 'utf8');
  return { privateKey: loadPrivateKey(pem), keyId: `${participant}-1` };
}

/** How far the sandbox of a home is ahead. */
export function sandboxAhead(home: string): { readonly aheadMs: () => number } {
  return { aheadMs: () => readSandboxTime(sandboxTimeFile(home)) };
}

/** Signs and sends requests to the public API as one participant. */
export class ApiClient {
  constructor(private readonly options: ApiClientOptions) {}

  /** A client for a sandbox participant whose key lies in the home folder. */
  static forSandbox(home: string, gatewayUrl: string, participant: string, hear?: HearAnswer): ApiClient {
    return new ApiClient({
      gatewayUrl,
      participant,
      ...sandboxKey(home, participant),
      hear,
      ...sandboxAhead(home),
    });
  }

  get<T>(path: string): Promise<ApiAnswer<T>> {
    return this.send<T>('GET', path, undefined, {});
  }

  post<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<ApiAnswer<T>> {
    const text = JSON.stringify(body);
    return this.send<T>('POST', path, Buffer.from(text), { 'content-type': 'application/json', ...headers });
  }

  postXml(path: string, xml: string, headers: Record<string, string> = {}): Promise<ApiAnswer<string>> {
    return this.send<string>('POST', path, Buffer.from(xml), {
      'content-type': 'application/xml',
      ...headers,
    });
  }

  /** Sends exactly these bytes, signed. */
  async send<T>(
    method: string,
    path: string,
    body: Buffer | undefined,
    headers: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<ApiAnswer<T>> {
    const url = new URL(path, this.options.gatewayUrl);
    const { keyId, privateKey } = this.options;
    const signature = signRequest({
      method,
      url: url.href,
      headers,
      body: body ?? Buffer.alloc(0),
      keyId,
      privateKey,
      created: Math.floor((Date.now() + (this.options.aheadMs?.() ?? 0)) / 1000),
      nonce: randomBytes(16).toString('base64url'),
    });
    const response = await fetch(url, {
      method,
      headers: { ...headers, ...signature },
      body: body ?? null,
      signal: signal ?? null,
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = bytes.toString('utf8');
    this.options.hear?.(method, path, { status: response.status, headers: response.headers, text });
    const type = response.headers.get('content-type') ?? '';
    const json = /\bjson\b/.test(type);
    return {
      status: response.status,
      ok: response.ok,
      headers: response.headers,
      body: (json && text !== '' ? JSON.parse(text) : BINARY.has(type) ? bytes : text) as T,
    };
  }
}

/** A new idempotency key. */
export function newIdempotencyKey(): string {
  return randomUUID();
}
