const TEXT_MAX = 300;
const FRAMES_MAX = 12;
const CAUSES_MAX = 3;

/** Names of things of ours that an error may carry; values (rows, parameters, inputs, answers) are not among them. */
const NAMES = ['code', 'schema', 'table', 'column', 'constraint', 'statusCode'] as const;

/** An error as a log line shows it. */
export interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
  readonly [name: string]: unknown;
}

/**
 * What a log may tell of an error, whoever made it: its type, message, place and the names in it. Errors of drivers and
 * parsers carry what they stumbled over, and that may be the text of a QR code or somebody's name.
 */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: cut(String(error)) };
  const fields: Record<string, unknown> = {};
  for (const name of NAMES) {
    const value = (error as unknown as Record<string, unknown>)[name];
    if (typeof value === 'string') fields[name] = cut(value);
    if (typeof value === 'number') fields[name] = value;
  }
  const stack = framesOf(error);
  return {
    type: error.name,
    message: cut(error.message),
    ...fields,
    ...(stack === '' ? {} : { stack }),
    ...(error.cause === undefined || depth === CAUSES_MAX
      ? {}
      : { cause: loggedError(error.cause, depth + 1) }),
  };
}

/** The places alone: a stack begins with the whole message. */
function framesOf({ stack = '' }: Error): string {
  const frames = stack.split('\n').filter((line) => /^ {4}at /.test(line));
  return frames.slice(0, FRAMES_MAX).join('\n');
}

function cut(text: string): string {
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX)}...`;
}
