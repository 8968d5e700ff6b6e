import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FieldError } from '@tonle/contracts';
import type { FastifyRequest } from 'fastify';
import { ENDPOINT } from './endpoint.js';
import { pointerOf, Problem } from './problem.js';
import { queryNames } from './routes.js';

/**
 * Refuses parameters that an endpoint does not know, with those that it knows: one that is misspelt, or that others take,
 * would be an answer to another question. Pages that are no endpoints may be linked with anything.
 */
export class QueryInterceptor implements NestInterceptor {
  private readonly known = new WeakMap<object, readonly string[]>();

  intercept(context: ExecutionContext, next: CallHandler): ReturnType<CallHandler['handle']> {
    const handler = context.getHandler();
    if (!Reflect.hasMetadata(ENDPOINT, handler)) return next.handle();
    const given = Object.keys(context.switchToHttp().getRequest<FastifyRequest>().query as object);
    if (given.length === 0) return next.handle();
    const known = this.known.get(handler) ?? queryNames(context.getClass(), handler.name);
    this.known.set(handler, known);
    const unknown = given.filter((name) => !known.includes(name));
    if (unknown.length === 0) return next.handle();
    throw new Problem('schema_invalid', undefined, unknown.slice(0, 20).map(errorOf(known)));
  }
}

function errorOf(known: readonly string[]): (name: string) => FieldError {
  const told = known.length === 0 ? 'There are none here' : `Known: ${known.join(', ')}`;
  return (name) => ({ path: pointerOf([name]), message: `Unknown parameter. ${told}.` });
}
