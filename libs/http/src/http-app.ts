import 'reflect-metadata';
import type { SecureServerOptions } from 'node:http2';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ContentTypeParserDoneFunction } from 'fastify/types/content-type-parser.js';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  ANSWER_HEADERS,
  hangUpOnceClosing,
  listenOn,
  mountHealth,
  mountMetrics,
  requestDeadlines,
  STARTS,
} from '@tonle/platform';
import type { Lack, Platform } from '@tonle/platform';
import { Connections } from './connections.js';
import { contentTypeProblem } from './media-type.js';
import { Problem } from './problem.js';
import { ProblemFilter, type ForeignAnswer } from './problem-filter.js';
import { QueryInterceptor } from './query-interceptor.js';
import { RouteTable } from './route-table.js';
import { SchemaPipe } from './schema-pipe.js';

const BODY_BYTES_MAX = 64 * 1_024;
const KEEP_ALIVE_MS = 72_000;
/** Of an id in a path. */
const STEP_CHARACTERS_MAX = 100;

const JSON_DIALECTS = /^application\/[\w.-]+\+json(\s*;|$)/;
const XML_TYPES = ['application/xml', 'text/xml', 'application/soap+xml'];
const FORM = 'application/x-www-form-urlencoded';
const ISO_TYPES = /^application\/(pacs|pain|camt|acmt|head)(\.[\w.]+)?(\+xml)?(\s*;|$)/;

export interface HttpAppOptions {
  /** XML bodies reach the controller as Buffer, unread. */
  readonly xml?: boolean;
  /** Forms reach the controller as Buffer, unread. */
  readonly forms?: boolean;
  /** Bytes; default 64 KiB. */
  readonly bodyLimit?: number;
  /** How long the bytes of a request may take to come; default 10 s. */
  readonly requestMs?: number;
  /** TLS of the listener; with `requestCert` and `rejectUnauthorized` for mutual TLS. */
  readonly tls?: SecureServerOptions;
  /** Addresses and networks of proxies whose X-Forwarded-For is believed; without any, an address is the peer's. */
  readonly trustedProxies?: readonly string[];
  /** How a refusal is told to callers who do not read problem documents. */
  readonly problems?: (problem: Problem) => ForeignAnswer;
  /** Requests that may wait for their answers at once; more are refused as `overloaded`. Default 25,000. */
  readonly waitingMax?: number;
  /** /metrics on this listener; default true. */
  readonly metrics?: boolean;
  /** What the service still misses before it can do its work, e.g. `directory`; shown by /health/ready. */
  readonly missing?: () => readonly Lack[];
  /** What is wanting while it does its work; shown there too. */
  readonly impaired?: () => readonly Lack[];
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The bytes of the body as they came, for signatures and evidence; undefined without a body. */
    rawBody?: Buffer;
  }
}

export interface HttpApp {
  readonly app: NestFastifyApplication;
  readonly server: FastifyInstance;
  /** What is served, as `GET /v1/payments/:paymentId`. */
  readonly routes: () => string[];
  /** Listens on loopback unless `host` says otherwise; 0 takes a free port. Returns the base URL. */
  listen(port: number, host?: string): Promise<string>;
  /** Stops listening, lets requests in hand finish. */
  close(): Promise<void>;
}

/**
 * A Nest application on Fastify: raw bodies kept, every error a problem document, `@Body({ schema })`
 * checked by its schema, /health/live, /health/ready and /metrics. Its lifecycle begins with `app.init()`: that runs the
 * hooks of its parts and opens the routes.
 */
