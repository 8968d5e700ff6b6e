import type { CommandContext } from './command-context.js';
import { OPERATOR } from './ops.js';
import { show } from './output.js';
import { proposedText, type ProposedDeed } from './proposed-text.js';

const CORRECTIONS = '/v1/ops/statements/corrections';

interface DifferingDay {
  readonly partner: string;
  readonly currency: string;
  readonly day: string;
}

/** `tonle ops correction propose`: nothing is read until another operator approves. */
export async function runCorrectionPropose(
  context: CommandContext,
  day: DifferingDay,
  { reason }: { readonly reason: string },
): Promise<number> {
  const { output, gateway } = context;
  const body = { ...day, reason };
  const answer = await gateway(OPERATOR).ask<ProposedDeed>('POST', CORRECTIONS, {
    body,
    // The network is asked what its files say.
    answerMsMax: 60_000,
  });
  show(output, answer, () => proposedText(context, answer));
  return 0;
}
