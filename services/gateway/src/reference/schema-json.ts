import { z } from 'zod';
import { GLOSSARY } from './glossary.js';

export type Json = Record<string, unknown>;

/** JSON Schemas (2020-12, as OpenAPI 3.1 takes them) of zod's; those with an id stand once, under components. */
export class SchemaJson {
  readonly components: Json = {};
  /** Most are asked for by many operations, that of a refusal by all of them. */
  private readonly referred = new Map<z.ZodType, Json>();

  /** The schema, or a reference to it when it has an id. */
  refer(schema: z.ZodType): Json {
    const known = this.referred.get(schema) ?? this.made(schema);
    this.referred.set(schema, known);
    return known;
  }

  /** What OpenAPI says of a parameter of an operation: its schema, and beside it the description. */
  parameter(operationId: string, name: string, place: 'path' | 'query' | 'header', schema: z.ZodType): Json {
    const { description = meaningOf(operationId, name), ...own } = this.refer(schema);
    return {
      name,
      in: place,
      required: !schema.safeParse(undefined).success,
      ...(description === undefined ? {} : { description }),
      schema: own,
    };
  }

  /** A parameter for every field of a query. */
  query(operationId: string, schema: z.ZodType): Json[] {
    if (!(schema instanceof z.ZodObject)) throw new Error('a query is described by an object');
    const fields = schema.shape as Record<string, z.ZodType>;
    return Object.entries(fields).map(([name, field]) => this.parameter(operationId, name, 'query', field));
  }

  private made(schema: z.ZodType): Json {
    const { $defs, ...own } = jsonOf(schema);
    for (const [name, definition] of Object.entries(($defs ?? {}) as Json))
      this.components[name] ??= described(definition as Json, name);
    const id = z.globalRegistry.get(schema)?.id;
    if (id === undefined) return own;
    this.components[id] ??= described(own, id);
    return { $ref: `#/components/schemas/${id}` };
  }
}

/** Input side: strict objects say so, defaults are optional, answers may grow. */
function jsonOf(schema: z.ZodType): Json {
  const made = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json;
  const text = JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/');
  const { $schema: _schema, id: _id, ...rest } = JSON.parse(text) as Json;
  return rest;
}

const meaningOf = (owner: string, name: string): string | undefined =>
  GLOSSARY[`${owner}.${name}`] ?? GLOSSARY[name];

/** Every field with its meaning; what the schema says itself comes first. */
function described(schema: Json, owner: string): Json {
  const inside = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inside);
    return typeof value === 'object' && value !== null ? described(value as Json, owner) : value;
  };
  const { properties, ...others } = schema;
  const own = Object.entries(others).map(([key, value]) => [key, inside(value)]);
  if (properties === undefined) return Object.fromEntries(own) as Json;
  const fields = Object.entries(properties as Record<string, Json>).map(([name, field]) => {
    const description = field['description'] ?? meaningOf(owner, name);
    return [name, { ...described(field, owner), ...(description === undefined ? {} : { description }) }];
  });
  return { ...Object.fromEntries(own), properties: Object.fromEntries(fields) as Json };
}
