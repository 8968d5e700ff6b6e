// Every setting that the sources read stands in docs/settings.md, and no other.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const ROOT = new URL('../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8');
const NAME = /\bTONLE_[A-Z0-9]+(?:_[A-Z0-9]+)*(?![A-Z0-9_])/g;
const DOCUMENTED_BY_PATTERN = /^TONLE_URL_/;
/** Settings that every network of a kind has: TONLE_<NETWORK>_URL. */
const FOR_EACH = /\bTONLE_<[A-Z]+>(_[A-Z_]+)/g;

const sources = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', 'libs', 'services', 'tools', 'tests'],
  {
    cwd: ROOT,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter(
    (file) =>
      /\.(ts|mjs)$/.test(file) && file !== 'tests/tidy/settings.spec.ts' && existsSync(new URL(file, ROOT)),
  );

const page = read('docs/settings.md');
const suffixes = [...page.matchAll(FOR_EACH)].map(([, suffix]) => suffix!);
const isDocumentedByPattern = (name: string) =>
  DOCUMENTED_BY_PATTERN.test(name) || suffixes.some((suffix) => name.endsWith(suffix));
const namesIn = (text: string) => text.match(NAME) ?? [];

describe('docs/settings.md', () => {
  const settings = new Set(sources.flatMap((file) => namesIn(read(file))));
  const told = new Set(namesIn(page));

  it('tells every setting that is read', () => {
    expect([...settings].filter((name) => !told.has(name) && !isDocumentedByPattern(name)).sort()).toEqual(
      [],
    );
  });

  it('tells no setting that nobody reads', () => {
    expect([...told].filter((name) => !settings.has(name) && !isDocumentedByPattern(name)).sort()).toEqual(
      [],
    );
  });
});
