// How a zod schema reads in a table: one row a field, inline objects below their field.
import { counted, PAYMENT_STATES } from '@tonle/contracts';
import { z } from 'zod';
import type { Descriptions } from './descriptions.js';
import { code } from './markdown.js';

const TRANSPARENT = new Set(['optional', 'nullable', 'default', 'readonly']);

/** What is read of a zod schema's definition: its type, and what it is made of. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly options?: readonly z.ZodType[];
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly innerType?: z.ZodType;
  readonly out?: z.ZodType;
  readonly values?: readonly string[];
  readonly entries?: Readonly<Record<string, string>>;
  readonly defaultValue?: unknown;
  readonly catchValue?: (context: unknown) => string;
}

const definitionOf = (schema: z.ZodType): Definition => schema.def as unknown as Definition;

type Row = readonly [field: string, type: string, meaning: string];

/** Writes types and rows. */
export class Fields {
  constructor(
    /** Link of every schema that has a place of its own. */
    private readonly named: ReadonlyMap<z.ZodType, string>,
    private readonly descriptions: Descriptions,
  ) {}

  /** Rows `[field, type, meaning]` of a schema, for the path its descriptions are kept under. */
  rows(schema: z.ZodType, path: string, prefix = ''): Row[] {
    const { inner } = unwrap(schema);
    const def = definitionOf(inner);
    if (def.type === 'union') return (def.options ?? []).flatMap((option) => this.rows(option, path, prefix));
    if (def.type !== 'object') return [];
    return Object.entries(def.shape ?? {}).flatMap(([name, field]) =>
      this.rowsOf(field, `${path}.${name}`, `${prefix}${name}`),
    );
  }

  private rowsOf(field: z.ZodType, path: string, name: string): Row[] {
    const { inner, optional } = unwrap(field);
    const row: Row = [
      code(optional ? `${name}?` : name),
      this.type(field),
      this.descriptions.get(path) ?? '',
    ];
    if (this.named.has(inner)) return [row];
    const { element } = definitionOf(inner);
    const below = element === undefined ? inner : unwrap(element).inner;
    if (this.named.has(below)) return [row];
    const suffix = element === undefined ? '.' : '[].';
    return [row, ...this.rows(below, path, `${name}${suffix}`)];
  }

  type(schema: z.ZodType): string {
    const { inner, nullable, fallback } = unwrap(schema);
    const text = this.plain(inner);
    return `${text}${nullable ? ' or null' : ''}${fallback === undefined ? '' : `, default ${code(JSON.stringify(fallback))}`}`;
  }

  private plain(schema: z.ZodType): string {
    const link = this.named.get(schema);
    if (link !== undefined) return link;
    const def = definitionOf(schema);
    switch (def.type) {
      // A code with a fallback: text that must be one of a list.
      case 'pipe':
        return this.type(def.out!);
      case 'catch':
        return `${this.type(def.innerType!)}, else ${code(def.catchValue!({}))}`;
      case 'object':
        return 'object';
      case 'array':
        return `list of ${this.type(def.element!)}`;
      case 'record':
        return `map of ${this.type(def.valueType!)}`;
      case 'union':
        return `one of ${(def.options ?? []).map((option) => this.kindOf(option)).join(', ')}`;
      case 'literal':
        return (def.values ?? []).map((value) => code(value)).join(', ');
      case 'enum':
        return this.values(Object.values(def.entries ?? {}));
      case 'unknown':
        return 'any JSON';
      default:
        return scalar(z.toJSONSchema(schema));
    }
  }

  private kindOf(option: z.ZodType): string {
    const kind = definitionOf(option).shape?.['kind'];
    return this.plain(kind ?? option);
  }

  private values(values: readonly string[]): string {
    if (values.length === PAYMENT_STATES.length) return '[payment state](../concepts.md#a-payments-life)';
    return values.map(code).join(', ');
  }
}

interface Unwrapped {
  readonly inner: z.ZodType;
  readonly optional: boolean;
  readonly nullable: boolean;
  readonly fallback: unknown;
}

function unwrap(schema: z.ZodType): Unwrapped {
  let found: Unwrapped = { inner: schema, optional: false, nullable: false, fallback: undefined };
  for (let def = definitionOf(schema); TRANSPARENT.has(def.type); def = definitionOf(found.inner)) {
    found = {
      inner: def.innerType!,
      optional: found.optional || def.type === 'optional' || def.type === 'default',
      nullable: found.nullable || def.type === 'nullable',
      fallback: def.type === 'default' ? def.defaultValue : found.fallback,
    };
  }
  return found;
}

function scalar({
  type,
  format,
  pattern,
  minLength,
  maxLength,
  minimum,
  maximum,
}: z.core.JSONSchema.BaseSchema): string {
  if (format === 'date-time') return 'instant';
  if (type === 'integer') {
    const least = minimum !== undefined && minimum > -1e9 ? ` from ${minimum}` : '';
    const most = maximum !== undefined && maximum < 1e9 ? ` to ${maximum}` : '';
    return `integer${least}${most}`;
  }
  if (type !== 'string') return String(type);
  if (pattern?.startsWith('^[0-9a-f]{8}-') === true) return 'uuid';
  if (pattern !== undefined) return `text ${code(pattern)}`;
  if (maxLength === undefined) return 'text';
  return minLength === maxLength
    ? `text, ${counted(maxLength, 'character')}`
    : `text, ${minLength ?? 0} to ${counted(maxLength, 'character')}`;
}
