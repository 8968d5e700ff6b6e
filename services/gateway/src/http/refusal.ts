import { problem, type Problem, type ProblemError } from '@tonle/http';
import type { Reason } from '@tonle/contracts';

/** Why a request is not served: a code of the registry, with what the caller can look at. */
export interface Refusal {
  readonly kind: 'refused';
  readonly reason: Reason;
  readonly detail?: string;
  /** JSON pointer or element path of every wrong field. */
  readonly errors?: readonly ProblemError[];
  /** Further members of the problem, e.g. `candidates`. */
  readonly members?: Readonly<Record<string, unknown>>;
}

export function refused(reason: Reason, detail?: string, errors?: readonly ProblemError[]): Refusal {
  return {
    kind: 'refused',
    reason,
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
  };
}

/** A refusal that concerns one field. */
export function refusedField(reason: Reason, path: string, message: string): Refusal {
  return refused(reason, undefined, [{ path, message }]);
}

/** The problem document of a refusal; thrown by controllers, answered by the filter. */
export function problemOf(refusal: Refusal): Problem {
  return problem(refusal.reason, refusal.detail, refusal.errors, refusal.members);
}

/** Hands on what was served; throws the problem of what was refused. Controllers only. */
export function served<T extends { readonly kind: string }>(answer: T | Refusal): Exclude<T, Refusal> {
  if (answer.kind === 'refused') throw problemOf(answer as Refusal);
  return answer as Exclude<T, Refusal>;
}
