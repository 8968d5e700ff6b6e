// The rules that `npm run mutation` changes, and the tests beside them that must notice: the quickest first.
import { globSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const NO_RULES = /\.(spec|testing)\.ts$|\/index\.ts$|\/currency\.table\.ts$/;
const isProperty = (file) => file.includes('.property.');
const lib = (name) => {
  const files = globSync(`libs/${name}/src/**/*.ts`, { cwd: ROOT }).sort();
  const specs = files.filter((file) => file.endsWith('.spec.ts'));
  return {
    rules: files.filter((file) => !NO_RULES.test(file)),
    specs: [...specs.filter((file) => !isProperty(file)), ...specs.filter(isProperty)],
  };
};

export const PARTS = {
  money: lib('money'),
};
