import { RequestMethod } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import {
  METHOD_METADATA,
  MODULE_METADATA,
  PATH_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { MetadataScanner } from '@nestjs/core';
import { z } from 'zod';
import { ENDPOINT, HEADERS, TAG } from './endpoint.js';
import type { EndpointOptions, HeaderOptions } from './endpoint.js';

/** A route as its controller declares it. */
export interface DeclaredRoute {
  readonly controller: Type;
  readonly handler: object;
  /** Lower case. */
  readonly method: string;
  /** Parameters with a colon, e.g. `/v1/payments/:paymentId`. */
  readonly path: string;
  /** Undefined when it is not part of the described API. */
  readonly endpoint: EndpointOptions<unknown> | undefined;
  readonly tag: string | undefined;
  readonly body: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  readonly parameters: readonly { readonly name: string; readonly schema: z.ZodType | undefined }[];
  readonly headers: readonly HeaderOptions[];
}

interface Argument {
  readonly index: number;
  readonly data?: unknown;
  readonly schema?: z.ZodType;
}

/** The routes of controllers, in the order of their source. Read from Nest's own metadata, so nothing is said twice. */
export function routesOf(controllers: readonly Type[]): DeclaredRoute[] {
  return controllers.flatMap((controller) => {
    const prototype = controller.prototype as Record<string, object>;
    return new MetadataScanner()
      .getAllMethodNames(prototype)
      .filter((name) => Reflect.hasMetadata(PATH_METADATA, prototype[name]!))
      .map((name) => routeOf(controller, prototype[name]!, name));
  });
}

/** The controllers of a module and of those that it imports. */
export function controllersOf(module: Type): Type[] {
  const under = (key: string): Type[] => (Reflect.getMetadata(key, module) ?? []) as Type[];
  return [
    ...new Set([
      ...under(MODULE_METADATA.IMPORTS).flatMap(controllersOf),
      ...under(MODULE_METADATA.CONTROLLERS),
    ]),
  ];
}

function routeOf(controller: Type, handler: object, name: string): DeclaredRoute {
  const under = (type: RouteParamtypes): Argument[] => argumentsOf(controller, name, type);
  return {
    controller,
    handler,
    method: RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod].toLowerCase(),
    path: pathOf(Reflect.getMetadata(PATH_METADATA, controller), Reflect.getMetadata(PATH_METADATA, handler)),
    endpoint: Reflect.getMetadata(ENDPOINT, handler) as EndpointOptions<unknown> | undefined,
    tag: Reflect.getMetadata(TAG, controller) as string | undefined,
    body: under(RouteParamtypes.BODY)[0]?.schema,
    query: under(RouteParamtypes.QUERY)[0]?.schema,
    parameters: under(RouteParamtypes.PARAM).map(({ data, schema }) => ({ name: String(data), schema })),
    headers: (Reflect.getMetadata(HEADERS, handler) ?? []) as HeaderOptions[],
  };
}

/** The query parameters that a handler of a controller takes, as its schema names them. */
export function queryNames(controller: Type, handler: string): readonly string[] {
  const schema = argumentsOf(controller, handler, RouteParamtypes.QUERY)[0]?.schema;
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** What a handler takes of one kind, in the order of its parameters. */
function argumentsOf(controller: Type, name: string, type: RouteParamtypes): Argument[] {
  const all = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}) as Record<string, Argument>;
  return Object.entries(all)
    .filter(([key]) => key.startsWith(`${type}:`))
    .map(([, argument]) => argument)
    .sort((a, b) => a.index - b.index);
}

function pathOf(...parts: unknown[]): string {
  const steps = parts.flatMap((part) => String(part).split('/')).filter((step) => step !== '');
  return `/${steps.join('/')}`;
}
