// A network is its folder and one line of the index: what this finds wrong would be found late, at a start.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { adapterOf, NETWORKS } from '@tonle/contracts';
import { isKnownCode } from '@tonle/iso20022';

const ROOT = new URL('../../', import.meta.url);
const LINES_MAX = 800;
const ALLOWED =
  /^@tonle\/(network|network-iso|network-upi|network-aplus|network-fspiop|contracts|iso20022|emvqr|money)$|^zod$|^node:(crypto|path)$|^\.{1,2}\//;
const WITH_TIME_OR_STATE =
  /^\s*(export )?(abstract )?class |\b(setTimeout|setInterval|setImmediate|process)\b/m;

/** What a network speaks beside the language that it pays in. */
const SECOND_DIALECT = /\/src\/upop\//;
/** Serves the networks that are files; it has none of its own. */
const OF_FILES = 'adapter-iso20022';
const folders = readdirSync(new URL('services', ROOT)).filter(
  (name) => name.startsWith('adapter-') && name !== OF_FILES,
);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const sourcesOf = (folder: string) =>
  (readdirSync(new URL(`services/${folder}/src`, ROOT), { recursive: true }) as string[])
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .map((name) => `services/${folder}/src/${name}`);
const isoOf = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, part]) =>
        name === 'iso' && typeof part === 'string' ? [part] : isoOf(part),
      );

it('the index has every network, and no other', () => {
  expect(NETWORKS.map(adapterOf).sort()).toEqual(folders.sort());
});

it('the sandbox knows how each finds its simulator', () => {
  expect(Object.keys(JSON.parse(read('deploy/sandbox/networks.json')) as object)).toEqual([...NETWORKS]);
});

describe.each([...folders, OF_FILES])('%s', (folder) => {
  it(`has at most ${LINES_MAX} lines`, () => {
    const first = sourcesOf(folder).filter((file) => !SECOND_DIALECT.test(file));
    const lines = first.reduce((sum, file) => sum + read(file).split('\n').length - 1, 0);
    expect(lines).toBeLessThanOrEqual(LINES_MAX);
  });

  it('is made of values and pure functions: no transport, table, socket or clock', () => {
    const imported = sourcesOf(folder).flatMap((file) =>
      [...read(file).matchAll(/\bfrom '([^']+)'|\bimport\('([^']+)'\)/g)].map(
        (match) => match[1] ?? match[2]!,
      ),
    );
    expect(imported.filter((name) => !ALLOWED.test(name))).toEqual([]);
    expect(sourcesOf(folder).filter((file) => WITH_TIME_OR_STATE.test(read(file)))).toEqual([]);
  });

  it('names external status reasons of ISO 20022 only', () => {
    const file = `services/${folder}/src/codes.json`;
    const codes = existsSync(new URL(file, ROOT)) ? isoOf(JSON.parse(read(file))) : [];
    expect(codes.filter((code) => !isKnownCode('ExternalStatusReason1Code', code))).toEqual([]);
  });
});
