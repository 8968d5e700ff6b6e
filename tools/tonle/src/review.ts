import { counted } from '@tonle/contracts';
import { readAmountOption, type CommandContext } from './command-context.js';
import { UsageError, type GatewayClient } from './gateway-client.js';
import { list, show, showAmount, type ShownAmount } from './output.js';

interface Proposal {
  readonly proposalId: string;
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

export interface VerdictOptions {
  readonly reason: string;
}

const REVIEWS = '/v1/ops/reviews';
const OPERATOR = 'OPERATOR';
const SECOND_OPERATOR = 'OPERATOR2';

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
  { output, gateway, command, participant }: CommandContext,
  paymentId: string,
  { decision, reference, booked, reason, evidence }: ProposeOptions,
): Promise<number> {
  const answer = await gateway(OPERATOR).ask<{ proposalId: string }>(
    'POST',
    `${REVIEWS}/${paymentId}/proposal`,
    {
      body: {
        decision: decision.replace('-', '_'),
        ...(reference !== undefined && { reference }),
        ...(booked !== undefined && { booked: readAmountOption(booked, undefined) }),
        reason,
        evidence,
      },
    },
  );
  const other = participant === SECOND_OPERATOR ? OPERATOR : SECOND_OPERATOR;
  show(output, answer, () =>
    [
      'Proposed. Another operator decides, with a key of their own:',
      `  ${command} --as ${other} review approve ${answer.proposalId} --reason "..."`,
    ].join('\n'),
  );
  return 0;
}

/** `tonle review approve` and `reject`: shows what is decided on, and decides. */
export async function runReviewVerdict(
  { output, gateway, again }: CommandContext,
  verdict: 'approve' | 'reject',
  proposalId: string,
  { reason }: VerdictOptions,
): Promise<number> {
  const operator = gateway(OPERATOR);
  const review = await findProposal(operator, proposalId, again);
  const { paymentId } = review;
  await operator.ask('POST', `${REVIEWS}/${paymentId}/decision`, { body: { proposalId, verdict, reason } });
  const done = verdict === 'approve' ? 'Approved' : 'Rejected';
  show(output, { paymentId, proposalId, verdict }, () => `${reviewText(review)}\n${done}.`);
  return 0;
}

async function findProposal(operator: GatewayClient, proposalId: string, again: string): Promise<Review> {
  const { reviews } = await operator.ask<Reviews>('GET', REVIEWS);
  const found = reviews.find(({ proposal }) => proposal?.proposalId === proposalId);
  if (found === undefined)
    throw new UsageError(`No pending proposal ${proposalId} found. See: ${again} review list`);
  return found;
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
  ['proposal', proposal.proposalId],
];

const undecidedText = ({ paymentId, state, since, times, cause }: Undecided): string =>
  [
    `${paymentId}  cannot be processed in state ${state}`,
    list([
      ['since', `${since}, ${counted(times, 'time')}`],
      ['cause', cause],
    ]),
  ].join('\n');
