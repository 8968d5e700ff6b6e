// Runs test files against the sources with one change in them, in this process, and says whether a test noticed.
// Each change is a fresh set of the modules that depend on the changed file; what does not is loaded once.
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';
import fc from 'fast-check';
import { runTests, takeTests } from './jest-globals.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const { $schema: _, ...SWC } = JSON.parse(readFileSync(join(ROOT, '.swcrc'), 'utf8'));
const OPTIONS = { ...SWC, sourceMaps: false, swcrc: false };
const GLOBALS = pathToFileURL(join(import.meta.dirname, 'jest-globals.mjs')).href;

// The first counterexample is enough, and the same change must meet the same examples.
fc.configureGlobal({ seed: 1, endOnFailure: true });

const importers = new Map();
const compiled = new Map();
let change = { id: 0 };
let affected = new Set();

function workspace(name) {
  const short = name.replace(/^tool-/, '');
  const parents = short === name ? ['libs', 'services'] : ['tools'];
  return parents.map((parent) => join(ROOT, parent, short, 'src/index.ts')).find((path) => existsSync(path));
}

function sourceOf(specifier, parent) {
  const name = /^@tonle\/([^/]+)$/.exec(specifier)?.[1];
  if (name !== undefined) return workspace(name);
  if (!specifier.startsWith('.')) return undefined;
  const path = fileURLToPath(new URL(specifier.replace(/\.js$/, '.ts'), parent));
  return path.endsWith('.ts') && existsSync(path) ? path : undefined;
}

const urlOf = (path) => `${pathToFileURL(path).href}?change=${affected.has(path) ? change.id : 0}`;

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === '@jest/globals') return { url: GLOBALS, shortCircuit: true };
    const parent = context.parentURL ?? '';
    const path = parent.includes('?change=') ? sourceOf(specifier, parent) : undefined;
    if (path === undefined) return next(specifier, context);
    if (!importers.has(path)) importers.set(path, new Set());
    importers.get(path).add(fileURLToPath(parent));
    return { url: urlOf(path), format: 'module', shortCircuit: true };
  },
  load(url, context, next) {
    if (!url.includes('?change=')) return next(url, context);
    return { format: 'module', source: codeOf(fileURLToPath(url)), shortCircuit: true };
  },
});

function codeOf(path) {
  const compile = (text) => transformSync(text, { ...OPTIONS, filename: path }).code;
  const text = readFileSync(path, 'utf8');
  if (change.file === path)
    return compile(text.slice(0, change.start) + change.text + text.slice(change.end));
  if (!compiled.has(path)) compiled.set(path, compile(text));
  return compiled.get(path);
}

function dependents(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  for (const importer of importers.get(path) ?? []) dependents(importer, found);
  return found;
}

process.on('message', async ({ specs, ...job }) => {
  change = job;
  affected = change.id === 0 ? new Set() : dependents(change.file);
  for (const spec of specs) affected.add(spec);
  const started = performance.now();
  let noticed;
  try {
    for (const spec of specs) {
      takeTests();
      await import(urlOf(spec));
      await runTests(takeTests());
    }
  } catch (error) {
    noticed = String(error?.message ?? error);
  }
  process.send({ noticed, ms: performance.now() - started });
});
