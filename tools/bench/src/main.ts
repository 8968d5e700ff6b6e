// npm run bench:formats [-- --fuzz N --seed N --rounds N]: the figures of the message and code libraries, side by
// side with others in one run. Progress on stderr; a table on stdout, and as its last line one JSON object.
import { printable } from '@tonle/contracts';
import { parseArgs } from 'node:util';
import { benchAttacks } from './attacks-bench.js';
import { benchCodes } from './codes-bench.js';
import { dataFolder } from './data.js';
import { fuzz } from './fuzz.js';
import { benchMessages } from './messages-bench.js';
import { tableOf, targetsOf, type Figures } from './report.js';

const USAGE = 'usage: npm run bench:formats [-- --fuzz MUTANTS --seed NUMBER --rounds NUMBER]';
const ROUND_MS = 100;
const ATTACK_REPEATS = 200;
const say = (line: string): void => void process.stderr.write(`${printable(line)}\n`);
const print = (line: string): void => void process.stdout.write(`${printable(line)}\n`);

interface Options {
  readonly fuzz: number;
  readonly seed: number;
  readonly rounds: number;
}

function optionsOf(args: readonly string[]): Options | undefined {
  try {
    const option = (value: string) => ({ type: 'string', default: value }) as const;
    const options = { fuzz: option('0'), seed: option('1'), rounds: option('15') };
    const { values } = parseArgs({ args: [...args], options });
    const number = (value: string): number => (/^\d{1,9}$/.test(value) ? parseInt(value, 10) : -1);
    const numbers = { fuzz: number(values.fuzz), seed: number(values.seed), rounds: number(values.rounds) };
    return Object.values(numbers).some((value) => value < 0) || numbers.rounds === 0 ? undefined : numbers;
  } catch {
    return undefined;
  }
}

function run(options: Options): number {
  const folder = dataFolder();
  if (folder === undefined)
    say("TONLE_CONFORMANCE_DATA is not set: no schemas for libxml2, the repository's own messages only");
  const effort = { rounds: options.rounds, roundMs: ROUND_MS };
  say(`messages: ${options.rounds} rounds of ${ROUND_MS} ms for each contestant`);
  const messages = benchMessages(folder, effort);
  say('QR codes');
  const codes = benchCodes({ rounds: options.rounds, roundMs: ROUND_MS / 10 });
  say('bodies that must be refused');
  const attacks = benchAttacks(folder, ATTACK_REPEATS);
  const fuzzed = options.fuzz === 0 ? undefined : fuzz(folder, options.fuzz, options.seed, say);
  const figures: Figures = { messages, codes, attacks, ...(fuzzed !== undefined && { fuzz: fuzzed }) };
  for (const line of tableOf(figures)) print(line);
  const targets = targetsOf(figures);
  print(JSON.stringify({ ...figures, targets }));
  // A busy machine may miss a time; a body that was read or a verdict that differs is a fault.
  return attacks.accepted.length > 0 || (fuzzed?.disagreements ?? 0) > 0 ? 1 : 0;
}

const options = optionsOf(process.argv.slice(2));
if (options === undefined) say(USAGE);
process.exitCode = options === undefined ? 2 : run(options);
