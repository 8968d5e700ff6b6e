import { randomBytes } from 'node:crypto';
import type { CommandContext } from './command-context.js';
import { UsageError } from './gateway-client.js';
import { readGiven } from './given-file.js';
import { show } from './output.js';

export interface SignOptions {
  readonly explain?: boolean;
  /** A file with the signature base that somebody else made of the same request. */
  readonly base?: string;
  readonly contentType: string;
  readonly idempotencyKey?: string;
  readonly created?: string;
  readonly nonce?: string;
}

/**
 * `tonle sign METHOD PATH [BODY]`: the headers that sign a request, without sending it; with --explain the signature base
 * line by line, with --base compared with one's own. Exit 1 when that differs.
 */
export function runSign(
  { output, gateway }: CommandContext,
  [method = '', path = '', body]: readonly string[],
  options: SignOptions,
): number {
  if (!path.startsWith('/')) throw new UsageError(`"${path}" is not a valid path; write /v1/...`);
  const theirs = options.base === undefined ? undefined : readGiven(options.base).toString('latin1');
  const { contentType, idempotencyKey, nonce = randomBytes(16).toString('base64url') } = options;
  const { base, headers } = gateway().explain({
    method: method.toUpperCase(),
    path,
    headers: {
      ...(body !== undefined && { 'content-type': contentType }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    },
    ...(body !== undefined && { body: body === '-' ? readGiven(body) : body }),
    created: createdOf(options.created),
    nonce,
  });
  const differences = theirs === undefined ? [] : differencesOf(base, theirs);
  const told = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const explained = options.explain === true || theirs !== undefined;
  show(output, { base, headers, ...(theirs !== undefined && { differences }) }, () =>
    [...(explained ? [...explanation(base), ''] : []), ...told, ...differences].join('\n'),
  );
  return differences.length === 0 ? 0 : 1;
}

function createdOf(text: string | undefined): number {
  if (text === undefined) return Math.floor(Date.now() / 1000);
  if (!/^\d{1,11}$/.test(text)) throw new UsageError(`"${text}" is not a time in seconds since 1970.`);
  return Number.parseInt(text, 10);
}

function explanation(base: string): string[] {
  const lines = base.split('\n').map((line, index) => `  ${index + 1}  ${line}`);
  return [
    `The signature is over these lines, joined by one line feed (0x0A) and without one at the end (${base.length} bytes):`,
    ...lines,
  ];
}

/** Which lines of a base are not ours; a `created` or `nonce` of its own is for --created and --nonce to take. */
function differencesOf(ours: string, theirs: string): string[] {
  const [mine, other] = [ours.split('\n'), theirs.split('\n')];
  const found = Array.from({ length: Math.max(mine.length, other.length) }, (_, index) => index)
    .filter((index) => mine[index] !== other[index])
    .map((index) =>
      [
        `line ${index + 1} differs:`,
        `  ours    ${JSON.stringify(mine[index] ?? '(no such line)')}`,
        `  yours   ${JSON.stringify(other[index] ?? '(no such line)')}`,
      ].join('\n'),
    );
  if (theirs === `${ours}\n`) return ['Yours ends with a line feed; the base has none at its end.'];
  return found;
}
