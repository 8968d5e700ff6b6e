import { counted } from '@tonle/contracts';
import { changeRows, factRows, type ApprovalFacts } from './approval-facts.js';
import { moreText, type CommandContext } from './command-context.js';
import type { GatewayClient } from './gateway-client.js';
import { list, show, showAmount, table, type ShownAmount } from './output.js';

const OPERATOR = 'OPERATOR';
const PATH = '/v1/ops/approvals';

interface Approval {
  readonly approvalId: string;
  readonly kind: string;
  readonly target: string;
  readonly state: string;
  readonly amount?: ShownAmount;
  readonly proposedBy: string;
  readonly proposedAt: string;
  readonly reason: string;
  readonly approvals: number;
  readonly approvalsRequired: number;
  readonly expiresAt: string;
  readonly effectiveAt?: string;
  readonly detail?: string;
}

interface ShownApproval extends Approval {
  readonly policyVersion: number;
  readonly policy?: ApprovalFacts;
  readonly payload: ApprovalFacts;
  readonly before?: ApprovalFacts;
  readonly after?: ApprovalFacts;
  readonly warnings: readonly { readonly code: string; readonly text: string }[];
  readonly evidence?: string;
  readonly verdicts: readonly {
    readonly verdict: string;
    readonly participant: string;
    readonly reason: string;
    readonly at: string;
  }[];
  readonly outcome?: ApprovalFacts;
}

interface ApprovalPage {
  readonly approvals: readonly Approval[];
  readonly next?: string;
  readonly silentServices: readonly string[];
}

interface DecidedApproval {
  readonly state: string;
  readonly approvals: number;
  readonly approvalsRequired: number;
}

/** What `tonle approvals list` is asked for. */
export interface ApprovalListOptions {
  readonly state?: string;
  readonly kind?: string;
  readonly cursor?: string;
  readonly limit?: string;
}

/** Why, and which warnings were looked at. */
export interface ApprovalVerdictOptions {
  readonly reason: string;
  readonly acknowledge?: readonly string[];
}

/** What waits for another operator; a page of them. */
export const pendingApprovals = (gateway: GatewayClient): Promise<ApprovalPage> =>
  gateway.ask('GET', `${PATH}?state=pending`);

/** `tonle approvals list`: what waits for another operator, or what has become of it; with --json one per line. */
export async function runApprovals(
  { output, gateway, again, command }: CommandContext,
  options: ApprovalListOptions,
): Promise<number> {
  const query = new URLSearchParams(Object.entries(options) as [string, string][]).toString();
  const page = await gateway(OPERATOR).ask<ApprovalPage>('GET', `${PATH}?${query}`);
  for (const service of page.silentServices)
    output.err(`${service} does not answer: what it has is not shown`);
  if (output.json) {
    for (const each of page.approvals) output.out(JSON.stringify(each));
    return 0;
  }
  if (page.approvals.length === 0) {
    output.out('None.');
    return 0;
  }
  output.out(table(page.approvals.map(cells)));
  if (page.next !== undefined) output.out(moreText(again, 'approvals list', options, page.next));
  output.out(`Look at one: ${command} approvals show <id>`);
  return 0;
}

/** `tonle approvals show`: what it would do, and who has decided what. */
export async function runApprovalShow({ output, gateway }: CommandContext, id: string): Promise<number> {
  const approval = await approvalOf(gateway(OPERATOR), id);
  show(output, approval, () => approvalText(approval));
  return 0;
}

/** `tonle approvals approve`, `reject` and `withdraw`: decides, and says how it stands. */
export async function runApprovalVerdict(
  { output, gateway }: CommandContext,
  verdict: 'approve' | 'reject' | 'withdraw',
  id: string,
  { reason, acknowledge = [] }: ApprovalVerdictOptions,
): Promise<number> {
  const decided = await gateway(OPERATOR).ask<DecidedApproval>('POST', `${PATH}/${id}/decision`, {
    body: { verdict, reason, acknowledged: acknowledge },
    // What has to be asked of a network before it can be done is asked first.
    answerMsMax: 60_000,
  });
  show(output, { approvalId: id, verdict, ...decided }, () => decidedText(decided));
  return 0;
}

const approvalOf = (gateway: GatewayClient, id: string): Promise<ShownApproval> =>
  gateway.ask('GET', `${PATH}/${id}`);

const cells = (approval: Approval): string[] => [
  approval.approvalId,
  approval.kind,
  approval.target,
  approval.amount === undefined ? '' : showAmount(approval.amount),
  approval.state,
  countOf(approval),
  `by ${approval.proposedBy}`,
  approval.state === 'pending' ? `until ${approval.expiresAt}` : (approval.detail ?? ''),
];

const countOf = ({ approvals, approvalsRequired }: DecidedApproval): string =>
  `${approvals} of ${counted(approvalsRequired, 'approval')}`;

function decidedText(decided: DecidedApproval): string {
  switch (decided.state) {
    case 'executed':
      return 'Approved, and done.';
    case 'approved':
      return 'Approved: it will be done at its time.';
    case 'pending':
      return `${countOf(decided)}: another operator has to approve too.`;
    default:
      return `It is ${decided.state}: nothing was changed.`;
  }
}

function approvalText(approval: ShownApproval): string {
  return [
    `${approval.approvalId}  ${approval.kind} of ${approval.target}`,
    list([
      ['state', `${approval.state}, ${countOf(approval)}, policy ${approval.policyVersion}`],
      ['amount', approval.amount && showAmount(approval.amount)],
      ['proposed', `by ${approval.proposedBy} at ${approval.proposedAt}: ${approval.reason}`],
      ...factRows('policy', approval.policy),
      ['evidence', approval.evidence],
      ['expires', approval.state === 'pending' ? approval.expiresAt : undefined],
      ['from', approval.effectiveAt],
      ...factRows('does', approval.payload),
      ...changeRows(approval.before, approval.after),
      ...approval.warnings.map(({ code, text }): [string, string] => ['warning', `${code}: ${text}`]),
      ...approval.verdicts.map(({ verdict, participant, reason, at }): [string, string] => [
        verdict,
        `by ${participant} at ${at}: ${reason}`,
      ]),
      ...factRows('outcome', approval.outcome),
      ['ended', approval.detail],
    ]),
  ].join('\n');
}
