// Writes docs/reference from the code as it was built: reasons, messages and calls, transitions, the public API.
import { printable } from '@tonle/contracts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { publicApi } from '@tonle/gateway';
import { pagesOf } from './reference/pages.js';

const FOLDER = new URL('../../../docs/reference/', import.meta.url);

mkdirSync(FOLDER, { recursive: true });
for (const [name, text] of Object.entries(pagesOf(publicApi()))) {
  writeFileSync(new URL(name, FOLDER), text);
  process.stderr.write(`${printable(`docs/reference/${name}: ${text.split('\n').length - 1} lines`)}\n`);
}
