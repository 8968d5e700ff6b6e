// `npm run dev`: the one-process switch, built and started again whenever a source file or the data that it reads changes.
import { spawn } from 'node:child_process';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printable } from '@tonle/contracts';
import { watch } from 'chokidar';
import { build } from '../build/build.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const SETTLE_MS = 150;
const ENDS = ['--help', '-h', '--once'];
const say = (text) => process.stderr.write(`${printable(text)}\n`);
let child;
let timer;
let dataChanged = false;
let restarting = Promise.resolve();

function start() {
  child = spawn(process.execPath, ['tools/launcher/dist/main-start.js', ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  // What was to end by itself (--help, --once) has ended.
  if (ENDS.some((option) => process.argv.includes(option)))
    child.once('exit', (code) => process.exit(code ?? 1));
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
    if (emitted === 0 && !dataChanged) return;
    dataChanged = false;
    say(`changed: ${emitted} files built, starting again`);
    await stop();
    start();
  } catch (error) {
    say(`${error.message}\nwaiting for the next change`);
  }
}

// Editors save by writing a new file over the old name, which a bare fs.watch sees once and never again.
watch(
  ['libs', 'services', 'tools', 'deploy'].map((folder) => resolve(ROOT, folder)),
  { ignoreInitial: true, ignored: /\/(dist|node_modules)$/, atomic: true },
).on('all', (_event, file) => {
  const source = file.endsWith('.ts');
  if (!source && !/\.(json|csv|txt|xml)$/.test(file)) return;
  if (!source) say(`changed: ${relative(ROOT, file)}`);
  dataChanged ||= !source;
  clearTimeout(timer);
  timer = setTimeout(() => {
    restarting = restarting.then(restart);
  }, SETTLE_MS);
});
// Ctrl-C reaches the launcher as well: it ends everything in order, then there is nothing left to watch for.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void stop().then(() => process.exit(0)));
start();