export async function assembleHttpApp(
  module: Type | DynamicModule,
  platform: Platform,
  options: HttpAppOptions = {},
): Promise<HttpApp> {
  const routes = new RouteTable();
  const filter = new ProblemFilter(platform, routes, options.problems);
  const connections = new Connections(options.waitingMax);
  const adapter = adapterOf(options, filter, connections);
  const server = adapter.getInstance() as unknown as FastifyInstance;
  server.addHook('onRoute', ({ method, url }) => routes.add(method, url));
  server.addHook('onRequest', async (_request, reply) => void reply.headers(ANSWER_HEADERS));
  hangUpOnceClosing(server);
  connections.guard(server);
  readBodies(server, options);
  let ready = false;
  const { missing = () => [], impaired = () => [] } = options;
  mountHealth(server, platform, { missing: () => [...(ready ? [] : [STARTS]), ...missing()], impaired });
  if (options.metrics ?? true) mountMetrics(server);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    // What goes wrong is thrown to whoever starts the service, or answered and logged by the filter.
    logger: false,
    abortOnError: false,
  });
  app.useGlobalFilters(filter);
  app.useGlobalInterceptors(new QueryInterceptor());
  app.useGlobalPipes(new SchemaPipe());
  return {
    app,
    server,
    routes: () => routes.all(),
    listen: async (port, host) => {
      const url = await listenOn(server, platform.service, port, host, options.tls !== undefined);
      ready = true;
      return url;
    },
    close: () => app.close(),
  };
}

function adapterOf(
  { bodyLimit = BODY_BYTES_MAX, requestMs, tls, trustedProxies = [] }: HttpAppOptions,
  filter: ProblemFilter,
  connections: Connections,
): FastifyAdapter {
  // A request without Host is refused by a hook, in a problem document.
  const deadlines = { ...requestDeadlines(requestMs), requireHostHeader: false };
  const common = {
    // What cannot be a path is refused before there is a route, its hooks and a filter of its own.
    frameworkErrors: ({ code }: { code: string }, request: FastifyRequest, reply: FastifyReply) =>
      filter.answer(pathProblem(code), request, reply.headers(ANSWER_HEADERS)),
    clientErrorHandler: connections.refuse,
    return503OnClosing: false,
    bodyLimit,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: deadlines.requestTimeout,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    routerOptions: { maxParamLength: STEP_CHARACTERS_MAX },
    skipMiddie: true,
    forceCloseConnections: 'idle' as const,
  };
  return new FastifyAdapter(
    tls === undefined ? { ...common, http: deadlines } : { ...common, https: { ...tls, ...deadlines } },
  );
}

function pathProblem(code: string): Problem {
  const tooLong = code === 'FST_ERR_MAX_PARAM_LENGTH';
  const detail = tooLong
    ? `A step of the path has more than ${STEP_CHARACTERS_MAX} characters.`
    : 'The path cannot be decoded.';
  return new Problem('schema_invalid', detail);
}

function readBodies(
  server: FastifyInstance,
  { xml = false, forms = false }: Pick<HttpAppOptions, 'xml' | 'forms'>,
): void {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  server.decorateRequest('rawBody', undefined);
  server.removeAllContentTypeParsers();
  const json = (request: FastifyRequest, bytes: Buffer, done: ContentTypeParserDoneFunction): void => {
    request.rawBody = bytes;
    const wrong = contentTypeProblem(request.headers['content-type']);
    if (wrong !== undefined) return done(wrong);
    if (bytes.length === 0) return done(null, undefined);
    try {
      done(null, JSON.parse(utf8.decode(bytes)));
    } catch (error) {
      done(new Problem('malformed_json', error instanceof Error ? error.message : undefined));
    }
  };
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, json);
  server.addContentTypeParser(JSON_DIALECTS, { parseAs: 'buffer' }, json);
  const unread = (request: FastifyRequest, bytes: Buffer, done: ContentTypeParserDoneFunction): void => {
    request.rawBody = bytes;
    const wrong = contentTypeProblem(request.headers['content-type']);
    if (wrong === undefined) done(null, bytes);
    else done(wrong);
  };
  if (forms) server.addContentTypeParser(FORM, { parseAs: 'buffer' }, unread);
  if (!xml) return;
  server.addContentTypeParser(XML_TYPES, { parseAs: 'buffer' }, unread);
  server.addContentTypeParser(ISO_TYPES, { parseAs: 'buffer' }, unread);
}
