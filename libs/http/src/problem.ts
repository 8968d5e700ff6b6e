import { counted, REASONS } from '@tonle/contracts';
import type { FieldError, Reason, Refusal, Retry } from '@tonle/contracts';

const ERRORS_MAX = 20;
const STEP_MAX = 100;

/** application/problem+json (RFC 9457) with our members `code`, `remedy`, `retry`, `errors` and `traceId`. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly remedy: string;
  readonly retry: Retry;
  readonly traceId?: string;
}

/** A refusal on its way to the caller; throw it in a controller. */
export class Problem extends Error {
  constructor(
    readonly reason: Reason,
    readonly detail?: string,
    readonly errors?: readonly FieldError[],
    /** More members of the document, e.g. `candidates`. */
    readonly members?: Readonly<Record<string, unknown>>,
    /** For Retry-After, seconds. */
    readonly retryAfterS?: number,
  ) {
    super(detail ?? REASONS[reason].title);
    this.name = 'Problem';
  }

  /** HTTP status, by the registry of reasons. */
  get status(): number {
    return REASONS[this.reason].http;
  }

  /** The body of the answer: title, status, remedy and retry are the registry's. */
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

/** The problem of a refusal; thrown by controllers, answered by the filter. */
export function problemOf(refusal: Refusal): Problem {
  const { reason, detail, errors, members, retryAfterS } = refusal;
  return new Problem(reason, detail, errors, members, retryAfterS);
}

/** Hands on what was served; throws the problem of what was refused. Controllers only. */
export function served<T extends { readonly kind: string }>(answer: T | Refusal): Exclude<T, Refusal> {
  if (answer.kind === 'refused') throw problemOf(answer as Refusal);
  return answer as Exclude<T, Refusal>;
}

/** What the length of a thing is counted in. */
const UNITS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
};

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[];
  /** Fields that a schema of zod does not know. */
  readonly keys?: readonly PropertyKey[];
  /** All that may stand there. */
  readonly values?: readonly unknown[];
  /** Of a text that has another form. */
  readonly format?: string;
  /** What is too long, too short, too large or too small, and by which bound. */
  readonly origin?: string;
  readonly maximum?: number | bigint;
  readonly minimum?: number | bigint;
  /** False: the bound itself is outside. */
  readonly inclusive?: boolean;
  /** The type that it should have. */
  readonly expected?: string;
}

/** What zod says of a form by default names the form, not what to write. */
const FORMS: Readonly<Record<string, string>> = {
  date: 'Must be a date such as 2026-11-28.',
  datetime: 'Must be a date and time with its zone, such as 2026-11-28T09:30:00+07:00.',
};

/** A part of a request that is not its body: where it stands, and its own name in `errors`. */
export interface RequestPart {
  readonly detail: string;
  /** Before the pointer of every error. */
  readonly at?: string;
}

/** The issues of a schema as one problem: a JSON pointer (RFC 6901) and the schema's message for every wrong field. */
export function schemaProblem(issues: readonly Issue[], part?: RequestPart): Problem {
  const errors = issues.flatMap((issue) => fieldErrors(issue, part?.at ?? ''));
  return new Problem('schema_invalid', part?.detail, errors.slice(0, ERRORS_MAX));
}

function fieldErrors(issue: Issue, start: string): FieldError[] {
  const { path = [], keys } = issue;
  const at = start + pointerOf(path.map((step) => (typeof step === 'object' ? step.key : step)));
  if (keys === undefined) return [{ path: at, message: sentenceOf(issue) }];
  return keys.map((key) => ({ path: `${at}${pointerOf([key])}`, message: 'Unknown field.' }));
}

/** The schema's own words, or in place of zod's what may be written there. */
function sentenceOf(issue: Issue): string {
  const { message, values, format, origin = '', maximum, minimum, inclusive, expected } = issue;
  if (!/^(Invalid|Too big|Too small)\b/.test(message)) return message;
  if (values !== undefined) return `Must be ${values.length === 1 ? '' : 'one of: '}${values.join(', ')}.`;
  const unit = UNITS[origin];
  const limit = maximum ?? minimum;
  const [within, beyond] = maximum === undefined ? ['at least', 'more than'] : ['at most', 'less than'];
  const bound = inclusive === false ? beyond : within;
  if (limit !== undefined)
    return unit === undefined
      ? `Must be ${bound} ${limit}.`
      : `Must have ${bound} ${counted(limit, ...unit)}.`;
  if (expected !== undefined)
    return message.endsWith('received undefined')
      ? 'This field is required.'
      : `Must be of type ${expected}.`;
  return FORMS[format ?? ''] ?? message;
}

/** A JSON pointer (RFC 6901). */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => `/${String(step).slice(0, STEP_MAX).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
