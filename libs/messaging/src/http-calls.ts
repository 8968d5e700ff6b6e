import type { Telemetry } from '@tonle/telemetry';
import { Pool } from 'undici';
import { CALL_HEADERS, callerOf, identify } from './call-identity.js';
import { CallBroken, ServiceUnavailable } from './calls.js';
import type { CallContract, ServiceCalls } from './calls.js';

export const CALL_PATH = '/internal/calls/';
const CONNECTIONS_MAX = 16;
const KEEP_ALIVE_MS = 60_000;

export interface HttpCallsOptions {
  /** This service's name: what it calls itself, and what it serves. */
  readonly service: string;
  /** Base URL of another service, or undefined when the deployment has none. */
  readonly urlOf: (service: string) => string | undefined;
  /** Shared by all services of a deployment. */
  readonly secret: string;
  /** Epoch milliseconds that all services agree on. */
  readonly now: () => number;
  readonly telemetry?: Telemetry;
}

export interface CallAnswer {
  readonly status: number;
  readonly body: string;
}

interface Served {
  readonly contract: CallContract<unknown, unknown>;
  readonly handler: (request: unknown) => Promise<unknown>;
}

/** Calls between services by keep-alive HTTP: POST {url}/internal/calls/<name>, JSON both ways, signed. */
export class HttpCalls implements ServiceCalls {
  private readonly options: HttpCallsOptions;
  private readonly served = new Map<string, Served>();
  private readonly pools = new Map<string, Pool>();

  constructor(options: HttpCallsOptions) {
    this.options = options;
  }

  async call<Request, Response>(
    contract: CallContract<Request, Response>,
    request: Request,
  ): Promise<Response> {
    const url = this.options.urlOf(contract.service);
    if (url === undefined) throw new ServiceUnavailable(contract.service, contract.name);
    const body = JSON.stringify(request);
    const { status, text } = await this.post(url, contract, body);
    // The other side understood us and says that we are wrong; waiting would not help. All else may pass: a secret that
    // is being changed (401) says nothing about what was asked.
    if (status === 400) throw new CallBroken(contract, 'request', text);
    if (status !== 200)
      throw new ServiceUnavailable(contract.service, contract.name, {
        cause: new Error(`HTTP ${status}: ${text}`),
      });
    const answer = contract.response.safeParse(JSON.parse(text));
    if (!answer.success) throw new CallBroken(contract, 'response', answer.error);
    return answer.data;
  }

  serve<Request, Response>(
    contract: CallContract<Request, Response>,
    handler: (request: Request) => Promise<Response>,
  ): void {
    this.served.set(contract.name, { contract, handler: handler as Served['handler'] });
  }

  /** The serving side, for whatever HTTP server there is. `path` is the path of the request. */
  async handle(
    path: string,
    headers: Readonly<Record<string, unknown>>,
    body: Uint8Array,
  ): Promise<CallAnswer> {
    const header = (name: string) => (typeof headers[name] === 'string' ? headers[name] : undefined);
    const identity = {
      caller: header(CALL_HEADERS.caller),
      time: header(CALL_HEADERS.time),
      signature: header(CALL_HEADERS.signature),
    };
    const caller = callerOf(this.options.secret, identity, this.options.now(), path, body);
    if (caller === undefined) return answerOf(401, { error: 'the caller is not known' });
    const served = this.served.get(decodeURIComponent(path.slice(CALL_PATH.length)));
    // Not yet, rather than never: a service that still starts has not registered all its calls.
    if (served === undefined) return answerOf(503, { error: 'this call is not served here' });
    const request = served.contract.request.safeParse(parsed(body));
    if (!request.success) return answerOf(400, { error: request.error.message });
    try {
      return answerOf(200, await served.handler(request.data));
    } catch (error) {
      this.options.telemetry?.log.warn(
        { err: error, call: served.contract.name, caller },
        'a call could not be answered',
      );
      return answerOf(503, { error: 'the call could not be answered now' });
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.close()));
    this.pools.clear();
    this.served.clear();
  }

  private async post(
    url: string,
    contract: CallContract<unknown, unknown>,
    body: string,
  ): Promise<{ status: number; text: string }> {
    const path = CALL_PATH + encodeURIComponent(contract.name);
    const { caller, time, signature } = identify(
      this.options.secret,
      this.options.service,
      this.options.now(),
      path,
      body,
    );
    try {
      const answer = await this.poolOf(url).request({
        method: 'POST',
        path,
        body,
        headers: {
          'content-type': 'application/json',
          [CALL_HEADERS.caller]: caller,
          [CALL_HEADERS.time]: time,
          [CALL_HEADERS.signature]: signature,
        },
        signal: AbortSignal.timeout(contract.timeoutMs),
      });
      return { status: answer.statusCode, text: await answer.body.text() };
    } catch (cause) {
      throw new ServiceUnavailable(contract.service, contract.name, { cause });
    }
  }

  private poolOf(url: string): Pool {
    const known = this.pools.get(url);
    if (known !== undefined) return known;
    const pool = new Pool(new URL(url).origin, {
      connections: CONNECTIONS_MAX,
      keepAliveTimeout: KEEP_ALIVE_MS,
      pipelining: 1,
    });
    this.pools.set(url, pool);
    return pool;
  }
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}

function answerOf(status: number, body: unknown): CallAnswer {
  return { status, body: JSON.stringify(body) };
}
