import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { MESSAGES } from './decode.js';

// What a record may have at most follows from its schema; brokers and transports take 0.9 MB (RECORD_BYTES_MAX).

const RECORD_BYTES_MAX = 900_000;
/** UTF-8, since a length counts characters; controls, which JSON writes longer, come into no text. */
const BYTES_A_CHARACTER = 4;
/** Of a text with a pattern or a format in place of a length: ids, amounts, currencies, instants. */
const FORMED_BYTES = 64;
const NUMBER_BYTES = 24;

interface Schema {
  readonly type?: string;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

/** Bytes that JSON of this schema has at most; throws where there is no bound. */
function bytesOf(schema: Schema, path: string): number {
  const { anyOf, items, properties, maxItems, maxLength, pattern } = schema;
  const known = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (known !== undefined) return Math.max(...known.map((each) => JSON.stringify(each).length));
  if (anyOf !== undefined) return Math.max(...anyOf.map((each) => bytesOf(each, path)));
  if (schema.type === 'boolean' || schema.type === 'null') return 5;
  if (schema.type === 'integer' || schema.type === 'number') return NUMBER_BYTES;
  if (schema.type === 'string') {
    if (maxLength !== undefined) return maxLength * BYTES_A_CHARACTER + 2;
    // A pattern without repetition that has no end.
    if (pattern !== undefined && (schema.format !== undefined || !/[^\\][*+]|,\}/.test(pattern)))
      return FORMED_BYTES;
  }
  if (schema.type === 'array' && items !== undefined && maxItems !== undefined)
    return maxItems * (bytesOf(items, `${path}[]`) + 1) + 2;
  if (schema.type === 'object' && properties !== undefined)
    return Object.entries(properties).reduce(
      (sum, [key, each]) => sum + key.length + 4 + bytesOf(each, `${path}.${key}`),
      2,
    );
  throw new Error(`${path} has no bound`);
}

describe('a message', () => {
  // The body of a directory entry is what its file or an operator says.
  const bounded = Object.entries(MESSAGES).filter(([type]) => type !== 'directory.entry');

  it.each(bounded)('%s fits into a record, whatever it says', (type, schema) => {
    const json = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }) as Schema;
    expect(bytesOf(json, type)).toBeLessThan(RECORD_BYTES_MAX);
  });
});
