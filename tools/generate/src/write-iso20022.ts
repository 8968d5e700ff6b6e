// Writes libs/iso20022/src/tables from folders of ISO 20022 schemas.
// Usage: write-iso20022.js [--check] FOLDER ... ; with --check nothing is written and a difference is an error.
import { printable } from '@tonle/contracts';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MessageTable } from '@tonle/iso20022';
import { tableOf, tableText } from './iso20022/schema.js';
import { typesText } from './iso20022/types.js';

const TABLES = fileURLToPath(new URL('../../../libs/iso20022/src/tables/', import.meta.url));
const MESSAGE_SCHEMA = /^[a-z]{4}\.\d{3}\.\d{3}\.\d{2}\.xsd$/;

async function schemasOf(folders: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    for (const name of await readdir(folder)) if (MESSAGE_SCHEMA.test(name)) found.push(join(folder, name));
  }
  return found.sort();
}

/** Hand-written tables have no schema: only their types are made. */
async function handWritten(): Promise<MessageTable[]> {
  const names = existsSync(TABLES) ? await readdir(TABLES) : [];
  const tables: MessageTable[] = [];
  for (const name of names.filter((file) => file.endsWith('.json'))) {
    const table = JSON.parse(await readFile(join(TABLES, name), 'utf8')) as MessageTable;
    if (!table.source.startsWith('sha256:')) tables.push(table);
  }
  return tables;
}

async function outputs(folders: readonly string[]): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const path of await schemasOf(folders)) {
    const table = tableOf(await readFile(path, 'utf8'));
    files.set(`${table.message}.json`, tableText(table));
    files.set(`${table.message}.d.ts`, typesText(table));
  }
  for (const table of await handWritten()) files.set(`${table.message}.d.ts`, typesText(table));
  return files;
}

const say = (line: string): void => void process.stderr.write(`${printable(line)}\n`);

const check = process.argv.includes('--check');
const files = await outputs(process.argv.slice(2).filter((argument) => argument !== '--check'));
let changed = 0;
for (const [name, text] of files) {
  const present = await readFile(join(TABLES, name), 'utf8').catch(() => '');
  if (present === text) continue;
  changed += 1;
  if (check) say(`${name} differs from its schema`);
  else await writeFile(join(TABLES, name), text);
}
say(`${files.size} files, ${changed} ${check ? 'differ' : 'written'}`);
process.exitCode = check && changed > 0 ? 1 : 0;
