import { expect } from '@jest/globals';
import { z } from 'zod';
import { publicApi } from '../reference/public-api.js';

// Every answer that a test gets is held against the OpenAPI document: is its status declared, and is it of that form?

interface Response {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content: Readonly<Record<string, { readonly schema: object }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { responses: Record<string, Response> }>>>>;
  readonly components: { readonly schemas: object };
}

/** Headers that tell a caller something of the answer; the others are the protocol's. */
const TOLD_HEADERS = ['location', 'preference-applied', 'retry-after'];

const document = publicApi() as unknown as Document;
const checks = new Map<object, z.ZodType>();

/** Fails when the document does not declare such an answer of the endpoint. Paths outside of the document pass. */
export function expectDeclared(
  method: string,
  url: string,
  answer: { readonly status: number; readonly headers: Headers; readonly text: string },
): void {
  const operation = operationAt(method.toLowerCase(), url.split('?', 1)[0]!);
  if (operation === undefined) return;
  const declared = operation.responses[answer.status];
  const mediaType = answer.headers.get('content-type')?.split(';', 1)[0] ?? '';
  const where = `${method} ${url} ${answer.status} ${mediaType}`;
  const content = declared?.content[mediaType];
  expect(content === undefined ? `${where} is not declared` : where).toBe(where);
  const told = Object.keys(declared?.headers ?? {}).map((name) => name.toLowerCase());
  const untold = TOLD_HEADERS.filter((name) => answer.headers.has(name) && !told.includes(name));
  expect({ where, untold }).toEqual({ where, untold: [] });
  if (!/json/.test(mediaType)) return;
  const { error } = checkOf(content!.schema).safeParse(JSON.parse(answer.text));
  expect({ where, issues: error?.issues ?? [] }).toEqual({ where, issues: [] });
}

function operationAt(method: string, path: string): { responses: Record<string, Response> } | undefined {
  const steps = path.split('/');
  const [, operations] =
    Object.entries(document.paths).find(([pattern]) => {
      const wanted = pattern.split('/');
      return (
        wanted.length === steps.length &&
        wanted.every((step, index) => step.startsWith('{') || step === steps[index])
      );
    }) ?? [];
  return operations?.[method];
}

/** Answers may grow, but what they have now is declared: fields that are not are an error here. */
function checkOf(schema: object): z.ZodType {
  let check = checks.get(schema);
  if (check === undefined) {
    const whole = { ...schema, $defs: document.components.schemas };
    const text = JSON.stringify(closed(whole)).replaceAll('#/components/schemas/', '#/$defs/');
    check = z.fromJSONSchema(JSON.parse(text) as never);
    checks.set(schema, check);
  }
  return check;
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)]);
  const copy = Object.fromEntries(entries) as Record<string, unknown>;
  if (copy['type'] === 'object' && 'properties' in copy) copy['additionalProperties'] ??= false;
  return copy;
}
