import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  compileTable,
  knownMessages,
  readIso,
  readParts,
  type IsoError,
  type MessageSchema,
  type PartsReading,
} from '@tonle/iso20022';
import { tableOf } from '@tonle/tool-generate';
import { compare, readData, type CaseResult, type Disagreement, type Suite } from './suite.js';

const MANIFEST = 'iso/samples/manifest.json';
const BYTES_MAX = 1 << 28;
const MESSAGE_SCHEMA = /^([a-z]{4}\.\d{3}\.\d{3}\.\d{2})\.xsd$/;

/** Refusals that are ours and not XML's or the schema's: what they refuse may be anything for another reader. */
const OWN_LIMITS = new Set([
  'doctype',
  'too_deep',
  'too_many_attributes',
  'too_many_elements',
  'too_many_errors',
]);

interface Sample {
  readonly file: string;
  readonly status: 'valid' | 'invalid' | 'no-schema' | 'not-well-formed';
  /** What the switch shall do, where the sample was made to try that. */
  readonly expected?: string;
}

interface Manifest {
  readonly files?: readonly Sample[];
  /** Where the samples and their manifest are, when they are not here. */
  readonly folder?: string;
}

/** Messages: the verdict of the schema, and what the switch refuses beyond it. */
export const isoSuite: Suite = {
  name: 'iso',
  *run(folder) {
    const manifest = (readData(folder, MANIFEST) ?? {}) as Manifest;
    const samples = join(folder, 'iso/samples', manifest.folder ?? '.');
    const { files = [] } =
      manifest.folder === undefined ? manifest : (readData(samples, 'manifest.json') as Manifest);
    const schemas = furtherSchemas(join(folder, 'iso/xsd'));
    for (const sample of files) yield runSample(sample, readFileSync(join(samples, sample.file)), schemas);
  },
};

/** Schemas in the data folder of messages that the library has no table for. */
function furtherSchemas(folder: string): ReadonlyMap<string, MessageSchema> {
  const known = new Set(knownMessages());
  const found = new Map<string, MessageSchema>();
  for (const place of [folder, join(folder, 'extra')].filter((path) => existsSync(path))) {
    for (const name of readdirSync(place)) {
      const message = MESSAGE_SCHEMA.exec(name)?.[1];
      if (message === undefined || known.has(message)) continue;
      const schema = compileTable(tableOf(readFileSync(join(place, name), 'utf8')));
      found.set(schema.namespace, schema);
    }
  }
  return found;
}

function runSample(sample: Sample, bytes: Buffer, schemas: ReadonlyMap<string, MessageSchema>): CaseResult {
  const reading = readParts(bytes, { markup: 'accept', encoding: 'declared', maxBytes: BYTES_MAX, schemas });
  const { verdict, errors } = judge(reading);
  const refusedByLimit = errors.some(({ code }) => OWN_LIMITS.has(code)) && sample.status !== 'valid';
  const disagreements: Disagreement[] = refusedByLimit
    ? []
    : compare(MANIFEST, sample.file, sample.status, verdict, 'status');
  for (const found of disagreements) Object.assign(found, { got: withFirst(verdict, errors) });
  return {
    file: MANIFEST,
    id: sample.file,
    disagreements: [...disagreements, ...runExpectation(sample, bytes, schemas)],
  };
}

function judge({ parts, errors, wellFormed }: PartsReading): {
  verdict: Sample['status'];
  errors: readonly IsoError[];
} {
  const wrong = errors.filter(({ code }) => code !== 'unknown_message');
  if (!wellFormed) return { verdict: 'not-well-formed', errors };
  if (wrong.length > 0) return { verdict: 'invalid', errors: wrong };
  return { verdict: parts.length === 0 ? 'no-schema' : 'valid', errors };
}

/** `accept` is the schema's and the reader's affair; every kind of reject must be refused by the time it is a payment. */
function runExpectation(
  { file, expected }: Sample,
  bytes: Buffer,
  schemas: ReadonlyMap<string, MessageSchema>,
): Disagreement[] {
  if (expected === undefined) return [];
  if (expected === 'accept') {
    const { errors } = readParts(bytes, { schemas });
    return compare(
      MANIFEST,
      file,
      'accept',
      errors.length === 0 ? 'accept' : withFirst('reject', errors),
      'expected',
    );
  }
  // What may be read or refused is refused here: comments and CDATA hide text.
  const reading = readIso(bytes, { schemas, profile: 'tonle' });
  return compare(MANIFEST, file, 'reject', reading.kind === 'refused' ? 'reject' : 'accept', 'expected');
}

function withFirst(verdict: string, errors: readonly IsoError[]): string {
  const [first] = errors;
  return first === undefined
    ? verdict
    : `${verdict}: ${first.code} ${first.path} line ${first.line}: ${first.detail}`;
}
