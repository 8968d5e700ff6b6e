// `npm run dev`: the one-process switch, built and started again whenever a source file changes.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../build/build.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const SETTLE_MS = 150;
let child;
let timer;
let restarting = Promise.resolve();

function start() {
  child = spawn(process.execPath, ['tools/launcher/dist/main-start.js', ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: 'inherit',
  });
}

function stop() {
  if (child === undefined || child.exitCode !== null) return Promise.resolve();
  return new Promise((done) => {
    child.once('exit', done);
    child.kill('SIGTERM');
  });
}

async function restart() {
  try {
    const emitted = await build();
    if (emitted === 0) return;
    process.stderr.write(`changed: ${emitted} files built, starting again\n`);
    await stop();
    start();
  } catch (error) {
    process.stderr.write(`${error.message}\nwaiting for the next change\n`);
  }
}

for (const folder of ['libs', 'services', 'tools']) {
  watch(join(ROOT, folder), { recursive: true }, (_event, file) => {
    if (file === null || /(^|\/)(dist|node_modules)\//.test(file) || !file.endsWith('.ts')) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      restarting = restarting.then(restart);
    }, SETTLE_MS);
  });
}
// Ctrl-C reaches the launcher as well: it ends everything in order, then there is nothing left to watch for.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void stop().then(() => process.exit(0)));
start();
