// The files of the tree, for the tests that read it.
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';

export const ROOT = new URL('../../', import.meta.url).pathname;

/** Every file that belongs to the tree, whether it was added to the index or not. */
export const files: readonly string[] = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard'],
  { cwd: ROOT, encoding: 'utf8' },
)
  .split('\n')
  .filter((file) => file !== '' && statSync(ROOT + file, { throwIfNoEntry: false })?.isFile());

const isGenerated = (file: string) =>
  file.startsWith('libs/iso20022/src/tables/') || file === 'package-lock.json';

export const sources = files.filter((file) => /\.(ts|mjs|cjs)$/.test(file) && !isGenerated(file));
export const pages = files.filter((file) => file.endsWith('.md'));

export const textOf = (file: string): string => readFileSync(ROOT + file, 'utf8');
export const linesOf = (file: string): string[] => textOf(file).split('\n');
