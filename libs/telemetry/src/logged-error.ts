import { types } from 'node:util';

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

const FRAME = /^ {4}at /;
/** Frames of packages, of Node.js and of the language: `JSON.parse (<anonymous>)`. */
const FOREIGN_FRAME = /[\\/]node_modules[\\/](?!@tonle[\\/])|\bnode:|<anonymous>/;
/** PostgreSQL's errors about statements and roles: what they quote are names of ours, never values. */
const NAMES_ALONE = /^(42|28|3D|3F)...$/;
const QUOTED = [/".*"/s, /'.*'/s, /`.*`/s];
/** What is told without quotes. */
const TOLD = [/(?<=Cannot convert) .*(?= to a BigInt)/s, /(?<=\b(?:Received|with args|encoding:)) .*/s];

/**
 * What a log may tell of an error, whoever made it: its type, message, place and the names in it. Errors of drivers and
 * parsers carry what they stumbled over, and that may be the text of a QR code or somebody's name: of a message that is not
 * ours only the words around it are told.
 */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!isError(error)) return { type: typeof error, message: cut(withoutValues(String(error))) };
  const fields: Record<string, unknown> = {};
  for (const name of NAMES) {
    const value = (error as unknown as Record<string, unknown>)[name];
    if (typeof value === 'string') fields[name] = cut(value);
    if (typeof value === 'number') fields[name] = value;
  }
  const stack = framesOf(error);
  return {
    type: error.name,
    message: cut(isForeign(error) ? withoutValues(error.message) : error.message),
    ...fields,
    ...(stack === '' ? {} : { stack }),
    ...(error.cause === undefined || depth === CAUSES_MAX
      ? {}
      : { cause: loggedError(error.cause, depth + 1) }),
  };
}

/** Of another realm, too. */
function isError(error: unknown): error is Error {
  return error instanceof Error || types.isNativeError(error);
}

/** Made by a driver, a parser or the language: where nobody knows, too. */
function isForeign(error: Error): boolean {
  const { code, stack = '' } = error as Error & { code?: unknown };
  if (typeof code === 'string' && NAMES_ALONE.test(code)) return false;
  const made = stack.split('\n').find((line) => FRAME.test(line));
  return made === undefined || FOREIGN_FRAME.test(made);
}

function withoutValues(message: string): string {
  const unquoted = QUOTED.reduce(
    (text, quoted) => text.replace(quoted, (all) => `${all[0]}...${all[0]}`),
    message,
  );
  return TOLD.reduce((text, told) => text.replace(told, ' ...'), unquoted);
}

/** The places alone: a stack begins with the whole message. */
function framesOf({ stack = '' }: Error): string {
  const frames = stack.split('\n').filter((line) => FRAME.test(line));
  return frames.slice(0, FRAMES_MAX).join('\n');
}

function cut(text: string): string {
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX)}...`;
}
