// npm run conformance [iso|statements|qr|partners|found]: the libraries over the repository's own set, and over a data folder
// (TONLE_CONFORMANCE_DATA).
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { printable } from '@tonle/contracts';
import type { CaseResult, Suite } from './suite.js';
import { SUITES } from './suites.js';

const OWN_DATA = fileURLToPath(new URL('../data', import.meta.url));
const SHOWN_CHARACTERS_MAX = 400;

async function main(names: readonly string[]): Promise<number> {
  const suites = names.length === 0 ? SUITES : SUITES.filter(({ name }) => names.includes(name));
  const unknown = names.filter((name) => !SUITES.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    say(`There is no suite ${unknown.join(', ')}; use one of ${SUITES.map(({ name }) => name).join(', ')}.`);
    return 2;
  }
  const given = process.env['TONLE_CONFORMANCE_DATA'];
  if (given !== undefined && !existsSync(given)) {
    say(`TONLE_CONFORMANCE_DATA names ${given}, which is not there.`);
    return 2;
  }
  if (given === undefined)
    print(`TONLE_CONFORMANCE_DATA is not set: running over the repository's own small set alone.`);
  const totals: string[] = [];
  let agreed = true;
  for (const suite of suites) {
    const { right, all } = await runSuite(suite, given === undefined ? [OWN_DATA] : [OWN_DATA, given]);
    agreed &&= right === all;
    totals.push(`${suite.name}: ${right} of ${all}`);
  }
  for (const total of totals) print(total);
  return agreed ? 0 : 1;
}

async function runSuite(suite: Suite, folders: readonly string[]): Promise<{ right: number; all: number }> {
  let right = 0;
  let all = 0;
  for (const folder of folders) {
    for await (const result of suite.run(folder)) {
      if (result.leftOut !== undefined) {
        print(`${result.file} ${result.id}: left out, ${result.leftOut}`);
        continue;
      }
      all += 1;
      if (result.disagreements.length === 0) right += 1;
      else printDisagreements(result);
    }
  }
  return { right, all };
}

function printDisagreements({ disagreements }: CaseResult): void {
  for (const { file, id, what, expected, got } of disagreements) {
    print(
      `${file} ${id}${what === '' ? '' : ` ${what}`}\n  expected ${shown(expected)}\n  got      ${shown(got)}`,
    );
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}...` : text;
}

function say(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

function print(line: string): void {
  process.stdout.write(`${printable(line)}\n`);
}

process.exitCode = await main(process.argv.slice(2));
