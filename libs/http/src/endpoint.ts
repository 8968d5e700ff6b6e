import { applyDecorators, createParamDecorator, HttpCode, SetMetadata } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { Reason } from '@tonle/contracts';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Problem, schemaProblem } from './problem.js';

/** What an endpoint answers under one status. */
export interface DeclaredAnswer<T> {
  readonly description: string;
  /** Of a JSON answer; one that is not JSON has none. */
  readonly schema?: z.ZodType<T>;
  /** Media type; JSON unless told. */
  readonly mediaType?: string;
  /** Headers that come with it, and what they say. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface EndpointOptions<T> {
  /** What generated clients call it: a verb first, unique, and never changed once published. */
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  /** What the body is, where its schema does not say: messages in XML. */
  readonly body?: string;
  /** By status; the lowest is sent when the handler does not choose. */
  readonly answers: Readonly<Record<number, DeclaredAnswer<T>>>;
  /** Codes beside those that every request may meet. */
  readonly refusals?: readonly Reason[];
}

export interface HeaderOptions {
  readonly name: string;
  /** Makes what the handler gets of the header's text; a schema that takes `undefined` makes it optional. */
  readonly schema: z.ZodType;
  /** The code when a header that is needed is not there; by default what the schema says. */
  readonly missing?: Reason;
}

export const ENDPOINT = 'tonle:endpoint';
export const HEADERS = 'tonle:headers';
export const TAG = 'tonle:tag';

/** Under which heading of the OpenAPI document the endpoints of a controller stand. */
export const ApiTag = (tag: string): ClassDecorator => SetMetadata(TAG, tag);

type Handler<T> = (...args: never[]) => T | Promise<T>;
type EndpointDecorator<T> = <H extends Handler<T>>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<H>,
) => void;

/**
 * Declares what an endpoint is for and what it answers. The OpenAPI document is read from here, and from the schemas
 * at the parameters of the handler; the compiler checks that the handler gives what is declared.
 */
export function Endpoint<T>(options: EndpointOptions<T>): EndpointDecorator<T> {
  const lowest = Math.min(...Object.keys(options.answers).map((status) => Number.parseInt(status, 10)));
  return applyDecorators(SetMetadata(ENDPOINT, options), HttpCode(lowest)) as EndpointDecorator<T>;
}

const Read = createParamDecorator((header: HeaderOptions, context: ExecutionContext): unknown => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const value = request.headers[header.name.toLowerCase()];
  if (value === undefined && header.missing !== undefined) throw new Problem(header.missing);
  const result = header.schema.safeParse(Array.isArray(value) ? value.join(', ') : value);
  if (!result.success) {
    const detail = `The header ${header.name} cannot be used as it is.`;
    throw schemaProblem(result.error.issues, { detail, at: header.name });
  }
  return result.data;
});

/** A header of the request, checked and made by its schema; `@Headers` of Nest takes none. */
export function RequestHeader(name: string, schema: z.ZodType, missing?: Reason): ParameterDecorator {
  const header: HeaderOptions = { name, schema, ...(missing === undefined ? {} : { missing }) };
  return (target, key, index) => {
    Read(header)(target, key, index);
    const handler = (target as Record<string | symbol, object>)[key!]!;
    const others = (Reflect.getMetadata(HEADERS, handler) ?? []) as HeaderOptions[];
    Reflect.defineMetadata(HEADERS, [header, ...others], handler);
  };
}
