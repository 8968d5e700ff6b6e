import type { KeyObject } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { explainRequest, loadPrivateKey, sandboxKeyId, type RequestToSign } from '@tonle/security';
import { ApiClient, type ApiAnswer } from './api-client.js';

/** Where the gateway is, and as whom we speak. */
export interface GatewayClientSettings {
  readonly url: string;
  /** Folder of `<participant>.key.pem`. */
  readonly keysFolder: string;
  /** How far the sandbox is ahead, whose clock signatures have to be of. */
  readonly aheadMs: () => number;
  readonly participant: string;
  /** A key of one's own, `<keysFolder>/<key id>.key.pem`; the sandbox's when absent. */
  readonly keyId?: string;
}

export interface ProblemField {
  readonly path: string;
  readonly message: string;
}

/** The gateway's problem+json (RFC 9457). */
export interface ShownProblem {
  readonly title: string;
  readonly status: number;
  readonly code?: string;
  readonly detail?: string;
  readonly remedy?: string;
  readonly retry?: string;
  readonly errors?: readonly ProblemField[];
  readonly traceId?: string;
  readonly [member: string]: unknown;
}

/** The gateway refused. */
export class GatewayProblem extends Error {
  constructor(readonly problem: ShownProblem) {
    super(problem.title);
  }
}

/** No answer: nobody knows whether the request arrived. */
export class GatewayUnreachable extends Error {
  constructor(
    readonly url: string,
    override readonly cause: unknown,
  ) {
    super(`The gateway at ${url} does not answer`);
  }
}

/** What keeps us from asking at all: a missing key, a wrong option. */
export class UsageError extends Error {}

export interface AskOptions {
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  /** Seconds the gateway may hold the request until the payment is final. */
  readonly waitS?: number;
  /** For what takes long: milliseconds until we give up. */
  readonly answerMsMax?: number;
  /** Of a file. */
  readonly range?: string;
}

const ANSWER_MS_MAX = 30_000;
const ATTEMPTS_MAX = 3;
const RETRY_AFTER_MS = 300;

/** The public REST API as commands use it: signed as one participant, repeated where that is safe, refusals thrown. */
export class GatewayClient {
  constructor(private readonly settings: GatewayClientSettings) {}

  /**
   * Asks and returns the JSON answer. What may be sent twice (GET, or with an idempotency key) is sent again, signed
   * anew, when no answer comes. Throws GatewayProblem, GatewayUnreachable, UsageError.
   */
  async ask<T>(method: 'GET' | 'POST' | 'DELETE', path: string, options: AskOptions = {}): Promise<T> {
    const repeatable = method === 'GET' || options.idempotencyKey !== undefined;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return (await this.send(method, path, options)) as T;
      } catch (error) {
        if (!(error instanceof GatewayUnreachable) || !repeatable || attempt === ATTEMPTS_MAX) throw error;
        await pause(RETRY_AFTER_MS * attempt);
      }
    }
  }

  /** A file that the API answers. Throws what `ask` throws. */
  async download(path: string, answerMsMax: number): Promise<Uint8Array> {
    return this.ask<Uint8Array>('GET', path, { answerMsMax });
  }

  /** A range of a file, as `bytes=0-1023`. Throws what `ask` throws. */
  async downloadRange(path: string, range: string, answerMsMax: number): Promise<Uint8Array> {
    return this.ask<Uint8Array>('GET', path, { answerMsMax, range });
  }

  /** Sends an ISO 20022 message once. Whatever is answered in XML is the answer. Throws what `ask` throws. */
  async sendMessage(path: string, message: string): Promise<{ readonly ok: boolean; readonly xml: string }> {
    const headers = { 'content-type': 'application/xml' };
    const answer = await this.reach('POST', path, Buffer.from(message), headers, ANSWER_MS_MAX);
    if (typeof answer.body === 'string' && answer.body.startsWith('<'))
      return { ok: answer.ok, xml: answer.body };
    return { ok: answer.ok, xml: String(bodyOf(answer, this.settings.url)) };
  }

  private async send(method: string, path: string, options: AskOptions): Promise<unknown> {
    const body = options.body === undefined ? undefined : Buffer.from(JSON.stringify(options.body));
    const headers: Record<string, string> = {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(options.range !== undefined && { range: options.range }),
      ...(options.idempotencyKey !== undefined && { 'idempotency-key': options.idempotencyKey }),
      ...(options.waitS !== undefined && options.waitS > 0 && { prefer: `wait=${options.waitS}` }),
    };
    const patienceMs = (options.answerMsMax ?? ANSWER_MS_MAX) + (options.waitS ?? 0) * 1000;
    return bodyOf(await this.reach(method, path, body, headers, patienceMs), this.settings.url);
  }

  private async reach(
    method: string,
    path: string,
    body: Buffer | undefined,
    headers: Record<string, string>,
    patienceMs: number,
  ): Promise<ApiAnswer> {
    const client = this.client();
    const signal = AbortSignal.timeout(patienceMs);
    return client.send(method, path, body, headers, signal).catch((error: unknown) => {
      throw new GatewayUnreachable(this.settings.url, error);
    });
  }

  /** What would be sent: the headers that sign a request, and the text that they sign. Throws UsageError without a key. */
  explain(
    request: Pick<RequestToSign, 'method' | 'headers' | 'body' | 'created' | 'nonce'> & {
      readonly path: string;
    },
  ): ReturnType<typeof explainRequest> {
    const { path, ...others } = request;
    return explainRequest({ ...others, ...this.signer(), url: new URL(path, this.settings.url).href });
  }

  private client(): ApiClient {
    const { url, participant, aheadMs } = this.settings;
    return new ApiClient({ gatewayUrl: url, participant, aheadMs, ...this.signer() });
  }

  private signer(): { privateKey: KeyObject; keyId: string } {
    const { keysFolder, participant, keyId = sandboxKeyId(participant) } = this.settings;
    const name = this.settings.keyId ?? participant;
    const keyFile = privateKeyFile(keysFolder, name);
    if (keyFile === undefined || !existsSync(keyFile)) {
      throw new UsageError(keyMissing(keysFolder, name));
    }
    return { privateKey: loadPrivateKey(keyFile), keyId };
  }
}

function keyMissing(keysFolder: string, name: string): string {
  const missing = `No key found for ${name}: ${join(keysFolder, `${name}.key.pem`)} is missing.`;
  const names = existsSync(keysFolder) ? readdirSync(keysFolder).flatMap(nameOfKeyFile) : [];
  if (names.length > 0) return `${missing} There are keys for ${names.sort().join(', ')}.`;
  return `${missing} Start the sandbox (npm start) in the folder that you are in, or name its home with --home.`;
}

const nameOfKeyFile = (file: string): string[] =>
  file.endsWith('.key.pem') ? [file.slice(0, -'.key.pem'.length)] : [];

/** Where a private key lies; undefined for what is no name of one. */
export function privateKeyFile(keysFolder: string, name: string): string | undefined {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(name) ? join(keysFolder, `${name}.key.pem`) : undefined;
}

function bodyOf({ ok, status, body }: ApiAnswer, url: string): unknown {
  if (typeof body !== 'object' || body === null) {
    throw new GatewayProblem({
      title: 'The gateway returned something that is not JSON',
      status,
      detail: String(body).slice(0, 200),
    });
  }
  if (ok) return body;
  const problem = body as Partial<ShownProblem>;
  // A body without a code is not the gateway's: somebody else listens there.
  const title = `${url} returned ${status} without saying why: is it the gateway's address?`;
  throw new GatewayProblem({ ...problem, title: problem.title ?? title, status });
}
