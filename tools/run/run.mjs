// The door of every npm script: installs what is missing, builds what changed, then runs the command with the
// Node.js that the lock file pins. Plain JavaScript, since it has to run before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const NODE = join(ROOT, 'node_modules/node/bin/node');
const NX = join(ROOT, 'node_modules/.bin/nx');
const MARKER = join(ROOT, 'node_modules/.cache/tonle-installed');
const ORPHAN_LOOK_MS = 500;
/** For programs that have nothing to close (the launcher ends what it started). */
const UNREAD = ['--import', new URL('./unread.mjs', import.meta.url).href];
const say = (text) => process.stderr.write(`${text}\n`);

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
}

function ensureInstalled() {
  const installed = existsSync(MARKER) ? readFileSync(MARKER, 'utf8') : '';
  if (installed === lockHash() && existsSync(NODE)) return;
  say('installing what the lock file names (npm ci, about a minute) ...');
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) {
    say('npm ci failed: see above. Is the package registry reachable?');
    process.exit(1);
  }
  mkdirSync(dirname(MARKER), { recursive: true });
  writeFileSync(MARKER, lockHash());
}

/** Environment in which child processes find the pinned Node.js first. */
function environment() {
  return {
    ...process.env,
    PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH ?? ''}`,
    NODE_OPTIONS: [process.env.NODE_OPTIONS, '--enable-source-maps'].filter(Boolean).join(' '),
  };
}

function run(command, args) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', env: environment() });
    // The terminal sends Ctrl-C to the whole group: the child ends itself, we wait for it.
    const forward = { SIGINT: () => {}, SIGTERM: () => child.kill('SIGTERM') };
    for (const [signal, listener] of Object.entries(forward)) process.on(signal, listener);
    // npm ends without handing a signal on: who has lost its parent ends what it started.
    const parent = process.ppid;
    const orphaned = () => process.ppid !== parent && child.kill('SIGTERM');
    setInterval(orphaned, ORPHAN_LOOK_MS).unref();
    child.once('exit', (code, signal) => done(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

async function build() {
  const code = await run(NODE, ['tools/build/build.mjs']);
  if (code !== 0) process.exit(code);
}

/** Checks of the sources alone: nx runs them side by side and does not repeat what it knows the outcome of. */
const SOURCE_CHECKS = ['types', 'lint', 'boundaries', 'test:unit'];
const CHECKS = [
  ['the OpenAPI document: two linters, two generated clients', 'check:api'],
  ['conformance of messages, statements, codes and signatures', 'conformance'],
  ['medium tests: real PostgreSQL, Kafka and Redis', 'test:medium'],
  ['end-to-end tests: one process and cluster', 'test:e2e'],
];

function runSourceChecks() {
  process.env.NX_DAEMON = 'false';
  const { name } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  // For a project or target that it does not know nx runs nothing, and is content.
  const shown = spawnSync(NX, ['show', 'project', name, '--json'], { cwd: ROOT, env: environment() });
  if (shown.status !== 0) {
    say(`nx does not know the project ${name}: ${shown.error?.message ?? shown.stderr}`);
    return 1;
  }
  const { targets } = JSON.parse(String(shown.stdout));
  const unknown = SOURCE_CHECKS.filter((check) => !(check in targets));
  if (unknown.length > 0) {
    say(`nx does not know ${unknown.join(', ')} of ${name}: name them in package.json, nx.includedScripts`);
    return 1;
  }
  const options = [`--projects=${name}`, '--parallel=2', '--outputStyle=static'];
  return run(NX, ['run-many', '--targets', ...SOURCE_CHECKS, ...options]);
}

const runScript = (script, args) =>
  run('npm', ['run', '--silent', script, ...(script.startsWith('test:') ? ['--', ...args] : [])]);

/** Arguments are for the tests, e.g. a pattern of their files; then nothing is taken from the cache. */
async function test(args) {
  const checks = CHECKS.map(([title, script]) => [title, () => runScript(script, args)]);
  const sources =
    args.length === 0
      ? [['types, lint, import rules and unit tests', runSourceChecks]]
      : SOURCE_CHECKS.map((script) => [script, () => runScript(script, args)]);
  for (const [title, check] of [...sources, ...checks]) {
    const started = performance.now();
    say(`\n== ${title}`);
    const code = await check();
    if (code !== 0) {
      say(`== ${title}: failed`);
      process.exit(code);
    }
    say(`== ${title}: passed in ${Math.round((performance.now() - started) / 1000)} s`);
  }
}

const COMMANDS = {
  start: (args) => run(NODE, ['tools/launcher/dist/main-start.js', ...args]),
  cluster: (args) => run(NODE, ['tools/launcher/dist/main-cluster.js', ...args]),
  dev: (args) => run(NODE, ['tools/run/dev.mjs', ...args]),
  load: (args) => run(NODE, [...UNREAD, 'tools/load/dist/main.js', ...args]),
  'business-week': (args) => run(NODE, [...UNREAD, 'tools/week/dist/main.js', ...args]),
  reference: () => run(NODE, ['tools/generate/dist/write-reference.js']),
  conformance: (args) => run(NODE, [...UNREAD, 'tools/conformance/dist/main.js', ...args]),
  mutation: (args) => run(NODE, [...UNREAD, 'tools/mutation/mutation.mjs', ...args]),
  'bench-reconciliation': (args) =>
    run(NODE, [...UNREAD, 'tools/bench/dist/reconciliation-bench.js', ...args]),
  'bench-reports': (args) => run(NODE, ['tools/bench/dist/reports/main.js', ...args]),
  'bench-formats': (args) => run(NODE, [...UNREAD, 'tools/bench/dist/main.js', ...args]),
  test: async (args) => {
    await test(args);
    return 0;
  },
};

const [name, ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (command === undefined) {
  say(`usage: run.mjs ${Object.keys(COMMANDS).join('|')} [options]`);
  process.exit(2);
}
ensureInstalled();
await build();
process.exit(await command(args));
