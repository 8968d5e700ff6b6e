import { z } from 'zod';

export type Json = Record<string, unknown>;

/** JSON Schemas (2020-12, as OpenAPI 3.1 takes them) of zod's; those with an id stand once, under components. */
export class SchemaJson {
  readonly components: Json = {};

  /** The schema, or a reference to it when it has an id. */
  refer(schema: z.ZodType): Json {
    const { $defs, ...own } = jsonOf(schema);
    for (const [name, definition] of Object.entries(($defs ?? {}) as Json))
      this.components[name] ??= definition;
    const id = z.globalRegistry.get(schema)?.id;
    if (id === undefined) return own;
    this.components[id] ??= own;
    return { $ref: `#/components/schemas/${id}` };
  }

  /** What OpenAPI says of a parameter: its schema, and beside it the description. */
  parameter(name: string, place: 'path' | 'query' | 'header', schema: z.ZodType): Json {
    const { description, ...own } = this.refer(schema);
    return {
      name,
      in: place,
      required: !schema.safeParse(undefined).success,
      ...(description === undefined ? {} : { description }),
      schema: own,
    };
  }

  /** A parameter for every field of a query. */
  query(schema: z.ZodType): Json[] {
    if (!(schema instanceof z.ZodObject)) throw new Error('a query is described by an object');
    const fields = schema.shape as Record<string, z.ZodType>;
    return Object.entries(fields).map(([name, field]) => this.parameter(name, 'query', field));
  }
}

/** Input side: strict objects say so, defaults are optional, answers may grow. */
function jsonOf(schema: z.ZodType): Json {
  const made = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json;
  const text = JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/');
  const { $schema: _schema, id: _id, ...rest } = JSON.parse(text) as Json;
  return rest;
}
