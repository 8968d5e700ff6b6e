import { Catch, HttpException } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { CallFailed, GathererFull, ServiceUnavailable, TryLater } from '@tonle/messaging';
import type { Reason } from '@tonle/contracts';
import { isTransient } from '@tonle/persistence';
import { traceIdOf } from '@tonle/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Platform } from '@tonle/platform';
import { mediaTypeProblem } from './media-type.js';
import { Problem } from './problem.js';
import type { RouteTable } from './route-table.js';

/** When to try again, by status, unless the problem says so itself: seconds. A network that is silent is given more time. */
const RETRY_AFTER_S: Readonly<Record<number, number>> = { 429: 1, 503: 1, 504: 5 };

const REASON_OF_STATUS: Readonly<Record<number, Reason>> = {
  400: 'malformed_request',
  401: 'signature_missing',
  403: 'not_permitted',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_too_slow',
  413: 'body_too_large',
  429: 'rate_limited',
  431: 'headers_too_large',
  503: 'unavailable',
};

/** An answer in the words of somebody else's protocol. */
export interface ForeignAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

/** Turns whatever is thrown into a problem document. What is broken on our side is logged, never shown. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly platform: Platform,
    private readonly routes: RouteTable,
    private readonly told?: (problem: Problem) => ForeignAnswer,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Also for what happens before a controller: unread bodies, unknown paths. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    if (reply.sent) return;
    const traceId = traceIdOfRequest(request, this.platform);
    const problem = this.problemOf(error, request, reply);
    if (problem.status >= 500 && !hungUp(request)) this.log(error, problem, traceId);
    const retryAfterS = problem.retryAfterS ?? RETRY_AFTER_S[problem.status];
    if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS));
    const { status, contentType, body } = this.told?.(problem) ?? documentOf(problem, traceId);
    void reply.status(status).header('content-type', contentType).send(body);
  }

  private problemOf(error: unknown, request: FastifyRequest, reply: FastifyReply): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof GathererFull) return new Problem('overloaded');
    if (error instanceof CallFailed) return new Problem('internal_error');
    if (error instanceof ServiceUnavailable || error instanceof TryLater || isTransient(error))
      return new Problem('unavailable');
    const status = statusOf(error);
    if (status === 404) {
      const allowed = this.routes.methodsOf(request.url);
      if (allowed.length === 0 || allowed.includes(request.method)) return new Problem('path_unknown');
      reply.header('allow', allowed.join(', '));
      return new Problem('method_not_allowed', `This path supports ${allowed.join(', ')}.`);
    }
    if (status === 415) return mediaTypeProblem();
    if (status === undefined) return new Problem('internal_error');
    return new Problem(REASON_OF_STATUS[status] ?? (status < 500 ? 'schema_invalid' : 'internal_error'));
  }

  private log(error: unknown, problem: Problem, traceId: string): void {
    const { log } = this.platform.telemetry;
    // A refusal says what it is; a stack of ours would tell nothing more.
    const cause =
      error instanceof Problem && problem.status !== 500
        ? { code: problem.reason, detail: problem.detail }
        : { err: error };
    if (problem.status === 503) log.warn({ ...cause, traceId }, 'a request was turned away');
    else log.error({ ...cause, traceId }, 'a request failed');
  }
}

function documentOf(problem: Problem, traceId: string): ForeignAnswer {
  const contentType = 'application/problem+json; charset=utf-8';
  return { status: problem.status, contentType, body: JSON.stringify(problem.toDocument(traceId)) };
}

/** Has the caller gone before all of its request was here? Then nothing of ours has failed. */
function hungUp({ raw }: FastifyRequest): boolean {
  return raw.destroyed && !raw.complete;
}

/** The caller's trace, or a fresh id that we log and show alike. */
function traceIdOfRequest(request: FastifyRequest, platform: Platform): string {
  const header = request.headers['traceparent'];
  return (
    traceIdOf(typeof header === 'string' ? header : undefined) ??
    Buffer.from(platform.random.bytes(16)).toString('hex')
  );
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : undefined;
}
