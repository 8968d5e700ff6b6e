import { describe, expect, it } from '@jest/globals';
import { controllersOf, routesOf, xmlBody } from '@tonle/http';
import { z } from 'zod';
import { GatewayModule } from '../gateway.module.js';

/** What of zod's checks and types is read here. */
interface Definition {
  readonly type?: string;
  readonly check?: string;
  readonly format?: string;
  readonly pattern?: RegExp;
  readonly error?: (issue: object) => unknown;
  readonly checks?: readonly { readonly _zod: { readonly def: Definition } }[];
}

interface Pattern {
  readonly at: string;
  readonly source: string;
  readonly message: unknown;
}

/** Every regular expression that a schema checks texts by, with what is said when it does not fit. */
function patternsIn(schema: unknown, at: string, seen = new Set<unknown>()): Pattern[] {
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return [];
  seen.add(schema);
  if (schema instanceof z.ZodType) {
    const definition = schema._zod.def as unknown as Definition;
    return [...ownPatterns(definition, at), ...patternsIn(definition, at, seen)];
  }
  return Object.entries(schema).flatMap(([name, part]) =>
    patternsIn(part, name === 'shape' ? at : `${at}/${name}`, seen),
  );
}

function ownPatterns({ checks = [] }: Definition, at: string): Pattern[] {
  return checks.flatMap(({ _zod: { def } }) =>
    def.format === 'regex'
      ? [{ at, source: def.pattern!.source, message: def.error?.({ code: 'invalid_format' }) }]
      : [],
  );
}

const patterns = routesOf(controllersOf(GatewayModule))
  .filter(({ endpoint }) => endpoint !== undefined)
  .flatMap(({ method, path, body, query, parameters, headers }) => [
    ...(body === xmlBody ? [] : patternsIn(body, `${method} ${path} body`)),
    ...patternsIn(query, `${method} ${path} query`),
    ...[...parameters, ...headers].flatMap(({ name, schema }) =>
      patternsIn(schema, `${method} ${path} ${name}`),
    ),
  ]);

describe('what callers send', () => {
  it('is checked by patterns, which are found here', () => {
    expect(patterns.length).toBeGreaterThan(20);
    expect(patterns.map(({ at }) => at).join('\n')).toMatch(/body.*\n(.*\n)*.*Idempotency-Key/);
  });

  it.each(patterns)('$at: a sentence is shown, never its regular expression', ({ source, message }) => {
    expect(message).toMatch(/^Must .*\.$/);
    expect(message).not.toContain(source);
  });
});
