import { REASONS } from '@tonle/contracts';
import type { Reason, Retry } from '@tonle/contracts';

export interface ProblemError {
  /** JSON pointer or XML path of the field; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** application/problem+json (RFC 9457) with our members `code`, `remedy`, `retry`, `errors` and `traceId`. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly errors?: readonly ProblemError[];
  readonly remedy: string;
  readonly retry: Retry;
  readonly traceId?: string;
}

/** A refusal on its way to the caller; throw it in a controller. */
export class Problem extends Error {
  constructor(
    readonly reason: Reason,
    readonly detail?: string,
    readonly errors?: readonly ProblemError[],
    /** More members of the document, e.g. `candidates`. */
    readonly members?: Readonly<Record<string, unknown>>,
  ) {
    super(detail ?? REASONS[reason].title);
    this.name = 'Problem';
  }

  get status(): number {
    return REASONS[this.reason].http;
  }

  toDocument(traceId?: string): ProblemDocument {
    const { title, http, remedy, retry } = REASONS[this.reason];
    return {
      ...this.members,
      type: `urn:tonle:problem:${this.reason}`,
      title,
      status: http,
      code: this.reason,
      ...(this.detail === undefined ? {} : { detail: this.detail }),
      ...(this.errors === undefined ? {} : { errors: this.errors }),
      remedy,
      retry,
      ...(traceId === undefined ? {} : { traceId }),
    };
  }
}

/** The problem of a reason from the registry; status, title and advice come from there. */
export function problem(
  reason: Reason,
  detail?: string,
  errors?: readonly ProblemError[],
  members?: Readonly<Record<string, unknown>>,
): Problem {
  return new Problem(reason, detail, errors, members);
}

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[];
}

/** The issues of a schema as one problem: path as JSON pointer, message of the schema. */
export function schemaProblem(issues: readonly Issue[]): Problem {
  const errors = issues.map(({ message, path }) => {
    const steps = (path ?? []).map((step) => (typeof step === 'object' ? step.key : step));
    return {
      path: steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
      message,
    };
  });
  return new Problem('schema_invalid', undefined, errors);
}
