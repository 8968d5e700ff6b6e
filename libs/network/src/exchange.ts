import type { Dispatcher } from 'undici';

/** One HTTP request to a partner. The body is exactly the bytes that were signed and hashed. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly timeoutMs: number;
  /** Asked again just before the first byte; false means that nothing is written (decisions 12). */
  readonly mayStart?: () => boolean;
  /** A longer answer is garbage. */
  readonly maxBytes?: number;
}

export type WireReply =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly bytes: Uint8Array;
    }
  /** Proof that the partner got nothing: no byte of the request was written to a connection. */
  | { readonly kind: 'not_sent'; readonly because: string }
  /** Anything may have happened (domain 6.6): timeout, reset, an answer too long to be one. */
  | { readonly kind: 'ambiguous'; readonly because: string };

const ANSWER_BYTES_MAX = 1024 * 1024;

/**
 * Sends one request. The proof of "not sent" is the dispatcher's own order of events: a request that failed
 * before it was started on a connected socket (DNS, TCP, TLS, a full pool) never left; once started, every
 * failure is ambiguous, whatever its code says. Never throws, never sends twice.
 */
export function exchange(dispatcher: Dispatcher, request: HttpRequest): Promise<WireReply> {
  return new Promise((resolve) => {
    const handler = new ExchangeHandler(request, resolve);
    try {
      dispatcher.dispatch(
        {
          method: request.method,
          path: request.path,
          headers: { ...request.headers },
          body: request.body ?? null,
        },
        handler,
      );
    } catch (error) {
      handler.fail(error);
    }
  });
}

class ExchangeHandler implements Dispatcher.DispatchHandler {
  private readonly timer: NodeJS.Timeout;
  private controller: Dispatcher.DispatchController | undefined;
  private started = false;
  private done = false;
  private status = 0;
  private headers: Record<string, string> = {};
  private readonly chunks: Buffer[] = [];
  private size = 0;

  constructor(
    private readonly request: HttpRequest,
    private readonly resolve: (outcome: WireReply) => void,
  ) {
    this.timer = setTimeout(() => this.fail(new Error('timeout')), request.timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.started || this.done || this.request.mayStart?.() === false) {
      // Either given up already, or too late, or about to be written a second time.
      const because = this.started ? 'started twice' : 'too late';
      this.fail(new Error(because));
      controller.abort(new Error(because));
      return;
    }
    this.started = true;
    this.controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, unknown>,
  ): void {
    this.status = status;
    for (const [name, value] of Object.entries(headers)) {
      this.headers[name] = Array.isArray(value) ? value.join(', ') : String(value);
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > (this.request.maxBytes ?? ANSWER_BYTES_MAX)) this.fail(new Error('answer too large'));
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.finish({
      kind: 'answered',
      status: this.status,
      headers: this.headers,
      bytes: Buffer.concat(this.chunks),
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  fail(error: unknown): void {
    const because = describe(error);
    this.finish(this.started ? { kind: 'ambiguous', because } : { kind: 'not_sent', because });
    this.controller?.abort(new Error(because));
  }

  private finish(outcome: WireReply): void {
    if (this.done) return;
    this.done = true;
    clearTimeout(this.timer);
    this.resolve(outcome);
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? `${code}: ${error.message}` : error.message || error.name;
}
