import { readParts, type IsoError } from '@tonle/iso20022';
import { mutate, type Mutant } from './mutate.js';
import type { Oracle, Verdict } from './oracle.js';
import { Dice } from './random.js';

/** What we refuse on purpose, whatever another reader makes of it: document types and floods. */
const OWN_LIMITS = new Set([
  'doctype',
  'too_large',
  'too_deep',
  'too_many_attributes',
  'too_many_elements',
  'too_many_errors',
]);
const BYTES_MAX = 1 << 24;
const DECLARATION =
  /^(?:\ufeff)?<\?xml[ \t\r\n]+version\s*=\s*["']([^"'<]*)["'](?:\s+encoding\s*=\s*["']([^"'<]*)["'])?/;
const ENCODINGS_READ = ['utf-8', 'iso-8859-1', 'utf-16'];

export interface Comparison {
  readonly mutant: Mutant;
  readonly ours: Verdict;
  readonly theirs: Verdict;
  readonly agreed: boolean;
  /** Refused by a policy of ours: there is nothing to compare. */
  readonly byPolicy: boolean;
  readonly firstError?: IsoError;
}

/** Judges one mutant of one of the messages, all chosen by the seed. */
export function compareMutant(messages: readonly string[], seed: number, oracle: Oracle): Comparison {
  const dice = new Dice(seed);
  return compareReaders(mutate(dice.of(messages), dice, messages), oracle);
}

/** Judges a body twice: by our reader, as it reads files from elsewhere, and by libxml2. */
export function compareReaders(mutant: Mutant, oracle: Oracle): Comparison {
  const { bytes } = mutant;
  const { parts, errors, wellFormed } = readParts(bytes, {
    markup: 'accept',
    encoding: 'declared',
    maxBytes: BYTES_MAX,
  });
  const judged: Verdict = parts.length > 0 && errors.length === 0 ? 'valid' : 'invalid';
  const ours: Verdict = !wellFormed ? 'not-well-formed' : oracle.knowsSchemas ? judged : 'well-formed';
  const theirs = oracle.judge(bytes);
  const byPolicy =
    !wellFormed &&
    ours !== theirs &&
    (errors.some(({ code }) => OWN_LIMITS.has(code)) || !isDeclarationRead(bytes));
  const [firstError] = errors;
  return {
    mutant,
    ours,
    theirs,
    byPolicy,
    agreed: ours === theirs || byPolicy,
    ...(firstError !== undefined && { firstError }),
  };
}

/** XML 1.0 only, and of encodings those that the mutations make; libxml2 guesses on. */
function isDeclarationRead(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 200)).toString();
  const [declaration, version, encoding = 'utf-8'] = DECLARATION.exec(head) ?? [];
  return declaration === undefined || (version === '1.0' && ENCODINGS_READ.includes(encoding.toLowerCase()));
}
