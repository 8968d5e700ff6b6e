import type { CommandContext } from './command-context.js';
import { OPERATOR } from './ops.js';
import { show } from './output.js';

const CORRECTIONS = '/v1/ops/statements/corrections';
const SECOND_OPERATOR = 'OPERATOR2';

interface DifferingDay {
  readonly partner: string;
  readonly currency: string;
  readonly day: string;
}

/** `tonle ops correction propose`: nothing is read until another operator approves. */
export async function runCorrectionPropose(
  { output, gateway, command, participant }: CommandContext,
  day: DifferingDay,
  { reason }: { readonly reason: string },
): Promise<number> {
  const body = { ...day, reason };
  const answer = await gateway(OPERATOR).ask<{ proposalId: string }>('POST', CORRECTIONS, { body });
  const other = participant === SECOND_OPERATOR ? OPERATOR : SECOND_OPERATOR;
  show(output, answer, () =>
    [
      'Proposed. Another operator decides, with a key of their own:',
      `  ${command} --as ${other} ops correction approve ${answer.proposalId} --reason "..."`,
    ].join('\n'),
  );
  return 0;
}

/** `tonle ops correction approve` and `reject`. */
export async function runCorrectionVerdict(
  { output, gateway }: CommandContext,
  verdict: 'approve' | 'reject',
  proposalId: string,
  { reason }: { readonly reason: string },
): Promise<number> {
  await gateway(OPERATOR).ask('POST', `${CORRECTIONS}/${proposalId}/decision`, {
    body: { verdict, reason },
    // The network's files are read before it is answered.
    answerMsMax: 60_000,
  });
  show(output, { proposalId, verdict }, () =>
    verdict === 'approve'
      ? 'Approved: the files are read, and the day is reconciled anew.'
      : 'Rejected: what was taken stands.',
  );
  return 0;
}
