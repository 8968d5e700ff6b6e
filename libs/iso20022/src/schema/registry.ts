import { readdirSync, readFileSync } from 'node:fs';
import { compileTable, type MessageSchema } from './compile.js';
import type { MessageTable } from './table.js';

const TABLES = new URL('../tables/', import.meta.url);
const NAMESPACE = 'urn:iso:std:iso:20022:tech:xsd:';

let names: ReadonlySet<string> | undefined;
const compiled = new Map<string, MessageSchema>();

/** Every message definition there is a table for, sorted. */
export function knownMessages(): readonly string[] {
  return [...tableNames()].sort();
}

function tableNames(): ReadonlySet<string> {
  names ??= new Set(
    readdirSync(TABLES)
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -'.json'.length)),
  );
  return names;
}

/** The schema of a message definition such as `pacs.008.001.08`, read once when first asked for. */
export function findSchema(message: string): MessageSchema | undefined {
  const ready = compiled.get(message);
  if (ready !== undefined || !tableNames().has(message)) return ready;
  const table = JSON.parse(readFileSync(new URL(`${message}.json`, TABLES), 'utf8')) as MessageTable;
  const schema = compileTable(table);
  compiled.set(message, schema);
  return schema;
}

/** The schema of a namespace such as `urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08`. */
export function findSchemaByNamespace(namespace: string): MessageSchema | undefined {
  return namespace.startsWith(NAMESPACE) ? findSchema(namespace.slice(NAMESPACE.length)) : undefined;
}
