import { z } from 'zod';
import { REASONS, type Reason } from '@tonle/contracts';
import { OPERATIONS, type Operation } from './operations.table.js';

type Json = Record<string, unknown>;

const ANY_REQUEST: readonly Reason[] = [
  'schema_invalid',
  'signature_missing',
  'signature_invalid',
  'signature_expired',
  'signature_replayed',
  'key_unknown',
  'not_permitted',
  'rate_limited',
  'overloaded',
  'internal_error',
];
const WITH_BODY: readonly Reason[] = ['malformed_json', 'body_too_large', 'unsupported_media_type'];

const problem = z
  .object({
    type: z.string().meta({ examples: ['urn:tonle:problem:quote_expired'] }),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'Stable; match on this. All codes: /errors' }),
    detail: z.string().optional(),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'JSON pointer or element path of every wrong field' }),
    remedy: z.string().meta({ description: 'What you can do' }),
    retry: z.enum(['never', 'later', 'new_quote', 'new_payment', 'lower_amount', 'ask_status']),
    traceId: z.string().optional(),
  })
  .meta({ id: 'Problem' });

const SIGNING = `Every request is signed with an HTTP Message Signature (RFC 9421), by ECDSA P-256 (\`ecdsa-p256-sha256\`) or Ed25519.
Cover \`@method\`, \`@path\`, \`@query\` when there is one, and with a body \`content-type\` and \`content-digest\` (sha-256, RFC 9530), and
\`idempotency-key\` when you send it. The parameters \`created\` (at most 300 s old), \`keyid\` and a fresh \`nonce\` are needed. A signature is
good for one request: sign every repeat anew.

Amounts are decimal text, \`{"currency": "THB", "amount": "820.00"}\`. Errors are problem documents (RFC 9457) whose \`code\` is stable.`;

/** The OpenAPI 3.1 document, made of the schemas that check the requests. Pure: the same at every call. */
export function openApiDocument(): Json {
  const components = new Components();
  const paths: Record<string, Json> = {};
  for (const operation of OPERATIONS) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: operationOf(operation, components),
    };
  }
  components.refer(problem);
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
    tags: [...new Set(OPERATIONS.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: components.schemas,
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

function operationOf(operation: Operation, components: Components): Json {
  const { tag, summary, description, scope, body, xml } = operation;
  const withBody = body !== undefined || xml === true;
  const parameters = parametersOf(operation);
  const content =
    xml === true
      ? { 'application/xml': { schema: { type: 'string' } } }
      : body && json(components.refer(body));
  return {
    tags: [tag],
    operationId: operationId(operation),
    summary,
    description: [description, scope === 'any' ? '' : `Needs the scope \`${scope}\`.`]
      .filter(Boolean)
      .join('\n\n'),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(withBody ? { requestBody: { required: true, content } } : {}),
    responses: { ...answersOf(operation, components), ...problemsOf(operation, withBody, components) },
  };
}

function operationId({ method, path }: Operation): string {
  const words = path
    .replace(/^\/(v1\/)?/, '')
    .split(/[/.{}]+/)
    .filter(Boolean);
  return [method, ...words]
    .map((word, index) => (index === 0 ? word : word[0]!.toUpperCase() + word.slice(1)))
    .join('');
}

function parametersOf({ path, query, pays, xml }: Operation): Json[] {
  const found: Json[] = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const properties = (query === undefined ? {} : (schemaOf(query)['properties'] ?? {})) as Json;
  for (const [name, schema] of Object.entries(properties))
    found.push({ name, in: 'query', required: false, schema });
  if (pays !== true) return found;
  found.push({
    name: 'Prefer',
    in: 'header',
    required: false,
    description: '`wait=N`: hold the answer until the payment has ended or N seconds (at most 60) have gone',
    schema: { type: 'string', examples: ['wait=20'] },
  });
  if (xml === true) return found;
  const key = { type: 'string', minLength: 1, maxLength: 140 };
  found.push({
    name: 'Idempotency-Key',
    in: 'header',
    required: true,
    description: 'The same for every repeat',
    schema: key,
  });
  return found;
}

function answersOf({ answers, xml }: Operation, components: Components): Json {
  const entries = Object.entries(answers).map(([status, { description, schema }]) => {
    const content =
      xml === true
        ? { 'application/xml': { schema: { type: 'string' } } }
        : json(schema === undefined ? {} : components.refer(schema));
    return [status, { description, content }];
  });
  return Object.fromEntries(entries) as Json;
}

/** One answer a status, naming every code that comes with it. */
function problemsOf({ reasons, answers }: Operation, withBody: boolean, components: Components): Json {
  const all = [...new Set<Reason>([...reasons, ...ANY_REQUEST, ...(withBody ? WITH_BODY : [])])];
  const statuses = [...new Set(all.map((reason) => REASONS[reason].http))].sort((a, b) => a - b);
  const found: Json = {};
  for (const status of statuses.filter((each) => !(each in answers))) {
    const codes = all.filter((reason) => REASONS[reason].http === status);
    found[status] = {
      description: codes.map((code) => `\`${code}\`: ${REASONS[code].title}`).join('\n\n'),
      content: { 'application/problem+json': { schema: components.refer(problem) } },
    };
  }
  return found;
}

/** Named schemas stand once, under components. */
class Components {
  readonly schemas: Json = {};

  refer(schema: z.ZodType): Json {
    const { $defs, ...own } = schemaOf(schema);
    for (const [name, definition] of Object.entries(($defs ?? {}) as Json)) this.schemas[name] ??= definition;
    const id = z.globalRegistry.get(schema)?.id;
    if (id === undefined) return own;
    this.schemas[id] ??= own;
    return { $ref: `#/components/schemas/${id}` };
  }
}

/** Input side: strict objects say so, defaults are optional, answers may grow. */
function schemaOf(schema: z.ZodType): Json {
  const made = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json;
  const text = JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/');
  const { $schema: _schema, id: _id, ...rest } = JSON.parse(text) as Json;
  return rest;
}

function json(schema: Json): Json {
  return { 'application/json': { schema } };
}
