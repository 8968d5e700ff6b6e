import {
  ISO_STATUS,
  REASONS,
  TERMINAL_STATES,
  type PaymentEventMessage,
  type PaymentState,
  type PaymentSubmit,
} from '@tonle/contracts';

/** What routing would tell about a payment in this state. */
export function eventOf(
  submit: PaymentSubmit,
  state: PaymentState,
  nowMs: number,
  more: Partial<PaymentEventMessage> = {},
): PaymentEventMessage {
  const at = new Date(nowMs).toISOString();
  const isoReason = more.reason === undefined ? {} : { isoReason: REASONS[more.reason].iso };
  const completed = state === 'COMPLETED';
  return {
    paymentId: submit.paymentId,
    uetr: submit.uetr,
    version: 2,
    state,
    isoStatus: ISO_STATUS[state],
    ...isoReason,
    direction: submit.direction,
    corridor: submit.corridor,
    sender: submit.sender,
    messageId: submit.messageId,
    endToEndId: submit.endToEndId,
    debtorAgent: submit.debtorAgent,
    creditorAgent: submit.creditorAgent,
    fxProvider: 'FXNAGA',
    quoteId: submit.quoteId,
    rate: '0.00818040',
    source: submit.source,
    target: submit.target,
    fees: [],
    partnerRefs: completed ? { debit: `hash-${submit.paymentId}`, credit: `TH-${submit.paymentId}` } : {},
    acceptedAt: submit.acceptedAt,
    at,
    ...(completed ? { completedAt: at } : {}),
    windows: [],
    obligations: [],
    lane: 'main',
    replyTo: submit.replyTo,
    history: TERMINAL_STATES.has(state) ? [{ from: 'RECEIVED', event: 'test', to: state, at }] : [],
    ...more,
  };
}
