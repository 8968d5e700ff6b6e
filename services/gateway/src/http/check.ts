import type { z } from 'zod';
import type { ProblemError } from '@tonle/http';
import { refused, type Refusal } from './refusal.js';

const ERRORS_MAX = 20;

/** Checks a body, a query or a path by its schema. Refuses `schema_invalid` with the path of every wrong field. */
export function check<T>(
  schema: z.ZodType<T>,
  value: unknown,
): { readonly kind: 'ok'; readonly value: T } | Refusal {
  const result = schema.safeParse(value);
  if (result.success) return { kind: 'ok', value: result.data };
  return refused('schema_invalid', undefined, result.error.issues.flatMap(fieldErrors).slice(0, ERRORS_MAX));
}

function fieldErrors(issue: z.core.$ZodIssue): ProblemError[] {
  const path = pointerOf(issue.path);
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
  return issue.keys.map((key) => ({
    path: `${path}${pointerOf([key])}`,
    message: 'This field is not known here',
  }));
}

/** A JSON pointer (RFC 6901). */
function pointerOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
