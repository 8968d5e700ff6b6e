import type { Type } from '@nestjs/common';
import type { Reason } from '@tonle/contracts';
import { mediaTypeOf, Problem, routesOf, type DeclaredAnswer, type DeclaredRoute } from '@tonle/http';
import { needOf } from '../access/access.js';
import { examplesOf } from './examples.js';
import { describeCodes, problemSchema, refusalsOf } from './problem-answers.js';
import { SchemaJson, type Json } from './schema-json.js';

const PROBLEM_TYPE = 'application/problem+json';
/** In the order of the document. */
const TAGS: Readonly<Record<string, string>> = {
  Payments: 'Look a payee up, get a quote, pay, and see what became of it',
  Events: 'What becomes of payments, told by itself: as a feed and by webhooks',
  'FX rates': 'For providers of exchange rates',
  'ISO 20022': 'The same payments as XML messages',
  Reports: 'What you owe and are owed, as statements and as files',
  Keys: 'Keys of your own, in a sandbox',
  Operations: 'For operators of the switch',
  Finance: 'For those who keep the books of the switch',
};
/** Statuses that say when to ask again. */
const LATER = new Set([429, 503, 504]);
/** So do these reasons, where it is known. */
const HELD: ReadonlySet<Reason> = new Set(['corridor_closed', 'participant_paused']);
const RETRY_AFTER = { 'Retry-After': 'Seconds to wait before the request is sent again' };

const SIGNING = `Every request is signed with an HTTP Message Signature (RFC 9421), by ECDSA P-256 (\`ecdsa-p256-sha256\`) or Ed25519.
Cover \`@method\`, \`@path\`, \`@authority\` (the host of the URL), \`@query\` when there is one, with a body \`content-type\` and
\`content-digest\` (sha-256, RFC 9530), and \`idempotency-key\` when you send it. The
parameters \`created\` (at most 300 s old), \`keyid\` and a new \`nonce\` are required. A signature is valid for one request: sign every
retry again.

Amounts are decimal text, \`{"currency": "THB", "amount": "820.00"}\`. Errors are problem documents (RFC 9457) whose \`code\` is stable.`;

/** A route that stands in the document. */
type Operation = DeclaredRoute & { readonly endpoint: NonNullable<DeclaredRoute['endpoint']> };

/**
 * The OpenAPI 3.1 document of the endpoints that controllers declare, made of the schemas that check their requests.
 * Pure: the same at every call, in whatever order the controllers come.
 */
export function openApiDocument(controllers: readonly Type[]): Json {
  const operations = routesOf(controllers)
    .filter((route): route is Operation => route.endpoint !== undefined)
    .sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
  const schemas = new SchemaJson();
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const path = operation.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [operation.method]: operationOf(operation, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tonle',
      version: '1',
      summary: 'Cross-border payments between Bakong and its partner networks',
      description: SIGNING,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ signature: [] }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: schemas.components,
      securitySchemes: {
        signature: {
          type: 'apiKey',
          in: 'header',
          name: 'Signature',
          description: 'HTTP Message Signature (RFC 9421), with Signature-Input and Content-Digest',
        },
      },
    },
  };
}

function rank({ tag }: Operation): number {
  return Object.keys(TAGS).indexOf(tag ?? '');
}

function operationOf(operation: Operation, schemas: SchemaJson): Json {
  const { tag, body, endpoint } = operation;
  const need = needOf(operation.handler, operation.controller);
  const scope = need === 'any participant' ? undefined : `Requires the scope \`${need}\`.`;
  const description = [endpoint.description, scope].filter(Boolean).join('\n\n');
  const parameters = parametersOf(operation, schemas);
  return {
    tags: [tag],
    operationId: endpoint.operationId,
    summary: endpoint.summary,
    ...(description === '' ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            ...(endpoint.body === undefined ? {} : { description: endpoint.body }),
            required: true,
            content: contentOf(mediaTypeOf(body), body, schemas, examplesOf(endpoint.operationId, 'request')),
          },
        }),
    responses: responsesOf(operation, schemas),
  };
}

function parametersOf(operation: Operation, schemas: SchemaJson): Json[] {
  const { path, parameters, query, headers, endpoint } = operation;
  const id = endpoint.operationId;
  for (const [, name] of path.matchAll(/:(\w+)/g))
    if (!parameters.some((each) => each.name === name && each.schema !== undefined))
      throw new Error(`${path}: ${name} has no schema`);
  return [
    ...parameters.map(({ name, schema }) => schemas.parameter(id, name, 'path', schema!)),
    ...(query === undefined ? [] : schemas.query(id, query)),
    ...headers.map(({ name, schema }) => schemas.parameter(id, name, 'header', schema)),
  ];
}

/** Every status: what the endpoint answers, and one problem document that names every code that comes with it. */
function responsesOf(operation: Operation, schemas: SchemaJson): Json {
  const responses: Record<string, Json> = {};
  for (const [status, answer] of Object.entries(operation.endpoint.answers))
    responses[status] = answerOf(answer, schemas, examplesOf(operation.endpoint.operationId, status));
  for (const [status, codes] of refusalsOf(operation)) {
    const examples = { [codes[0]!]: { value: new Problem(codes[0]!).toDocument() } };
    const problem = { [PROBLEM_TYPE]: { schema: schemas.refer(problemSchema), examples } };
    const answer = responses[status];
    responses[status] = {
      ...answer,
      ...(LATER.has(status) || codes.some((code) => HELD.has(code)) ? headersOf(RETRY_AFTER) : {}),
      description: [answer?.['description'], describeCodes(codes)].filter(Boolean).join('\n\n'),
      content: { ...(answer?.['content'] as Json | undefined), ...problem },
    };
  }
  return responses;
}

function answerOf(
  { description, schema, mediaType = 'application/json', headers }: DeclaredAnswer<unknown>,
  schemas: SchemaJson,
  examples: Json | undefined,
): Json {
  return {
    description,
    ...(headers === undefined ? {} : headersOf(headers)),
    content: contentOf(mediaType, schema, schemas, examples),
  };
}

function headersOf(told: Readonly<Record<string, string>>): Json {
  const headers = Object.entries(told).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' } },
  ]);
  return { headers: Object.fromEntries(headers) as Json };
}

function contentOf(
  mediaType: string,
  schema: DeclaredAnswer<unknown>['schema'],
  schemas: SchemaJson,
  examples: Json | undefined,
): Json {
  const isJson = mediaType === 'application/json';
  return {
    [mediaType]: {
      schema: isJson && schema !== undefined ? schemas.refer(schema) : { type: 'string' },
      ...(examples === undefined ? {} : { examples }),
    },
  };
}
