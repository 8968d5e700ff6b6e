import { counted } from '@tonle/contracts';
import type { CommandContext } from './command-context.js';
import type { GatewayClient } from './gateway-client.js';
import { show, table } from './output.js';

const OPERATOR = 'OPERATOR';
const PATH = '/v1/ops/dead-letters';

interface DeadLetter {
  readonly id: string;
  readonly topic: string;
  readonly type: string;
  readonly key: string;
  readonly cause: string;
  readonly attempts: number;
  readonly bytes: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

interface DeadLetters {
  readonly deadLetters: readonly DeadLetter[];
  readonly count: number;
  readonly silentServices: readonly string[];
}

/** All that nobody has decided about. */
export const deadLettersOf = (gateway: GatewayClient): Promise<DeadLetters> => gateway.ask('GET', PATH);

/** `tonle ops dead-letters`: the latest first; with --json one per line. */
export async function runDeadLetters({ output, gateway }: CommandContext): Promise<number> {
  const { deadLetters, count, silentServices } = await deadLettersOf(gateway(OPERATOR));
  for (const service of silentServices)
    output.err(`${service} does not answer: its dead letters are not shown`);
  if (output.json) {
    for (const letter of deadLetters) output.out(JSON.stringify(letter));
    return 0;
  }
  const rows = deadLetters.map(({ id, topic, type, key, attempts, bytes, firstAt, lastAt, cause }) => [
    id,
    topic,
    type,
    key,
    counted(attempts, 'attempt'),
    counted(bytes, 'byte'),
    firstAt,
    lastAt,
    cause,
  ]);
  output.out(rows.length === 0 ? 'No dead letter.' : table(rows));
  if (count > rows.length) output.out(`${count - rows.length} more`);
  return 0;
}

/** `tonle ops dead-letters replay` and `discard`: recorded, with the reason. */
export async function runDeadLetterDecision(
  { output, gateway }: CommandContext,
  decision: 'replay' | 'discard',
  id: string,
  { reason }: { readonly reason: string },
): Promise<number> {
  await gateway(OPERATOR).ask('POST', `${PATH}/${encodeURIComponent(id)}/${decision}`, { body: { reason } });
  const done = decision === 'replay' ? 'replayed' : 'discarded';
  show(output, { id, decision: done }, () => `${id} is ${done}.`);
  return 0;
}
