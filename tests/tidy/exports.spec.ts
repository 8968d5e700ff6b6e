// What is exported has somebody who imports it: code that nobody calls is found the day on which its last caller goes.
import { describe, expect, it } from '@jest/globals';
import { exportsOfTree, isTest, type Export } from './exports.testing.js';

// What nobody of the tree imports by name: services are started by theirs, and tools run before the install.
const ENTRANCE = /^services\/[^/]+\/src\/index\.ts$|\.(mjs|cjs)$/;
/** Useful without the rest of Tonle: what these indexes pass on is anybody's to call. */
const LIBRARY = /^libs\/(money|emvqr|iso20022|bank-files)\/src\/index\.ts$/;
/** Here before its first caller. */
const KNOWN: readonly string[] = [];

const checked = exportsOfTree(LIBRARY).filter(({ file }) => !isTest(file) && !ENTRANCE.test(file));

/** `libs/money`, `services/routing` */
const packageOf = (file: string) => file.split('/').slice(0, 2).join('/');

/** Nobody else names it. A type that its own file uses says what an exported function takes or gives. */
function isAlone({ importers, isType, usedInside }: Export): boolean {
  return importers.size === 0 && !(isType && usedInside);
}

/** Only its own tests call it. What a lib gives to the tests of others is a use of its own. */
function isForTests({ file, importers, usedInside }: Export): boolean {
  if (usedInside || importers.size === 0) return false;
  return [...importers].every((each) => isTest(each) && packageOf(each) === packageOf(file));
}

describe('what a file exports', () => {
  it('is imported by another file, and not by its own tests alone', () => {
    const dead = checked.filter((each) => isAlone(each) || isForTests(each));
    expect(dead.map(({ file, name }) => `${file}: ${name}`).sort()).toEqual([...KNOWN].sort());
  });
});
