import {
  createServer as createHttp,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { ANSWER_HEADERS, requestDeadlines } from '@tonle/platform';

export interface HttpCall {
  readonly method: string;
  /** Path with query, as received. */
  readonly target: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** For answers that are streamed; whoever takes it answers `streamed`. */
  readonly response: ServerResponse;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Buffer;
}

/** What a handler can do: answer, say nothing until the caller has gone, or cut the connection. */
export type HttpOutcome = HttpReply | 'silence' | 'reset' | 'streamed';
export type HttpHandler = (call: HttpCall) => Promise<HttpOutcome>;

export interface ListenerOptions {
  readonly port: number;
  readonly bodyBytesMax: number;
  readonly tls?: ServerOptions;
  readonly onError?: (error: unknown) => void;
  /** How long the bytes of a request may take to come; default 10 s. */
  readonly requestMs?: number;
}

const KEEP_ALIVE_MS = 65_000;

/** A plain HTTP(S) server on loopback: the networks need raw bytes, raw sockets and little cost, and no framework. */
export class Listener {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private port: number;
  private change: Promise<void> = Promise.resolve();

  constructor(
    private readonly handler: HttpHandler,
    private readonly options: ListenerOptions,
  ) {
    this.port = options.port;
  }

  get address(): string {
    return `${this.options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${this.port}`;
  }

  get listening(): boolean {
    return this.server !== undefined;
  }

  /** Listens; a free port that was taken once is kept, so that the network comes back where it was. */
  open(): Promise<void> {
    return this.inTurn(() => this.doOpen());
  }

  /** Stops listening and cuts every connection, as an outage does. */
  close(): Promise<void> {
    return this.inTurn(() => this.doClose());
  }

  private inTurn(change: () => Promise<void>): Promise<void> {
    const done = this.change.then(change);
    this.change = done.catch(() => undefined);
    return done;
  }

  private async doOpen(): Promise<void> {
    if (this.server !== undefined) return;
    const answer = (request: IncomingMessage, response: ServerResponse): void =>
      void this.answer(request, response);
    const settings = { keepAliveTimeout: KEEP_ALIVE_MS, ...requestDeadlines(this.options.requestMs) };
    const server =
      this.options.tls === undefined
        ? createHttp(settings, answer)
        : createHttps({ ...settings, ...this.options.tls }, answer);
    server.on('connection', (socket: Socket) => {
      socket.setNoDelay(true);
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    server.on('clientError', (_error, socket) => socket.destroy());
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', () => resolve());
    });
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  private async doClose(): Promise<void> {
    const server = this.server;
    if (server === undefined) return;
    this.server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Only a bare TCP socket can be reset; below TLS it is found by its remote port. */
  private reset(socket: Socket): void {
    for (const bare of this.sockets) if (bare.remotePort === socket.remotePort) bare.resetAndDestroy();
    socket.destroy();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeaders(new Map(Object.entries(ANSWER_HEADERS)));
    try {
      const body = await readBody(request, this.options.bodyBytesMax);
      if (body === undefined) return write(response, plain(413, 'the body is too large'));
      const target = request.url ?? '/';
      const mark = target.indexOf('?');
      const path = mark < 0 ? target : target.slice(0, mark);
      const query = new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
      const call = {
        method: request.method ?? 'GET',
        target,
        path,
        query,
        headers: request.headers,
        body,
        response,
      };
      const outcome = await this.handler(call);
      if (outcome === 'streamed' || outcome === 'silence') return;
      if (outcome === 'reset') this.reset(request.socket);
      else write(response, outcome);
    } catch (error) {
      this.options.onError?.(error);
      if (!response.headersSent) write(response, plain(500, 'the simulator failed'));
      else response.destroy();
    }
  }
}

function write(response: ServerResponse, reply: HttpReply): void {
  if (response.destroyed) return;
  const bytes = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body;
  response.writeHead(reply.status, { ...reply.headers, 'content-length': bytes.length });
  response.end(bytes);
}

/** The body, or undefined when it is longer than allowed. */
function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bytesMax) chunks.push(chunk);
    });
    request.on('end', () =>
      resolve(size > bytesMax ? undefined : chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)),
    );
    request.on('error', reject);
  });
}

export function plain(status: number, text: string): HttpReply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: text };
}

export function json(status: number, value: unknown): HttpReply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(value),
  };
}
