import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Reason } from '@tonle/contracts';
import { ANSWER_HEADERS } from '@tonle/platform';
import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.js';

/** Requests of one connection that wait for their answers. */
const PIPELINED_MAX = 32;
/** Requests of all connections that wait for their answers, callers that are held among them. */
const WAITING_MAX = 25_000;
/** Sockets that are open; whoever opens one more is hung up on, since nothing can be told before TLS. */
const SOCKETS_MAX = 30_000;

/** Why Node gave a connection up, by its codes; any other is a request that it cannot read. */
const REASON_OF_CODE: Readonly<Record<string, Reason>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_too_slow',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

interface Waiting {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What is refused for the sake of a connection, before there is a route: all of it in problem documents. */
export class Connections {
  private readonly waiting = new WeakMap<Socket, Set<Waiting>>();
  private inAll = 0;
  private closing = false;

  constructor(
    private readonly waitingMax = WAITING_MAX,
    private readonly socketsMax = SOCKETS_MAX,
  ) {}

  /** The first hook of a listener. */
  guard(server: FastifyInstance): void {
    server.server.maxConnections = this.socketsMax;
    server.addHook('preClose', async () => void (this.closing = true));
    server.addHook('onRequest', async ({ raw: request }, reply) => {
      const count = this.take({ request, response: reply.raw });
      const isTooMuch = count > PIPELINED_MAX || this.inAll > this.waitingMax;
      const reason = this.closing ? 'unavailable' : isTooMuch ? 'overloaded' : undefined;
      if (reason !== undefined) {
        reply.header('connection', 'close');
        throw new Problem(reason);
      }
      if (request.headers.host === undefined && request.httpVersion === '1.1')
        throw new Problem('malformed_request', 'The header Host is missing.');
    });
    // An expectation that is not known may be passed over (RFC 9110, 10.1.1); Node would answer it with nothing but 417.
    server.server.on('checkExpectation', (request, response) =>
      server.server.emit('request', request, response),
    );
  }

  /** One connection may ask on before it was answered, but not without end: its answers wait in our memory. */
  private take(one: Waiting): number {
    const { socket } = one.request;
    const waiting = this.waiting.get(socket) ?? new Set();
    this.waiting.set(socket, waiting.add(one));
    this.inAll += 1;
    one.response.once('close', () => {
      waiting.delete(one);
      this.inAll -= 1;
    });
    return waiting.size;
  }

  /** Answers what Node could not read as a request, and ends the connection. */
  readonly refuse = (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code !== 'ECONNRESET' && socket.writable && !this.wouldMislead(socket)) {
      const problem = new Problem(REASON_OF_CODE[error.code ?? ''] ?? 'malformed_request');
      socket.write(answerText(problem));
    }
    socket.destroy(error);
  };

  /** A request that was taken whole, or has its answer under way, would be told that it was refused. */
  private wouldMislead(socket: Socket): boolean {
    return [...(this.waiting.get(socket) ?? [])].some(
      ({ request, response }) => request.complete || response.headersSent,
    );
  }
}

function answerText(problem: Problem): string {
  const body = JSON.stringify(problem.toDocument());
  const headers = {
    ...ANSWER_HEADERS,
    connection: 'close',
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${lines.join('')}\r\n${body}`;
}
