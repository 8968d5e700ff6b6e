import type { Telemetry } from '@tonle/telemetry';
import { Pool } from 'undici';
import {
  CALL_HEADERS,
  type CallIdentity,
  identify,
  identityOf,
  isAnswerOf,
  sealAnswer,
} from './call-identity.js';
import { CallBroken, CallFailed, ServiceUnavailable } from './calls.js';
import type { CallContract, ServiceCalls } from './calls.js';
import { isLater } from './delivery.js';
import type { ServiceKeys } from './service-keys.js';

export const CALL_PATH = '/internal/calls/';
const CONNECTIONS_MAX = 16;
const KEEP_ALIVE_MS = 60_000;
/** A page of whatever is listed is far below. */
const ANSWER_BYTES_MAX = 64 * 1_024 * 1_024;
/** Of an answer that nobody vouches for. */
const TOLD_MAX = 200;

export interface HttpCallsOptions {
  /** Seals calls and answers, and tells whose they are. */
  readonly keys: ServiceKeys;
  /** Base URL of another service, or undefined when the deployment has none. */
  readonly urlOf: (service: string) => string | undefined;
  /** Epoch milliseconds that all services agree on. */
  readonly now: () => number;
  readonly telemetry?: Telemetry;
}

export interface CallAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Served {
  readonly contract: CallContract<unknown, unknown>;
  readonly handler: (request: unknown) => Promise<unknown>;
}

/** Calls between services by keep-alive HTTP: POST {url}/internal/calls/<name>, JSON both ways, both sealed. */
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
    if (status !== 200) {
      const Failure = status === 500 ? CallFailed : ServiceUnavailable;
      throw new Failure(contract.service, contract.name, { cause: new Error(`HTTP ${status}: ${text}`) });
    }
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
    const given = {
      caller: header(CALL_HEADERS.caller),
      time: header(CALL_HEADERS.time),
      seal: header(CALL_HEADERS.seal),
    };
    const { keys, now } = this.options;
    const text = Buffer.from(body).toString('utf8');
    const identity = identityOf(keys, given, now(), path, text);
    if (identity === undefined) return answerOf(401, { error: 'the caller is not known' });
    const answer = await this.answer(path, identity.caller, text);
    const seal = sealAnswer(keys, identity, answer.status, answer.body);
    return { ...answer, headers: { ...answer.headers, [CALL_HEADERS.seal]: seal } };
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.close()));
    this.pools.clear();
    this.served.clear();
  }

  private async answer(path: string, caller: string, body: string): Promise<CallAnswer> {
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
      return isLater(error)
        ? answerOf(503, { error: 'the call could not be answered now' })
        : answerOf(500, { error: 'the call broke at what it was asked with' });
    }
  }

  private async post(
    url: string,
    contract: CallContract<unknown, unknown>,
    body: string,
  ): Promise<{ status: number; text: string }> {
    const path = CALL_PATH + encodeURIComponent(contract.name);
    const { keys, now } = this.options;
    const call = identify(keys, now(), path, body);
    const unavailable = (cause: unknown) =>
      new ServiceUnavailable(contract.service, contract.name, { cause });
    const answer = await this.ask(url, contract.timeoutMs, path, body, call).catch((cause: unknown) => {
      throw unavailable(cause);
    });
    // Somebody else at its address, or two lists of keys that do not fit: it says nothing about what was asked.
    if (!isAnswerOf(keys, contract.service, call, answer))
      throw unavailable(
        new Error(
          `HTTP ${answer.status} without the seal of ${contract.service}: ${answer.body.slice(0, TOLD_MAX)}`,
        ),
      );
    return { status: answer.status, text: answer.body };
  }

  private async ask(
    url: string,
    timeoutMs: number,
    path: string,
    body: string,
    { caller, time, seal }: CallIdentity,
  ): Promise<{ status: number; body: string; seal: string | undefined }> {
    const {
      statusCode,
      headers,
      body: answered,
    } = await this.poolOf(url).request({
      method: 'POST',
      path,
      body,
      headers: {
        'content-type': 'application/json',
        [CALL_HEADERS.caller]: caller,
        [CALL_HEADERS.time]: time,
        [CALL_HEADERS.seal]: seal,
      },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const given = headers[CALL_HEADERS.seal];
    return {
      status: statusCode,
      body: await answered.text(),
      seal: typeof given === 'string' ? given : undefined,
    };
  }

  private poolOf(url: string): Pool {
    const known = this.pools.get(url);
    if (known !== undefined) return known;
    const pool = new Pool(new URL(url).origin, {
      connections: CONNECTIONS_MAX,
      keepAliveTimeout: KEEP_ALIVE_MS,
      pipelining: 1,
      maxResponseSize: ANSWER_BYTES_MAX,
    });
    this.pools.set(url, pool);
    return pool;
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function answerOf(status: number, body: unknown): CallAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
