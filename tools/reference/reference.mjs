// Writes docs/reference from the code as it was built: reasons, messages and calls, the public API.
import { mkdirSync, writeFileSync } from 'node:fs';
import * as contracts from '@tonle/contracts';
import { TRANSITION_TABLE } from '@tonle/payment';
import { openApiDocument } from '../../services/gateway/dist/reference/openapi.js';
import { pagesOf } from './pages.mjs';

const FOLDER = new URL('../../docs/reference/', import.meta.url);

mkdirSync(FOLDER, { recursive: true });
for (const [name, text] of Object.entries(pagesOf(contracts, TRANSITION_TABLE, openApiDocument()))) {
  writeFileSync(new URL(name, FOLDER), text);
  process.stderr.write(`docs/reference/${name}: ${text.split('\n').length - 1} lines\n`);
}
