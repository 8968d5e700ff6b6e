import { lookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isNativeError } from 'node:util/types';
import type { Clock } from '@tonle/platform';
import { Agent, buildConnector } from 'undici';
import { isPublicAddress } from './public-address.decide.js';

const CONNECT_MS_MAX = 5_000;
/** Connections to one host: all endpoints may be there, and none waits for what another one hangs on to. */
const CONNECTIONS_MAX = 1_024;
/** Nobody reads answers; more than this is not taken. */
const ANSWER_BYTES_MAX = 16_384;
const RETRY_AFTER_S_MAX = 86_400;

/** What came of one attempt. */
export type WebhookAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterS?: number }
  | { readonly kind: 'failed'; readonly cause: string }
  /** We stop: it is as if it had not been tried. */
  | { readonly kind: 'stopped' };

export interface SenderOptions {
  /** In a sandbox: http, and addresses that are not public. */
  readonly anywhere: boolean;
  /** The whole of an attempt. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

class ForbiddenAddress extends Error {
  constructor(address: string) {
    super(`${address} is not an address of the public internet`);
  }
}

/**
 * Sends webhooks by keep-alive connections. To which address is decided when a connection is made, of what the name means then:
 * there is no moment between the look and the connection in which it could come to mean another. Redirects are not followed.
 */
export class WebhookSender {
  private readonly agent: Agent;
  private readonly inFlight = new Set<AbortController>();
  private stopping = false;

  constructor(private readonly options: SenderOptions) {
    const connect = guarded(options.anywhere ? () => true : isPublicAddress);
    this.agent = new Agent({ connections: CONNECTIONS_MAX, pipelining: 1, connect });
  }

  /** Never rejects. */
  async post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<WebhookAnswer> {
    if (this.stopping) return { kind: 'stopped' };
    const abort = new AbortController();
    this.inFlight.add(abort);
    const timer = setTimeout(
      () => abort.abort(new Error(`no answer within ${this.options.timeoutMs} ms`)),
      this.options.timeoutMs,
    );
    try {
      const { origin, pathname, search } = new URL(url);
      const { signal } = abort;
      const path = pathname + search;
      const answer = await this.agent.request({ origin, path, method: 'POST', headers, body, signal });
      // Who is slow to end an answer, or never does, has given it.
      void answer.body
        .dump({ limit: ANSWER_BYTES_MAX, signal: AbortSignal.timeout(this.options.timeoutMs) })
        .catch(() => undefined);
      const retryAfterS = retryAfterOf(answer.headers['retry-after'], this.options.clock.now());
      return {
        kind: 'answered',
        status: answer.statusCode,
        ...(retryAfterS === undefined ? {} : { retryAfterS }),
      };
    } catch (error) {
      return this.stopping ? { kind: 'stopped' } : { kind: 'failed', cause: causeOf(error) };
    } finally {
      clearTimeout(timer);
      this.inFlight.delete(abort);
    }
  }

  /** Ends what is on its way. */
  stop(): void {
    this.stopping = true;
    for (const abort of this.inFlight) abort.abort();
  }

  async close(): Promise<void> {
    this.stop();
    await this.agent.destroy();
  }
}

function guarded(isAllowed: (address: string) => boolean): buildConnector.connector {
  const connect = buildConnector({
    timeout: CONNECT_MS_MAX,
    allowH2: false,
    lookup: lookupOf(isAllowed),
  });
  return (options, done) => {
    const host = options.hostname.replace(/^\[|\]$/g, '');
    // A name is looked up, an address is not.
    if (isIP(host) !== 0 && !isAllowed(host)) return done(new ForbiddenAddress(host), null);
    return connect(options, done);
  };
}

/** All that a name means must be allowed. */
function lookupOf(isAllowed: (address: string) => boolean): LookupFunction {
  return (name, options, done) =>
    lookup(name, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      const forbidden = error === null ? addresses.find(({ address }) => !isAllowed(address)) : undefined;
      const [first] = addresses ?? [];
      if (error !== null) done(error, '');
      else if (forbidden !== undefined || first === undefined)
        done(new ForbiddenAddress(forbidden?.address ?? name), '');
      else if (options.all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
}

/** Seconds; a date counts from now. Undefined when it cannot be read. */
function retryAfterOf(header: string | string[] | undefined, nowMs: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  const seconds = /^\d{1,9}$/.test(header)
    ? Number.parseInt(header, 10)
    : (Date.parse(header) - nowMs) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(Math.ceil(seconds), 0), RETRY_AFTER_S_MAX);
}

const CAUSE_MAX = 200;

function causeOf(error: unknown): string {
  if (!isNativeError(error)) return 'failed';
  const inner = isNativeError(error.cause) ? error.cause : error;
  const code = (inner as NodeJS.ErrnoException).code;
  return (code === undefined ? inner.message : `${code}: ${inner.message}`).slice(0, CAUSE_MAX);
}
