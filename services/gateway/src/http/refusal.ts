import { problem, type Problem } from '@tonle/http';
import type { Refusal } from '@tonle/contracts';

export { refused, refusedField, type Refusal } from '@tonle/contracts';

/** The problem document of a refusal; thrown by controllers, answered by the filter. */
export function problemOf(refusal: Refusal): Problem {
  return problem(refusal.reason, refusal.detail, refusal.errors, refusal.members);
}

/** Hands on what was served; throws the problem of what was refused. Controllers only. */
export function served<T extends { readonly kind: string }>(answer: T | Refusal): Exclude<T, Refusal> {
  if (answer.kind === 'refused') throw problemOf(answer as Refusal);
  return answer as Exclude<T, Refusal>;
}
