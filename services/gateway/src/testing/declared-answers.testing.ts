import { expect } from '@jest/globals';
import { z } from 'zod';
import { publicApi } from '../reference/public-api.js';

// Every answer that a test gets is held against the OpenAPI document: is its status declared, and is it of that form?

interface Response {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content: Readonly<Record<string, { readonly schema: object }>>;
}
interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, Response>>;
}
interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

/** An answer of the public API as it came. */
export interface AnswerToCheck {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Says what the document does not declare of an answer to `method url`, in a sentence; undefined when all is declared. */
export type FindUndeclared = (method: string, url: string, answer: AnswerToCheck) => string | undefined;

/** Headers that tell a caller something of the answer; the others are the protocol's. */
const TOLD_HEADERS = ['location', 'preference-applied', 'retry-after'];
const PROBLEM_TYPE = 'application/problem+json';
/** What is answered where the document has no operation: no path, no method, or a path that cannot be read. */
const UNSERVED = new Set(['404 path_unknown', '405 method_not_allowed', '400 schema_invalid']);
/** Pages to read and what operates the process: no part of the API. */
const PAGE = /^\/($|docs($|\/)|errors$|health\/|metrics$|openapi\.json$)/;

/** The check against an OpenAPI document; schemas are compiled once, when they are needed. */
export function undeclaredIn({ paths, components }: ApiDocument): FindUndeclared {
  const checks = new Map<object, z.ZodType>();
  const wrongIn = (schema: object, text: string): string | undefined => {
    let check = checks.get(schema);
    if (check === undefined) checks.set(schema, (check = checkOf(schema, components.schemas)));
    return firstIssue(check, text);
  };
  return (method, url, { status, headers, text }) => {
    const path = url.split('?', 1)[0]!;
    const mediaType = headers.get('content-type')?.split(';', 1)[0] ?? 'without a content type';
    const answered = (name: string, wrong: string) => `${name} answered ${status} ${mediaType}: ${wrong}`;
    const operation = operationAt(paths, method, path);
    if (operation === undefined)
      return PAGE.test(path) || isUnserved(status, mediaType, text)
        ? undefined
        : answered(`${method} ${path}`, 'the document has no such operation');
    const name = `${operation.operationId} (${method} ${path})`;
    const declared = operation.responses[status];
    if (declared === undefined) return answered(name, 'the status is not declared');
    const content = declared.content[mediaType];
    if (content === undefined) return answered(name, 'the content type is not declared for that status');
    const told = Object.keys(declared.headers ?? {}).map((header) => header.toLowerCase());
    const untold = TOLD_HEADERS.find((header) => headers.has(header) && !told.includes(header));
    if (untold !== undefined) return answered(name, `the header ${untold} is not declared`);
    const wrong = mediaType.endsWith('json') ? wrongIn(content.schema, text) : undefined;
    return wrong === undefined ? undefined : answered(name, `the body is not as declared: ${wrong}`);
  };
}

/** The check against the document that is published. */
export const findUndeclared: FindUndeclared = undeclaredIn(publicApi() as unknown as ApiDocument);

/** Fails when the published document does not declare such an answer. */
export function expectDeclared(method: string, url: string, answer: AnswerToCheck): void {
  expect(findUndeclared(method, url, answer) ?? 'declared').toBe('declared');
}

function operationAt(paths: ApiDocument['paths'], method: string, path: string): Operation | undefined {
  const steps = path.split('/');
  // A path as it stands comes before one with parameters (OpenAPI 3.1, 4.8.8.2).
  const [, operations] =
    Object.entries(paths).find(([pattern]) => pattern === path) ??
    Object.entries(paths).find(([pattern]) => {
      const wanted = pattern.split('/');
      return (
        wanted.length === steps.length &&
        wanted.every((step, index) => step.startsWith('{') || step === steps[index])
      );
    }) ??
    [];
  return operations?.[method.toLowerCase()];
}

function isUnserved(status: number, mediaType: string, text: string): boolean {
  if (mediaType !== PROBLEM_TYPE) return false;
  return UNSERVED.has(`${status} ${(JSON.parse(text) as { code: string }).code}`);
}

function firstIssue(check: z.ZodType, text: string): string | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  const issue = check.safeParse(body).error?.issues[0];
  return issue === undefined ? undefined : `/${issue.path.join('/')} ${issue.message}`;
}

/** Answers may grow, but what they have now is declared: fields that are not are an error here. */
function checkOf(schema: object, schemas: ApiDocument['components']['schemas']): z.ZodType {
  const whole = JSON.stringify(closed({ ...schema, $defs: schemas }));
  return z.fromJSONSchema(JSON.parse(whole.replaceAll('#/components/schemas/', '#/$defs/')) as never);
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)]);
  const copy = Object.fromEntries(entries) as Record<string, unknown>;
  if (copy['type'] === 'object' && 'properties' in copy) copy['additionalProperties'] ??= false;
  return copy;
}
