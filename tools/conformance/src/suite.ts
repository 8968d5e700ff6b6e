import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One thing that the library sees otherwise than the data. */
export interface Disagreement {
  readonly file: string;
  readonly id: string;
  /** What was compared: a path into the expectation. */
  readonly what: string;
  readonly expected: unknown;
  readonly got: unknown;
}

/** Outcome of one case: agreed when there is no disagreement. Left out: says why it could not be compared. */
export interface CaseResult {
  readonly file: string;
  readonly id: string;
  readonly disagreements: readonly Disagreement[];
  readonly leftOut?: string;
}

/** Runs a library over a data folder. */
export interface Suite {
  readonly name: string;
  readonly run: (folder: string) => AsyncIterable<CaseResult> | Iterable<CaseResult>;
}

/** The JSON in a file of the data folder; undefined when the folder has no such file. */
export function readData(folder: string, file: string): unknown {
  const path = join(folder, file);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as unknown) : undefined;
}

/**
 * Compares what the data says with what we got: every member of an expected object must be there and agree, lists
 * have the same length, `null` means absent. What the data does not mention is not compared.
 */
export function compare(
  file: string,
  id: string,
  expected: unknown,
  got: unknown,
  what = '',
): Disagreement[] {
  if (expected === null || expected === undefined) {
    return got === undefined || got === null ? [] : [{ file, id, what, expected, got }];
  }
  if (typeof expected !== 'object') return expected === got ? [] : [{ file, id, what, expected, got }];
  if (typeof got !== 'object' || got === null || Array.isArray(expected) !== Array.isArray(got)) {
    return [{ file, id, what, expected, got }];
  }
  if (Array.isArray(expected) && expected.length !== (got as unknown[]).length)
    return [{ file, id, what, expected, got }];
  return Object.entries(expected).flatMap(([key, value]) =>
    compare(file, id, value, (got as Record<string, unknown>)[key], what === '' ? key : `${what}.${key}`),
  );
}
