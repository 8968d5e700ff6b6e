import { counted } from '@tonle/contracts';
import type { CommandContext } from './command-context.js';
import { readGiven } from './given-file.js';
import { OPERATOR } from './ops.js';
import { show } from './output.js';

const WINDOWS = '/v1/ops/windows';
const SECOND_OPERATOR = 'OPERATOR2';

interface ProposedDeed {
  readonly approval: string;
  readonly approvalsRequired: number;
}

interface ProvenFile extends ProposedDeed {
  readonly finalisationId: string;
  readonly warnings: readonly { readonly code: string; readonly detail: string }[];
}

interface Reasoned {
  readonly reason: string;
}

/** `tonle settlement propose`: nothing is paid until other operators approve. */
export async function runProposeWindow(context: CommandContext, id: string, body: Reasoned): Promise<number> {
  return propose(context, `${WINDOWS}/${id}/approval`, body);
}

/** `tonle settlement without`. */
export async function runNetWithout(
  context: CommandContext,
  id: string,
  without: readonly string[],
  { reason }: Reasoned,
): Promise<number> {
  return propose(context, `${WINDOWS}/${id}/netting`, { without, reason });
}

/** `tonle settlement dead`. */
export async function runInstructionDead(
  context: CommandContext,
  id: string,
  { reason, evidence }: Reasoned & { readonly evidence: string },
): Promise<number> {
  return propose(context, `/v1/ops/instructions/${id}/dead`, { evidence, reason });
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
      approveText(command, participant, answer, acknowledge),
    ].join('\n'),
  );
  return 0;
}

async function propose(
  { output, gateway, command, participant }: CommandContext,
  path: string,
  body: object,
): Promise<number> {
  const answer = await gateway(OPERATOR).ask<ProposedDeed>('POST', path, { body });
  show(output, answer, () => approveText(command, participant, answer, []));
  return 0;
}

function approveText(
  command: string,
  participant: string,
  { approval, approvalsRequired }: ProposedDeed,
  acknowledge: readonly string[],
): string {
  const other = participant === SECOND_OPERATOR ? OPERATOR : SECOND_OPERATOR;
  const ticked = acknowledge.length === 0 ? '' : ` --acknowledge ${acknowledge.join(' ')}`;
  return [
    `Proposed. ${counted(approvalsRequired, 'other operator')} must approve, each with a key of their own:`,
    `  ${command} --as ${other} approvals show ${approval}`,
    `  ${command} --as ${other} approvals approve ${approval}${ticked} --reason "..."`,
  ].join('\n');
}
