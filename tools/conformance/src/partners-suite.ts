import { khqrMd5 } from '@tonle/emvqr';
import { runFileLayouts } from './file-layout-vectors.js';
import { runBodySignature } from './body-signature-vectors.js';
import { runAlipayTables } from './alipay-tables.js';
import { runFspiop } from './fspiop-vectors.js';
import { runKeyVersion } from './key-version-vectors.js';
import { runMessageSignatures } from './message-signature-vectors.js';
import { compare, readData, type CaseResult, type Suite } from './suite.js';
import { runUnionPayTables } from './unionpay-tables.js';
import { runUnionPay, type VectorKeys } from './unionpay-vectors.js';

const FILE = 'partners/signatures.json';

export interface SignatureVector {
  readonly id: string;
  readonly scheme: string;
  readonly [name: string]: unknown;
}

/** All of the file: vectors name keys, and others that they are derived from. */
export interface SignatureData {
  readonly vectors?: readonly SignatureVector[];
  readonly keys?: VectorKeys;
}

/** How a kind of vector is run; undefined when this vector is another kind. */
type Runner = (vector: SignatureVector, data: SignatureData) => CaseResult | undefined;

/** Signatures, digests and tokens of the partners whose adapters are built. */
const RUNNERS: readonly Runner[] = [
  runMd5,
  (vector, { keys = {} }) => resultOf(vector, runUnionPay(FILE, vector, keys)),
  (vector, { keys = {} }) => resultOf(vector, runBodySignature(FILE, vector, keys)),
  (vector, data) => runKeyVersion(FILE, vector, data),
];

export const partnersSuite: Suite = {
  name: 'partners',
  *run(folder) {
    const data = (readData(folder, FILE) ?? {}) as SignatureData;
    for (const vector of data.vectors ?? []) {
      const result = RUNNERS.map((run) => run(vector, data)).find((outcome) => outcome !== undefined);
      yield (
        result ?? { file: FILE, id: vector.id, disagreements: [], leftOut: `${vector.scheme} is not built` }
      );
    }
    yield* runUnionPayTables(folder);
    yield* runFileLayouts(folder);
    yield* runAlipayTables(folder);
    yield* runFspiop(folder);
    yield* runMessageSignatures(folder);
  },
};

/** Bakong's lookup key: MD5 of the exact text of a code. */
function runMd5({ id, scheme, payload, text, md5 }: SignatureVector): CaseResult | undefined {
  const code = payload ?? text;
  if (!/bakong/i.test(scheme) || typeof code !== 'string' || typeof md5 !== 'string') return undefined;
  return { file: FILE, id, disagreements: compare(FILE, id, md5, khqrMd5(code), 'md5') };
}

function resultOf(
  { id }: SignatureVector,
  disagreements: CaseResult['disagreements'] | undefined,
): CaseResult | undefined {
  return disagreements === undefined ? undefined : { file: FILE, id, disagreements };
}
