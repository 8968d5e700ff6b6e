import { Controller, Get, HttpCode, Inject, Patch, Post, Put, Req, Res } from '@nestjs/common';
import type { CanActivate, ExecutionContext, Provider, Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { Refusal } from '@tonle/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemOf } from './problem.js';
import { provide } from './provide.js';
import type { Token } from './provide.js';

/** A request as its signature covers it. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly rawBody?: Buffer;
  /** Where it came from. */
  readonly address: string;
}

/** Checks who sent a request, and signs its answer. `Seen` is what the answer's signature is bound to. */
export interface RequestSignatures<Seen = unknown> {
  /** A refusal with `seen` is signed, too: a caller whose own signature is at fault has to be able to believe that. */
  check(
    request: SignedRequest,
  ): Promise<{ readonly kind: 'verified'; readonly seen: Seen } | (Refusal & { readonly seen?: Seen })>;
  sign(
    status: number,
    contentType: string,
    body: Uint8Array | string,
    seen: Seen,
  ): { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array | string };
}

/** Answers messages by the route that they came to, as it was named to `messageListener`. */
export interface MessageAnswerer {
  readonly signatures: RequestSignatures;
  answer(
    route: string,
    message: {
      readonly bytes: Uint8Array;
      readonly headers: SignedRequest['headers'];
      /** Where it came to: parts of it may say what it is about. */
      readonly path: string;
    },
  ): Promise<
    { readonly status: number; readonly contentType: string; readonly body: string | Uint8Array } | Refusal
  >;
}

type BoundRequest = FastifyRequest & { bound?: { readonly seen: unknown } };

/** What a module needs to take messages: controllers and providers to join to its own. */
export interface MessageListener {
  readonly controllers: Type[];
  readonly providers: Provider[];
}

const METHODS: Readonly<Record<string, (path: string) => MethodDecorator>> = {
  GET: Get,
  PATCH: Patch,
  POST: Post,
  PUT: Put,
};

/**
 * A listener for messages, only for requests whose signature is good. A route is a path for POST, or another method and a
 * path, as `PUT /transfers/:id`. The answerer is the part that the module holds under `held`; `signAnswers` signs what
 * leaves, problems too.
 */
export function messageListener(routes: readonly string[], held: Token<MessageAnswerer>): MessageListener {
  return {
    controllers: [controllerOf(routes, held)],
    providers: [{ ...provide(SignatureGuard, held), provide: APP_GUARD }],
  };
}

/** One method a route; the routes are data, so the decorators are applied here and not in a class body. */
function controllerOf(routes: readonly string[], held: Token<MessageAnswerer>): Type {
  class MessageController {
    constructor(readonly answerer: MessageAnswerer) {}
  }
  Inject(held)(MessageController, undefined, 0);
  const prototype = MessageController.prototype as unknown as Record<string, unknown>;
  for (const route of routes) {
    const name = route.startsWith('/') ? `POST ${route}` : route;
    const [method = '', path = ''] = name.split(' ');
    const value = async function (
      this: MessageController,
      request: FastifyRequest,
      reply: FastifyReply,
    ): Promise<void> {
      const { rawBody: bytes = new Uint8Array(0), headers, url } = request;
      const answer = await this.answerer.answer(route, { bytes, headers, path: url });
      if ('kind' in answer) throw problemOf(answer);
      await reply.status(answer.status).header('content-type', answer.contentType).send(answer.body);
    };
    prototype[name] = value;
    Req()(prototype, name, 0);
    Res()(prototype, name, 1);
    const descriptor = { value };
    METHODS[method]!(path)(prototype, name, descriptor);
    HttpCode(200)(prototype, name, descriptor);
  }
  Controller()(MessageController);
  return MessageController;
}

/** Lets in only what is signed. */
class SignatureGuard implements CanActivate {
  constructor(private readonly answerer: MessageAnswerer) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<BoundRequest>();
    const { method, url, headers, rawBody, ip } = request;
    const verdict = await this.answerer.signatures.check({ method, url, headers, rawBody, address: ip });
    if (verdict.kind === 'verified' || verdict.seen !== undefined) request.bound = { seen: verdict.seen };
    if (verdict.kind === 'refused') throw problemOf(verdict);
    return true;
  }
}

/** Signs every answer to a request that it can be bound to, over the bytes that leave. */
export function signAnswers(server: FastifyInstance, signatures: RequestSignatures): void {
  server.addHook('onSend', (request: BoundRequest, reply, payload, done) => {
    const { bound } = request;
    if (bound === undefined || !(typeof payload === 'string' || payload instanceof Uint8Array)) {
      done(null, payload);
      return;
    }
    const contentType = String(reply.getHeader('content-type') ?? 'application/octet-stream');
    const signed = signatures.sign(reply.statusCode, contentType, payload, bound.seen);
    if (signed.body !== payload) void reply.removeHeader('content-length');
    void reply.headers({ 'content-type': contentType, ...signed.headers });
    done(null, signed.body);
  });
}
