// Writes docs/reference from the code as it was built: reasons, messages and calls, transitions, the public API; and the table of
// networks in README.md.
import { printable } from '@tonle/contracts';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { publicApi } from '@tonle/gateway';
import { withNetworks } from './reference/networks.js';
import { pagesOf } from './reference/pages.js';

const FOLDER = new URL('../../../docs/reference/', import.meta.url);

mkdirSync(FOLDER, { recursive: true });
for (const [name, text] of Object.entries(pagesOf(publicApi()))) {
  writeFileSync(new URL(name, FOLDER), text);
  process.stderr.write(`${printable(`docs/reference/${name}: ${text.split('\n').length - 1} lines`)}\n`);
}

const README = new URL('../../../README.md', import.meta.url);
writeFileSync(README, withNetworks(readFileSync(README, 'utf8')));
