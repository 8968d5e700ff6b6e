import type { CommandContext } from './command-context.js';
import { readGiven } from './given-file.js';
import { OPERATOR } from './ops.js';
import { show } from './output.js';
import { proposedText, type ProposedDeed } from './proposed-text.js';

const WINDOWS = '/v1/ops/windows';

type ProvenFile = ProposedDeed & {
  readonly finalisationId: string;
  readonly warnings: readonly { readonly code: string; readonly detail: string }[];
};

export interface Reasoned {
  readonly reason: string;
}

/** `tonle settlement propose`: nothing is paid until other operators approve. */
export async function runProposeWindow(context: CommandContext, id: string, body: Reasoned): Promise<number> {
  return proposeDeed(context, `${WINDOWS}/${id}/approval`, body);
}

/** `tonle settlement without`. */
export async function runNetWithout(
  context: CommandContext,
  id: string,
  without: readonly string[],
  { reason }: Reasoned,
): Promise<number> {
  return proposeDeed(context, `${WINDOWS}/${id}/netting`, { without, reason });
}

/** `tonle settlement dead`. */
export async function runInstructionDead(
  context: CommandContext,
  id: string,
  { reason, evidence }: Reasoned & { readonly evidence: string },
): Promise<number> {
  return proposeDeed(context, `/v1/ops/instructions/${id}/dead`, { evidence, reason });
}

/** `tonle settlement dispute`. */
export async function runDispute(
  { output, gateway }: CommandContext,
  id: string,
  { reason, end = false }: Reasoned & { readonly end?: boolean },
): Promise<number> {
  const body = { disputed: !end, reason };
  await gateway(OPERATOR).ask('POST', `${WINDOWS}/${id}/dispute`, { body });
  show(output, { windowId: id, disputed: !end }, () =>
    end ? 'The dispute has ended.' : 'Disputed: it is neither approved nor instructed.',
  );
  return 0;
}

/** `tonle settlement instruct`. */
export async function runInstruct(
  { output, gateway, command }: CommandContext,
  id: string,
  { reason }: Reasoned,
): Promise<number> {
  const answer = await gateway(OPERATOR).ask<{ instructionId: string }>(
    'POST',
    `${WINDOWS}/${id}/instruction`,
    {
      body: { reason },
    },
  );
  show(output, answer, () =>
    ['Instructed again:', `  ${command} settlement instruction ${answer.instructionId}`].join('\n'),
  );
  return 0;
}

/** `tonle settlement finalise`: refused by name, or proposed. */
export async function runFinalise(
  { output, gateway, command, participant }: CommandContext,
  id: string,
  file: string,
  { reason }: Reasoned,
): Promise<number> {
  const content = readGiven(file).toString('utf8');
  const answer = await gateway(OPERATOR).ask<ProvenFile>('POST', `${WINDOWS}/${id}/finalisation`, {
    body: { content, reason },
  });
  const acknowledge = answer.warnings.map(({ code }) => code);
  show(output, answer, () =>
    [
      'Proven.',
      ...answer.warnings.map(({ code, detail }) => `  warning ${code}: ${detail}`),
      proposedText({ command, participant }, answer, acknowledge),
    ].join('\n'),
  );
  return 0;
}

/** Proposes a deed, and says who decides about it, and with which warnings acknowledged. */
export async function proposeDeed(
  { output, gateway, command, participant }: CommandContext,
  path: string,
  body: object,
  acknowledge: readonly string[] = [],
): Promise<number> {
  const answer = await gateway(OPERATOR).ask<ProposedDeed>('POST', path, { body });
  show(output, answer, () => proposedText({ command, participant }, answer, acknowledge));
  return 0;
}
