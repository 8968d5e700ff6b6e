#!/usr/bin/env node
// Loads the built program. Plain JavaScript, since it has to say something when nothing is built.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import '../../run/unread.mjs';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const WHAT_TO_DO = 'Run `npm start` (or `npm run build`) in the project folder first.';

/** Folders whose build this program loads. */
const LOADED = [
  'tools/tonle',
  ...['contracts', 'emvqr', 'iso20022', 'money', 'security'].map((lib) => `libs/${lib}`),
];

function newestOf(folder, suffix) {
  if (!existsSync(folder)) return 0;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const wanted = files.filter(
    (file) => file.isFile() && file.name.endsWith(suffix) && !file.name.endsWith('.spec.ts'),
  );
  return Math.max(0, ...wanted.map((file) => statSync(join(file.parentPath, file.name)).mtimeMs));
}

function whyNot() {
  if (!existsSync(join(ROOT, 'node_modules/commander'))) return 'Tonle is not installed yet';
  const missing = LOADED.find((folder) => !existsSync(join(ROOT, folder, 'dist/index.js')));
  if (missing !== undefined) return `Tonle is not built yet (${missing})`;
  const stale = LOADED.find(
    (folder) => newestOf(join(ROOT, folder, 'src'), '.ts') > newestOf(join(ROOT, folder, 'dist'), '.js'),
  );
  return stale === undefined ? undefined : `The build of ${stale} is older than its source`;
}

const reason = whyNot();
if (reason === undefined) {
  const { runTonle } = await import('../dist/program.js');
  process.exitCode = await runTonle(process.argv.slice(2));
} else {
  process.stderr.write(`${reason}. ${WHAT_TO_DO}\n`);
  process.exitCode = 2;
}
