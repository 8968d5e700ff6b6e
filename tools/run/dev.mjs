// `npm run dev`: the one-process switch, built and started again whenever a source file or the data that it reads changes.
import { spawn } from 'node:child_process';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printable } from '@tonle/contracts';
import { build } from '../build/build.mjs';
import { watchSources } from './watch.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const ENDS = ['--help', '-h', '--once'];
const say = (text) => process.stderr.write(`${printable(text)}\n`);
let child;
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
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
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
    say(`changed: ${emitted} ${emitted === 1 ? 'file' : 'files'} built, starting again`);
    await stop();
    start();
  } catch (error) {
    say(`${error.message}\nwaiting for the next change`);
  }
}

const added = process.argv[process.argv.indexOf('--networks') + 1];
const folders = [
  'libs',
  'services',
  'tools',
  'deploy',
  ...(process.argv.includes('--networks') ? [added] : []),
];
await watchSources(
  folders.map((folder) => resolve(ROOT, folder)),
  (files) => {
    const data = files.filter((file) => !file.endsWith('.ts'));
    for (const file of data) say(`changed: ${relative(ROOT, file)}`);
    dataChanged ||= data.length > 0;
    restarting = restarting.then(restart);
  },
);
// Ctrl-C reaches the launcher as well: it ends everything in order, then there is nothing left to watch for.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void stop().then(() => process.exit(0)));
start();
