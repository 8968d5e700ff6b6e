import type { TimeField } from './codes.js';
import type { Reason } from './reasons.js';

/** One wrong field: a JSON pointer or an element path (empty for the whole), and what is wrong there. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/**
 * Why something is not done: a code of the registry, with what the caller can look at. Refusals are values; a problem
 * document (RFC 9457) and an ISO 20022 rejection are two ways of writing the same one.
 */
export interface Refusal {
  readonly kind: 'refused';
  readonly reason: Reason;
  readonly detail?: string;
  /** Of what came too late: the property by which it did. */
  readonly reasonField?: TimeField;
  readonly errors?: readonly FieldError[];
  /** Further members of a problem document, e.g. `candidates`. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** When the same request may be served, seconds; for those that are refused for a while. */
  readonly retryAfterS?: number;
}

/** `detail` is what only this case can say; title, status and remedy are in the registry of reasons. */
export function refused(reason: Reason, detail?: string, errors?: readonly FieldError[]): Refusal {
  return {
    kind: 'refused',
    reason,
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
  };
}

/** A refusal because of an instruction's time. */
export function refusedTime(reason: Reason, reasonField: TimeField, detail: string): Refusal {
  return { kind: 'refused', reason, reasonField, detail };
}

/** A refusal that concerns one field. */
export function refusedField(reason: Reason, path: string, message: string): Refusal {
  return refused(reason, undefined, [{ path, message }]);
}
