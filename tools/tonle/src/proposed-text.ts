import { counted } from '@tonle/contracts';
import type { CommandContext } from './command-context.js';
import { OPERATOR } from './ops.js';

/** Those that a sandbox has, by whose keys others sign. */
const OPERATORS: readonly string[] = [OPERATOR, 'OPERATOR2', 'OPERATOR3'];

/** What was proposed, under the name by which approvals list it. */
export interface ProposedDeed {
  readonly approvalId: string;
  /** How many others have to approve; absent: one. */
  readonly approvalsRequired?: number;
  readonly expiresAt?: string;
}

/** What takes less is done; what takes more is proposed. */
export interface DeedAnswer extends Partial<ProposedDeed> {
  readonly done: boolean;
}

/** What was proposed of an answer; undefined when it is done. */
export function proposedOf({
  approvalId,
  approvalsRequired,
  expiresAt,
}: DeedAnswer): ProposedDeed | undefined {
  return approvalId === undefined ? undefined : { approvalId, approvalsRequired, expiresAt };
}

/** Who decides about a proposal, and how: a line for each other operator that has to. `ticked`: warnings that each has to acknowledge. */
export function proposedText(
  { command, participant }: Pick<CommandContext, 'command' | 'participant'>,
  deed: ProposedDeed,
  ticked: readonly string[] = [],
): string {
  const { approvalId: name, approvalsRequired = 1, expiresAt } = deed;
  const proposer = OPERATORS.includes(participant) ? participant : OPERATOR;
  const others = OPERATORS.filter((each) => each !== proposer).slice(0, approvalsRequired);
  const acknowledge = ticked.length === 0 ? '' : ` --acknowledge ${ticked.join(' ')}`;
  const until = expiresAt === undefined ? '' : `, until ${expiresAt}`;
  return [
    `Proposed. ${counted(approvalsRequired, 'other operator')} must approve, each with a key of their own${until}:`,
    `  ${command} --as ${others[0]!} approvals show ${name}`,
    ...others.map(
      (other) => `  ${command} --as ${other} approvals approve ${name}${acknowledge} --reason "..."`,
    ),
  ].join('\n');
}
