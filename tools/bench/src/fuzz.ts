import { readFileSync } from 'node:fs';
import { OWN_SAMPLES, samplesOf, schemaFiles } from './data.js';
import { compareMutant, type Comparison } from './differential.js';
import { Oracle, type Verdict } from './oracle.js';

const SHOWN_MAX = 20;
const PROGRESS_EVERY = 10_000;

export interface FuzzFigures {
  readonly mutants: number;
  readonly seed: number;
  /** What was compared: validity by the schemas, or well-formedness where there are none. */
  readonly compared: 'validity' | 'well-formedness';
  readonly verdicts: Readonly<Record<Verdict, number>>;
  readonly disagreements: number;
}

/** The valid messages that were written for this project, as far as there are schemas of them. */
export function messagesFor(oracle: Oracle): readonly string[] {
  return samplesOf(OWN_SAMPLES)
    .filter(({ sample }) => sample.status === 'valid' && sample.expected === 'accept')
    .map(({ path }) => readFileSync(path, 'utf8'))
    .filter(
      (text) =>
        !oracle.knowsSchemas ||
        namespacesOf(text).every((namespace) => oracle.validatorOf(namespace) !== undefined),
    );
}

const namespacesOf = (text: string): string[] =>
  [...text.matchAll(/urn:iso:std:iso:20022:tech:xsd:[\w.]+/g)].map(([namespace]) => namespace);

/** A long run over consecutive seeds; each disagreement is told with the seed that makes it again. */
export function fuzz(
  folder: string | undefined,
  mutants: number,
  seed: number,
  say: (line: string) => void,
): FuzzFigures {
  const oracle = new Oracle(schemaFiles(folder));
  const messages = messagesFor(oracle);
  const verdicts: Record<Verdict, number> = { valid: 0, invalid: 0, 'well-formed': 0, 'not-well-formed': 0 };
  let disagreements = 0;
  for (let at = 0; at < mutants; at++) {
    const comparison = compareMutant(messages, seed + at, oracle);
    verdicts[comparison.ours] += 1;
    if (!comparison.agreed) {
      disagreements += 1;
      if (disagreements <= SHOWN_MAX) say(`seed ${seed + at}: ${describe(comparison)}`);
    }
    if ((at + 1) % PROGRESS_EVERY === 0)
      say(`${at + 1} of ${mutants} mutants, disagreements: ${disagreements}`);
  }
  return {
    mutants,
    seed,
    compared: oracle.knowsSchemas ? 'validity' : 'well-formedness',
    verdicts,
    disagreements,
  };
}

/** In one line. */
export function describe({ mutant, ours, theirs, firstError }: Comparison): string {
  const why =
    firstError === undefined ? '' : ` (${firstError.code} ${firstError.path}: ${firstError.detail})`;
  return `${mutant.steps.join(', ')}: we say ${ours}${why}, libxml2 ${theirs}`;
}
