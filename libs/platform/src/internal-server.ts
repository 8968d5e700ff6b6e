import { CALL_PATH } from '@tonle/messaging';
import type { HttpCalls } from '@tonle/messaging';
import { fastify } from 'fastify';
import { hangUpOnceClosing } from './hang-up.js';
import { mountHealth, mountMetrics } from './health.js';
import { ANSWER_HEADERS, requestDeadlines } from './http-guard.js';
import { listenOn } from './listen.js';
import type { Lack } from './part-watch.js';
import type { Platform } from './platform.js';

const CALL_BYTES_MAX = 8 * 1_024 * 1_024;
const KEEP_ALIVE_MS = 72_000;

export interface InternalServerOptions {
  readonly port: number;
  readonly host: string;
  readonly isReady: () => boolean;
  /** Parts that are wanting while the service works. */
  readonly impaired: () => readonly Lack[];
  /** How long the bytes of a request may take to come; default 10 s. */
  readonly requestMs?: number;
}

export interface InternalServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Of a service that does not take work yet. */
export const STARTS: Lack = { part: 'start', says: 'the service starts' };

/** What a service shows to the others of its deployment: calls, health, metrics. Plain Fastify: it is on the payment path. */
export async function startInternalServer(
  platform: Platform,
  calls: HttpCalls,
  { port, host, isReady, impaired, requestMs }: InternalServerOptions,
): Promise<InternalServer> {
  const deadlines = requestDeadlines(requestMs);
  const server = fastify({
    http: deadlines,
    requestTimeout: deadlines.requestTimeout,
    bodyLimit: CALL_BYTES_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
  });
  hangUpOnceClosing(server);
  server.addHook('onRequest', async (_request, reply) => void reply.headers(ANSWER_HEADERS));
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, bytes, done) =>
    done(null, bytes),
  );
  mountHealth(server, platform, { missing: () => (isReady() ? [] : [STARTS]), impaired });
  mountMetrics(server);
  server.post(`${CALL_PATH}:name`, async (request, reply) => {
    const { status, headers, body } = await calls.handle(
      request.url,
      request.headers,
      request.body as Buffer,
    );
    return reply.status(status).headers(headers).send(body);
  });
  const url = await listenOn(server, platform.service, port, host);
  return { url, close: () => server.close() };
}
