// Emits src/**/*.ts of the workspaces to their dist/ with swc; only what changed. Usage: build.mjs [folder ...]
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const WORKSPACE_PARENTS = ['libs', 'services', 'tools'];

async function workspaces() {
  const found = [];
  for (const parent of WORKSPACE_PARENTS) {
    for (const name of await readdir(join(ROOT, parent))) {
      const folder = join(ROOT, parent, name);
      const present = await stat(join(folder, 'src')).catch(() => undefined);
      if (present?.isDirectory()) found.push(folder);
    }
  }
  return found;
}

async function walk(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

const isSource = (path) => path.endsWith('.ts') && !path.endsWith('.d.ts') && !path.endsWith('.spec.ts');

/** Builds one workspace; returns how many files it emitted. */
async function buildWorkspace(folder, swc, options, optionsTime) {
  const src = join(folder, 'src');
  const dist = join(folder, 'dist');
  const wanted = new Set();
  let emitted = 0;
  const jobs = [];
  for (const source of await walk(src)) {
    const copied = !source.endsWith('.ts') && !source.endsWith('.md');
    if (!copied && !isSource(source)) continue;
    const target = join(dist, relative(src, source)).replace(/\.ts$/, '.js');
    wanted.add(target);
    jobs.push(async () => {
      const [from, to] = await Promise.all([stat(source), stat(target).catch(() => undefined)]);
      if (to !== undefined && to.mtimeMs >= from.mtimeMs && to.mtimeMs >= optionsTime) return;
      await mkdir(dirname(target), { recursive: true });
      const text = await readFile(source);
      const output = copied
        ? text
        : (await swc.transform(text.toString('utf8'), { ...options, filename: source })).code;
      await writeFile(target, output);
      const now = new Date();
      await utimes(target, now, now);
      emitted += 1;
    });
  }
  await Promise.all(jobs.map((job) => job()));
  for (const old of await walk(dist)) if (!wanted.has(old)) await rm(old);
  return emitted;
}

/** Builds the given workspaces (all when none is given). Returns how many files were emitted. */
export async function build(folders = []) {
  const swc = await import('@swc/core');
  const rcPath = join(ROOT, '.swcrc');
  const { $schema: _, ...options } = JSON.parse(await readFile(rcPath, 'utf8'));
  const optionsTime = (await stat(rcPath)).mtimeMs;
  const chosen = folders.length > 0 ? folders.map((folder) => resolve(ROOT, folder)) : await workspaces();
  const counts = await Promise.all(
    chosen.map((folder) => buildWorkspace(folder, swc, { ...options, swcrc: false }, optionsTime)),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const emitted = await build(process.argv.slice(2));
  process.stderr.write(`built ${emitted} ${emitted === 1 ? 'file' : 'files'}\n`);
}
