import { readFileSync } from 'node:fs';
import { UsageError } from './gateway-client.js';
import type { CommandContext } from './command-context.js';

const METHODS = ['GET', 'POST', 'DELETE'] as const;
type Method = (typeof METHODS)[number];

/**
 * `tonle ask METHOD PATH [JSON]`: any request of the API, signed; prints the JSON answer. Paths of operators are
 * signed by OPERATOR unless told otherwise. `-` reads the body from standard input.
 */
export async function runAsk({ output, gateway }: CommandContext, args: readonly string[]): Promise<number> {
  const [given = '', path = '', text] = args;
  const method = methodOf(given);
  if (!path.startsWith('/')) throw new UsageError(`"${path}" is not a valid path; write /v1/...`);
  const body = text === undefined ? undefined : readJson(text === '-' ? readFileSync(0, 'utf8') : text);
  const signer = path.startsWith('/v1/ops/') ? gateway('OPERATOR') : gateway();
  const answer = await signer.ask<unknown>(method, path, { body });
  output.out(JSON.stringify(answer, null, output.json ? 0 : 2));
  return 0;
}

function methodOf(given: string): Method {
  const method = METHODS.find((each) => each === given.toUpperCase());
  if (method === undefined)
    throw new UsageError(`"${given}" is not a valid method; write ${METHODS.join(', ')}.`);
  return method;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UsageError(`The body is not valid JSON: ${(error as Error).message}`);
  }
}
