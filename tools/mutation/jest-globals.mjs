// What the tests take from @jest/globals, for runs in one process: Jest itself needs seconds to start, a change is judged in less.
import { createRequire } from 'node:module';

const ofJest = createRequire(import.meta.resolve('@jest/globals'));
const { jestExpect: expect } = ofJest('@jest/expect');
const { ModuleMocker } = ofJest('jest-mock');

const HOOKS = ['beforeAll', 'beforeEach', 'afterEach', 'afterAll'];
const newBlock = (above) => ({
  above,
  entries: [],
  ...Object.fromEntries(HOOKS.map((hook) => [hook, []])),
});

let block = newBlock();

/** Takes what was declared since the last call: the tests of one file. */
export function takeTests() {
  const taken = block;
  block = newBlock();
  return taken;
}

const spread = (row) => (Array.isArray(row) ? row : [row]);
const each = (declare) => (table) => (name, work) => {
  for (const [index, row] of table.entries())
    declare(`${name} (row ${index + 1})`, () => work(...spread(row)));
};

export function describe(name, work) {
  const inner = newBlock(block);
  block.entries.push({ name, inner });
  const outer = block;
  block = inner;
  work();
  block = outer;
}
describe.each = each(describe);

export function it(name, work) {
  block.entries.push({ name, work });
}
it.each = each(it);

const [beforeAll, beforeEach, afterEach, afterAll] = HOOKS.map((hook) => (work) => block[hook].push(work));
const mocker = new ModuleMocker(globalThis);
export const jest = {
  fn: mocker.fn.bind(mocker),
  spyOn: mocker.spyOn.bind(mocker),
  restoreAllMocks: () => mocker.restoreAllMocks(),
};
export { afterAll, afterEach, beforeAll, beforeEach, expect, it as test };

async function hooks(of, hook) {
  for (const work of of[hook]) await work();
}

const above = (inner) => (inner === undefined ? [] : [...above(inner.above), inner]);

/** Runs declared tests until the first fails: throws what it threw, its name in front. What was opened is closed. */
export async function runTests(declared) {
  const failures = [];
  const tried = (work) => work().catch((error) => failures.push(error));
  await tried(async () => {
    await hooks(declared, 'beforeAll');
    for (const { name, inner, work } of declared.entries) {
      if (inner !== undefined) await runTests(inner);
      else await runTest(name, work, above(declared));
    }
  });
  // What was not opened cannot be closed: the first failure is the cause.
  await tried(() => hooks(declared, 'afterAll'));
  if (failures.length > 0) throw failures[0];
}

async function runTest(name, work, blocks) {
  try {
    for (const outer of blocks) await hooks(outer, 'beforeEach');
    await work();
  } catch (error) {
    throw new Error(`${name}: ${String(error?.message ?? error)}`, { cause: error });
  } finally {
    for (const outer of blocks.toReversed()) await hooks(outer, 'afterEach');
  }
}
