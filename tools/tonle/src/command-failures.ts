import { CommanderError, type Command } from 'commander';
import type { CommandContext } from './command-context.js';
import { listOf } from './command-forms.js';
import { GatewayProblem, GatewayUnreachable, UsageError } from './gateway-client.js';
import { problemText, type Output } from './output.js';

export const SUCCESS = 0;
const FAILURE = 1;
const USAGE_ERROR = 2;

/** Does the work of a command; of what is not there it says where it is listed. */
export async function saysWhereToLook(
  { output, again }: CommandContext,
  command: Command,
  work: () => number | Promise<number>,
): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const list = listOf(command);
    if (list === undefined || output.json || !isNotFound(error)) throw error;
    output.err(problemText(error.problem));
    output.err(`  See ${again} ${list}`);
    return FAILURE;
  }
}

const isNotFound = (error: unknown): error is GatewayProblem =>
  error instanceof GatewayProblem && error.problem.status === 404;

/** Says what went wrong, and gives the exit code; throws what is no fault of whoever asks or answers. */
export function explain(error: unknown, output: Output): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? SUCCESS : USAGE_ERROR;
  if (error instanceof GatewayProblem) {
    if (output.json) output.out(JSON.stringify(error.problem));
    else output.err(problemText(error.problem));
    return error.problem.code === 'schema_invalid' ? USAGE_ERROR : FAILURE;
  }
  if (error instanceof GatewayUnreachable) {
    output.err(`${error.message}. Is it running? Start one with npm start, or name another with --gateway.`);
    return FAILURE;
  }
  if (error instanceof UsageError) {
    output.err(error.message);
    return USAGE_ERROR;
  }
  throw error;
}
