import { readdirSync, readFileSync } from 'node:fs';
import type { Json } from './schema-json.js';

// Examples are files, one each: `<operationId>.request[-<name>].<json|xml>` and `<operationId>.<status>.<json|xml>`.
// A test sends the requests to a running sandbox; ids, times and amounts that it gives itself are put in their place.

const FOLDER = new URL('examples/', import.meta.url);
const FILE = /^(\w+)\.(request|\d{3})(?:-(\w+))?\.(json|xml)$/;

/** The examples of a request or of an answer, as a media type of OpenAPI has them; undefined without any. */
export function examplesOf(operationId: string, part: string): Json | undefined {
  const found = readdirSync(FOLDER)
    .sort()
    .flatMap((file) => {
      const [, operation, of, name = 'example', kind] = FILE.exec(file) ?? [];
      if (operation !== operationId || of !== part) return [];
      const text = readFileSync(new URL(file, FOLDER), 'utf8');
      return [[name, { value: kind === 'json' ? (JSON.parse(text) as unknown) : text }] as const];
    });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}
