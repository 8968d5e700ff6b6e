import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { loadPrivateKey, sandboxKeyId, signRequest } from '@tonle/security';

/** Where the gateway is, and as whom we speak. */
export interface GatewaySettings {
  readonly url: string;
  /** Folder of `<participant>.key.pem`. */
  readonly keysFolder: string;
  readonly participant: string;
}

export interface ProblemField {
  readonly path: string;
  readonly message: string;
}

/** The gateway's problem+json (RFC 9457). */
export interface ProblemDocument {
  readonly title: string;
  readonly status: number;
  readonly code?: string;
  readonly detail?: string;
  readonly mend?: string;
  readonly retry?: string;
  readonly errors?: readonly ProblemField[];
  readonly traceId?: string;
  readonly [member: string]: unknown;
}

/** The gateway refused. */
export class GatewayProblem extends Error {
  constructor(readonly problem: ProblemDocument) {
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
export class WrongUse extends Error {}

export interface SignedAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface AskOptions {
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  /** Seconds the gateway may hold the request until the payment is final. */
  readonly waitS?: number;
}

const ANSWER_MS_MAX = 30_000;
const ATTEMPTS_MAX = 3;
const RETRY_AFTER_MS = 300;

/** Speaks to the public REST API; every request is signed with a participant's key (RFC 9421). */
export class GatewayClient {
  constructor(private readonly settings: GatewaySettings) {}

  /**
   * Asks and returns the JSON answer. What may be sent twice (GET, or with an idempotency key) is sent again, signed
   * anew, when no answer comes. Throws GatewayProblem, GatewayUnreachable, WrongUse.
   */
  async ask<T>(method: 'GET' | 'POST', path: string, options: AskOptions = {}): Promise<T> {
    const repeatable = method === 'GET' || options.idempotencyKey !== undefined;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return (await this.#send(method, path, options)).body as T;
      } catch (error) {
        if (!(error instanceof GatewayUnreachable) || !repeatable || attempt === ATTEMPTS_MAX) throw error;
        await pause(RETRY_AFTER_MS * attempt);
      }
    }
  }

  async #send(method: string, path: string, options: AskOptions): Promise<SignedAnswer> {
    const url = new URL(path, this.settings.url).toString();
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    const headers: Record<string, string> = {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(options.idempotencyKey !== undefined && { 'idempotency-key': options.idempotencyKey }),
      ...(options.waitS !== undefined && { prefer: `wait=${options.waitS}` }),
    };
    const signed = { ...headers, ...this.#signature(method, url, headers, body) };
    const waitMs = ANSWER_MS_MAX + (options.waitS ?? 0) * 1000;
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method,
        headers: signed,
        signal: AbortSignal.timeout(waitMs),
        ...(body !== undefined && { body }),
      });
      text = await response.text();
    } catch (error) {
      throw new GatewayUnreachable(this.settings.url, error);
    }
    return read(response.status, text);
  }

  #signature(method: string, url: string, headers: Record<string, string>, body: string | undefined): Record<string, string> {
    const { keysFolder, participant } = this.settings;
    const keyFile = join(keysFolder, `${participant}.key.pem`);
    if (!/^[A-Za-z0-9_-]{1,35}$/.test(participant) || !existsSync(keyFile)) {
      throw new WrongUse(`There is no key for ${participant}: ${keyFile} is missing. Start the sandbox (npm start), or set --home.`);
    }
    return signRequest({
      method,
      url,
      headers,
      ...(body !== undefined && { body }),
      keyId: sandboxKeyId(participant),
      privateKey: loadPrivateKey(keyFile),
      created: Math.floor(Date.now() / 1000),
      nonce: randomUUID(),
    });
  }
}

function read(status: number, text: string): SignedAnswer {
  let body: unknown;
  try {
    body = text === '' ? {} : JSON.parse(text);
  } catch {
    throw new GatewayProblem({ title: 'The gateway answered something that is not JSON', status, detail: text.slice(0, 200) });
  }
  if (status >= 200 && status < 300) return { status, body };
  const problem = body as Partial<ProblemDocument>;
  throw new GatewayProblem({ ...problem, title: problem.title ?? `The gateway answered ${status}`, status });
}
