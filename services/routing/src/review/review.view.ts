import type { ApprovalRequest } from '@tonle/approval';
import type { LegKind, ListedReview, UndecidedPayment } from '@tonle/contracts';
import { legAmount, type MoneyAmount, type Payment } from '../payment/payment.js';
import { arrivalOf, notPaidFromMs } from './review.decide.js';
import { DECISIONS, type ReviewFinding } from './review.js';
import type { UndecidedRow } from './review.store.js';

const instant = (ms: number) => new Date(ms).toISOString();
const json = ({ currency, minor }: MoneyAmount) => ({ currency, minor: minor.toString() });

/** A payment under review. Throws for one that is not. */
export function listedReview(
  payment: Payment,
  proposal: ApprovalRequest<ReviewFinding> | undefined,
  notFoundFinalAfterMs: number,
): ListedReview {
  const { id, instruction, corridor, direction, reviewLeg: leg } = payment;
  if (leg === null) throw new Error(`payment ${id} is not under review`);
  const from = notPaidFromMs(payment, notFoundFinalAfterMs);
  return {
    paymentId: id,
    uetr: instruction.uetr,
    corridor,
    direction,
    leg,
    since: instant(payment.enteredAtMs),
    because: arrivalOf(payment) ?? '',
    amount: json(legAmount(payment, leg)),
    ...owed(payment, leg),
    attempts: payment.attempts[leg],
    decisions: [...DECISIONS[leg]],
    ...(from === undefined ? {} : { notPaidFrom: instant(from) }),
    ...(proposal !== undefined && { proposal: listedProposal(proposal) }),
  };
}

/** Whoever waits for the leg's money: the payer for what goes back, the payee for what is paid out; a debit takes. */
function owed({ instruction }: Payment, leg: LegKind): Pick<ListedReview, 'owedTo'> {
  if (leg === 'debit') return {};
  const { debtor, debtorAgent, creditor, creditorAgent } = instruction;
  const [agent, { account }] = leg === 'reversal' ? [debtorAgent, debtor] : [creditorAgent, creditor];
  return { owedTo: { agent, account } };
}

function listedProposal(request: ApprovalRequest<ReviewFinding>): NonNullable<ListedReview['proposal']> {
  const { approvalId, payload, reason, evidence = '', participant: proposedBy, proposedAt } = request;
  const { decision, partnerRef, amount } = payload;
  return {
    approvalId: `routing.${approvalId}`,
    decision,
    ...(partnerRef === undefined ? {} : { partnerRef }),
    ...(amount === undefined ? {} : { amount }),
    ...{ reason, evidence, proposedBy, proposedAt: proposedAt.toISOString() },
  };
}

export function listedUndecided(row: UndecidedRow): UndecidedPayment {
  return {
    paymentId: row.payment_id,
    state: row.state,
    since: row.since.toISOString(),
    lastAt: row.last_at.toISOString(),
    times: row.times,
    cause: row.cause,
  };
}
