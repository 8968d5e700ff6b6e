import { publicState, TERMINAL_STATES, type PaymentEventMessage, type PaymentState } from '@tonle/contracts';
import { showAmount } from '../http/public-amount.js';
import { noticeIdOf, type Notice, type NoticeType } from './notice.js';

/** What a payment in this state is told as; undefined: nothing that people need. */
const TYPE_OF_STATE: Readonly<Record<PaymentState, NoticeType | undefined>> = {
  RECEIVED: undefined,
  VALIDATED: undefined,
  SCREENING_HOLD: 'payment.held',
  RESERVED: undefined,
  DEBIT_SENT: undefined,
  DEBIT_UNKNOWN: 'payment.unknown',
  DEBIT_SECURED: undefined,
  CREDIT_SENT: undefined,
  CREDIT_UNKNOWN: 'payment.unknown',
  MANUAL_REVIEW: 'payment.review',
  UNWINDING: undefined,
  COMPLETED: 'payment.completed',
  REJECTED: 'payment.failed',
  EXPIRED: 'payment.failed',
  BLOCKED: 'payment.blocked',
};

/** What the end of a payment is told as. */
export const END_TYPES: readonly NoticeType[] = [
  ...new Set([...TERMINAL_STATES].map((state) => TYPE_OF_STATE[state]!)),
  'payment.refunded',
];

/** What is told of a payment as it stands: to its bank here, and of its quote to the FX provider. */
export function noticesOf(event: PaymentEventMessage): Notice[] {
  const type = event.waitsUntil === undefined ? TYPE_OF_STATE[event.state] : 'payment.held';
  if (type === undefined) return [];
  const ofPayment = type === 'payment.completed' && event.refundOf !== undefined ? 'payment.refunded' : type;
  const notices = [...banksOf(event)].map((bank) => noticeOf(event, bank, ofPayment, paymentData(event)));
  return [...notices, ...quoteNoticesOf(event)];
}

/** The other side is a network: it hears of payments by its adapter. */
function banksOf({
  direction,
  debtorAgent,
  creditorAgent,
  sender,
  replyTo,
}: PaymentEventMessage): Set<string> {
  const banks = new Set([direction === 'outbound' ? debtorAgent : creditorAgent]);
  return replyTo.service === 'gateway' ? banks.add(sender) : banks;
}

/**
 * That the quote was used, with the first that is told of the payment, and what became of it. A payment that was refused before it
 * reserved never had the quote, and one in a single currency has no FX provider: its settlement bank stands in that place.
 */
function quoteNoticesOf(event: PaymentEventMessage): Notice[] {
  const { fxProvider, history, source, target, state } = event;
  const index = history.findIndex(({ to }) => to === 'RESERVED');
  const reserved = history[index];
  if (fxProvider === '' || reserved === undefined || source.currency === target.currency) return [];
  const data = quoteData(event);
  const { at } = reserved;
  // Before whatever else is told of the payment, in the same event too: each step makes a version.
  const version = index + 1;
  const use = noticeOf(
    { ...event, version, at },
    fxProvider,
    'quote.used',
    { ...data, sequence: version },
    1,
  );
  const shown = publicState(state);
  if (shown === 'processing') return [use];
  const type = shown === 'failed' ? 'quote.failed' : 'quote.completed';
  return [use, noticeOf(event, fxProvider, type, { ...data, ...stateOf(event) })];
}

function noticeOf(
  event: PaymentEventMessage,
  participant: string,
  type: NoticeType,
  data: Notice['data'],
  times = timesEntered(event),
): Notice {
  const { paymentId, version, at } = event;
  const noticeId = noticeIdOf(participant, paymentId, type, times.toString());
  return { noticeId, participant, type, payment: { paymentId, version }, data, at };
}

/** How often the payment has come into its state. What came while it stayed there makes a version, and nothing to tell. */
function timesEntered({ state, history }: PaymentEventMessage): number {
  return history.filter(({ from, to }) => to === state && from !== to).length;
}

function paymentData(event: PaymentEventMessage): Notice['data'] {
  return {
    paymentId: event.paymentId,
    uetr: event.uetr,
    sequence: event.version,
    ...stateOf(event),
    direction: event.direction,
    corridor: event.corridor,
    sender: event.sender,
    messageId: event.messageId,
    endToEndId: event.endToEndId,
    quoteId: event.quoteId,
    ...amountsOf(event),
    ...(event.refundOf === undefined ? {} : { refundOf: event.refundOf }),
    ...(event.paymentCodeId === undefined ? {} : { paymentCodeId: event.paymentCodeId }),
  };
}

/** An FX provider learns what became of its money, not between whom. */
function quoteData(event: PaymentEventMessage): Notice['data'] {
  return {
    quoteId: event.quoteId,
    paymentId: event.paymentId,
    sequence: event.version,
    corridor: event.corridor,
    ...amountsOf(event),
    ...conversionOf(event),
  };
}

/** Of a refund that whoever is at fault makes exact: what the provider gets for it. */
function conversionOf({ refundCause }: PaymentEventMessage): Notice['data'] {
  const conversion = refundCause?.conversion;
  return conversion === undefined
    ? {}
    : { conversion: { ...conversion, source: showAmount(conversion.source) } };
}

function stateOf({
  state,
  isoStatus,
  reason,
  isoReason,
  completedAt,
  waitsUntil,
}: PaymentEventMessage): Notice['data'] {
  return {
    state: publicState(state),
    step: state,
    isoStatus,
    ...(reason === undefined ? {} : { code: reason }),
    ...(isoReason === undefined ? {} : { isoReason }),
    ...(completedAt === undefined ? {} : { completedAt }),
    ...(waitsUntil === undefined ? {} : { waitsUntil }),
  };
}

function amountsOf({ source, target, rate, creditedAmount }: PaymentEventMessage): Notice['data'] {
  return {
    source: showAmount(source),
    target: showAmount(target),
    ...(creditedAmount === undefined ? {} : { creditedAmount: showAmount(creditedAmount) }),
    ...(rate === '' ? {} : { rate }),
  };
}
