import {
  decodeQr,
  checkCode,
  chooseAccount,
  readAccounts,
  readConsumerCode,
  QR_OUTCOMES,
  type BerObject,
  type QrFinding,
  type QrOutcome,
} from '@tonle/emvqr';
import { describeCode, UNNAMED } from './qr-description.js';
import { compare, readData, type CaseResult, type Disagreement, type Suite } from './suite.js';

const FILE = 'qr/emvqr.json';

interface Vector {
  readonly id: string;
  readonly valid: boolean;
  readonly payload: string;
  readonly expect?: Record<string, unknown>;
  readonly expectError?: string;
}

interface SemanticRejection {
  readonly id: string;
  readonly vector: string;
  readonly rule: string;
  readonly expectError: string;
}

interface ConsumerVector {
  readonly id: string;
  readonly payload: string;
  readonly expect?: unknown;
  readonly expectError?: string;
}

interface QrData {
  readonly vectors?: readonly Vector[];
  readonly semanticRejections?: readonly SemanticRejection[];
  readonly consumerPresented?: readonly ConsumerVector[];
}

/** Codes: structure and fields, rules of the schemes, codes that a payer shows. */
export const qrSuite: Suite = {
  name: 'qr',
  *run(folder) {
    const data = (readData(folder, FILE) ?? {}) as QrData;
    const vectors = data.vectors ?? [];
    for (const vector of vectors) yield runVector(vector);
    for (const rejection of data.semanticRejections ?? []) {
      yield runRejection(
        rejection,
        vectors.find(({ id }) => id === rejection.vector),
      );
    }
    for (const vector of data.consumerPresented ?? []) yield runConsumer(vector);
  },
};

function result(id: string, disagreements: readonly Disagreement[]): CaseResult {
  return { file: FILE, id, disagreements };
}

function runVector({ id, valid, payload, expect, expectError }: Vector): CaseResult {
  const code = decodeQr(payload);
  const verdict = code.kind === 'decoded' ? 'valid' : code.outcome;
  const expected = valid ? 'valid' : (expectError ?? 'refused');
  if (verdict !== expected) return result(id, compare(FILE, id, expected, verdict));
  if (code.kind === 'refused' || expect === undefined) return result(id, []);
  return result(
    id,
    compare(FILE, id, expect, describeCode(code)).filter((found) => !isUnnamed(found)),
  );
}

function isUnnamed({ what, expected, got }: Disagreement): boolean {
  return what.endsWith('.scheme') && expected === 'OTHER' && UNNAMED.has(String(got));
}

function runRejection(
  { id, vector, rule, expectError }: SemanticRejection,
  found: Vector | undefined,
): CaseResult {
  if (found === undefined) return { ...result(id, []), leftOut: `the data has no vector ${vector}` };
  const code = decodeQr(found.payload);
  if (code.kind === 'refused') return result(id, compare(FILE, id, `${vector} decoded`, code.outcome, rule));
  const accounts = readAccounts(code);
  const findings = checkCode(code, accounts, chooseAccount(accounts), Date.now());
  const agreed = findings.some((finding) => says(finding, expectError));
  const outcomes = findings.map(({ outcome, iso }) => `${outcome} ${iso}`);
  return result(id, agreed ? [] : [{ file: FILE, id, what: rule, expected: expectError, got: outcomes }]);
}

/** The data names an outcome, an error of the KHQR kit, an ISO reason, or that the amount's style is corrected. */
function says({ outcome, iso }: QrFinding, expected: string): boolean {
  if (expected === 'OK_NORMALISE') return outcome === 'AMOUNT_STYLE';
  if (expected === outcome || expected === iso) return true;
  if (!Object.hasOwn(QR_OUTCOMES, expected)) return false;
  const kitNumber = QR_OUTCOMES[expected as QrOutcome].khqr;
  return kitNumber !== undefined && kitNumber === QR_OUTCOMES[outcome].khqr;
}

function runConsumer({ id, payload, expect, expectError }: ConsumerVector): CaseResult {
  const reading = readConsumerCode(payload);
  if (reading.kind === 'refused')
    return result(id, compare(FILE, id, expectError ?? 'valid', reading.outcome));
  if (expectError !== undefined) return result(id, compare(FILE, id, expectError, 'valid'));
  return result(id, Array.isArray(expect) ? compare(FILE, id, expect, reading.objects.map(pairs)) : []);
}

function pairs(object: BerObject): unknown {
  return [object.tag, object.objects === undefined ? object.value : object.objects.map(pairs)];
}
