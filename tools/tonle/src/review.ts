import { counted } from '@tonle/contracts';
import { readAmountOption, type CommandContext } from './command-context.js';
import { list, show, showAmount, type ShownAmount } from './output.js';
import { proposedText, type ProposedDeed } from './proposed-text.js';

interface Proposal {
  readonly approvalId: string;
  readonly decision: string;
  readonly reference?: string;
  readonly booked?: ShownAmount;
  readonly reason: string;
  readonly evidence: string;
  readonly proposedBy: string;
  readonly proposedAt: string;
}

interface Review {
  readonly paymentId: string;
  readonly uetr: string;
  readonly corridor: string;
  readonly direction: string;
  readonly leg: string;
  readonly since: string;
  readonly because: string;
  readonly amount: ShownAmount;
  readonly owedTo?: { readonly agent: string; readonly account: string };
  readonly attempts: number;
  readonly decisions: readonly string[];
  readonly notPaidFrom?: string;
  readonly proposal?: Proposal;
}

interface Undecided {
  readonly paymentId: string;
  readonly state: string;
  readonly since: string;
  readonly times: number;
  readonly cause: string;
}

interface Reviews {
  readonly reviews: readonly Review[];
  readonly undecided: readonly Undecided[];
}

export interface ProposeOptions {
  readonly decision: string;
  readonly reference?: string;
  readonly booked?: string;
  readonly reason: string;
  readonly evidence: string;
}

const REVIEWS = '/v1/ops/reviews';
const OPERATOR = 'OPERATOR';

/** `tonle review list`: what waits for operators; with --json one per line. */
export async function runReviewList({ output, gateway, again }: CommandContext): Promise<number> {
  const { reviews, undecided } = await gateway(OPERATOR).ask<Reviews>('GET', REVIEWS);
  if (output.json) {
    for (const each of [...reviews, ...undecided]) output.out(JSON.stringify(each));
    return 0;
  }
  if (reviews.length + undecided.length === 0) output.out('Nothing to review.');
  for (const review of reviews) output.out(reviewText(review));
  if (reviews.length > 0) output.out(`What their networks said: ${again} ops payment <payment id>`);
  for (const each of undecided) output.out(undecidedText(each));
  return 0;
}

/** `tonle review propose`: nothing moves until another operator approves. */
export async function runReviewPropose(
  context: CommandContext,
  paymentId: string,
  { decision, reference, booked, reason, evidence }: ProposeOptions,
): Promise<number> {
  const { output, gateway } = context;
  const path = `${REVIEWS}/${paymentId}/proposal`;
  const answer = await gateway(OPERATOR).ask<ProposedDeed>('POST', path, {
    body: {
      decision: decision.replace('-', '_'),
      ...(reference !== undefined && { reference }),
      ...(booked !== undefined && { booked: readAmountOption(booked, undefined) }),
      reason,
      evidence,
    },
  });
  show(output, answer, () => proposedText(context, answer));
  return 0;
}

function reviewText({ proposal, ...review }: Review): string {
  const head = `${review.paymentId}  ${review.leg} of ${showAmount(review.amount)}, ${review.corridor} ${review.direction}`;
  return [
    head,
    list([
      ['since', `${review.since}, ${review.because}`],
      ['uetr', review.uetr],
      ['owed to', review.owedTo && `${review.owedTo.account} at ${review.owedTo.agent}`],
      ['attempts', String(review.attempts)],
      ['decisions', review.decisions.join(', ')],
      ['not_paid from', review.notPaidFrom],
      ...(proposal === undefined ? [] : proposalLines(proposal)),
    ]),
  ].join('\n');
}

const proposalLines = (proposal: Proposal): [string, string | undefined][] => [
  ['proposed', `${proposal.decision} by ${proposal.proposedBy} at ${proposal.proposedAt}`],
  ['reference', proposal.reference],
  ['booked', proposal.booked && showAmount(proposal.booked)],
  ['reason', proposal.reason],
  ['evidence', proposal.evidence],
  ['approval', proposal.approvalId],
];

const undecidedText = ({ paymentId, state, since, times, cause }: Undecided): string =>
  [
    `${paymentId}  cannot be processed in state ${state}`,
    list([
      ['since', `${since}, ${counted(times, 'time')}`],
      ['cause', cause],
    ]),
  ].join('\n');
