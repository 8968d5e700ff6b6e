// How a zod schema reads in a table: one row a field, inline objects below their field.
import { z } from 'zod';
import { code } from './markdown.mjs';

const TRANSPARENT = new Set(['optional', 'nullable', 'default', 'readonly']);

/** Writes types and rows; `named` maps a schema to its link, `states` are the payment states. */
export class Fields {
  constructor({ named, states, descriptions }) {
    this.named = named;
    this.states = states;
    this.descriptions = descriptions;
  }

  /** Rows `[field, type, meaning]` of a schema, for the path its descriptions are kept under. */
  rows(schema, path, prefix = '') {
    const { inner } = unwrap(schema);
    const { def } = inner;
    if (def.type === 'union') return def.options.flatMap((option) => this.rows(option, path, prefix));
    if (def.type !== 'object') return [];
    return Object.entries(def.shape).flatMap(([name, field]) =>
      this.#rowsOf(field, `${path}.${name}`, `${prefix}${name}`),
    );
  }

  #rowsOf(field, path, name) {
    const { inner, optional } = unwrap(field);
    const row = [code(optional ? `${name}?` : name), this.type(field), this.descriptions.get(path) ?? ''];
    if (this.named.has(inner)) return [row];
    const below = inner.def.type === 'array' ? unwrap(inner.def.element).inner : inner;
    if (this.named.has(below)) return [row];
    const suffix = inner.def.type === 'array' ? '[].' : '.';
    return [row, ...this.rows(below, path, `${name}${suffix}`)];
  }

  type(schema) {
    const { inner, nullable, fallback } = unwrap(schema);
    const text = this.#plain(inner);
    return `${text}${nullable ? ' or null' : ''}${fallback === undefined ? '' : `, default ${code(JSON.stringify(fallback))}`}`;
  }

  #plain(schema) {
    const link = this.named.get(schema);
    if (link !== undefined) return link;
    const { def } = schema;
    switch (def.type) {
      // A code with a fallback: text that must be one of a list.
      case 'pipe':
        return this.type(def.out);
      case 'catch':
        return `${this.type(def.innerType)}, else ${code(def.catchValue({}))}`;
      case 'object':
        return 'object';
      case 'array':
        return `list of ${this.type(def.element)}`;
      case 'record':
        return `map of ${this.type(def.valueType)}`;
      case 'union':
        return `one of ${def.options.map((option) => this.#kindOf(option)).join(', ')}`;
      case 'literal':
        return def.values.map((value) => code(value)).join(', ');
      case 'enum':
        return this.#values(Object.values(def.entries));
      case 'unknown':
        return 'any JSON';
      default:
        return scalar(z.toJSONSchema(schema));
    }
  }

  #kindOf(option) {
    const kind = option.def.shape?.kind;
    return kind === undefined ? this.#plain(option) : this.#plain(kind);
  }

  #values(values) {
    if (values.length === this.states.length) return '[payment state](../concepts.md#a-payments-life)';
    return values.map(code).join(', ');
  }
}

function unwrap(schema) {
  const found = { inner: schema, optional: false, nullable: false, fallback: undefined };
  while (TRANSPARENT.has(found.inner.def.type)) {
    const { type, innerType, defaultValue } = found.inner.def;
    if (type === 'optional' || type === 'default') found.optional = true;
    if (type === 'nullable') found.nullable = true;
    if (type === 'default') found.fallback = defaultValue;
    found.inner = innerType;
  }
  return found;
}

function scalar({ type, format, pattern, minLength, maxLength, minimum, maximum }) {
  if (format === 'date-time') return 'instant';
  if (type === 'integer') {
    const least = minimum !== undefined && minimum > -1e9 ? ` from ${minimum}` : '';
    const most = maximum !== undefined && maximum < 1e9 ? ` to ${maximum}` : '';
    return `integer${least}${most}`;
  }
  if (type !== 'string') return type;
  if (pattern?.startsWith('^[0-9a-f]{8}-') === true) return 'uuid';
  if (pattern !== undefined) return `text ${code(pattern)}`;
  if (maxLength === undefined) return 'text';
  return minLength === maxLength
    ? `text, ${maxLength} characters`
    : `text, ${minLength ?? 0} to ${maxLength} characters`;
}
