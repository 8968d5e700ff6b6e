import type { RecallAnswer, RecallState, RecallView } from '@tonle/contracts';
import { showAmount } from '../http/public-amount.js';
import { showLinkedRefund } from '../payment/payment.view.js';
import type { AnswerRecall, ListRecalls, OperatorRecall, PublicRecall } from './recall.schema.js';

/** A recall as its asker and its answerer see it: who else did something is the switch. */
export function showRecall(recall: RecallView): PublicRecall {
  const { byPeople: _byPeople, history, ...shown } = showOperatorRecall(recall);
  const isTheirs = (by: string) => by === recall.asker || by === recall.answerer;
  return {
    ...shown,
    history: history.map((step) => ({ ...step, by: isTheirs(step.by) ? step.by : 'switch' })),
    links: { self: `/v1/recalls/${recall.recallId}` },
  };
}

/** A recall as operators see it. */
export function showOperatorRecall(recall: RecallView): OperatorRecall {
  const { recallId, paymentId, uetr, direction, corridor, asker, answerer, messageId, caseId } = recall;
  const { reason, isoReason, text, byPeople, receivedAt, deadline, endedAt } = recall;
  return {
    ...{ recallId, paymentId, uetr, direction, corridor, asker, answerer, messageId },
    ...(caseId === undefined ? {} : { caseId }),
    ...{ reason, isoReason },
    ...(text === undefined ? {} : { text }),
    amount: showAmount(recall.amount),
    state: recall.state.toLowerCase() as OperatorRecall['state'],
    ...(recall.answer === undefined ? {} : { answer: showAnswer(recall.answer) }),
    ...{ receivedAt, deadline, byPeople },
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(recall.moneyDue === undefined ? {} : { moneyDue: recall.moneyDue }),
    ...(recall.moneyMissing === true ? { moneyMissing: true } : {}),
    refunds: recall.refunds.map(showLinkedRefund),
    history: recall.history.map((step) => ({ ...step })),
  };
}

function showAnswer({ refusal, isoRefusal, text }: RecallAnswer): NonNullable<PublicRecall['answer']> {
  return {
    ...(refusal === undefined ? {} : { refusedBecause: refusal }),
    ...(isoRefusal === undefined ? {} : { isoReason: isoRefusal }),
    ...(text === undefined ? {} : { text }),
  };
}

/** What routing is told of an answer. */
export function answerOf({ answer, refusedBecause, text }: AnswerRecall): RecallAnswer {
  return {
    state: answer.toUpperCase() as RecallAnswer['state'],
    ...(refusedBecause === undefined ? {} : { refusal: refusedBecause }),
    ...(text === undefined ? {} : { text }),
  };
}

/** The state of routing that a public one stands for. */
export function stateOf(state: NonNullable<ListRecalls['state']>): RecallState {
  return state.toUpperCase() as RecallState;
}
