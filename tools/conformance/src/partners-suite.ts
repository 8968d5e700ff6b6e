import { khqrMd5 } from '@tonle/emvqr';
import { compare, readData, type CaseResult, type Suite } from './suite.js';
import { runUnionPay, type VectorKeys } from './unionpay-vectors.js';

const FILE = 'partners/signatures.json';

interface SignatureVector {
  readonly id: string;
  readonly scheme: string;
  readonly [name: string]: unknown;
}

/** How a kind of vector is run; undefined when this vector is another kind. */
type Runner = (vector: SignatureVector, keys: VectorKeys) => CaseResult | undefined;

/** Signatures, digests and tokens of the partners whose adapters are built. */
const RUNNERS: readonly Runner[] = [runMd5, runUnionPaySignature];

export const partnersSuite: Suite = {
  name: 'partners',
  *run(folder) {
    const data = (readData(folder, FILE) ?? {}) as {
      keys?: VectorKeys;
      vectors?: readonly SignatureVector[];
    };
    for (const vector of data.vectors ?? []) {
      const result = RUNNERS.map((run) => run(vector, data.keys ?? {})).find(
        (outcome) => outcome !== undefined,
      );
      yield (
        result ?? { file: FILE, id: vector.id, disagreements: [], leftOut: `${vector.scheme} is not built` }
      );
    }
  },
};

/** Bakong's lookup key: MD5 of the exact text of a code. */
function runMd5({ id, scheme, payload, text, md5 }: SignatureVector): CaseResult | undefined {
  const code = payload ?? text;
  if (!/bakong/i.test(scheme) || typeof code !== 'string' || typeof md5 !== 'string') return undefined;
  return { file: FILE, id, disagreements: compare(FILE, id, md5, khqrMd5(code), 'md5') };
}

function runUnionPaySignature(vector: SignatureVector, keys: VectorKeys): CaseResult | undefined {
  const disagreements = runUnionPay(FILE, vector, keys);
  return disagreements === undefined ? undefined : { file: FILE, id: vector.id, disagreements };
}
