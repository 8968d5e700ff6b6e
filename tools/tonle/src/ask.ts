import { readFileSync } from 'node:fs';
import { printableValue } from '@tonle/contracts';
import { UsageError, type GatewayClient } from './gateway-client.js';
import type { CommandContext } from './command-context.js';
import { show, type Output } from './output.js';

const METHODS = ['GET', 'POST', 'DELETE'] as const;
type Method = (typeof METHODS)[number];

/**
 * `tonle ask METHOD PATH [BODY]`: any request of the API, signed; prints the answer. Paths of operators are signed by
 * OPERATOR unless told otherwise. `-` reads the body from standard input; what begins with `<` is an ISO 20022 message.
 */
export async function runAsk({ output, gateway }: CommandContext, args: readonly string[]): Promise<number> {
  const [verb = '', path = '', text] = args;
  const method = methodOf(verb);
  if (!path.startsWith('/')) throw new UsageError(`"${path}" is not a valid path; write /v1/...`);
  const given = text === '-' ? readFileSync(0, 'utf8') : text;
  const signer = path.startsWith('/v1/ops/') ? gateway('OPERATOR') : gateway();
  if (given?.trimStart().startsWith('<') === true) return sendMessage(output, signer, path, given);
  const body = given === undefined ? undefined : readJson(given);
  const answer = await signer.ask<unknown>(method, path, { body });
  output.out(JSON.stringify(answer, null, output.json ? 0 : 2));
  return 0;
}

/** Exit 1 when it could not be read (admi.002); whether a payment was refused stands in the answer. */
async function sendMessage(
  output: Output,
  signer: GatewayClient,
  path: string,
  message: string,
): Promise<number> {
  const { ok, xml } = await signer.sendMessage(path, message);
  show(output, { xml }, () => xml.split('\n').map(printableValue).join('\n'));
  return ok ? 0 : 1;
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
    throw new UsageError(`The body is neither JSON nor XML: ${(error as Error).message}`);
  }
}
