// Names that say what a file is: suffixes are roles, JavaScript is where nothing is built yet, records have a number each.
import { describe, expect, it } from '@jest/globals';
import { files, linesOf, textOf } from './tree.js';

/** The last word of a file's name; docs/architecture.md tells what each holds. */
const ROLES = [
  'controller',
  'decide',
  'entity',
  'handler',
  'job',
  'kind',
  'module',
  'schema',
  'service',
  'settings',
  'spec',
  'store',
  'table',
  'testing',
  'view',
];
/** Before `spec`: what is real in the test, or random. */
const KINDS_OF_SPEC = ['medium', 'property'];

/** JavaScript runs when nothing is built, compiles by itself (mutation), or is told by its tool. */
const JAVASCRIPT =
  /^(tools\/(run|build|mutation)\/|tools\/tonle\/bin\/|docs\/examples\/|[^/]+\.config\.mjs$|\.dependency-cruiser\.cjs$)/;

const isTypeScript = (file: string) =>
  /^(libs|services|tools|tests)\/.*\.ts$/.test(file) && !file.startsWith('libs/iso20022/src/tables/');

/** `name?: T | undefined` says the same thing twice. */
const TWICE_OPTIONAL = /^\s+(readonly )?\w+\?: [^=()]*\| undefined[;,]?$/;

/** Classes, and the types that others may name; what only its own file names may be `Answer` in several. */
const TYPE = /^(?:(?:export )?(?:abstract )?class|export (?:interface|type|enum)) (\w+)/gm;

/** Words after the first of a file's name that are no role. */
function strangeWords(file: string): string[] {
  const [, ...words] = file.replace(/^.*\//, '').replace(/\.ts$/, '').split('.');
  return words.filter((word, index) => {
    if (KINDS_OF_SPEC.includes(word)) return words[index + 1] !== 'spec';
    return !ROLES.includes(word);
  });
}

const typesOf = (text: string) => [...text.matchAll(TYPE)].map(([, name]) => name!);

describe('names', () => {
  it('are read as they are written', () => {
    expect(strangeWords('services/fx/src/quote/quote.decide.spec.ts')).toEqual([]);
    expect(strangeWords('libs/door/src/door.medium.spec.ts')).toEqual([]);
    expect(strangeWords('libs/door/src/door.medium.ts')).toEqual(['medium']);
    expect(strangeWords('libs/door/src/door.guard.ts')).toEqual(['guard']);
    const lines = [
      'class A {',
      'export abstract class B {',
      'export type C = 1;',
      'interface D {',
      'export type { E };',
    ];
    expect(typesOf(lines.join('\n'))).toEqual(['A', 'B', 'C']);
  });

  it('end in a role', () => {
    expect(files.filter((file) => isTypeScript(file) && strangeWords(file).length > 0)).toEqual([]);
  });

  it('have their roles told in docs/architecture.md', () => {
    const page = textOf('docs/architecture.md');
    expect(ROLES.filter((role) => !page.includes(`\`.${role}.ts\``))).toEqual([]);
  });

  it('are JavaScript only where it must run before anything is built', () => {
    expect(
      files
        .filter((file) => /\.[cm]?js$|\.d\.[cm]?ts$/.test(file) && !isGenerated(file))
        .filter((file) => !JAVASCRIPT.test(file)),
    ).toEqual([]);
  });

  it('belong to one class or exported type each', () => {
    const homes = new Map<string, Set<string>>();
    for (const file of files.filter(isTypeScript))
      for (const name of typesOf(textOf(file))) homes.set(name, (homes.get(name) ?? new Set()).add(file));
    expect(homes.size).toBeGreaterThan(1000);
    expect([...homes].filter(([, where]) => where.size > 1).map(([name, where]) => [name, ...where])).toEqual(
      [],
    );
  });

  it('say once that they may be absent', () => {
    expect(
      files.filter(isTypeScript).flatMap((file) =>
        linesOf(file)
          .filter((line) => TWICE_OPTIONAL.test(line))
          .map((line) => `${file}: ${line.trim()}`),
      ),
    ).toEqual([]);
  });

  it('give every record a number of its own', () => {
    const numbers = files.flatMap((file) => /^docs\/adr\/(\d{4})-/.exec(file)?.[1] ?? []);
    expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
  });
});

function isGenerated(file: string): boolean {
  return file.startsWith('libs/iso20022/src/tables/');
}
