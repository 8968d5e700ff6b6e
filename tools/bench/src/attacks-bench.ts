import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readIso } from '@tonle/iso20022';
import { OWN_SAMPLES, samplesOf } from './data.js';
import { median } from './measure.js';

export interface AttackFigures {
  readonly attacks: number;
  readonly refused: number;
  /** Names of those that were read. */
  readonly accepted: readonly string[];
  readonly slowest: { readonly file: string; readonly medianMs: number };
  /** The longest single reading of all, the machine's other work included. */
  readonly slowestOnceMs: number;
  readonly repeats: number;
  /** How much more memory is in use after the repeats, with garbage collected. */
  readonly growthKiB: number;
}

/** Bodies that must be refused, each again and again. */
export function benchAttacks(folder: string | undefined, repeats: number): AttackFigures {
  const attacks = mustReject(folder);
  const accepted = attacks.filter(({ bytes }) => refuses(bytes) === false).map(({ file }) => file);
  const times = attacks.map(() => [] as number[]);
  const round = (): void =>
    attacks.forEach(({ bytes }, at) => {
      const started = performance.now();
      refuses(bytes);
      times[at]!.push(performance.now() - started);
    });
  // Compiling and caches come first, so that only growth that goes on is seen.
  for (let at = 0; at < repeats / 2; at++) round();
  const before = memoryInUse();
  for (let at = 0; at < repeats; at++) round();
  const growthKiB = Math.round((memoryInUse() - before - repeats * attacks.length * BYTES_A_TIME) / 1024);
  const medians = times.map((list, at) => ({
    file: attacks[at]!.file,
    medianMs: median([...list].sort((a, b) => a - b)),
  }));
  const slowest = medians.reduce((worst, one) => (one.medianMs > worst.medianMs ? one : worst));
  const slowestOnceMs = times.reduce((worst, list) => Math.max(worst, ...list), 0);
  return {
    attacks: attacks.length,
    refused: attacks.length - accepted.length,
    accepted,
    slowest,
    slowestOnceMs,
    repeats,
    growthKiB,
  };
}

/** What our own list of times takes. */
const BYTES_A_TIME = 8;

/** Whatever way a sample is to be refused: as XML, by the schema, by a policy or by a rule of the switch's profile. */
function mustReject(folder: string | undefined): { readonly file: string; readonly bytes: Buffer }[] {
  const folders = folder === undefined ? [OWN_SAMPLES] : [OWN_SAMPLES, join(folder, 'iso/samples')];
  return folders
    .flatMap(samplesOf)
    .filter(({ sample }) => sample.expected?.includes('reject') === true)
    .map(({ path }) => ({ file: basename(path), bytes: readFileSync(path) }));
}

function refuses(bytes: Buffer): boolean {
  return readIso(bytes, { profile: 'tonle' }).kind === 'refused';
}

function memoryInUse(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // Finalizers of the first run free more in the second.
  collect();
  collect();
}
